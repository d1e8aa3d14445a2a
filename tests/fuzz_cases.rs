//! Runs the fuzz targets of `fuzz/` without a fuzzer: on every file of `fuzz/cases/`, and on random
//! mutations of them.
//!
//! A finding of a fuzzer is fixed, and its input becomes a case; until then it is in `fuzz/open/`.
//! `DESKQL_FUZZ=N` makes N inputs for each target instead of 20, `DESKQL_SEED` selects another series.

use std::collections::BTreeSet;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

// Lets `targets` resolve it here.
use crate::support::messages;
use crate::support::random::Random;

#[path = "../fuzz/src/targets/mod.rs"]
#[expect(
    unreachable_pub,
    reason = "part of a crate in fuzz/, which passes it on"
)]
mod targets;

use targets::{TARGETS, Target, check};

/// Limit of reported problems in one run.
const MOST_PROBLEMS: usize = 20;

/// Fragments that matter to one target or another.
const PIECES: [&[u8]; 16] = [
    b"'",
    b"\"",
    b"(",
    b")",
    b",",
    b"\n",
    b"=",
    b"[",
    b"NULL",
    b"0",
    b"-1",
    b"1e308",
    b"9223372036854775807",
    b"9999-12-31",
    b"\xff",
    b"\0\0\0\0",
];

/// Inputs of one target in `fuzz/cases/` or `fuzz/open/`, with their names.
fn inputs(folder: &str, target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = root().join("fuzz").join(folder).join(target);
    let Ok(files) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut inputs: Vec<_> = files
        .map(Result::unwrap)
        .map(|file| {
            let name = file.file_name().to_string_lossy().into_owned();
            (name, std::fs::read(file.path()).unwrap())
        })
        .collect();
    inputs.sort();
    inputs
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn problem(target: Target, input: &[u8]) -> Option<String> {
    let payload = catch_unwind(|| check(target, input)).err()?;
    let text = payload.downcast_ref::<String>();
    Some(text.cloned().unwrap_or_else(|| "it panics".to_owned()))
}

#[test]
fn no_case_panics_or_shows_the_layers_below() {
    let mut problems = Vec::new();
    for (name, target) in TARGETS {
        let cases = inputs("cases", name);
        assert!(!cases.is_empty(), "fuzz/cases/{name} is empty");
        for (case, input) in cases {
            let found = problem(target, &input);
            problems.extend(found.map(|problem| format!("fuzz/cases/{name}/{case}: {problem}")));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// Text of a problem without its numbers, which vary between inputs.
fn kind(problem: &str) -> String {
    problem.replace(|c: char| c.is_ascii_digit(), "")
}

/// Known problems, which are not reported again.
fn open_problems() -> BTreeSet<String> {
    let inputs = TARGETS.into_iter().flat_map(|(name, target)| {
        let inputs = inputs("open", name).into_iter();
        inputs.map(move |(file, input)| (format!("fuzz/open/{name}/{file}"), target, input))
    });
    let problems = inputs.map(|(file, target, input)| {
        let found = problem(target, &input);
        let found = found.as_deref().map(kind);
        found.unwrap_or_else(|| panic!("{file} is no problem any more: move it to fuzz/cases/"))
    });
    problems.collect()
}

#[test]
fn no_input_made_of_cases_panics_or_shows_the_layers_below() {
    let setting = |name: &str| std::env::var(name).ok()?.parse().ok();
    let count = setting("DESKQL_FUZZ").unwrap_or(20);
    let mut random = Random::new(setting("DESKQL_SEED").unwrap_or(1));
    let known = open_problems();
    let mut problems = Vec::new();
    for (name, target) in TARGETS {
        let cases: Vec<_> = inputs("cases", name)
            .into_iter()
            .map(|(_, input)| input)
            .collect();
        for number in 0..count {
            let input = mutated(&mut random, &cases);
            let problem = problem(target, &input).filter(|problem| !known.contains(&kind(problem)));
            if let Some(problem) = problem {
                let file = kept(name, number, &input);
                problems.push(format!("{}: {problem}", file.display()));
            }
            if problems.len() >= MOST_PROBLEMS {
                break;
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// A case with a few bytes changed, removed, repeated or inserted.
fn mutated(random: &mut Random, cases: &[Vec<u8>]) -> Vec<u8> {
    let cases: Vec<&[u8]> = cases.iter().map(Vec::as_slice).collect();
    let mut input = random.pick(&cases).to_vec();
    for _ in 0..random.between(1, 4) {
        let (start, end) = stretch(random, input.len());
        match random.between(1, 5) {
            1 => drop(input.drain(start..end)),
            2 => {
                let repeated = input[start..end].to_vec();
                input.splice(start..start, repeated);
            }
            3 => {
                let other = random.pick(&cases);
                let (from, to) = stretch(random, other.len());
                input.splice(start..end, other[from..to].iter().copied());
            }
            4 => {
                let piece = random.pick(&PIECES);
                input.splice(start..start, piece.iter().copied());
            }
            _ => {
                let bit = 1 << random.between(0, 7);
                input
                    .iter_mut()
                    .skip(start)
                    .take(1)
                    .for_each(|byte| *byte ^= bit);
            }
        }
    }
    input
}

/// Start and end of a random range of `length` bytes; mostly a short one.
fn stretch(random: &mut Random, length: usize) -> (usize, usize) {
    let last = i64::try_from(length).unwrap();
    let start = random.between(0, last);
    let most = if random.chance(80) { 12 } else { last };
    let end = random.between(start, last.min(start + most));
    (
        usize::try_from(start).unwrap(),
        usize::try_from(end).unwrap(),
    )
}

/// Writes an input that shows a problem to a file, from which it can be copied.
fn kept(target: &str, number: u64, input: &[u8]) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{target}_{number}"));
    std::fs::write(&path, input).unwrap();
    path
}

#[test]
fn each_target_is_a_binary_of_the_fuzzer() {
    let manifest = include_str!("../fuzz/Cargo.toml");
    for (name, _) in TARGETS {
        let path = format!("fuzz_targets/{name}.rs");
        assert!(manifest.contains(&format!("path = \"{path}\"")), "{name}");
        let text = std::fs::read_to_string(root().join("fuzz").join(path)).unwrap();
        assert!(text.contains(&format!("deskql_fuzz::{name},")), "{name}");
    }
}

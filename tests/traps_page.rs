//! `docs/engine-traps.md` and the tests of its rows belong together.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use datafusion_sqllogictest::read_dir_recursive;

/// The files that have tests of a row, by the row's letter.
type Places = BTreeMap<char, BTreeSet<String>>;

/// The rows of the page with the files that their last cells name. A row without a file states the
/// reason.
fn rows() -> Places {
    let page = include_str!("../docs/engine-traps.md");
    let mut rows = Places::new();
    for line in page.lines() {
        let cells: Vec<&str> = line.split(" | ").collect();
        let [letter, .., last] = cells.as_slice() else {
            continue;
        };
        let letter = letter.trim_start_matches("| ");
        let Some(letter) = only_letter(letter) else {
            continue;
        };
        let last = last.trim_end_matches(" |");
        let files = last.split('`').filter(|part| part.starts_with("tests/"));
        let files: BTreeSet<String> = files.map(str::to_owned).collect();
        assert!(
            !files.is_empty() || last.starts_with("none: "),
            "row {letter} names no test and gives no reason"
        );
        let twice = rows.insert(letter, files);
        assert!(twice.is_none(), "two rows {letter}");
    }
    rows
}

fn only_letter(text: &str) -> Option<char> {
    let mut letters = text.chars();
    let letter = letters.next()?;
    (letters.next().is_none() && letter.is_ascii_uppercase()).then_some(letter)
}

/// The rows that tests name: in the names of functions, and on the first line of an `.slt` file.
fn tests() -> Places {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut places = Places::new();
    for path in read_dir_recursive(root.join("tests")).unwrap() {
        let ending = path.extension().and_then(|ending| ending.to_str());
        let find = match ending {
            Some("rs") => of_functions,
            Some("slt") => of_first_line,
            _ => continue,
        };
        let text = std::fs::read_to_string(&path).unwrap();
        let name = path.strip_prefix(root).unwrap().to_string_lossy();
        for letter in find(&text) {
            places
                .entry(letter)
                .or_default()
                .insert(name.clone().into_owned());
        }
    }
    places
}

fn of_functions(text: &str) -> BTreeSet<char> {
    let names = text.split("fn trap_").skip(1);
    let rows = names.filter_map(|name| name.split('_').next());
    rows.filter_map(|row| only_letter(&row.to_uppercase()))
        .collect()
}

/// The letters of "(traps W and X of docs/engine-traps.md)".
fn of_first_line(text: &str) -> BTreeSet<char> {
    let line = text.lines().next().unwrap_or_default();
    let named = line
        .split_once("(trap")
        .and_then(|(_, rest)| rest.split_once(" of docs/engine-traps.md"));
    let words = named.map_or("", |(words, _)| words).split([' ', ',']);
    words.filter_map(only_letter).collect()
}

#[test]
fn each_test_has_its_row_and_each_row_its_tests() {
    let (rows, tests) = (rows(), tests());
    for (letter, files) in &tests {
        let row = rows.get(letter);
        let row = row.unwrap_or_else(|| panic!("docs/engine-traps.md has no row {letter}"));
        assert_eq!(row, files, "files with tests of row {letter}");
    }
    for (letter, files) in &rows {
        assert!(
            files.is_empty() || tests.contains_key(letter),
            "row {letter}: no test in {files:?} has its letter"
        );
    }
}

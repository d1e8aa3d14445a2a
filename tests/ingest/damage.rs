//! Damaged inputs: no panic, no hang, one line, and counts that add up.

use std::time::Duration;

use deskql::internal::ingest::{IngestMapping, PRESETS};

use super::support::{ExportFolder, TICKETS, read};
#[cfg(feature = "excel")]
use crate::exports::package::{archive, rows, workbook};
use crate::support::data::{ints, parquet, texts as texts_of};
use crate::support::random::Random;

const TEXTS: [(&str, &str); 4] = [
    (
        "a.csv",
        "id,created at,subject,score\n1,2026-01-01,\"a, \"\"b\"\"\",5\n2,2026-01-02 10:00:00,\"x\ny\",\n3,?,z,4\n",
    ),
    (
        "a.ndjson",
        "{\"id\": 1, \"via\": {\"channel\": \"mail\"}, \"tags\": [\"a\"]}\n{\"id\": 2}\n",
    ),
    (
        "a.json",
        "{\"tickets\": [{\"id\": 1, \"tags\": [{\"a\": 1}]}, {\"id\": 2}], \"count\": 2}",
    ),
    ("noending", "[{\"id\": 1, \"subject\": \"\\u00e9\"}]"),
];

const PIECES: [&[u8]; 14] = [
    b"\"",
    b",",
    b"\n",
    b"\r",
    b"{",
    b"}",
    b"[",
    b"]",
    b"\\",
    b"\xff",
    b"\0",
    b";",
    b"9223372036854775808",
    b"\xef\xbb\xbf",
];

fn count() -> i64 {
    let asked = std::env::var("DESKQL_FUZZ")
        .ok()
        .and_then(|count| count.parse().ok());
    asked.unwrap_or(20)
}

fn seed() -> u64 {
    let asked = std::env::var("DESKQL_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok());
    asked.unwrap_or(1)
}

fn damaged(text: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = text.to_vec();
    for _ in 0..random.between(1, 4) {
        let last = i64::try_from(bytes.len()).unwrap();
        let place = usize::try_from(random.between(0, last)).unwrap();
        match random.between(0, 3) {
            0 => bytes.truncate(place),
            1 => drop(bytes.splice(place..place, random.pick(&PIECES).iter().copied())),
            2 if place < bytes.len() => drop(bytes.remove(place)),
            _ => {
                let end = (place + 9).min(bytes.len());
                let part = bytes[place..end].to_vec();
                bytes.splice(place..place, part);
            }
        }
    }
    bytes
}

/// Exports of every form, whole.
fn exports(folder: &ExportFolder) -> Vec<(&'static str, Vec<u8>)> {
    let texts = TEXTS
        .iter()
        .map(|(name, text)| (*name, text.as_bytes().to_vec()));
    let mut all: Vec<_> = texts.collect();
    let path = folder.write("whole.parquet", "");
    parquet(
        &path,
        vec![
            ("id", ints(&[1, 2, 3])),
            ("subject", texts_of(&["a", "b", "c"])),
        ],
    );
    all.push(("a.parquet", std::fs::read(&path).unwrap()));
    #[cfg(feature = "excel")]
    {
        let cells = rows(&[
            &["id", "created at", "subject"],
            &["=1", "=46084@1", "a"],
            &["=2", "", "b"],
        ]);
        all.push(("a.xlsx", workbook(&[("S", &cells)], "")));
        all.push((
            "a.zip",
            archive(&[("a.csv", TEXTS[0].1), ("b.ndjson", TEXTS[1].1)]),
        ));
    }
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn damaged_files_give_rows_rejects_or_one_line() {
    let mut random = Random::new(seed());
    let folder = ExportFolder::new();
    for (name, whole) in exports(&folder) {
        for _ in 0..count() {
            let bytes = damaged(&whole, &mut random);
            let path = folder.write(name, &bytes);
            let sources = [path.as_path()];
            let run = read(&sources, TICKETS);
            let outcome = tokio::time::timeout(Duration::from_secs(20), run).await;
            let shown = String::from_utf8_lossy(&bytes);
            // `read` compares counts and rows.
            if let Err(error) = outcome.unwrap_or_else(|_| panic!("it hangs: {shown:?}")) {
                let error = error.to_string();
                assert!(
                    !error.contains('\n') && error.contains(name),
                    "{error}: {shown:?}"
                );
                assert!(!error.contains("unexpectedly"), "{error}: {shown:?}");
            }
        }
    }
}

#[test]
fn damaged_mappings_are_read_or_refused_in_one_line() {
    let mut random = Random::new(seed());
    let folder = ExportFolder::new();
    let presets = PRESETS.iter().map(|preset| preset.text);
    for whole in presets.chain([TICKETS]) {
        for _ in 0..count() {
            let bytes = damaged(whole.as_bytes(), &mut random);
            let path = folder.write("mapping.toml", &bytes);
            if let Err(error) = IngestMapping::load(None, Some(&path)) {
                let error = error.to_string();
                let shown = String::from_utf8_lossy(&bytes);
                assert!(
                    !error.contains('\n') && error.contains("mapping.toml"),
                    "{error}: {shown}"
                );
            }
        }
    }
}

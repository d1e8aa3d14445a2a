//! Same seed, same bytes.

use std::fs;
use std::path::Path;

use deskql::internal::generate::{GenerateOptions, SAMPLE_SEED, SAMPLE_TICKETS};

use super::{TABLES, generate, sample};

fn file(folder: &Path, table: &str) -> Vec<u8> {
    fs::read(folder.join(format!("{table}.parquet"))).unwrap()
}

#[test]
fn sample_data_is_what_the_generator_writes_on_any_number_of_threads() {
    for threads in [1, 3] {
        let folder = tempfile::tempdir().unwrap();
        generate(&GenerateOptions {
            threads: Some(threads),
            ..GenerateOptions::new(SAMPLE_TICKETS, SAMPLE_SEED, folder.path())
        });
        for table in TABLES {
            let same = file(folder.path(), table) == file(&sample(), table);
            assert!(
                same,
                "{table} differs with {threads} threads; if that is intended: \
                 deskql generate --force --output sample-data"
            );
        }
    }
}

#[test]
fn sample_data_is_small() {
    let bytes: usize = TABLES
        .map(|table| file(&sample(), table).len())
        .iter()
        .sum();
    assert!(bytes < 4_000_000, "{bytes}");
}

#[test]
fn another_seed_gives_another_desk() {
    let folders = [1, 2].map(|seed| {
        let folder = tempfile::tempdir().unwrap();
        generate(&GenerateOptions::new(300, seed, folder.path()));
        folder
    });
    for table in TABLES {
        let [one, two] = folders.each_ref().map(|folder| file(folder.path(), table));
        assert_ne!(one, two, "{table}");
    }
}

#[test]
fn gives_exactly_as_many_tickets_as_asked_for() {
    for tickets in [1, 2, 77, 9_000] {
        let folder = tempfile::tempdir().unwrap();
        let summary = generate(&GenerateOptions::new(tickets, 5, folder.path()));
        let written = summary.tables.iter().find(|table| table.table == "tickets");
        assert_eq!(written.unwrap().rows, tickets);
        let bytes: u64 = summary.tables.iter().map(|table| table.bytes).sum();
        let found: usize = TABLES
            .map(|table| file(folder.path(), table).len())
            .iter()
            .sum();
        assert_eq!(bytes, found as u64);
    }
}

//! Two writers and three readers of one table: no row is lost or doubled, and readers see whole versions.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{MAPPING, ask, deskql};
use crate::support::data::{open, rows};

/// Rounds of each writer.
const ROUNDS: usize = 4;

/// Tickets of a writer of its own, and a hundred that all of them write.
fn export(writer: usize, round: usize) -> String {
    let own = (0..200).map(|row| 1_000_000 * (writer + 1) + 1_000 * round + row);
    let rows = own.chain(0..100).map(|id| {
        let (day, update) = (id % 28 + 1, round + 1);
        format!("{id},2026-01-{day:02},2026-02-{update:02},w{writer}\n")
    });
    let rows: String = rows.collect();
    format!("ticket_id,created_at,updated_at,channel\n{rows}")
}

fn write(folder: &Path, writer: usize, round: usize) {
    let file = format!("w{writer}-{round}.csv");
    std::fs::write(folder.join(&file), export(writer, round)).unwrap();
    let mut command = deskql(folder);
    command.args(["ingest", &file, "--mapping", "mapping.toml", "--to", "lake"]);
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
}

/// Reads until the writers are done: every version has whole exports, and none fewer rows than the one before.
async fn read(folder: &Path, is_over: &AtomicBool) -> u64 {
    let engine = open(&[&folder.join("lake/tickets")]).await.unwrap();
    let count = "SELECT count(*), count(DISTINCT ticket_id) FROM tickets";
    let (mut last, mut reads) = (0_u64, 0);
    while !is_over.load(Ordering::Relaxed) || reads == 0 {
        let counts = rows(&engine, count).await;
        let (all, distinct) = counts[0].split_once('|').unwrap();
        assert_eq!(all, distinct);
        let all: u64 = all.parse().unwrap();
        assert!(
            all >= last && (all - 100).is_multiple_of(200),
            "{last} then {all}"
        );
        last = all;
        reads += 1;
    }
    reads
}

#[test]
fn two_writers_and_three_readers() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    std::fs::write(folder.join("mapping.toml"), MAPPING).unwrap();
    write(folder, 0, 0);
    let is_over = AtomicBool::new(false);
    let seen: u64 = std::thread::scope(|scope| {
        let reader = || {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            runtime.block_on(read(folder, &is_over))
        };
        let readers: Vec<_> = (0..3).map(|_| scope.spawn(reader)).collect();
        let writer = |writer| move || (1..=ROUNDS).for_each(|round| write(folder, writer, round));
        let writers: Vec<_> = (0..2).map(|number| scope.spawn(writer(number))).collect();
        let written: Vec<_> = writers
            .into_iter()
            .map(std::thread::ScopedJoinHandle::join)
            .collect();
        is_over.store(true, Ordering::Relaxed);
        written.into_iter().for_each(Result::unwrap);
        readers
            .into_iter()
            .map(|reader| reader.join().unwrap())
            .sum()
    });
    assert!(seen >= 3);
    let counts =
        "SELECT count(*), count(DISTINCT ticket_id), sum((ticket_id < 100)::INT) FROM tickets";
    assert_eq!(ask(folder, counts), ["1900,1900,100"]);
    // The latest update of the shared ones stays.
    let updates = "SELECT DISTINCT updated_at::DATE FROM tickets WHERE ticket_id < 100";
    assert_eq!(ask(folder, updates), ["2026-02-05"]);
}

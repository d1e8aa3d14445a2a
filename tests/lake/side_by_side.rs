//! Two writers and three readers of one table: no row is lost or doubled, and readers see whole versions.

use std::sync::atomic::{AtomicBool, Ordering};

use super::{MAPPING, ask, deskql};
use crate::support::data::{open, rows};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_writers_and_three_readers() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    std::fs::write(folder.join("mapping.toml"), MAPPING).unwrap();
    let export = |writer: usize, round: usize| {
        // Both write tickets of their own, and both the same hundred.
        let own = (0..200).map(|row| 1_000_000 * (writer + 1) + 1_000 * round + row);
        let text = own.chain(0..100).map(|id| {
            format!(
                "{id},2026-01-{:02},2026-02-{:02},w{writer}\n",
                id % 28 + 1,
                round + 1
            )
        });
        format!(
            "ticket_id,created_at,updated_at,channel\n{}",
            text.collect::<String>()
        )
    };
    std::fs::write(folder.join("first.csv"), export(0, 0)).unwrap();
    let run = |file: &str| {
        let mut command = deskql(folder);
        command.args(["ingest", file, "--mapping", "mapping.toml", "--to", "lake"]);
        let output = command.output().unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    };
    run("first.csv");
    let is_over = AtomicBool::new(false);
    let seen = std::thread::scope(|scope| {
        let readers: Vec<_> = (0..3)
            .map(|_| {
                scope.spawn(|| {
                    let runtime = tokio::runtime::Runtime::new().unwrap();
                    runtime.block_on(async {
                        let engine = open(&[&folder.join("lake/tickets")]).await.unwrap();
                        let (mut last, mut reads) = (0_u64, 0);
                        while !is_over.load(Ordering::Relaxed) || reads == 0 {
                            let counts = rows(
                                &engine,
                                "SELECT count(*), count(DISTINCT ticket_id) FROM tickets",
                            )
                            .await;
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
                    })
                })
            })
            .collect();
        let writers: Vec<_> = (0..2)
            .map(|writer| {
                scope.spawn(move || {
                    for round in 1..=4 {
                        let file = format!("w{writer}-{round}.csv");
                        std::fs::write(folder.join(&file), export(writer, round)).unwrap();
                        run(&file);
                    }
                })
            })
            .collect();
        let written: Vec<_> = writers.into_iter().map(|writer| writer.join()).collect();
        is_over.store(true, Ordering::Relaxed);
        written.into_iter().for_each(|writer| writer.unwrap());
        readers
            .into_iter()
            .map(|reader| reader.join().unwrap())
            .sum::<u64>()
    });
    assert!(seen >= 3);
    assert_eq!(
        ask(
            folder,
            "SELECT count(*), count(DISTINCT ticket_id), sum((ticket_id < 100)::INT) FROM tickets"
        ),
        ["1900,1900,100"]
    );
    // The latest update of the shared ones stays.
    assert_eq!(
        ask(
            folder,
            "SELECT DISTINCT updated_at::DATE FROM tickets WHERE ticket_id < 100"
        ),
        ["2026-02-05"]
    );
}

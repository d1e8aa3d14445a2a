//! Damaged logs: an error of one line, or the rows of a table that the log describes; no panic, no hang.

use std::fs;
use std::time::Duration;

use super::DeltaFolder;
use crate::support::data::{ints, open};
use crate::support::random::Random;

/// Damaged logs that are tried; `DESKQL_DAMAGED` says how many.
fn tries() -> u64 {
    let written = std::env::var("DESKQL_DAMAGED").ok();
    written.and_then(|tries| tries.parse().ok()).unwrap_or(60)
}

fn below(random: &mut Random, count: usize) -> usize {
    let last = i64::try_from(count).unwrap() - 1;
    usize::try_from(random.between(0, last)).unwrap()
}

fn damaged(random: &mut Random, mut bytes: Vec<u8>) -> Vec<u8> {
    let mut place = || below(random, bytes.len());
    let (at, other) = (place(), place());
    match below(random, 4) {
        0 => bytes.truncate(at),
        1 => bytes[at] ^= 1 << below(random, 8),
        2 => drop(bytes.drain(at.min(other)..at.max(other))),
        _ => {
            let new = random.pick(&["-1", "99999999999999999999", "null", "{}", "\"\""]);
            bytes.splice(at..at, new.bytes());
        }
    }
    bytes
}

#[tokio::test(flavor = "multi_thread")]
async fn damaged_logs_give_an_error_or_rows() {
    let mut random = Random::new(11);
    for attempt in 0..tries() {
        let folder = tempfile::tempdir().unwrap();
        let mut table = DeltaFolder::new(&folder.path().join("t"), &[("id", "long")], &[]);
        table.append("a.parquet", vec![("id", ints(&[1, 2]))]);
        table.append("b.parquet", vec![("id", ints(&[3]))]);
        let entry = table.entry(below(&mut random, 3) as u64);
        let bytes = damaged(&mut random, fs::read(&entry).unwrap());
        fs::write(&entry, &bytes).unwrap();
        let asked = async {
            let engine = open(&[&table.root]).await?;
            let frame = engine.sql("SELECT count(*), sum(id) FROM t").await?;
            Ok::<_, deskql::Error>(frame.collect().await?)
        };
        let answer = tokio::time::timeout(Duration::from_secs(60), asked).await;
        let shown = String::from_utf8_lossy(&bytes);
        let answer = answer.unwrap_or_else(|_| panic!("attempt {attempt} hangs: {shown}"));
        if let Err(error) = answer {
            let said = error.to_string();
            // The planner's own words have a second line where the name of a column is what was damaged.
            let is_planner = said.contains("No field named");
            assert!(
                (said.lines().count() == 1 || is_planner) && !said.contains("panic"),
                "attempt {attempt}: {said}"
            );
        }
    }
}

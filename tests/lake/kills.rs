//! Runs that are killed at any instant leave a table as before or as after, and a second run completes.

use std::time::{Duration, Instant};

use super::{MAPPING, ask, deskql, ingest, ingest_command};
use crate::support::random::Random;

/// Kills that are tried; `DESKQL_KILLS` says how many.
fn kills() -> u64 {
    let written = std::env::var("DESKQL_KILLS").ok();
    written.and_then(|kills| kills.parse().ok()).unwrap_or(12)
}

/// An export of `rows` tickets from number `first` on, in `months` months.
fn export(first: u64, rows: u64, updated: &str) -> String {
    let mut text = "ticket_id,created_at,updated_at,channel\n".to_owned();
    for id in first..first + rows {
        let month = id % 6 + 1;
        text += &format!("{id},2026-{month:02}-10 10:00:00,{updated},mail\n");
    }
    text
}

/// Runs a command that may be killed after a part of the time that it takes.
fn killed(random: &mut Random, mut command: std::process::Command, whole: Duration) -> bool {
    let mut child = command.spawn().unwrap();
    let share = u32::try_from(random.between(0, 110)).unwrap();
    std::thread::sleep(whole * share / 100);
    let ended = child.try_wait().unwrap();
    child.kill().ok();
    child.wait().unwrap();
    ended.is_none()
}

fn quiet(command: &assert_cmd::Command) -> std::process::Command {
    let mut quiet = std::process::Command::new(command.get_program());
    quiet
        .args(command.get_args())
        .stdout(std::process::Stdio::null());
    quiet.stderr(std::process::Stdio::null());
    if let Some(folder) = command.get_current_dir() {
        quiet.current_dir(folder);
    }
    quiet
}

#[test]
fn killed_runs_leave_whole_tables() {
    let mut random = Random::new(5);
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    std::fs::write(folder.join("mapping.toml"), MAPPING).unwrap();
    let started = Instant::now();
    ingest(folder, &export(0, 2_000, "2026-07-01"));
    let whole = started.elapsed();
    let mut rows = 2_000;
    let mut interrupted = 0;
    for round in 0..kills() {
        let before = ask(
            folder,
            "SELECT count(*), count(DISTINCT ticket_id), max(updated_at) FROM tickets",
        );
        let optimizes = round % 3 == 2;
        if optimizes {
            let mut command = deskql(folder);
            command.args(["optimize", "lake/tickets", "--retain", "0s"]);
            interrupted += u64::from(killed(&mut random, quiet(&command), whole));
            let after = ask(
                folder,
                "SELECT count(*), count(DISTINCT ticket_id), max(updated_at) FROM tickets",
            );
            assert_eq!(before, after, "round {round}");
            command.assert().success();
            continue;
        }
        // Half of them are newer rows of tickets that are there.
        let text = export(rows - 500, 1_000, &format!("2026-08-{:02}", round % 28 + 1));
        std::fs::write(folder.join("export.csv"), &text).unwrap();
        interrupted += u64::from(killed(&mut random, quiet(&ingest_command(folder)), whole));
        let after = ask(
            folder,
            "SELECT count(*), count(DISTINCT ticket_id) FROM tickets",
        );
        let (old, new) = (format!("{rows},{rows}"), format!("{0},{0}", rows + 500));
        assert!(
            after == [old.as_str()] || after == [new.as_str()],
            "round {round}: {after:?}"
        );
        // A second run completes what the first has begun.
        ingest(folder, &text);
        rows += 500;
        assert_eq!(
            ask(
                folder,
                "SELECT count(*), count(DISTINCT ticket_id) FROM tickets"
            ),
            [new]
        );
    }
    assert!(interrupted > 0, "no run was killed before its end");
    // What killed runs have left is cleaned up, and what counts is still there.
    let mut command = deskql(folder);
    command
        .args(["optimize", "lake/tickets", "--retain", "0s"])
        .assert()
        .success();
    assert_eq!(
        ask(folder, "SELECT count(*) FROM tickets"),
        [rows.to_string()]
    );
}

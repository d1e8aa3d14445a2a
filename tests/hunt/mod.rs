//! A continuous search: random statements of a typed grammar, answered here with the fast paths and
//! without, by `PostgreSQL` and by DuckDB. An answer has to equal that of one of the two, and where
//! both answer, deskql must answer too.
//!
//! `DESKQL_HUNT=N` asks N statements, `DESKQL_SEED` another series of them, `DESKQL_HUNT_FROM` begins it
//! later; statements that `DESKQL_HUNT_WITHOUT`, a regular expression, matches are left out, to look past
//! a fault that comes often; `DESKQL_HUNT_DATA` is a folder that keeps the tables, to repeat a statement by hand. What is
//! found is printed as the smallest statement that fails in the same way. Where the answer is meant to be
//! another one, `known.rs` says so with a row of `docs/differences.md`.

mod cells;
mod engines;
mod grammar;
mod known;
mod page;
mod shrink;
mod tables;
mod tree;
mod types;
mod verdict;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use deskql::Engine;
use futures::FutureExt;
use regex::Regex;
use tokio::runtime::Runtime;

use crate::support::answers;
use crate::support::postgres::{self, Connection, Server};
use cells::Answer;
use engines::{DuckDb, WAYS};
use tree::{Dialect, Node};
use verdict::{Answers, Failure};

/// Number of concurrent statements: each waits for its peers about as long as it computes.
const WORKERS: u64 = 2;

/// State of a worker.
struct Hunt {
    runtime: Runtime,
    engines: Vec<Engine>,
    postgres: Option<Connection>,
    duckdb: Option<DuckDb>,
    /// Statements to skip.
    without: Option<Regex>,
    refusals: Refusals,
}

/// Rejections of statements that both peers answer: by cause, their number and the row of the page that
/// explains them. The first is investigated.
type Refusals = BTreeMap<String, (u64, Option<&'static str>)>;

/// Allowed rejections among a hundred statements that both peers answer, with a row that explains them
/// or without.
const MOST_REFUSED: u64 = 5;

/// A statement that takes longer is a hang.
const LONGEST: Duration = Duration::from_secs(120);

/// A statement that fails.
struct Finding {
    failure: Failure,
    number: u64,
    smallest: String,
    answers: String,
}

fn setting(name: &str, default: u64) -> u64 {
    let text = std::env::var(name).unwrap_or_default();
    text.parse().unwrap_or(default)
}

impl Hunt {
    fn start(folder: &Path, server: Option<&Server>) -> Self {
        let runtime = Runtime::new().unwrap();
        let tables = tables::paths(folder);
        let files: Vec<_> = tables
            .iter()
            .map(|(name, path)| (*name, path.as_path()))
            .collect();
        let postgres = server.map(|server| {
            let connection = server.with_tables(&files);
            connection.unwrap_or_else(|error| panic!("{error}"))
        });
        let duckdb = match DuckDb::start(&tables) {
            Ok(duckdb) => Some(duckdb),
            Err(reason) => {
                answers::leave_out(&reason);
                None
            }
        };
        let engines = runtime.block_on(engines::deskql(folder));
        let refusals = Refusals::new();
        let without = std::env::var("DESKQL_HUNT_WITHOUT");
        let without = without.ok().map(|pattern| Regex::new(&pattern).unwrap());
        Self {
            runtime,
            engines,
            postgres,
            duckdb,
            without,
            refusals,
        }
    }

    fn is_left_out(&self, text: &str) -> bool {
        self.without
            .as_ref()
            .is_some_and(|without| without.is_match(text))
    }

    /// Answers to a statement, here in two ways of which the first has the fast paths.
    fn ask(&mut self, statement: &Node, number: u64, ways: usize) -> Answers {
        let text = statement.text(Dialect::Deskql);
        let pair = usize::try_from(number % 2).unwrap() * 2;
        let ours = self.engines[pair..pair + ways].iter().map(|engine| {
            let asked = std::panic::AssertUnwindSafe(engines::ask(engine, &text)).catch_unwind();
            let answer = self
                .runtime
                .block_on(async { tokio::time::timeout(LONGEST, asked).await });
            match answer {
                Ok(Ok(answer)) => answer,
                Ok(Err(_)) => Err("panics".to_owned()),
                Err(_) => Err(format!("takes longer than {LONGEST:?}")),
            }
        });
        let ours = ours.collect();
        let mut peers: Vec<Answer> = vec![];
        if let Some(connection) = &mut self.postgres {
            peers.push(engines::postgres(
                connection,
                &statement.text(Dialect::Postgres),
            ));
        }
        if let Some(duckdb) = &mut self.duckdb {
            peers.push(duckdb.ask(&statement.text(Dialect::DuckDb)));
        }
        let ordered = text.contains(grammar::ORDERED);
        Answers {
            ours,
            peers,
            ordered,
        }
    }

    /// The failure of a statement of the series, printed once it has been shrunk.
    #[expect(clippy::print_stdout, reason = "a long hunt shows what it finds")]
    fn judge(&mut self, seed: u64, number: u64) -> Option<Finding> {
        let statement = grammar::statement(seed, number);
        if self.is_left_out(&statement.text(Dialect::Deskql)) {
            return None;
        }
        let asked = self.ask(&statement, number, 2);
        let failure = asked.failure()?;
        let cause = asked.cause();
        if cause.as_ref().is_some_and(|cause| self.is_left_out(cause)) {
            return None;
        }
        if let Some(cause) = &cause {
            let (times, _) = self.refusals.entry(cause.clone()).or_default();
            *times += 1;
            if *times > 1 {
                return None;
            }
        }
        let answered = asked.answered();
        let ways = if failure == Failure::Ways { 2 } else { 1 };
        let smallest = shrink::smallest(&statement, |candidate| {
            let asked = self.ask(candidate, number, ways);
            asked.failure() == Some(failure)
                && asked.cause() == cause
                && asked.answered() >= answered
        });
        let answers = self.ask(&smallest, number, ways);
        let shown = answers.shown();
        let smallest = smallest.text(Dialect::Deskql);
        if let Some(row) = known::reason(failure, &smallest, &shown) {
            if let Some((_, known)) = cause.and_then(|cause| self.refusals.get_mut(&cause)) {
                *known = Some(row);
            }
            return None;
        }
        let finding = Finding {
            failure,
            number,
            smallest,
            answers: shown,
        };
        println!("{}", finding.text(seed));
        Some(finding)
    }
}

/// Findings of one outline probably have one cause.
fn outline(finding: &Finding) -> String {
    format!(
        "{:?} {}",
        finding.failure,
        verdict::outline(&finding.smallest)
    )
}

impl Finding {
    fn text(&self, seed: u64) -> String {
        let Self {
            failure,
            number,
            smallest,
            answers,
        } = self;
        let (fast, partitions, batch) = WAYS[usize::try_from(number % 2).unwrap() * 2];
        format!(
            "[{failure:?}] {smallest}\n{answers}\n  again: DESKQL_SEED={seed} \
             DESKQL_HUNT_FROM={number} DESKQL_HUNT=1 (faster paths {fast}, {partitions} partitions, \
             batches of {batch})\n"
        )
    }
}

/// One finding of each outline, and their number.
fn report(findings: Vec<Finding>, seed: u64) -> String {
    let mut by_outline: BTreeMap<String, (usize, Finding)> = BTreeMap::new();
    for finding in findings {
        let key = outline(&finding);
        by_outline.entry(key).or_insert((0, finding)).0 += 1;
    }
    let mut kinds: Vec<_> = by_outline.into_values().collect();
    kinds.sort_by_key(|(_, finding)| (finding.failure, finding.smallest.len()));
    let texts = kinds
        .iter()
        .take(40)
        .map(|(count, finding)| format!("{count} times {}", finding.text(seed)));
    texts.collect::<Vec<_>>().join("\n")
}

/// Number of rejected statements that both peers answer; prints the causes.
#[expect(clippy::print_stdout, reason = "a long hunt shows what it finds")]
fn counted(refusals: Vec<Refusals>, count: u64) -> u64 {
    let mut by_cause = Refusals::new();
    for (cause, (times, row)) in refusals.into_iter().flatten() {
        let all = by_cause.entry(cause).or_default();
        *all = (all.0 + times, all.1.or(row));
    }
    let sum = by_cause.values().map(|(times, _)| times).sum();
    println!("refused: {sum} of {count}");
    for (cause, (times, row)) in by_cause {
        println!("{times:6} {}: {cause}", row.unwrap_or("unexplained"));
    }
    sum
}

fn server() -> Option<Server> {
    match Server::start() {
        Ok(server) => Some(server),
        Err(reason) => {
            postgres::leave_out(&reason);
            None
        }
    }
}

#[test]
fn the_page_of_differences_is_true() {
    let folder = tempfile::tempdir().unwrap();
    tables::write(folder.path());
    let server = server();
    let mut hunt = Hunt::start(folder.path(), server.as_ref());
    // With default settings, not those of the search.
    for setting in ["integer_division", "default_null_order"] {
        if let Some(duckdb) = &mut hunt.duckdb {
            let _ = duckdb.ask(&format!("RESET {setting}"));
        }
    }
    let before = std::fs::read_to_string(page::path()).unwrap();
    let rows = page::rows(&before);
    let mut answers = Vec::new();
    for row in &rows {
        let ours = hunt
            .runtime
            .block_on(engines::ask(&hunt.engines[0], &row.statement));
        let postgres = hunt.postgres.as_mut();
        let postgres = postgres.map(|connection| engines::postgres(connection, &row.statement));
        let duckdb = hunt
            .duckdb
            .as_mut()
            .map(|duckdb| duckdb.ask(&row.statement));
        answers.push([Some(ours), postgres, duckdb].map(|answer| answer.as_ref().map(page::shown)));
    }
    let after = page::with_answers(&before, &answers);
    if std::env::var_os("DESKQL_PAGES").is_some_and(|wish| wish == "overwrite") {
        std::fs::write(page::path(), &after).unwrap();
    }
    let lines = before.lines().zip(after.lines());
    let changed: Vec<_> = lines
        .filter(|(old, new)| old != new)
        .map(|(_, new)| new)
        .collect();
    assert!(changed.is_empty(), "now it is\n{}", changed.join("\n"));
}

#[test]
fn known_differences_are_rows_of_the_page() {
    let text = std::fs::read_to_string(page::path()).unwrap();
    let names: Vec<_> = page::rows(&text).into_iter().map(|row| row.name).collect();
    for name in known::names() {
        assert!(
            names.iter().any(|row| row == name),
            "no row {name} in docs/differences.md"
        );
    }
}

#[test]
fn random_statements_are_answered_as_by_a_peer() {
    let (seed, count) = (setting("DESKQL_SEED", 13), setting("DESKQL_HUNT", 300));
    let from = setting("DESKQL_HUNT_FROM", 0);
    let temporary = tempfile::tempdir().unwrap();
    let kept = std::env::var_os("DESKQL_HUNT_DATA");
    let folder = kept.as_ref().map_or_else(|| temporary.path(), Path::new);
    tables::write(folder);
    let server = server();
    let worker = |first: u64| {
        let mut hunt = Hunt::start(folder, server.as_ref());
        let numbers = (from + first..from + count).step_by(usize::try_from(WORKERS).unwrap());
        let found = numbers.filter_map(|number| hunt.judge(seed, number));
        let found = found.collect::<Vec<_>>();
        (found, hunt.refusals)
    };
    let (findings, refusals): (Vec<_>, Vec<_>) = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..WORKERS)
            .map(|first| scope.spawn(move || worker(first)))
            .collect();
        let found = workers.into_iter().map(|worker| worker.join().unwrap());
        found.unzip()
    });
    // Wrong values always fail, and so do rejections that no row of the page explains. Explained
    // rejections are limited to a share, so that a broken rule does not hide among them.
    let (refused, wrong): (Vec<_>, Vec<_>) = findings
        .into_iter()
        .flatten()
        .partition(|finding| finding.failure == Failure::Refused);
    let (refusals, number) = (counted(refusals, count), wrong.len() + refused.len());
    let text = report(wrong.into_iter().chain(refused).collect(), seed);
    assert!(number == 0, "{number} of {count} statements\n{text}");
    assert!(
        refusals * 100 <= count * MOST_REFUSED,
        "{refusals} of {count} statements are refused, and both peers answer them"
    );
}

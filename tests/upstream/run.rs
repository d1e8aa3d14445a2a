//! Runs the files, two at a time, and gathers what fails.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use datafusion::common::runtime::SpawnedTask;
use datafusion::prelude::SessionContext;
use datafusion_sqllogictest::{
    DFColumnType, TestContext, df_value_validator, read_dir_recursive, setup_scratch_dir,
    value_normalizer,
};
use deskql::{Engine, EngineSettings};
use futures::StreamExt;
use sqllogictest::{Record, Runner, parse_file, strict_column_validator};

use super::exceptions::Exceptions;
use super::missing::MissingData;
use crate::support::session::Session;

const AT_ONCE: usize = 4;

/// Results of all files.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) failures: Vec<String>,
    files: usize,
    passed: usize,
    excused: usize,
    expected_to_fail: usize,
    slowest: Vec<(Duration, String)>,
}

impl Report {
    pub(crate) fn summary(&self) -> String {
        let slow = self.slowest.iter().rev().take(10);
        let slow: Vec<_> = slow
            .map(|(time, file)| format!("{file} {time:.1?}"))
            .collect();
        format!(
            "{}\n{} files: {} records pass, {} excused for data that upstream does not publish, \
             {} expected to differ, {} failures\nslowest: {}",
            self.failures.join("\n\n"),
            self.files,
            self.passed,
            self.excused,
            self.expected_to_fail,
            self.failures.len(),
            slow.join(", ")
        )
    }

    fn add(&mut self, file: Self) {
        self.failures.extend(file.failures);
        self.files += file.files;
        self.passed += file.passed;
        self.excused += file.excused;
        self.expected_to_fail += file.expected_to_fail;
        self.slowest.extend(file.slowest);
        self.slowest.sort();
    }
}

/// Runs every file under `test_files/` of the working folder.
pub(crate) async fn all_files(root: &Path) -> Report {
    let exceptions = Arc::new(Exceptions::read());
    let mut runs = futures::stream::iter(files(&exceptions))
        .map(|file| {
            let exceptions = Arc::clone(&exceptions);
            let root = root.to_owned();
            async move {
                let name = file.to_string_lossy().into_owned();
                let run =
                    SpawnedTask::spawn(async move { one_file(&file, &root, &exceptions).await });
                run.join().await.unwrap_or_else(|error| Report {
                    failures: vec![format!("{name}: {error}")],
                    ..Report::default()
                })
            }
        })
        .buffer_unordered(AT_ONCE);
    let mut report = Report::default();
    while let Some(file) = runs.next().await {
        report.add(file);
    }
    report
}

/// The files to run, relative to `test_files/`.
fn files(exceptions: &Exceptions) -> Vec<PathBuf> {
    let wanted = std::env::var("DESKQL_UPSTREAM").unwrap_or_default();
    let mut files: Vec<PathBuf> = read_dir_recursive("test_files")
        .unwrap()
        .into_iter()
        .filter(|path| path.extension().is_some_and(|ending| ending == "slt"))
        .map(|path| path.strip_prefix("test_files").unwrap().to_owned())
        .filter(|path| path.to_string_lossy().contains(&wanted))
        .filter(|path| !exceptions.leaves_out(&path.to_string_lossy()))
        .collect();
    files.sort();
    files
}

async fn one_file(file: &Path, root: &Path, exceptions: &Exceptions) -> Report {
    let start = Instant::now();
    let name = file.to_string_lossy().into_owned();
    // Lives until the end: it owns the folder of some tables.
    let Some(upstream) = TestContext::try_new_for_test_file(file).await else {
        return Report::default();
    };
    setup_scratch_dir(file).unwrap();
    let session = open(upstream.session_ctx(), root).await;
    for (key, value) in exceptions.settings(&name) {
        let statement = match value {
            "default" => format!("RESET {key}"),
            value => format!("SET {key} = '{value}'"),
        };
        session.execute(&statement).await.unwrap();
    }
    let mut report = records(file, &session, exceptions).await;
    report.files = 1;
    report.slowest.push((start.elapsed(), name));
    report
}

async fn records(file: &Path, session: &Session, exceptions: &Exceptions) -> Report {
    let mut runner = Runner::new(|| async { Ok(session.clone()) });
    runner.add_label("Datafusion");
    runner.with_column_validator(strict_column_validator);
    runner.with_normalizer(value_normalizer);
    runner.with_validator(df_value_validator);
    let mut missing = MissingData::default();
    let mut report = Report::default();
    let parsed: Vec<Record<DFColumnType>> = parse_file(Path::new("test_files").join(file)).unwrap();
    for record in parsed {
        let Some((sql, place, line)) = describe(&record) else {
            if matches!(record, Record::Halt { .. }) {
                break;
            }
            runner.run_async(record).await.unwrap();
            continue;
        };
        let touches = missing.touched_by(&sql);
        let outcome = runner.run_async(record).await;
        if touches {
            missing.failed(&sql);
        }
        match outcome {
            Ok(_) if exceptions.must_fail(&place, line) => report.failures.push(format!(
                "{place}:{line} passes: take it out of exceptions.toml"
            )),
            Ok(_) => {
                report.passed += 1;
                if !touches {
                    missing.succeeded(&sql);
                }
            }
            Err(_) if touches && !exceptions.must_fail(&place, line) => report.excused += 1,
            Err(error) => {
                let failure = error.display(false).to_string();
                if exceptions.may_fail(&place, line, &failure) {
                    report.expected_to_fail += 1;
                } else {
                    report.failures.push(failure);
                }
            }
        }
    }
    report
}

/// The statement of a record with the file (relative to `test_files/`) and line it stands in.
fn describe(record: &Record<DFColumnType>) -> Option<(String, String, u32)> {
    let (Record::Statement { sql, loc, .. } | Record::Query { sql, loc, .. }) = record else {
        return None;
    };
    let file = loc.file();
    let file = file
        .rsplit_once("test_files/")
        .map_or(file, |(_, rest)| rest);
    Some((sql.clone(), normal(file), loc.line()))
}

/// A path without `./` and `folder/..` steps.
fn normal(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            other => parts.push(other),
        }
    }
    parts.join("/")
}

/// Our session with the tables and functions that upstream's runner makes for the file.
async fn open(upstream: &SessionContext, root: &Path) -> Session {
    let settings = EngineSettings {
        threads: Some(4),
        ..EngineSettings::default()
    };
    let engine = Engine::open(settings).await.unwrap();
    let ours = engine.context();
    // Upstream's lists of tables have no schema of the engine's own.
    let own = ours.catalog("datafusion").unwrap();
    own.deregister_schema("deskql", true).unwrap();
    for name in upstream.catalog_names() {
        let theirs = upstream.catalog(&name).unwrap();
        let Some(catalog) = ours.catalog(&name) else {
            ours.register_catalog(name, theirs);
            continue;
        };
        for schema in theirs.schema_names() {
            let tables = theirs.schema(&schema).unwrap();
            let Some(schema) = catalog.schema(&schema) else {
                catalog.register_schema(&schema, tables).unwrap();
                continue;
            };
            for table in tables.table_names() {
                let provider = tables.table(&table).await.unwrap().unwrap();
                schema.register_table(table, provider).unwrap();
            }
        }
    }
    let known: BTreeSet<String> = ours.state().scalar_functions().keys().cloned().collect();
    for (name, function) in upstream.state().scalar_functions() {
        if !known.contains(name) {
            ours.register_udf(function.as_ref().clone());
        }
    }
    Session::new(Arc::new(engine)).with_root(root)
}

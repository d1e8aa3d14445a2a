//! Statements that need data of upstream's repository that is not published with the crate: they cannot
//! run here, nor can statements that depend on them.

use std::collections::HashSet;
use std::path::Path;

/// Tracks missing data through one file.
#[derive(Debug, Default)]
pub(crate) struct MissingData {
    tables: HashSet<String>,
    scratch: HashSet<String>,
}

impl MissingData {
    /// True if `sql` reads a missing file, or a table created from one.
    pub(crate) fn touched_by(&self, sql: &str) -> bool {
        paths(sql).any(|path| !path.contains("/scratch/") && !present(path))
            || paths(sql).any(|path| self.scratch.contains(path.trim_end_matches('/')))
            || words(sql).any(|word| self.tables.contains(&word))
    }

    /// Records that a statement which touches missing data failed.
    pub(crate) fn failed(&mut self, sql: &str) {
        self.tables.extend(filled(sql));
        let written = paths(sql).filter(|path| path.contains("/scratch/"));
        self.scratch
            .extend(written.map(|path| path.trim_end_matches('/').to_owned()));
    }

    /// Records that a statement succeeded: the tables it creates exist (again).
    pub(crate) fn succeeded(&mut self, sql: &str) {
        if !is_insert(sql)
            && let Some(name) = filled(sql)
        {
            self.tables.remove(&name);
        }
    }
}

/// The quoted paths in a statement, absolute ones left out.
fn paths(sql: &str) -> impl Iterator<Item = &str> {
    sql.split(['\'', '"', ' ', '\n', '(']).filter_map(|word| {
        word.find("../")
            .map(|at| &word[at..])
            .or_else(|| scratch(word))
    })
}

fn scratch(word: &str) -> Option<&str> {
    word.starts_with("test_files/").then_some(word)
}

fn present(path: &str) -> bool {
    let before_glob = path.split('*').next().unwrap_or(path);
    let folder = before_glob
        .rsplit_once('/')
        .map_or(before_glob, |(folder, _)| folder);
    let path = if before_glob == path { path } else { folder };
    Path::new(path).exists()
}

/// The table or view that a statement creates or inserts into.
fn filled(sql: &str) -> Option<String> {
    let mut words = words(sql);
    match words.next()?.as_str() {
        "create" => words.find(|word| word == "table" || word == "view")?,
        "insert" => words.next()?,
        _ => return None,
    };
    let filler = ["if", "not", "exists"];
    words.find(|word| !filler.contains(&word.as_str()))
}

fn is_insert(sql: &str) -> bool {
    words(sql).next().is_some_and(|word| word == "insert")
}

fn words(sql: &str) -> impl Iterator<Item = String> {
    sql.split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
}

#[test]
fn a_table_over_a_missing_file_and_what_is_made_from_it_are_missing() {
    let mut missing = MissingData::default();
    let create = "CREATE EXTERNAL TABLE Hits (a INT) STORED AS CSV LOCATION '../nowhere/hits.csv'";
    assert!(missing.touched_by(create));
    missing.failed(create);
    let view = "CREATE VIEW IF NOT EXISTS busy AS SELECT * FROM hits";
    assert!(missing.touched_by(view));
    missing.failed(view);
    assert!(missing.touched_by("SELECT count(*) FROM busy"));
    assert!(!missing.touched_by("SELECT count(*) FROM other"));
    missing.succeeded("CREATE TABLE busy AS VALUES (1)");
    assert!(!missing.touched_by("SELECT count(*) FROM busy"));
}

#[test]
fn a_file_that_could_not_be_written_is_missing() {
    let mut missing = MissingData::default();
    missing.failed("COPY (SELECT * FROM gone) TO 'test_files/scratch/copy/out.parquet'");
    assert!(missing.touched_by("SELECT * FROM 'test_files/scratch/copy/out.parquet'"));
}

//! Files that are parts of one table, names for locations, and globs over folders of folders.

use crate::support::data::{error, ints, open, parquet, rows, text, texts};
use deskql::{Engine, EngineSettings};

#[tokio::test]
async fn parts_with_the_same_columns_are_one_table() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    for part in 0..30 {
        parquet(
            &root.join(format!("sales/part-{part:04}.parquet")),
            vec![("id", ints(&[part]))],
        );
        text(
            &root.join(format!("daily/t_2026-01-{:02}.csv", part + 1)),
            &format!("id\n{part}\n"),
        );
        text(
            &root.join(format!("logs/{part:03}.ndjson")),
            &format!("{{\"id\": {part}, \"k{part}\": 1}}\n"),
        );
    }
    for name in ["sales", "daily", "logs"] {
        let engine = open(&[&root.join(name)]).await.unwrap();
        let sql = format!("SELECT count(*), sum(id) FROM {name}");
        assert_eq!(rows(&engine, &sql).await, ["30|435"], "{name}");
        assert!(engine.take_notes().is_empty());
    }
}

#[tokio::test]
async fn files_that_are_not_alike_are_tables_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    parquet(&root.join("a/part-1.parquet"), vec![("id", ints(&[1]))]);
    parquet(
        &root.join("a/part-2.parquet"),
        vec![("name", texts(&["x"]))],
    );
    let engine = open(&[&root.join("a")]).await.unwrap();
    assert_eq!(
        rows(&engine, "SELECT count(*) FROM \"part-1\"").await,
        ["1"]
    );
    text(&root.join("b/tickets.csv"), "id\n1\n");
    text(&root.join("b/surveys.csv"), "id\n1\n");
    let engine = open(&[&root.join("b")]).await.unwrap();
    assert_eq!(rows(&engine, "SELECT count(*) FROM surveys").await, ["1"]);
}

#[tokio::test]
async fn a_broken_part_makes_the_table_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("sales");
    for part in ["part-1", "part-2"] {
        parquet(
            &root.join(format!("{part}.parquet")),
            vec![("id", ints(&[1]))],
        );
    }
    text(&root.join("part-3.parquet"), "PAR1 and no more");
    let problem = open(&[&root]).await.unwrap_err().to_string();
    assert!(problem.contains("part-3.parquet"), "{problem}");
}

async fn named(arguments: &[String]) -> deskql::Result<Engine> {
    Engine::open(EngineSettings {
        data: arguments.to_vec(),
        ..EngineSettings::default()
    })
    .await
}

#[tokio::test]
async fn a_location_may_be_given_a_name() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    text(&root.join("a/tickets.csv"), "id\n1\n");
    text(&root.join("b/tickets.csv"), "id\n2\n3\n");
    let both = [
        format!("{}", root.join("a").display()),
        format!("{}", root.join("b").display()),
    ];
    let problem = named(&both).await.unwrap_err().to_string();
    assert!(problem.contains("--data NAME="), "{problem}");
    let at = |name: &str, place: &str| format!("{name}={}", root.join(place).display());
    let arguments = [
        both[0].clone(),
        at("old", "b/tickets.csv"),
        at("all", "*/tickets.csv"),
        at("folder b", "b"),
    ];
    let engine = named(&arguments).await.unwrap();
    for (table, expected) in [
        ("tickets", "1|1"),
        ("old", "2|5"),
        ("\"all\"", "3|6"),
        ("\"folder b\"", "2|5"),
    ] {
        let sql = format!("SELECT count(*), sum(id) FROM {table}");
        assert_eq!(rows(&engine, &sql).await, [expected], "{table}");
    }
}

#[tokio::test]
async fn globs_keep_the_columns_of_folders() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    for (place, id) in [
        ("out/team=a/x.parquet", 1),
        ("out/team=a/y.parquet", 2),
        ("out/team=b/x.parquet", 4),
        ("out/team=__HIVE_DEFAULT_PARTITION__/x.parquet", 8),
    ] {
        parquet(&root.join(place), vec![("id", ints(&[id]))]);
    }
    parquet(
        &root.join("plain/deep/er/x.parquet"),
        vec![("id", ints(&[1]))],
    );
    parquet(&root.join("plain/y.parquet"), vec![("id", ints(&[2]))]);
    let engine = open(&[]).await.unwrap();
    for (glob, question, expected) in [
        (
            "out/*/*.parquet",
            "count(*), count(team), sum(id), max(team)",
            "4|3|15|b",
        ),
        (
            "out/**/*.parquet",
            "count(*), count(team), sum(id), max(team)",
            "4|3|15|b",
        ),
        (
            "out/**",
            "count(*), count(team), sum(id), max(team)",
            "4|3|15|b",
        ),
        (
            "*/team=*/x.parquet",
            "count(*), count(team), sum(id), max(team)",
            "3|2|13|b",
        ),
        (
            "out/team=[ab]/x.parquet",
            "count(*), count(team), sum(id), max(team)",
            "2|2|5|b",
        ),
        (
            "out/team=a*",
            "count(*), count(team), sum(id), max(team)",
            "2|2|3|a",
        ),
        (
            "out/team=a/*.parquet",
            "count(*), count(team), sum(id), max(team)",
            "2|2|3|a",
        ),
        ("plain/**/*.parquet", "count(*), sum(id)", "2|3"),
        ("plain/**", "count(*), sum(id)", "2|3"),
    ] {
        let sql = format!("SELECT {question} FROM '{}/{glob}'", root.display());
        assert_eq!(rows(&engine, &sql).await, [expected], "{glob}");
    }
    let sql = format!(
        "SELECT sum(id) FROM '{}/out/team=[ab]/*.parquet' WHERE team = 'b'",
        root.display()
    );
    assert_eq!(rows(&engine, &sql).await, ["4"]);
    let none = format!("SELECT * FROM '{}/out/*/z*.parquet'", root.display());
    assert!(error(&engine, &none).await.contains("no data file matches"));
}

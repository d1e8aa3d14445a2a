//! What cannot be read keeps no other table from being opened.

use std::path::Path;

use deskql::{Engine, EngineSettings};

use crate::support::data::{error, ints, open, parquet, rows, text};

/// Three good tables among what lies about in folders.
fn mess(root: &Path) {
    text(&root.join("tickets.csv"), "id\n1\n2\n");
    parquet(&root.join("surveys.parquet"), vec![("id", ints(&[1]))]);
    parquet(
        &root.join("events/a.parquet"),
        vec![("id", ints(&[1, 2, 3]))],
    );
    text(&root.join("empty.csv"), "");
    text(&root.join("cut.parquet"), "PAR1 and no more");
    text(&root.join("notes.json"), "{ not json\n");
    text(&root.join("saas/a.csv"), "x\n1\n");
    text(&root.join("saas/b.csv"), "y,z\n1,2\n");
    parquet(&root.join("parts/a.parquet"), vec![("id", ints(&[1]))]);
    text(&root.join("parts/b.parquet"), "PAR1 and no more");
}

#[tokio::test]
async fn the_others_are_opened_and_the_reason_is_the_error_of_the_table() {
    let folder = tempfile::tempdir().unwrap();
    mess(folder.path());
    let engine = open(&[folder.path()]).await.unwrap();
    let sql = "SELECT (SELECT count(*) FROM tickets), (SELECT count(*) FROM surveys), (SELECT sum(id) FROM events)";
    assert_eq!(rows(&engine, sql).await, ["2|1|6"]);
    for (table, reason) in [
        ("empty", "the file is empty"),
        ("cut", "Parquet"),
        ("notes", "notes.json"),
        ("SAAS", "need the same columns"),
        ("parts", "b.parquet"),
    ] {
        let problem = error(&engine, &format!("SELECT count(*) FROM {table}")).await;
        assert!(
            problem.contains(reason) && problem.lines().count() == 1,
            "{problem}"
        );
    }
    let notes = engine.take_notes();
    assert_eq!(notes.len(), 5, "{notes:?}");
    assert!(
        notes.iter().all(|note| note.contains("is left out: ")),
        "{notes:?}"
    );
}

#[tokio::test]
async fn only_the_first_are_named_one_by_one() {
    let folder = tempfile::tempdir().unwrap();
    text(&folder.path().join("good.csv"), "id\n1\n");
    for letter in ["a", "b", "c", "d", "e", "f", "g", "h"] {
        text(&folder.path().join(format!("{letter}.csv")), "");
    }
    let notes = open(&[folder.path()]).await.unwrap().take_notes();
    assert_eq!(notes.len(), 6, "{notes:?}");
    assert_eq!(notes[5], "and 3 more tables are left out");
}

#[tokio::test]
async fn a_location_without_any_readable_table_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    text(&folder.path().join("empty.csv"), "");
    text(&folder.path().join("cut.parquet"), "PAR1");
    assert!(open(&[folder.path()]).await.is_err());
    assert!(open(&[&folder.path().join("empty.csv")]).await.is_err());
}

#[tokio::test]
async fn two_files_of_one_name_block_that_name_only() {
    let folder = tempfile::tempdir().unwrap();
    text(&folder.path().join("t.csv"), "id\n1\n");
    parquet(&folder.path().join("t.parquet"), vec![("id", ints(&[1]))]);
    text(&folder.path().join("other.csv"), "id\n1\n");
    let engine = open(&[folder.path()]).await.unwrap();
    assert_eq!(rows(&engine, "SELECT count(*) FROM other").await, ["1"]);
    let problem = error(&engine, "SELECT * FROM t").await;
    assert!(problem.contains("--data NAME="), "{problem}");
}

#[cfg(unix)]
#[tokio::test]
async fn links_to_nowhere_and_odd_names_block_their_own_table() {
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;

    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    text(&root.join("tickets.csv"), "id\n1\n");
    symlink("gone.csv", root.join("dangling.csv")).unwrap();
    symlink("itself.csv", root.join("itself.csv")).unwrap();
    symlink(".", root.join("loop")).unwrap();
    text(
        &root.join(std::ffi::OsStr::from_bytes(b"caf\xe9.csv")),
        "id\n1\n",
    );
    parquet(&root.join("t/a.parquet"), vec![("id", ints(&[1]))]);
    symlink("gone.parquet", root.join("t/b.parquet")).unwrap();
    let engine = open(&[root]).await.unwrap();
    assert_eq!(rows(&engine, "SELECT count(*) FROM tickets").await, ["1"]);
    for (table, reason) in [
        ("dangling", "a link to gone.csv, which is not there"),
        ("itself", "a link that leads to itself"),
        ("loop", "a link to a folder that it is in"),
        ("t", "b.parquet: a link to gone.parquet"),
    ] {
        let problem = error(&engine, &format!("SELECT count(*) FROM {table}")).await;
        assert!(problem.contains(reason), "{problem}");
    }
    assert_eq!(engine.take_notes().len(), 5);
}

async fn with_found_config(folder: &Path, data: &[&Path]) -> Engine {
    Engine::open(EngineSettings {
        data: data.iter().map(|path| path.display().to_string()).collect(),
        found_config: Some(folder.join("deskql.toml")),
        ..EngineSettings::default()
    })
    .await
    .unwrap()
}

#[tokio::test]
async fn a_faulty_config_that_was_only_found_stops_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    text(&root.join("a.csv"), "id\n1\n");
    text(
        &root.join("deskql.toml"),
        "[tables.a]\nlocatoin = 'a.csv'\n",
    );
    let engine = with_found_config(root, &[]).await;
    assert_eq!(rows(&engine, "SELECT 1").await, ["1"]);
    let notes = engine.take_notes();
    assert!(
        notes.len() == 1 && notes[0].contains("deskql.toml:2"),
        "{notes:?}"
    );

    let config = "[tables.a]\nlocation = 'a.csv'\n[tables.b]\nlocation = 'gone.csv'\n\
                  [calendars.desk]\ntime_zone = 'Nowhere/Town'\nhours = { mon-fri = ['09:00-17:00'] }\n";
    text(&root.join("deskql.toml"), config);
    let engine = with_found_config(root, &[]).await;
    assert_eq!(rows(&engine, "SELECT count(*) FROM a").await, ["1"]);
    assert!(error(&engine, "SELECT * FROM b").await.contains("gone.csv"));
    assert_eq!(engine.take_notes().len(), 2);

    text(&root.join("other/a.csv"), "id\n7\n");
    let engine = with_found_config(root, &[&root.join("other")]).await;
    let problem = error(&engine, "SELECT * FROM a").await;
    assert!(problem.contains("is already that of"), "{problem}");
}

#[tokio::test]
async fn a_config_that_was_asked_for_is_right_or_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("deskql.toml");
    text(&config, "[tables.b]\nlocation = 'gone.csv'\n");
    let opened = Engine::open(EngineSettings {
        config: Some(config),
        ..EngineSettings::default()
    });
    assert!(opened.await.is_err());
}

#[tokio::test]
async fn long_lists_of_tables_are_cut() {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..40 {
        let letters: String = format!("{number:02}")
            .bytes()
            .map(|digit| char::from(digit + 49))
            .collect();
        text(&folder.path().join(format!("t{letters}.csv")), "id\n1\n");
    }
    let engine = open(&[folder.path()]).await.unwrap();
    let frame = engine.run("SELECT * FROM somethingelse").await;
    let problem = frame.unwrap_err().to_string();
    assert!(
        problem.contains("and 32 more") && problem.len() < 200,
        "{problem}"
    );
}

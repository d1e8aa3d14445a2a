//! JSON files as tables: where their rows are, the types of their fields, and what is wrong with them.

use std::path::Path;

use deskql::internal::sql;
use deskql::{Engine, EngineSettings, Error};

use crate::support::data::{open, rows, text};

/// Rows of `sql` over a file of this name and content, whose table is `t`.
async fn asked(name: &str, content: &str, sql: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(name);
    text(&file, content);
    rows(&open(&[&file]).await.unwrap(), sql).await
}

/// The message of a query that fails, with the place of the value.
async fn error(engine: &Engine, text: &str) -> String {
    let frame = engine.sql(text).await.unwrap();
    match Error::from(frame.collect().await.unwrap_err()) {
        Error::Query(inner) => sql::explain(&inner, None),
        own => own.to_string(),
    }
}

/// The error of opening files, given by name and content, as the table of a folder or a single file.
async fn refused(files: &[(&str, &str)]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let table = folder.path().join("t");
    for (name, content) in files {
        text(&table.join(name), content);
    }
    let location = match files {
        [(name, _)] => table.join(name),
        _ => folder.path().to_owned(),
    };
    let problem = open(&[&location]).await.unwrap_err().to_string();
    problem.replace(&format!("{}/", folder.path().display()), "")
}

/// An engine over `deskql.toml` with the table `t`, of a file beside it.
async fn configured(folder: &Path, content: &str, json: &str) -> deskql::Result<Engine> {
    text(&folder.join("dump.json"), content);
    let config = folder.join("deskql.toml");
    text(
        &config,
        &format!("[tables.t]\nlocation = \"dump.json\"\njson = {json}\n"),
    );
    Engine::open(EngineSettings {
        config: Some(config),
        ..EngineSettings::default()
    })
    .await
}

const TWO: &str =
    "SELECT count(*) AS n, count(rating.score) AS rated, min(rating.score), max(id) FROM t";

/// The same two tickets in every shape: the second is rated good.
#[tokio::test]
async fn one_table_of_every_shape() {
    let one = r#"{"id": 1, "status": "open", "rating": null}"#;
    let two = r#"{"id": 2, "status": "solved", "rating": {"score": "good"}}"#;
    let indented = |text: &str| text.replace(", ", ",\n  ").replace('{', "{\n  ");
    let page = |rows: &str| {
        format!(
            r#"{{"tickets": [{rows}], "count": 2, "next_page": "http://x/]?page=2", "meta": {{"a": []}}}}"#
        )
    };
    for (name, content) in [
        ("t.ndjson", format!("{one}\n{two}\n")),
        ("t.json", format!("{one}\r\n\r\n{two}")),
        ("t.json", format!("\u{feff}{one}\n{two}\n")),
        ("t.json", format!("{}\n{}", indented(one), indented(two))),
        ("t.json", format!("{one}{two}")),
        ("t.json", format!("[{one},{two}]")),
        (
            "t.json",
            format!("[\n{},\n{}\n]\n", indented(one), indented(two)),
        ),
        ("t.json", format!("[{one}]\n[]\n[{two}]")),
        ("t.json", format!("[[{one}],\n[],[{two}]]")),
        (
            "t.json",
            format!("{{\"pages\": [[{one}], [{two}]], \"count\": 2}}"),
        ),
        ("t.json", page(&format!("{one}, {two}"))),
        ("t.json", indented(&page(&format!("{one}, {two}")))),
        ("t.json", format!("{}\n{}", page(one), page(two))),
        (
            "t.ndjson",
            format!("{}\n{}\n{}", page(one), page(two), page("")),
        ),
        (
            "t.json",
            format!("{{\"exported_by\": \"ana\", \"tickets\": [{one}, {two}]}}"),
        ),
    ] {
        let answer = asked(name, &content, TWO).await;
        assert_eq!(answer, ["2|1|good|2"], "{content}");
    }
}

/// The notes of a file of this content, without its folder.
async fn notes(content: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("t.json");
    text(&file, content);
    let engine = open(&[&file]).await.unwrap();
    let folder = format!("{}/", folder.path().display());
    let notes = engine.take_notes().into_iter();
    notes.map(|note| note.replace(&folder, "")).collect()
}

#[tokio::test]
async fn what_may_be_meant_otherwise_is_noted_once() {
    for (content, note) in [
        (
            r#"[[{"id": 1}, {"id": 2}], [{"id": 3}]]"#,
            "t.json: its list holds lists, and a row is an element of one of these",
        ),
        (
            r#"{"data": [[{"id": 1}], [{"id": 3}]]}"#,
            "t.json: the list data holds lists, and a row is an element of one of these",
        ),
        (
            r#"{"data": [{"id": 1}, {"id": 3}]}"#,
            "t.json: a row is an element of the list data",
        ),
        (
            r#"{"-Na1": {"who": "a"}, "-Na2": {"who": "b"}, "-Na3": {"who": "c", "n": 1}}"#,
            "t.json: the file is one object, so one row with a column for each of its keys; if its values are the rows, \
             make them lines: jq -c 'to_entries[] | {key} + .value' FILE",
        ),
    ] {
        assert_eq!(notes(content).await, [note]);
    }
    for silent in [
        r#"{"-Na1": {"who": "a"}, "-Na2": {"who": "b"}}"#,
        r#"{"who": {"name": "a"}, "rating": {"score": 1}, "channel": {"kind": "mail"}}"#,
        r#"[{"id": 1}]"#,
    ] {
        assert_eq!(notes(silent).await, Vec::<String>::new(), "{silent}");
    }
}

#[tokio::test]
async fn shapes_of_several_files_are_one_table() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &str| text(&folder.path().join("t").join(name), content);
    file(
        "a.json",
        r#"{"issues": [{"id": 1, "who": "a"}], "total": 3}"#,
    );
    file("b.json", r#"[{"id": 2.5, "who": {"name": "b"}}]"#);
    file("c.json", r#"{"issues": [], "total": 3}"#);
    file(
        "d.json",
        "{\"issues\": [{\"id\": 3, \"more\": true}],\n \"total\": 3}",
    );
    let engine = open(&[folder.path()]).await.unwrap();
    let sql = "SELECT id, who, more FROM t ORDER BY id";
    let expected = ["1.0|a|", "2.5|{\"name\":\"b\"}|", "3.0||true"];
    assert_eq!(rows(&engine, sql).await, expected);
    file("e.json", r#"{"issues": [{"id": "x"}], "total": 3}"#);
    assert_eq!(
        error(&engine, sql).await,
        "field id: expected a number, found \"x\"; the file has other types than when the table was made \
         (e.json, line 1)"
    );
}

#[tokio::test]
async fn compressed_files() {
    let folder = tempfile::tempdir().unwrap();
    let plain = folder.path().join("plain.json");
    text(&plain, "[{\"id\": 1},\n {\"id\": \"T-2\"}]");
    let engine = open(&[&plain]).await.unwrap();
    for (name, compression) in [("gz", "gzip"), ("zst", "zstd")] {
        let file = folder.path().join(format!("t.ndjson.{name}"));
        let copy = format!(
            "COPY (SELECT id, 1 AS n FROM plain) TO '{}' STORED AS JSON OPTIONS ('format.compression' '{compression}')",
            file.display()
        );
        engine.sql(&copy).await.unwrap().collect().await.unwrap();
        let read = open(&[&file]).await.unwrap();
        assert_eq!(
            rows(&read, "SELECT id FROM t ORDER BY id").await,
            ["1", "T-2"]
        );
    }
}

#[tokio::test]
async fn values_of_several_types_are_text() {
    let fields = concat!(
        r#"{"id": 1, "fields": [{"id": 101, "value": "gold"}, {"id": 102, "value": true}, {"id": 103, "value": ["a", "b"]}, {"id": 104, "value": null}]}"#,
        "\n",
        r#"{"id": 2, "fields": [{"id": 101, "value": "free"}, {"id": 103, "value": []}, {"id": 104, "value": 7.50}]}"#,
    );
    let sql = "SELECT id, f['id'], f['value'] FROM (SELECT id, unnest(fields) AS f FROM t) WHERE f['value'] IS NOT NULL ORDER BY 1, 2";
    let expected = [
        "1|101|gold",
        "1|102|true",
        "1|103|[\"a\",\"b\"]",
        "2|101|free",
        "2|103|[]",
        "2|104|7.50",
    ];
    assert_eq!(asked("t.ndjson", fields, sql).await, expected);
    let sql = "SELECT id, assignee, arrow_typeof(assignee) FROM t ORDER BY id";
    let mixed = "{\"id\":1,\"assignee\":{\"id\" : 7}}\n{\"id\":\"T-2\",\"assignee\":null}\n{\"id\":3,\"assignee\":\"bot\"}";
    let expected = ["1|{\"id\":7}|Utf8", "3|bot|Utf8", "T-2||Utf8"];
    assert_eq!(asked("t.ndjson", mixed, sql).await, expected);
}

#[tokio::test]
async fn numbers_keep_every_digit() {
    let content = r#"[{"a": 9223372036854775807, "b": 18446744073709551615, "c": 1e400, "d": 1.0, "e": -0, "f": 9007199254740993},
        {"a": -1, "b": 1, "c": 2.50, "d": 3, "e": 0, "f": 0.5}]"#;
    let sql = "SELECT a, b, c, d, e, f FROM t ORDER BY a DESC";
    let expected = [
        "9223372036854775807|18446744073709551615|1e400|1.0|0|9007199254740993",
        "-1|1|2.50|3.0|0|0.5",
    ];
    assert_eq!(asked("t.json", content, sql).await, expected);
    let sum = "SELECT sum(b) FROM t";
    assert_eq!(
        asked("t.json", content, sum).await,
        ["18446744073709551616"]
    );
}

#[tokio::test]
async fn columns_are_those_of_all_rows() {
    let mut content = String::new();
    for id in 0..3000 {
        content.push_str(&format!("{{\"id\":{id},\"none\":null}}\n"));
    }
    content.push_str("{\"late\":\"x\",\"id\":\"last\",\"none\":null,\"empty\":{},\"list\":[]}\n");
    let sql = "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 't' ORDER BY ordinal_position";
    let expected = [
        "id|VARCHAR",
        "none|VARCHAR",
        "late|VARCHAR",
        "empty|VARCHAR",
        "list|VARCHAR[]",
    ];
    let found = asked("t.ndjson", &content, sql).await;
    assert_eq!(found[..4], expected[..4]);
    let sql = "SELECT count(*), count(id), max(length(id)), max(empty) FROM t";
    assert_eq!(asked("t.ndjson", &content, sql).await, ["3001|3001|4|{}"]);
}

#[tokio::test]
async fn what_is_not_json_is_told_with_its_line() {
    for (content, problem) in [
        (
            "[{\"a\": 1},\n {\"a\": }]",
            "t/x.json, line 2: not JSON: expected value",
        ),
        (
            "[{\"a\": 1},\n {\"a\": 2}",
            "t/x.json, line 2: the file ends within a list: is it whole?",
        ),
        (
            "{\"a\": 1}\n{\"a\": \"x",
            "t/x.json, line 2: the file ends within the object that begins on line 2: is it whole?",
        ),
        (
            "{\"a\": 1}\n{\"a\": 1, \"a\": 2}",
            "t/x.json, line 2: the key \"a\" is there twice in one object",
        ),
        (
            "[{\"a\": 1},\n3]",
            "t/x.json, line 2: a row must be an object, but here is a number",
        ),
        (
            "[[{\"a\": 1}],\n{\"a\": 1}]",
            "t/x.json, line 2: the elements before are lists of rows, but here is an object",
        ),
        (
            "id,name\n1,a",
            "t/x.json, line 1: not JSON: expected a JSON object or list, found 'i'",
        ),
        (
            "{\"tickets\": [{\"id\": 1}], \"users\": [{\"id\": 1}]}",
            "t/x.json: one object with the lists tickets, users: say which holds the rows, as in json = { list = \
             \"tickets\" } for the table in deskql.toml, or list = \"$\" if the object is a row",
        ),
    ] {
        assert_eq!(refused(&[("x.json", content)]).await, problem, "{content}");
    }
    let two = refused(&[
        ("a.json", "{\"tickets\": [{\"id\": 1}]}"),
        ("b.json", "{\"users\": [{\"id\": 1}]}"),
    ]);
    let two = two.await;
    assert!(
        two.contains("a.json seem to be in the list tickets, those of b.json in users"),
        "{two}"
    );
}

#[tokio::test]
async fn the_list_may_be_named() {
    let folder = tempfile::tempdir().unwrap();
    let content = r#"{"data": {"tickets": [{"id": 1}, {"id": 2}]}, "users": [{"id": 7}]}"#;
    for (json, expected) in [
        ("{ list = \"data.tickets\" }", "3"),
        ("{ list = \"$.users\" }", "7"),
    ] {
        let engine = configured(folder.path(), content, json).await.unwrap();
        assert_eq!(rows(&engine, "SELECT sum(id) FROM t").await, [expected]);
    }
    let pages = r#"{"d": {"pages": [[{"id": 1}, {"id": 2}], [], [{"id": 4}]], "other": [[1]]}}"#;
    let engine = configured(folder.path(), pages, "{ list = \"d.pages\" }")
        .await
        .unwrap();
    assert_eq!(rows(&engine, "SELECT sum(id) FROM t").await, ["7"]);
    let engine = configured(folder.path(), content, "{ list = \"$\" }")
        .await
        .unwrap();
    let sql = "SELECT count(*), min(length(users)) FROM t";
    assert_eq!(rows(&engine, sql).await, ["1|1"]);
    for (json, problem) in [
        (
            "{ list = \"tickets\" }",
            "line 1: the object that ends here has no list tickets",
        ),
        (
            "{ list = \"data\" }",
            "line 1: data is an object instead of a list of objects",
        ),
        ("{ list = \"\" }", "names no list"),
        ("{ rows = \"x\" }", "unknown key \"rows\"; valid keys: list"),
    ] {
        let refused = configured(folder.path(), content, json)
            .await
            .unwrap_err()
            .to_string();
        assert!(refused.contains(problem), "{json}: {refused}");
    }
}

/// Values that an expression cannot take are placed as in lines.
#[tokio::test]
async fn values_that_fail_are_placed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("t.json");
    text(
        &file,
        "{\"tickets\": [\n{\"id\": 1,\n \"due\": \"2026-01-01\"},\n{\"id\": 2, \"due\": \"soon\"}],\n\"count\": 2}",
    );
    let engine = open(&[&file]).await.unwrap();
    let problem = error(&engine, "SELECT max(due::DATE) FROM t").await;
    assert!(
        problem.contains("'soon'") && problem.contains("t.json, line 4"),
        "{problem}"
    );
    let broken = folder.path().join("c.csv");
    text(
        &broken,
        "id,custom\n1,\"{\"\"plan\"\": \"\"gold\"\"}\"\n2,{plan\n",
    );
    let engine = open(&[&broken]).await.unwrap();
    let problem = error(&engine, "SELECT count(custom ->> 'plan') FROM c").await;
    assert!(
        problem.contains("column custom: '{plan' is not JSON")
            && problem.contains("(c.csv, line 3)"),
        "{problem}"
    );
    let sql = "SELECT try_json(custom) ->> 'plan' FROM c ORDER BY id";
    assert_eq!(rows(&engine, sql).await, ["gold", ""]);
}

//! Files that `COPY` writes are read by their names, as tables with declared columns too, under the headers of the query.

use super::run;

#[test]
fn what_copy_writes_is_read_by_its_name() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a.tab", "a.tab.gz", "a.ipc", "a.feather", "a.pq", "a.jsonl"] {
        run(
            folder.path(),
            &format!("COPY (SELECT 1 AS a, 'x' AS b) TO '{name}'"),
        );
        let read = run(folder.path(), &format!("SELECT * FROM '{name}'"));
        assert_eq!(read, "a,b\n1,x\n", "{name}");
    }
}

#[test]
fn tables_with_declared_columns_have_every_format() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("tsv")).unwrap();
    std::fs::write(folder.path().join("tsv/a.tsv"), "a\tb\n1\tx,y\n").unwrap();
    std::fs::write(
        folder.path().join("a.ndjson"),
        "{\"a\": 1, \"b\": \"x,y\"}\n",
    )
    .unwrap();
    for (format, place) in [
        ("TSV", "tsv/"),
        ("TSV", "tsv/a.tsv"),
        ("NDJSON", "a.ndjson"),
    ] {
        let sql = format!(
            "CREATE EXTERNAL TABLE t (a BIGINT, b TEXT) STORED AS {format} LOCATION '{place}'; SELECT * FROM t"
        );
        assert_eq!(run(folder.path(), &sql), "a,b\n1,\"x,y\"\n", "{place}");
    }
}

#[test]
fn columns_of_inner_queries_are_headed_by_their_text() {
    let folder = tempfile::tempdir().unwrap();
    let inner = "SELECT * FROM (SELECT x + 1, avg(x) FROM (VALUES (1)) AS t(x) GROUP BY x)";
    assert_eq!(run(folder.path(), inner), "x + 1,avg(x)\n2,1.0\n");
    let cte = "WITH a AS (SELECT x + 1 FROM (VALUES (1)) AS t(x)) SELECT * FROM a ORDER BY 1";
    assert_eq!(run(folder.path(), cte), "x + 1\n2\n");
    run(folder.path(), &format!("COPY ({inner}) TO 'a.csv'"));
    let written = std::fs::read_to_string(folder.path().join("a.csv")).unwrap();
    assert_eq!(written, "x + 1,avg(x)\n2,1.0\n");
    let table = format!("CREATE TABLE s AS {inner}; SELECT \"x + 1\" FROM s");
    assert_eq!(run(folder.path(), &table), "x + 1\n2\n");
}

//! Options of `COPY`, and what the ending of a name says.

use std::path::Path;

use super::{deskql, files, refused, run, text};

/// Writes the result of `sql` with `-o`, in the format of the ending.
fn output(folder: &Path, target: &str, sql: &str) {
    let mut command = assert_cmd::cargo::cargo_bin_cmd!("deskql");
    command
        .current_dir(folder)
        .args(["-q", "-o", target, "-c", sql]);
    command.assert().success();
}

#[test]
fn csv_is_written_in_the_dialect_that_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let rows = "SELECT * FROM (VALUES (1, 'a;b', DATE '2026-01-31'), (2, '', NULL), (3, NULL, NULL)) AS t(n, s, d)";
    for (options, expected) in [
        ("(FORMAT csv)", "n,s,d\n1,a;b,2026-01-31\n2,\"\",\n3,,\n"),
        (
            "(FORMAT csv, HEADER, DELIMITER ';')",
            "n;s;d\n1;\"a;b\";2026-01-31\n2;\"\";\n3;;\n",
        ),
        (
            "WITH (FORMAT csv, HEADER false, NULL '-')",
            "1,a;b,2026-01-31\n2,\"\",-\n3,-,-\n",
        ),
        (
            "CSV HEADER DELIMITER AS '|' QUOTE ''''",
            "n|s|d\n1|a;b|2026-01-31\n2|''|\n3||\n",
        ),
        (
            "(FORMAT csv, FORCE_QUOTE *)",
            "n,s,d\n\"1\",\"a;b\",\"2026-01-31\"\n\"2\",\"\",\n\"3\",,\n",
        ),
        (
            "(DATEFORMAT '%d.%m.%y', FORCE_QUOTE (n))",
            "n,s,d\n\"1\",a;b,31.01.26\n\"2\",\"\",\n\"3\",,\n",
        ),
        (
            "(FORMAT tsv)",
            "n\ts\td\n1\ta;b\t2026-01-31\n2\t\"\"\t\n3\t\t\n",
        ),
        (
            "STORED AS CSV OPTIONS ('format.delimiter' ';')",
            "n;s;d\n1;\"a;b\";2026-01-31\n2;\"\";\n3;;\n",
        ),
    ] {
        run(
            folder.path(),
            &format!("COPY ({rows}) TO 'a.csv' {options}"),
        );
        let written = std::fs::read_to_string(folder.path().join("a.csv")).unwrap();
        assert_eq!(written, expected, "{options}");
    }
}

#[test]
fn copy_and_output_write_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let rows = "SELECT 1 AS n, '' AS s, NULL::VARCHAR AS e, TIMESTAMP '2026-01-31 09:30:00' AS at, [1, 2] AS l";
    for name in ["a.csv", "a.tsv", "a.ndjson"] {
        run(folder.path(), &format!("COPY ({rows}) TO 'copy/{name}'"));
        output(folder.path(), &format!("out/{name}"), rows);
        let bytes = |place: &str| std::fs::read(folder.path().join(place).join(name)).unwrap();
        assert_eq!(bytes("copy"), bytes("out"), "{name}");
    }
}

#[test]
fn endings_compress_in_copy_and_in_output() {
    let folder = tempfile::tempdir().unwrap();
    let rows = "SELECT value AS n FROM generate_series(1, 1000)";
    for name in [
        "a.csv.gz",
        "a.csv.zst",
        "a.ndjson.zst",
        "a.json.gz",
        "a.tsv.bz2",
        "a.jsonl.xz",
    ] {
        run(folder.path(), &format!("COPY ({rows}) TO 'copy/{name}'"));
        let path = folder.path().join("copy").join(name);
        assert!(std::fs::metadata(&path).unwrap().len() < 3000, "{name}");
        assert_eq!(
            run(
                folder.path(),
                &format!("SELECT sum(n) AS s FROM 'copy/{name}'")
            ),
            "s\n500500\n"
        );
        if name == "a.json.gz" {
            continue;
        }
        output(folder.path(), &format!("out/{name}"), rows);
        assert_eq!(
            run(
                folder.path(),
                &format!("SELECT sum(n) AS s FROM 'out/{name}'")
            ),
            "s\n500500\n"
        );
    }
    assert!(
        files(folder.path())
            .iter()
            .all(|file| !file.contains(".tmp"))
    );
}

#[test]
fn json_is_lines_or_an_array() {
    let folder = tempfile::tempdir().unwrap();
    let rows = "SELECT value AS n, NULL::VARCHAR AS s FROM generate_series(1, 2)";
    let copy = |rows: &str, options: &str| {
        run(
            folder.path(),
            &format!("COPY ({rows}) TO 'a.json' {options}"),
        );
        std::fs::read_to_string(folder.path().join("a.json")).unwrap()
    };
    assert_eq!(
        copy(rows, ""),
        "{\"n\":1,\"s\":null}\n{\"n\":2,\"s\":null}\n"
    );
    assert_eq!(
        copy(rows, "(ARRAY true)"),
        "[\n{\"n\":1,\"s\":null},\n{\"n\":2,\"s\":null}\n]\n"
    );
    let none = "SELECT 1 AS n WHERE false";
    assert_eq!(copy(none, "(ARRAY)"), "[\n]\n");
    let many = "SELECT value AS n FROM generate_series(1, 30000)";
    let all = copy(many, "(FORMAT json, ARRAY true)");
    let parsed: serde_json::Value = serde_json::from_str(&all).unwrap();
    assert_eq!(parsed.as_array().unwrap().len(), 30000);
}

#[test]
fn a_file_needs_no_ending_and_a_folder_a_slash() {
    let folder = tempfile::tempdir().unwrap();
    run(
        folder.path(),
        "COPY (SELECT 1 AS a) TO 'x/y/plain' (FORMAT csv)",
    );
    assert_eq!(files(folder.path()), ["x/y/plain"]);
    run(folder.path(), "COPY (SELECT 1 AS a) TO 'z/' (FORMAT csv)");
    assert_eq!(files(folder.path()), ["x/y/plain", "z/*.csv"]);
    run(
        folder.path(),
        "COPY (SELECT 1 AS a) TO 'plain2' STORED AS CSV",
    );
    assert_eq!(
        files(folder.path()),
        ["plain2/*.csv", "x/y/plain", "z/*.csv"]
    );
}

#[test]
fn mistakes_are_one_line_that_says_what_there_is() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("file.csv"), "a\n1\n").unwrap();
    for (sql, said) in [
        (
            "COPY (SELECT 1 AS a) TO 'a.csv' (HEADR true)",
            "no option 'headr' of COPY .. (FORMAT csv); did you mean header? (line 1, column 34)",
        ),
        (
            "COPY (SELECT 1 AS a) TO 'a.xlsx'",
            "there is no format named xlsx: write STORED AS CSV, JSON, PARQUET or ARROW",
        ),
        (
            "COPY (SELECT 1 AS a) TO 'a'",
            "the name of the file does not say which format to write",
        ),
        (
            "COPY (SELECT 1 AS a) TO 'a.csv' (FORCE_QUOTE (b))",
            "force_quote: no column named 'b'",
        ),
        (
            "COPY (SELECT 1 AS a) TO 'a/' (FORMAT csv, PARTITION_BY (a))",
            "every column is in PARTITION_BY",
        ),
        (
            "COPY (SELECT 1 AS a) TO 'a.csv' APPEND",
            "APPEND adds files to a folder, and a.csv is a file",
        ),
        (
            "COPY (SELECT 1 AS a) TO 'file.csv/b.csv'",
            "file.csv is a file, and nothing can be written below it",
        ),
        (
            "COPY (SELECT 1 AS a) TO 'file.csv/b/' (FORMAT csv)",
            "file.csv is a file, and nothing can be written below it",
        ),
        (
            "COPY (SELECT 1 AS a) TO '/dev/stdout' (FORMAT csv)",
            "is a device, which cannot be replaced",
        ),
        (
            "COPY (SELECT 1 AS a) TO 'a.parquet' (COMPRESSION snapy)",
            "compression 'snapy' is not known; did you mean snappy?",
        ),
    ] {
        let line = refused(folder.path(), sql);
        assert!(line.contains(said), "{sql}: {line}");
    }
    assert_eq!(files(folder.path()), ["file.csv"]);
    let output = deskql(folder.path())
        .args(["-o", "file.csv/x.csv", "-c", "SELECT 1"])
        .output()
        .unwrap();
    assert!(
        text(&output.stderr).contains("file.csv is a file, and nothing can be written below it")
    );
}

//! Standard input as a table, and binary formats through pipes.

use assert_cmd::cargo::cargo_bin_cmd;

/// Standard output of a run with `input` on standard input.
fn piped(arguments: &[&str], input: &[u8]) -> Vec<u8> {
    let mut command = cargo_bin_cmd!("deskql");
    let output = command.args(arguments).write_stdin(input).output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout
}

fn refused(arguments: &[&str], input: &[u8]) -> (i32, String) {
    let mut command = cargo_bin_cmd!("deskql");
    let output = command.args(arguments).write_stdin(input).output().unwrap();
    (
        output.status.code().unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

#[test]
fn every_format_goes_through_a_pipe_and_back() {
    let values = "SELECT * FROM (VALUES (1, 'x'), (2, NULL)) AS t(a, b)";
    for format in ["csv", "tsv", "json", "ndjson", "parquet", "arrow"] {
        let written = piped(&["--format", format, "--output", "-", "-c", values], b"");
        let read = [
            "--data",
            "-",
            "--format",
            "csv",
            "-c",
            "SELECT a, b FROM stdin ORDER BY a",
        ];
        let answer = String::from_utf8(piped(&read, &written)).unwrap();
        assert_eq!(answer, "a,b\n1,x\n2,\n", "{format}");
    }
}

#[test]
fn standard_input_has_a_name_and_is_read_as_often_as_needed() {
    let sql = "SELECT count(*) AS n FROM t AS x JOIN t AS y USING (a)";
    let answer = piped(
        &["--data", "t=-", "--format", "csv", "-c", sql],
        b"a;b\n1;2\n3;4\n",
    );
    assert_eq!(answer, b"n\n2\n");
    let surveys = b"kind,score,answered_at,survey_id,ticket_id,customer_id,channel\nnps,10,2025-01-01 00:00:00,1,1,1,email\n";
    let named = [
        "--data",
        "surveys=-",
        "--format",
        "csv",
        "-c",
        "SELECT nps(score) AS nps FROM surveys",
    ];
    assert_eq!(piped(&named, surveys), b"nps\n100.0\n");
}

#[test]
fn what_cannot_be_read_from_a_pipe_is_refused() {
    for (arguments, input, code, expected) in [
        (
            &["--data", "-"][..],
            &b"a\n1\n"[..],
            2,
            "standard input has the data of --data -",
        ),
        (
            &["--data", "-", "-f", "-"],
            b"a\n1\n",
            2,
            "standard input has the data of --data -",
        ),
        (
            &["--data", "-", "--data", "b=-", "-c", "SELECT 1"],
            b"a\n1\n",
            2,
            "--data - is given twice",
        ),
        (
            &["--data", "-", "-c", "SELECT 1"],
            b"",
            1,
            "standard input: is empty",
        ),
        (
            &["--data", "-", "-c", "SELECT 1"],
            b"\x1f\x8b\x08\0",
            1,
            "standard input: is compressed",
        ),
    ] {
        let (found, said) = refused(arguments, input);
        assert_eq!(found, code, "{said}");
        assert!(said.starts_with(&format!("deskql: {expected}")), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}

#[test]
fn nothing_of_standard_input_stays() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().to_str().unwrap();
    piped(
        &[
            "--temp-dir",
            place,
            "--data",
            "-",
            "-c",
            "SELECT * FROM stdin",
        ],
        b"a\n1\n",
    );
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

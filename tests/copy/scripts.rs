//! `--param`, `--keep-going`, and scripts as files.

use super::{deskql, text};

#[test]
fn parameters_are_values() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let output = deskql(folder.path()).args(arguments).output().unwrap();
        let code = output.status.code().unwrap();
        (code, text(&output.stdout), text(&output.stderr))
    };
    let sql =
        "SELECT $n + 1 AS n, $t AS t, :d - INTERVAL '1 day' AS d, $l[2] AS l, $z IS NULL AS z";
    let given = ["n=41", "t=it's; DROP", "d=2026-03-01", "l=[1, 2]", "z=NULL"];
    let mut arguments: Vec<&str> = given.iter().flat_map(|one| ["--param", one]).collect();
    arguments.extend(["-c", sql]);
    let (code, out, said) = run(&arguments);
    assert_eq!((code, said.as_str()), (0, ""));
    assert_eq!(out, "n,t,d,l,z\n42,it's; DROP,2026-02-28,2,true\n");
    for (arguments, line) in [
        (
            &["-c", "SELECT $n"][..],
            "parameter n of the SQL has no value: add --param n=..",
        ),
        (
            &["--param", "m=1", "-c", "SELECT $n"],
            "no parameter m in the SQL; did you mean n?",
        ),
        (
            &["--param", "n=1", "--param", "n=2", "-c", "SELECT $n"],
            "parameter n is given twice",
        ),
        (
            &["--param", "n:date=x", "-c", "SELECT $n"],
            "parameter n: \"x\" is not a date such as 2026-01-31",
        ),
    ] {
        let (code, out, said) = run(arguments);
        assert_eq!(
            (code, out.as_str(), said.as_str()),
            (2, "", format!("deskql: {line}\n").as_str())
        );
    }
    let file = folder.path().join("a.sql");
    std::fs::write(
        &file,
        "\u{feff}COPY (SELECT $x AS x) TO 'a.csv';\nSELECT * FROM 'a.csv';\n",
    )
    .unwrap();
    let (code, out, said) = run(&["--param", "x=7", "-f", "a.sql"]);
    assert_eq!((code, out.as_str(), said.as_str()), (0, "x\n7\n", ""));
}

#[test]
fn a_script_can_go_on_and_says_where_it_failed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.sql");
    std::fs::write(
        &file,
        "SELECT 1 AS a;\n\nSELECT nothing;\nSELECT 3 AS c;\nSELECT 1 % 0;\n",
    )
    .unwrap();
    let run = |arguments: &[&str]| {
        let output = deskql(folder.path()).args(arguments).output().unwrap();
        (
            output.status.code().unwrap(),
            text(&output.stdout),
            text(&output.stderr),
        )
    };
    let (code, out, said) = run(&["-f", "a.sql"]);
    assert_eq!((code, out.as_str()), (1, "a\n1\n"));
    assert!(
        said.starts_with("deskql: a.sql: no column named 'nothing'")
            && said.contains("(line 3, column 8)"),
        "{said}"
    );
    let (code, out, said) = run(&["--keep-going", "-f", "a.sql"]);
    assert_eq!((code, out.as_str()), (1, "a\n1\nc\n3\n"));
    assert!(
        said.ends_with("deskql: 2 of 4 statements failed\n"),
        "{said}"
    );
}

#[test]
fn a_script_can_go_on_after_what_is_not_sql() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.sql");
    let run = |arguments: &[&str]| {
        let output = deskql(folder.path()).args(arguments).output().unwrap();
        (
            output.status.code().unwrap(),
            text(&output.stdout),
            text(&output.stderr),
        )
    };
    std::fs::write(
        &file,
        "SELECT $n AS a;\nSELEC 2;\nSELECT $m FROM;\n\\d\n;SELECT 4 AS d;\nSELECT 'open;\nSELECT 5;\n",
    )
    .unwrap();
    let given = [
        "--keep-going",
        "--param",
        "n=1",
        "--param",
        "m=2",
        "-f",
        "a.sql",
    ];
    let (code, out, said) = run(&given);
    assert_eq!((code, out.as_str()), (1, "a\n1\nd\n4\n"));
    for (line, problem) in [
        ("(line 2, column 1)", "found: SELEC"),
        ("(line 3, column 15)", "found: EOF"),
        ("", "\\d is a command of the shell"),
        ("(line 6, column 8)", "nterminated string literal"),
    ] {
        assert!(
            said.lines().any(|said| {
                said.starts_with("deskql: a.sql: ") && said.contains(problem) && said.contains(line)
            }),
            "{said}"
        );
    }
    assert!(
        said.ends_with("deskql: 4 of 6 statements failed\n"),
        "{said}"
    );
    // Without it, nothing runs.
    let (code, out, _) = run(&["--param", "n=1", "--param", "m=2", "-f", "a.sql"]);
    assert_eq!((code, out.as_str()), (1, ""));
    let (code, ..) = run(&["--keep-going", "-c", "SELECT 1"]);
    assert_eq!(code, 0);
}

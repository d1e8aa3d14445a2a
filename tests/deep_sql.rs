//! Trap V of `docs/engine-traps.md`: long and deep SQL, in the program as it runs.

use assert_cmd::cargo::cargo_bin_cmd;

/// Runs SQL from standard input, because an argument has a length limit.
fn run(sql: String) -> (Option<i32>, String, String) {
    let mut command = cargo_bin_cmd!("deskql");
    let output = command
        .args(["--format", "csv"])
        .write_stdin(sql)
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        output.status.code(),
        text(&output.stdout),
        text(&output.stderr),
    )
}

#[test]
fn trap_v_a_sum_of_1000_terms_is_computed() {
    let sum = vec!["x"; 1_000].join(" + ");
    let (code, answer, said) = run(format!("SELECT {sum} AS total FROM (VALUES (2)) AS t(x)"));
    assert_eq!(
        (code, answer.as_str(), said.as_str()),
        (Some(0), "total\n2000\n", "")
    );
}

#[test]
fn trap_v_nesting_too_deep_is_one_line() {
    let sql = format!("SELECT {}1{}", "(".repeat(2_000), ")".repeat(2_000));
    let (code, _, said) = run(sql);
    assert_eq!(code, Some(1));
    assert_eq!(
        said,
        "deskql: the SQL is nested too deeply: name parts of it in WITH\n"
    );
}

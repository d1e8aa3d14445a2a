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

#[test]
fn trap_v_long_chains_of_or_and_and_are_planned_as_low_trees() {
    let numbers = 0..5_000;
    let any: Vec<String> = numbers.clone().map(|i| format!("x = {i}")).collect();
    let none: Vec<String> = numbers.map(|i| format!("x <> {}", 2 * i)).collect();
    let from = "FROM (VALUES (7), (8), (-1)) AS t(x)";
    for (condition, count) in [(any.join(" OR "), 2), (none.join(" AND "), 2)] {
        let (code, answer, said) = run(format!("SELECT count(*) AS n {from} WHERE {condition}"));
        assert_eq!(
            (code, answer, said.as_str()),
            (Some(0), format!("n\n{count}\n"), "")
        );
    }
}

#[test]
fn trap_v_a_sum_of_too_many_terms_is_one_line() {
    let sum = vec!["1"; 20_000].join(" + ");
    let (code, _, said) = run(format!("SELECT {sum}"));
    assert_eq!(code, Some(1));
    assert_eq!(
        said,
        "deskql: more than 1000 operators follow each other: put the values into rows and use an aggregate\n"
    );
}

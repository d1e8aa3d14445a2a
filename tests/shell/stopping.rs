//! Errors and interrupts never end the shell.

use super::terminal::{Start, Terminal};

const CTRL_C: &str = "\x03";
/// More rows than a query can process during a test.
const ENDLESS: &str = "SELECT count(*) FROM generate_series(1, 1000000) AS a, \
     generate_series(1, 10000000) AS b WHERE a.value * b.value % 7 = 3;";

fn started() -> (tempfile::TempDir, Terminal) {
    let home = tempfile::tempdir().unwrap();
    let terminal = Start::at(home.path()).sized(30, 180).run();
    terminal.wait_for_prompt();
    (home, terminal)
}

#[test]
fn ctrl_c_stops_the_statement_and_the_next_one_runs() {
    let (_home, terminal) = started();
    terminal.type_until(ENDLESS, "% 7 = 3;");
    terminal.send("\r");
    // The bar shows that it runs.
    terminal.wait_for("rows read");
    terminal.send(CTRL_C);
    let screen = terminal.wait_for_prompt();
    assert!(screen.contains("error: stopped after"), "{screen}");
    let screen = terminal.run("SELECT count(*) AS tickets FROM tickets;");
    assert!(
        screen.contains("│    4000 │") || screen.contains("1 row ("),
        "{screen}"
    );
}

#[test]
fn a_time_limit_stops_it_too() {
    let home = tempfile::tempdir().unwrap();
    let mut start = Start::at(home.path()).sized(30, 180);
    start
        .arguments
        .extend(["--timeout".to_owned(), "200ms".to_owned()]);
    let terminal = start.run();
    terminal.wait_for_prompt();
    let screen = terminal.run(ENDLESS);
    assert!(
        screen.contains("stopped after 0.2 s (--timeout)"),
        "{screen}"
    );
}

#[test]
fn an_error_points_at_its_place_and_names_the_nearest() {
    let (_home, terminal) = started();
    let screen = terminal.run("SELECT chanel FROM tickets;");
    assert!(
        screen.contains("error: no column named 'chanel'"),
        "{screen}"
    );
    assert!(screen.contains("did you mean 'channel'?"), "{screen}");
    let lines: Vec<&str> = screen.lines().collect();
    let caret = lines
        .iter()
        .position(|line| line.trim() == "^^^^^^")
        .unwrap();
    let column = lines[caret].find('^').unwrap();
    assert_eq!(&lines[caret - 1][column..column + 6], "chanel");
    let screen = terminal.run("SELECT 1 +;");
    assert!(screen.contains("error:"), "{screen}");
    assert!(terminal.run("SELECT 1 AS one;").contains("1 row"));
}

#[test]
fn what_follows_a_failing_statement_is_not_run() {
    let (_home, terminal) = started();
    let screen = terminal.run("SELECT 1 AS a; SELECT * FROM nowhere; SELECT 2; SELECT 3;");
    assert!(screen.contains("no table named 'nowhere'"), "{screen}");
    assert!(
        screen.contains("2 other statements of this input were not run"),
        "{screen}"
    );
    let screen = terminal.run("\\nonsense");
    assert!(screen.contains("no command \\nonsense"), "{screen}");
}

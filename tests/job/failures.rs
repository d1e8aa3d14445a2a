//! A step that fails names itself, leaves the others whole, and is where the next run goes on.

use std::time::Duration;

use super::{Workshop, below, failure, said};

const JOB: &str = r#"
[job]
data = ["data"]

[steps.first]
sql = "SELECT team, count(*) AS n FROM tickets GROUP BY team ORDER BY team"
output = "out/first.csv"

[steps.second]
file = "second.sql"
output = "out/second/"
format = "csv"
partition_by = ["team"]

[steps.third]
sql = "SELECT count(*) AS n FROM second"
output = "out/third.csv"

[steps.other]
sql = "SELECT 7 AS n"
output = "out/other.csv"
"#;

const WRONG: &str = "SELECT team, 10 / (ticket_id - 6) AS v\nFROM tickets";
const RIGHT: &str = "SELECT team, 10 / (ticket_id - 7) AS v\nFROM tickets";

#[test]
fn a_run_ends_at_the_step_that_fails_and_the_next_goes_on_there() {
    let shop = Workshop::new(JOB);
    shop.write("second.sql", WRONG);
    let output = shop.run(&["--log", "-"]);
    let (code, told) = failure(&output);
    assert_eq!(code, 1);
    let line = told
        .lines()
        .find(|line| line.starts_with("deskql: "))
        .unwrap();
    assert!(
        line.starts_with("deskql: job job, step second: second.sql: "),
        "{told}"
    );
    assert!(
        line.contains("division by zero where ticket_id = 6 (tickets.csv, line 7)"),
        "{told}"
    );
    assert_eq!(super::statuses(&output), ["first done", "second failed"]);
    let record = super::records(&output).pop().unwrap();
    assert!(
        line.ends_with(record["error"].as_str().unwrap()),
        "{record}"
    );
    assert_eq!(below(&shop.path("out")), ["first.csv"]);
    assert_eq!(shop.read("out/first.csv"), "team,n\na,3\nb,3\n");
    shop.write("second.sql", RIGHT);
    let rest = [
        "first up_to_date",
        "second done",
        "third done",
        "other done",
    ];
    assert_eq!(shop.statuses(&[]), rest);
    assert_eq!(shop.read("out/third.csv"), "n\n6\n");
}

#[test]
fn old_outputs_of_a_failed_step_stay() {
    let shop = Workshop::new(JOB);
    shop.write("second.sql", RIGHT);
    shop.statuses(&[]);
    let files = below(&shop.path("out"));
    let before: Vec<String> = files
        .iter()
        .map(|name| shop.read(&format!("out/{name}")))
        .collect();
    shop.write("second.sql", WRONG);
    failure(&shop.run(&[]));
    assert_eq!(below(&shop.path("out")), files);
    let after: Vec<String> = files
        .iter()
        .map(|name| shop.read(&format!("out/{name}")))
        .collect();
    assert_eq!(after, before);
}

#[test]
fn keep_going_runs_what_does_not_need_the_failed_step() {
    let shop = Workshop::new(JOB);
    shop.write("second.sql", WRONG);
    let output = shop.run(&["--keep-going", "--log", "-"]);
    assert_eq!(failure(&output).0, 1);
    let expected = ["first done", "second failed", "third skipped", "other done"];
    assert_eq!(super::statuses(&output), expected);
    assert!(said(&output).contains("third: left out: step second has failed"));
    assert_eq!(below(&shop.path("out")), ["first.csv", "other.csv"]);
}

#[test]
fn errors_point_into_the_file_of_the_step() {
    let shop = Workshop::new(JOB);
    shop.write("second.sql", "SELECT team,\n  tiket_id AS v\nFROM tickets");
    let (_, told) = failure(&shop.run(&["-q"]));
    let first = told.lines().next().unwrap();
    assert!(
        first.contains("step second: second.sql") && first.contains("ticket_id"),
        "{told}"
    );
    assert!(
        told.contains("tiket_id AS v") && told.contains("^^^^^^^^"),
        "{told}"
    );
}

#[test]
fn a_time_out_ends_the_step_and_is_logged() {
    let shop = Workshop::new(JOB);
    shop.write(
        "second.sql",
        "SELECT 'a' AS team, count(*) AS v FROM generate_series(1, 1000000) AS a, \
         generate_series(1, 10000000) AS b WHERE a.value * b.value % 7 = 3",
    );
    let output = shop.run(&["--timeout", "8s", "--log", "-"]);
    let (code, told) = failure(&output);
    assert_eq!(code, 1);
    assert!(
        told.ends_with("deskql: stopped after 8 s (--timeout)\n"),
        "{told}"
    );
    let records = super::records(&output);
    let last = records.last().unwrap();
    assert_eq!(
        (&last["step"], &last["status"]),
        (&"second".into(), &"failed".into())
    );
    assert_eq!(below(&shop.path("out")), ["first.csv"]);
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_the_step_with_its_code() {
    let shop = Workshop::new(JOB);
    shop.write(
        "second.sql",
        "SELECT 'a' AS team, count(*) AS v FROM generate_series(1, 1000000) AS a, \
         generate_series(1, 10000000) AS b WHERE a.value * b.value % 7 = 3",
    );
    let mut child = shop.command(&["-q"]).spawn().unwrap();
    let began = std::time::Instant::now();
    while !shop.path("out/first.csv").exists() && began.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(50));
    }
    std::thread::sleep(Duration::from_millis(500));
    let id = child.id().to_string();
    std::process::Command::new("kill")
        .args(["-INT", &id])
        .status()
        .unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(below(&shop.path("out")), ["first.csv"]);
    shop.write("second.sql", RIGHT);
    assert_eq!(shop.statuses(&[])[..2], ["first up_to_date", "second done"]);
}

#[test]
fn a_second_run_does_not_begin_while_the_first_goes_on() {
    let shop = Workshop::new(JOB);
    shop.write("second.sql", RIGHT);
    std::fs::create_dir(shop.path(".deskql")).unwrap();
    let lock = std::fs::File::create(shop.path(".deskql/job-job.state.lock")).unwrap();
    lock.lock().unwrap();
    let (code, told) = failure(&shop.run(&[]));
    assert_eq!(code, 75);
    assert!(told.contains("job job: another run is going on"), "{told}");
    drop(lock);
    shop.statuses(&[]);
}

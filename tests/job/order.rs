//! Steps come after those that they need, and read their rows.

use super::Workshop;

/// `total` reads the rows of `by_team`, which reads those of `cleaned`; `last` is told to wait.
const GRAPH: &str = r#"
[job]
data = ["data"]

[steps.last]
after = ["total"]
sql = "SELECT 1 AS one"
output = "out/last.csv"

[steps.total]
sql = "SELECT sum(tickets) AS tickets FROM by_team"
output = "out/total.csv"

[steps.by_team]
sql = "SELECT team, count(*) AS tickets FROM cleaned GROUP BY team ORDER BY team"
output = "out/by_team.parquet"

[steps.cleaned]
sql = "SELECT * FROM tickets WHERE ticket_id <> 4"
output = "out/cleaned/"
format = "parquet"
partition_by = ["team"]
"#;

#[test]
fn steps_run_after_those_whose_rows_they_read() {
    let shop = Workshop::new(GRAPH);
    let done = ["cleaned done", "by_team done", "total done", "last done"];
    assert_eq!(shop.statuses(&[]), done);
    assert_eq!(shop.read("out/total.csv"), "tickets\n5\n");
    // Without ticket 4: a has 1 and 3, b has 2, 5 and 6.
    let teams = super::rows_of(&shop.path("out/by_team.parquet"), "team, tickets");
    assert_eq!(teams, "team,tickets\na,2\nb,3\n");
    assert_eq!(shop.read("out/last.csv"), "one\n1\n");
}

#[test]
fn a_dry_run_tells_the_plan_and_writes_nothing() {
    let shop = Workshop::new(GRAPH);
    let output = shop.run(&["--dry-run"]);
    assert!(output.status.success(), "{}", super::said(&output));
    let told = String::from_utf8(output.stdout).unwrap();
    assert_eq!(
        told,
        "cleaned: would run: it has not run yet\nby_team: would run: step cleaned runs before it\n\
         total: would run: step by_team runs before it\nlast: would run: step total runs before it\n"
    );
    assert!(!shop.path("out").exists() && !shop.path(".deskql").exists());
    shop.statuses(&[]);
    std::fs::remove_file(shop.path("out/total.csv")).unwrap();
    let output = shop.run(&["--dry-run"]);
    let told = String::from_utf8(output.stdout).unwrap();
    assert_eq!(
        told,
        "cleaned: up to date\nby_team: up to date\ntotal: would run: out/total.csv is gone\n\
         last: would run: step total runs before it\n"
    );
}

#[test]
fn some_steps_are_chosen() {
    let shop = Workshop::new(GRAPH);
    let output = shop.run(&["--only", "by_team"]);
    let (code, said) = super::failure(&output);
    assert_eq!(code, 1);
    assert!(
        said.contains("step by_team") && said.contains("output of step cleaned"),
        "{said}"
    );
    shop.statuses(&[]);
    assert_eq!(
        shop.statuses(&["--from", "total"]),
        ["total up_to_date", "last up_to_date"]
    );
    assert_eq!(shop.statuses(&["--only", "last", "--force"]), ["last done"]);
    let (code, said) = super::failure(&shop.run(&["--only", "totl"]));
    assert_eq!(
        (code, said.as_str()),
        (2, "deskql: --only: no step totl; did you mean total?\n")
    );
}

#[test]
fn a_change_goes_through_to_all_that_read_it() {
    let shop = Workshop::new(GRAPH);
    shop.statuses(&[]);
    shop.write(
        "data/tickets.csv",
        &format!("{}7,2026-02-01,c\n", super::TICKETS),
    );
    let again = [
        "cleaned done",
        "by_team done",
        "total done",
        "last up_to_date",
    ];
    assert_eq!(shop.statuses(&[]), again);
    assert_eq!(shop.read("out/total.csv"), "tickets\n6\n");
}

#[test]
fn circles_and_unknown_steps_are_refused_with_their_line() {
    let circle = "[steps.a]\nsql = \"SELECT * FROM b\"\noutput = \"a.csv\"\n\n\
                  [steps.b]\nsql = \"SELECT 1 AS x\"\nafter = [\"a\"]\noutput = \"b.csv\"\n";
    let (code, said) = super::failure(&Workshop::new(circle).run(&[]));
    assert_eq!(code, 1);
    assert!(
        said.ends_with("job.toml:1: steps need each other: a needs b needs a\n"),
        "{said}"
    );
    let unknown = circle
        .replace("FROM b", "FROM c")
        .replace("[\"a\"]", "[\"aa\"]");
    let (_, said) = super::failure(&Workshop::new(&unknown).run(&[]));
    assert!(
        said.ends_with("job.toml:7: step b: no step aa; did you mean a?\n"),
        "{said}"
    );
}

//! Steps that write reports.

use std::process::Command;

use super::{TICKETS, Workshop, below, failure, said};

pub(super) const JOB: &str = r#"
[job]
data = ["data"]

[parameters]
month = { type = "month", default = "2025-11" }

[steps.page]
report = "desk.toml"
day = "{month}"
stamp = "of {month}"
output = "pages/{month}.md"
"#;

/// Counts the tickets of a month.
const REPORT: &str = r#"
title = "Desk"
question = "How much came?"
readers = "tests"
period = "month"
kpis = ["arrivals"]

[param.team]
type = "text"
default = "all"
about = "one team, or all"

[sources.arrived]
rows = "tickets"
sql = "SELECT CAST(day AS TIMESTAMP) AS at, team FROM tickets WHERE $team IN ('all', team)"
time = "at"

[measures.arrivals]
title = "Arrivals"
unit = "tickets"
source = "arrived"
detail = "count(*)"
is_count = true

[[section]]
id = "summary"
heading = "In short"

[[section.block]]
kind = "text"
text = "Arrived in {period}: {arrivals}, {arrivals.before} before."

[[section.block]]
kind = "kpis"
"#;

pub(super) fn shop(job: &str) -> Workshop {
    let shop = Workshop::new(job);
    shop.write("desk.toml", REPORT);
    shop
}

/// The reason of the next run, which runs; the one after it does not.
fn reason(shop: &Workshop) -> String {
    let log = shop.log(&[]);
    assert_eq!(log[0]["status"], "done", "{log:?}");
    assert_eq!(shop.statuses(&[]), ["page up_to_date"]);
    log[0]["reason"].as_str().unwrap().to_owned()
}

#[test]
fn a_page_is_that_of_the_command_and_is_left_out_the_second_time() {
    let shop = shop(JOB);
    let would = shop.run(&["--dry-run"]);
    assert!(
        String::from_utf8_lossy(&would.stdout)
            .contains("page (month=2025-11): would run: it has not run yet"),
        "{would:?}"
    );
    assert!(!shop.path("pages").exists());
    let run = shop.run(&["--log", "-"]);
    let record = super::records(&run).pop().unwrap();
    assert_eq!(record["status"], "done", "{}", said(&run));
    let page = shop.read("pages/2025-11.md");
    assert!(page.contains("Arrived in November 2025: 3, "), "{page}");
    assert!(page.contains("of 2025-11"), "{page}");
    assert_eq!(record["rows"], serde_json::Value::Null);
    assert_eq!(record["bytes"], page.len());
    assert_eq!(record["params"]["month"], "2025-11");
    assert!(record["peak_memory"].as_u64().is_some() && record["seconds"].as_f64() > Some(0.0));
    assert!(
        said(&run).contains("page (month=2025-11): ") && !said(&run).contains("row"),
        "{}",
        said(&run)
    );
    let command = Command::new(env!("CARGO_BIN_EXE_deskql"))
        .current_dir(shop.folder.path())
        .args(["--data", "data", "report", "desk.toml"])
        .args(["--day", "2025-11-01", "--stamp", "of 2025-11"])
        .args(["-o", "by_hand.md"])
        .output()
        .unwrap();
    assert!(command.status.success(), "{}", said(&command));
    assert_eq!(shop.read("by_hand.md"), page);
    assert_eq!(shop.statuses(&[]), ["page up_to_date"]);
    assert_eq!(shop.statuses(&["--force", "--only", "page"]), ["page done"]);
    assert_eq!(below(&shop.path("pages")), ["2025-11.md"]);
}

#[test]
fn what_a_page_depends_on_makes_it_run_again() {
    let shop = shop(JOB);
    shop.statuses(&[]);
    shop.write(
        "data/tickets.csv",
        &TICKETS.replace("2025-12-24", "2025-11-24"),
    );
    assert_eq!(reason(&shop), "data/tickets.csv has changed");
    assert!(shop.read("pages/2025-11.md").contains("November 2025: 4, "));
    // All tables count: a report is made of what is there.
    shop.write("data/surveys.csv", "survey_id,score\n1,5\n");
    assert_eq!(reason(&shop), "data/surveys.csv is new");
    let other = "its definition or a value in it is another";
    shop.write("desk.toml", &REPORT.replace("count(*)", "10 * count(*)"));
    assert_eq!(reason(&shop), other);
    assert!(shop.read("pages/2025-11.md").contains("November 2025: 40"));
    let job = format!("{JOB}params = {{ team = \"b\" }}\n");
    shop.write("job.toml", &job);
    assert_eq!(reason(&shop), other);
    assert!(shop.read("pages/2025-11.md").contains("November 2025: 10"));
    shop.write("deskql.toml", "[report]\ntitle = \"Acme desk\"\n");
    assert_eq!(
        reason(&shop),
        "deskql.toml or the declaration of a table is another"
    );
    assert!(shop.read("pages/2025-11.md").contains("Acme desk"));
    shop.write("job.toml", &job.replace("of {month}", "another"));
    assert_eq!(reason(&shop), other);
    shop.write("job.toml", &format!("{job}format = \"json\"\n"));
    shop.statuses(&[]);
    assert!(shop.read("pages/2025-11.md").starts_with('{'));
    std::fs::remove_file(shop.path("pages/2025-11.md")).unwrap();
    assert_eq!(reason(&shop), "pages/2025-11.md is gone");
}

#[test]
fn without_a_day_the_period_follows_the_data() {
    let job = JOB
        .replace("day = \"{month}\"\nstamp = \"of {month}\"\n", "")
        .replace("{month}", "last");
    let shop = shop(&job);
    assert_eq!(shop.statuses(&[]), ["page done"]);
    assert!(shop.read("pages/last.md").contains("in January 2026: 2, "));
    // The time of making alone does not make it run again.
    assert_eq!(shop.statuses(&[]), ["page up_to_date"]);
    shop.write("data/tickets.csv", &format!("{TICKETS}7,2026-02-28,a\n"));
    assert_eq!(shop.statuses(&[]), ["page done"]);
    assert!(shop.read("pages/last.md").contains("in February 2026: 1, "));
}

#[test]
fn a_backfill_writes_a_page_for_each_month() {
    let shop = shop(JOB);
    let range = ["--backfill", "2025-11..2026-01"];
    assert_eq!(shop.statuses(&range), ["page done"; 3]);
    for (month, said) in [
        ("2025-11", "November 2025: 3, "),
        ("2025-12", "December 2025: 1, "),
        ("2026-01", "January 2026: 2, 1 before"),
    ] {
        let page = shop.read(&format!("pages/{month}.md"));
        assert!(page.contains(said), "{page}");
    }
    assert_eq!(shop.statuses(&range), ["page up_to_date"; 3]);
    shop.write(
        "job.toml",
        &JOB.replace("pages/{month}.md", "pages/month.md"),
    );
    let (code, told) = failure(&shop.run(&range));
    assert_eq!(code, 2);
    assert!(
        told.ends_with("only the last remain: put {month} into output\n"),
        "{told}"
    );
}

#[test]
fn a_failure_leaves_the_old_page() {
    let shop = shop(JOB);
    shop.statuses(&[]);
    let page = shop.read("pages/2025-11.md");
    shop.write("desk.toml", &REPORT.replace("count(*)", "sum(team)"));
    let output = shop.run(&["--log", "-"]);
    let (code, told) = failure(&output);
    assert_eq!(
        (code, super::statuses(&output)),
        (1, vec!["page failed".to_owned()])
    );
    assert!(
        told.contains("deskql: job job, step page (month=2025-11): desk.toml:"),
        "{told}"
    );
    assert_eq!(shop.read("pages/2025-11.md"), page);
    let left = std::fs::read_dir(shop.path("pages")).unwrap();
    assert_eq!(left.count(), 1);
}

#[test]
fn a_missed_goal_fails_the_step_and_the_page_says_it() {
    let step = "[steps.next]\nsql = \"SELECT 7 AS n\"\noutput = \"next.csv\"\n";
    let after =
        "[steps.mail]\nsql = \"SELECT 8 AS n\"\noutput = \"mail.csv\"\nafter = [\"page\"]\n";
    let shop = shop(&format!("{JOB}check = true\n{step}{after}"));
    shop.write("deskql.toml", "[goals]\narrivals = { at_least = 5 }\n");
    let output = shop.run(&["--log", "-"]);
    let (code, told) = failure(&output);
    assert_eq!(
        (code, super::statuses(&output)),
        (3, vec!["page failed".to_owned()])
    );
    assert!(
        told.ends_with(
            "deskql: job job, step page (month=2025-11): a goal is clearly missed, as pages/2025-11.md says\n"
        ),
        "{told}"
    );
    assert!(shop.read("pages/2025-11.md").contains("missed"));
    // It stays missed until something changes.
    let output = shop.run(&["--keep-going", "--log", "-"]);
    assert_eq!(failure(&output).0, 3);
    let records = super::records(&output);
    let failed = "page failed, next done, mail skipped";
    assert_eq!(super::statuses(&output).join(", "), failed);
    assert_eq!(records[0]["rows"], serde_json::Value::Null);
    let plan = shop.run(&["--dry-run"]);
    let plan = String::from_utf8_lossy(&plan.stdout).into_owned();
    assert!(
        plan.contains("its last run clearly missed a goal"),
        "{plan}"
    );
    shop.write("deskql.toml", "[goals]\narrivals = { at_least = 2 }\n");
    let done = ["page done", "next up_to_date", "mail done"];
    assert_eq!(shop.statuses(&[]), done);
}

#[test]
fn a_page_may_read_what_other_steps_have_written() {
    let counted = "[steps.arrived_days]\nsql = \"SELECT day, team FROM tickets WHERE team = 'a'\"\noutput = \"out/days.csv\"\n";
    let shop = shop(&format!("{JOB}{counted}"));
    shop.write(
        "desk.toml",
        &REPORT.replace("FROM tickets", "FROM arrived_days"),
    );
    assert_eq!(shop.statuses(&[]), ["arrived_days done", "page done"]);
    assert!(shop.read("pages/2025-11.md").contains("November 2025: 2, "));
    shop.write("out/days.csv", "day,team\n2025-11-01,a\n");
    assert_eq!(shop.statuses(&["--only", "page"]), ["page done"]);
    assert!(shop.read("pages/2025-11.md").contains("November 2025: 1, "));
}

#[test]
fn files_and_clocks_in_its_sql_count() {
    let shop = shop(JOB);
    shop.write("More/T.csv", TICKETS);
    shop.write(
        "desk.toml",
        &REPORT.replace("FROM tickets", "FROM 'More/T.csv'"),
    );
    shop.statuses(&[]);
    assert_eq!(shop.statuses(&[]), ["page up_to_date"]);
    shop.write("More/T.csv", "ticket_id,day,team\n1,2025-11-03,a\n");
    assert_eq!(reason(&shop), "More/T.csv has changed");
    assert!(shop.read("pages/2025-11.md").contains("November 2025: 1, "));
    shop.write("desk.toml", &REPORT.replace("count(*)", "count(getdate())"));
    assert_eq!(shop.statuses(&[]), ["page done"]);
    assert_eq!(shop.statuses(&[]), ["page done"]);
}

#[test]
fn each_format_and_a_url_are_written() {
    let shop = shop(JOB);
    let url = format!("file://{}/url.html", shop.folder.path().display());
    for (output, begins) in [
        ("page.html", "<!DOCTYPE html>"),
        ("page.json", "{"),
        ("page.txt", "Desk"),
        (&*url, "<!DOCTYPE html>"),
    ] {
        shop.write("job.toml", &JOB.replace("pages/{month}.md", output));
        assert_eq!(shop.statuses(&[]), ["page done"], "{output}");
        assert_eq!(shop.statuses(&[]), ["page up_to_date"], "{output}");
        let file = output.rsplit('/').next().unwrap();
        let text = shop.read(file).to_lowercase();
        assert!(text.starts_with(&begins.to_lowercase()), "{output}: {text}");
    }
    shop.write("job.toml", &JOB.replace("{month}.md", "{month}.md.gz"));
    assert_eq!(shop.statuses(&[]), ["page done"]);
    let packed = std::fs::read(shop.path("pages/2025-11.md.gz")).unwrap();
    assert_eq!(packed[..2], [0x1f, 0x8b]);
}

#[test]
fn parameters_of_the_job_are_those_of_the_report() {
    let job = JOB.replace(
        "[steps.page]",
        "team = { type = \"text\", default = \"a\" }\n[steps.page]",
    );
    let shop = shop(&job);
    let log = shop.log(&[]);
    assert_eq!(log[0]["params"]["team"], "a", "{log:?}");
    assert!(shop.read("pages/2025-11.md").contains("November 2025: 2, "));
    assert_eq!(shop.statuses(&["team=b"]), ["page done"]);
    assert!(shop.read("pages/2025-11.md").contains("November 2025: 1, "));
}

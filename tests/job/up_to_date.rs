//! Steps are left out when nothing that their rows depend on has changed, and only then.

use super::{TICKETS, Workshop};

const JOB: &str = r#"
[job]
data = ["data"]

[parameters]
month = { type = "month", default = "2025-11" }

[steps.one]
file = "one.sql"
output = "out/one.csv"
"#;

const SQL: &str = "SELECT count(*) AS n FROM tickets WHERE date_trunc('month', day) = $month";

fn shop() -> Workshop {
    let shop = Workshop::new(JOB);
    shop.write("one.sql", SQL);
    assert_eq!(shop.statuses(&[]), ["one done"]);
    assert_eq!(shop.read("out/one.csv"), "n\n3\n");
    assert_eq!(shop.statuses(&[]), ["one up_to_date"]);
    shop
}

/// The reason of the next run, which runs.
fn reason(shop: &Workshop, arguments: &[&str]) -> String {
    let log = shop.log(arguments);
    assert_eq!(log[0]["status"], "done", "{log:?}");
    assert_eq!(shop.statuses(arguments), ["one up_to_date"]);
    log[0]["reason"].as_str().unwrap().to_owned()
}

#[test]
fn an_input_that_is_written_again_is_another() {
    let shop = shop();
    shop.write(
        "data/tickets.csv",
        &TICKETS.replace("2025-12-24", "2025-11-24"),
    );
    assert_eq!(reason(&shop, &[]), "data/tickets.csv has changed");
    assert_eq!(shop.read("out/one.csv"), "n\n4\n");
    // Equal bytes, but nobody has read them.
    let touched = std::fs::File::options()
        .append(true)
        .open(shop.path("data/tickets.csv"));
    touched
        .unwrap()
        .set_modified(std::time::SystemTime::now())
        .unwrap();
    assert_eq!(reason(&shop, &[]), "data/tickets.csv has changed");
}

#[test]
fn other_sql_and_other_values_are_others() {
    let shop = shop();
    shop.write("one.sql", &SQL.replace("count(*)", "10 * count(*)"));
    assert_eq!(reason(&shop, &[]), "its SQL or a value in it is another");
    assert_eq!(shop.read("out/one.csv"), "n\n30\n");
    assert_eq!(reason(&shop, &["month=2026-01"]), "it has not run yet");
    assert_eq!(shop.read("out/one.csv"), "n\n20\n");
    // The file of November has been replaced by that of January.
    assert_eq!(reason(&shop, &[]), "out/one.csv is not as it was written");
    assert_eq!(shop.read("out/one.csv"), "n\n30\n");
}

#[test]
fn an_output_that_is_gone_or_changed_is_written_again() {
    let shop = shop();
    std::fs::remove_file(shop.path("out/one.csv")).unwrap();
    assert_eq!(reason(&shop, &[]), "out/one.csv is gone");
    shop.write("out/one.csv", "n\n9\n");
    assert_eq!(reason(&shop, &[]), "out/one.csv is not as it was written");
    assert_eq!(shop.read("out/one.csv"), "n\n3\n");
}

#[test]
fn other_options_and_declarations_are_others() {
    let shop = shop();
    shop.write(
        "job.toml",
        &format!("{JOB}options = {{ header = false }}\n"),
    );
    assert_eq!(reason(&shop, &[]), "its output or an option is another");
    assert_eq!(shop.read("out/one.csv"), "3\n");
    // A setting of the tables, which leaves the SQL as it is.
    shop.write("job.toml", &JOB.replace("data = [\"data\"]", ""));
    let table = |type_name: &str| {
        format!(
            "[tables.tickets]\nlocation = \"data/tickets.csv\"\n[tables.tickets.columns]\nday = {{ from = \"day\", type = \"{type_name}\" }}\n"
        )
    };
    shop.write("deskql.toml", &table("date"));
    shop.statuses(&[]);
    shop.write("deskql.toml", &table("timestamp"));
    assert_eq!(
        reason(&shop, &[]),
        "tables, calendars or policies that it reads are declared otherwise"
    );
}

#[test]
fn counts_that_statistics_answer_depend_on_the_files() {
    let shop = Workshop::new(
        "[job]\ndata = [\"lake\"]\n[steps.one]\nsql = \"SELECT count(*) AS n FROM t\"\noutput = \"one.csv\"\n",
    );
    let write = |values: &[i64]| {
        let column = crate::support::data::ints(values);
        crate::support::data::parquet(&shop.path("lake/t.parquet"), vec![("v", column)]);
    };
    write(&[1, 2, 3]);
    assert_eq!(shop.statuses(&[]), ["one done"]);
    write(&[4, 5]);
    assert_eq!(shop.statuses(&[]), ["one done"]);
    assert_eq!(shop.read("one.csv"), "n\n2\n");
}

#[test]
fn only_partitions_that_are_read_count() {
    let job = "[job]\ndata = [\"lake\"]\n[steps.one]\nsql = \"SELECT sum(v) AS v FROM t WHERE k = 1\"\noutput = \"one.csv\"\n";
    let shop = Workshop::new(job);
    let write = |k: i64, values: &[i64]| {
        let path = shop.path(&format!("lake/t/k={k}/a.parquet"));
        crate::support::data::parquet(&path, vec![("v", crate::support::data::ints(values))]);
    };
    write(1, &[1, 2]);
    write(2, &[10]);
    assert_eq!(shop.statuses(&[]), ["one done"]);
    write(2, &[20, 30]);
    write(3, &[40]);
    assert_eq!(shop.statuses(&[]), ["one up_to_date"]);
    write(1, &[5]);
    assert_eq!(shop.statuses(&[]), ["one done"]);
    assert_eq!(shop.read("one.csv"), "v\n5\n");
}

#[test]
fn what_is_another_each_time_is_never_up_to_date() {
    for sql in [
        "SELECT now() AS n",
        "SELECT 1 AS n WHERE random() < 2",
        "SELECT (SELECT current_date) AS n FROM tickets",
        "SELECT name AS n FROM deskql.kpis",
    ] {
        let job = format!(
            "[job]\ndata = [\"data\"]\n[steps.one]\nsql = \"{sql}\"\noutput = \"one.csv\"\n"
        );
        let shop = Workshop::new(&job);
        assert_eq!(shop.statuses(&[]), ["one done"], "{sql}");
        assert_eq!(shop.statuses(&[]), ["one done"], "{sql}");
    }
    let job = "[steps.one]\nsql = \"SELECT sum(value) AS n FROM generate_series(1, 4)\"\noutput = \"one.csv\"\n";
    let shop = Workshop::new(job);
    assert_eq!(shop.statuses(&[]), ["one done"]);
    assert_eq!(shop.statuses(&[]), ["one up_to_date"]);
    assert_eq!(shop.read("one.csv"), "n\n10\n");
}

#[test]
fn a_damaged_state_is_no_state() {
    let shop = shop();
    let state = shop.read(".deskql/job-job.state");
    for damaged in [&state[..state.len() / 2], "", "{}", "[1, 2", "\u{fffd}"] {
        shop.write(".deskql/job-job.state", damaged);
        let output = shop.run(&["--log", "-"]);
        assert_eq!(super::statuses(&output), ["one done"], "{damaged}");
        assert!(
            super::said(&output).contains("job-job.state is damaged"),
            "{damaged}"
        );
        assert_eq!(shop.statuses(&[]), ["one up_to_date"]);
    }
}

#[test]
fn the_state_may_be_kept_elsewhere() {
    let shop = Workshop::new(&JOB.replace(
        "[job]",
        "[job]\nname = \"nightly\"\nstate = \"kept/here.json\"",
    ));
    shop.write("one.sql", SQL);
    assert_eq!(shop.statuses(&[]), ["one done"]);
    assert!(shop.path("kept/here.json").is_file() && !shop.path(".deskql").exists());
    let elsewhere = shop.path("other.json");
    let option = ["--state", elsewhere.to_str().unwrap()];
    assert_eq!(shop.statuses(&option), ["one done"]);
    assert_eq!(shop.statuses(&option), ["one up_to_date"]);
}

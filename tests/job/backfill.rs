//! Ranges of months and days.

use super::{Workshop, below, failure};

fn shop(output: &str, more: &str) -> Workshop {
    Workshop::new(&format!(
        "[job]\ndata = [\"data\"]\n[parameters]\nmonth = {{ type = \"month\" }}\nteam = {{ type = \"text\", default = \"b\" }}\n\
         [steps.per_month]\nsql = \"SELECT day, ticket_id FROM tickets WHERE day >= $from AND day < $to\"\n\
         params = {{ \"from:date\" = \"{{month.start}}\", \"to:date\" = \"{{month.end}}\" }}\noutput = \"{output}\"\n{more}\n\
         [steps.per_team]\nsql = \"SELECT ticket_id FROM tickets WHERE team = $team ORDER BY 1\"\noutput = \"teams/{{team}}.csv\"\n"
    ))
}

#[test]
fn every_month_of_the_range_is_a_run() {
    let shop = shop("out/month={month}/part.csv", "");
    let log = shop.log(&["--backfill", "2025-11..2026-01"]);
    let runs: Vec<String> = log
        .iter()
        .map(|record| {
            format!(
                "{} {} {} {}",
                record["step"].as_str().unwrap(),
                record["params"],
                record["status"].as_str().unwrap(),
                record["rows"]
            )
        })
        .collect();
    assert_eq!(
        runs,
        [
            "per_month {\"month\":\"2025-11\"} done 3",
            "per_team {\"team\":\"b\"} done 3",
            "per_month {\"month\":\"2025-12\"} done 1",
            "per_team {\"team\":\"b\"} up_to_date null",
            "per_month {\"month\":\"2026-01\"} done 2",
            "per_team {\"team\":\"b\"} up_to_date null",
        ]
    );
    assert_eq!(
        below(&shop.path("out")),
        [
            "month=2025-11/part.csv",
            "month=2025-12/part.csv",
            "month=2026-01/part.csv"
        ]
    );
    assert_eq!(
        shop.read("out/month=2025-12/part.csv"),
        "day,ticket_id\n2025-12-24,4\n"
    );
    assert_eq!(shop.read("teams/b.csv"), "ticket_id\n2\n5\n6\n");
    // One month more runs alone.
    let log = shop.log(&[
        "--backfill",
        "month=2025-11..2026-02",
        "--only",
        "per_month",
    ]);
    let statuses: Vec<&str> = log
        .iter()
        .map(|record| record["status"].as_str().unwrap())
        .collect();
    assert_eq!(statuses, ["up_to_date", "up_to_date", "up_to_date", "done"]);
}

#[test]
fn partitions_of_one_folder_are_filled_month_by_month() {
    let more = "format = \"csv\"\npartition_by = [\"day\"]\nmode = \"overwrite_partitions\"";
    let shop = shop("out/", more);
    shop.statuses(&["--backfill", "2025-11..2025-12"]);
    let files = |shop: &Workshop| {
        let all = below(&shop.path("out"));
        let days: Vec<String> = all
            .iter()
            .map(|name| name.split('/').next().unwrap().to_owned())
            .collect();
        days
    };
    let two = [
        "day=2025-11-03",
        "day=2025-11-20",
        "day=2025-11-30",
        "day=2025-12-24",
    ];
    assert_eq!(files(&shop), two);
    assert_eq!(
        shop.statuses(&["--backfill", "2025-11..2025-12", "--only", "per_month"]),
        ["per_month up_to_date", "per_month up_to_date"]
    );
    // One file of November is gone, so November is written again and December stays.
    std::fs::remove_dir_all(shop.path("out/day=2025-11-03")).unwrap();
    assert_eq!(
        shop.statuses(&["--backfill", "2025-11..2025-12", "--only", "per_month"]),
        ["per_month done", "per_month up_to_date"]
    );
    assert_eq!(files(&shop), two);
}

#[test]
fn months_that_would_replace_each_other_are_refused() {
    let (code, said) = failure(&shop("out/part.csv", "").run(&["--backfill", "2025-11..2025-12"]));
    assert_eq!(code, 2);
    assert!(
        said.contains("step per_month: month=2025-11 and month=2025-12"),
        "{said}"
    );
    assert!(said.contains("put {month} into output"), "{said}");
}

#[test]
fn a_month_that_fails_ends_the_backfill_or_not() {
    let job = "[job]\ndata = [\"data\"]\n[parameters]\nday = { type = \"date\", step = \"week\" }\n\
               [steps.one]\nsql = \"SELECT 1 / (CAST($day AS DATE) - DATE '2026-01-08') AS v\"\noutput = \"out/{day}.csv\"\n";
    let job = job.replace(
        "1 / (CAST($day AS DATE) - DATE '2026-01-08')",
        "1 / date_diff('day', DATE '2026-01-08', $day)",
    );
    let shop = Workshop::new(&job);
    let range = ["--backfill", "2026-01-01..2026-01-15"];
    let output = shop.run(&[&range[..], &["--log", "-"]].concat());
    let (code, said) = failure(&output);
    assert_eq!(code, 1);
    assert!(
        said.contains("deskql: job job, step one (day=2026-01-08): "),
        "{said}"
    );
    assert_eq!(below(&shop.path("out")), ["2026-01-01.csv"]);
    let output = shop.run(&[&range[..], &["--keep-going", "--log", "-"]].concat());
    assert_eq!(failure(&output).0, 1);
    assert_eq!(
        super::statuses(&output),
        ["one up_to_date", "one failed", "one done"]
    );
    assert_eq!(
        below(&shop.path("out")),
        ["2026-01-01.csv", "2026-01-15.csv"]
    );
}

#[test]
fn wrong_ranges_are_refused() {
    let shop = shop("out/{month}.csv", "");
    for (arguments, expected) in [
        (
            &["--backfill", "2025-11"][..],
            "--backfill 2025-11: write FROM..TO, as 2025-01..2026-01",
        ),
        (
            &["--backfill", "2025-12..2025-11"],
            "--backfill 2025-12..2025-11: ends before it begins",
        ),
        (
            &["--backfill", "team=a..b"],
            "--backfill team=a..b: parameter team is no month and no date, and has no range",
        ),
        (
            &["--backfill", "mnth=2025-11..2025-12"],
            "no parameter mnth; did you mean month?",
        ),
        (
            &["month=2025-11", "--backfill", "2025-11..2025-12"],
            "parameter month is given by --backfill already",
        ),
        (
            &["--backfill", "2025-11..soon"],
            "parameter month: \"soon\" is not a month such as 2026-01, nor 'this' or 'last'",
        ),
        (&[], "parameter month is needed: add month=.."),
        (
            &["month=2025-11", "-p", "month=2025-12"],
            "parameter month is given twice",
        ),
    ] {
        let (code, said) = failure(&shop.run(arguments));
        assert_eq!((code, said), (2, format!("deskql: {expected}\n")));
    }
}

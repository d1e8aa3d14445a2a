//! Wrong steps that write reports are refused in one line, before anything runs.

use super::failure;
use super::reports::{JOB, shop};
use crate::support::messages::faults;

/// What takes the place of a text of the job, and what is said.
const SLIPS: &[(&str, &str, &str)] = &[
    (
        "\"desk.toml\"",
        "\"team_weekley\"",
        "job.toml:9: step page: no report team_weekley: did you mean team_weekly?",
    ),
    ("\"desk.toml\"", "\"none.toml\"", "none.toml: "),
    (
        "report = \"desk.toml\"",
        "report = \"desk.toml\"\nquery = \"nps\"",
        "job.toml:8: step page: say what it runs by one of query",
    ),
    (
        "stamp = \"of {month}\"",
        "partition_by = [\"team\"]",
        "job.toml:11: step page: partition_by does not go with report",
    ),
    (
        "stamp = \"of {month}\"",
        "mode = \"append\"",
        "job.toml:11: step page: mode does not go with report",
    ),
    (
        "stamp = \"of {month}\"",
        "options = { header = false }",
        "job.toml:11: step page: options does not go with report",
    ),
    (
        "{month}.md",
        "{month}.pdf",
        "job.toml:12: step page: the ending of \"pages/{month}.pdf\" is none of .html, .md, .txt and .json",
    ),
    (
        "stamp = \"of {month}\"",
        "format = \"csv\"",
        "job.toml:11: step page: format \"csv\": a report is html, markdown, terminal or json",
    ),
    (
        "output = \"pages/{month}.md\"",
        "output = \"-\"\nformat = \"html\"",
        "step page: a step writes its report to a file or a URL",
    ),
    (
        "day = \"{month}\"",
        "day = \"2025-13\"",
        "job.toml:10: step page: day \"2025-13\" is not a date such as 2026-01-31, nor a month",
    ),
    (
        "day = \"{month}\"",
        "day = \"{moth}\"",
        "job.toml:10: step page: no parameter moth for {moth}; did you mean month?",
    ),
    (
        "day = \"{month}\"",
        "params = { taem = \"b\" }",
        "step page: report desk: no parameter taem; did you mean team?",
    ),
    ("stamp = \"of {month}\"", "check = \"yes\"", "job.toml:11: "),
    (
        "report = \"desk.toml\"\nday",
        "sql = \"SELECT 1 AS n\"\nday",
        "job.toml:10: step page: day goes with report = \"..\" only",
    ),
    (
        "report = \"desk.toml\"\nday = \"{month}\"\nstamp = \"of {month}\"",
        "sql = \"SELECT 1 AS n\"\ncheck = true",
        "job.toml:10: step page: check goes with report = \"..\" only",
    ),
];

#[test]
fn slips_are_named_with_their_line_or_step() {
    for (written, slip, expected) in SLIPS {
        assert!(JOB.contains(written), "{written}");
        let shop = shop(&JOB.replacen(written, slip, 1));
        let (code, said) = failure(&shop.run(&[]));
        assert!(said.contains(expected), "{slip}: {said}");
        assert!(code == 1 || code == 2, "{code}");
        assert_eq!(faults(said.trim_end()), Vec::<String>::new(), "{said}");
        assert!(!shop.path("pages").exists());
    }
}

#[test]
fn faults_of_the_report_and_its_settings_are_told_before_anything_runs() {
    let first = "[steps.first]\nsql = \"SELECT 1 AS n\"\noutput = \"first.csv\"\n[steps.page]";
    let shop = shop(&JOB.replace("[steps.page]", first));
    shop.write("deskql.toml", "[goals]\narivals = { at_least = 5 }\n");
    let (_, said) = failure(&shop.run(&[]));
    assert!(
        said.contains("deskql.toml:2: no KPI arivals; did you mean arrivals?"),
        "{said}"
    );
    shop.write("deskql.toml", "");
    shop.write("desk.toml", "title = \"Desk\"\nperoid = \"month\"\n");
    let (_, said) = failure(&shop.run(&[]));
    assert!(
        said.contains("desk.toml:2: unknown key \"peroid\""),
        "{said}"
    );
    assert!(!shop.path("first.csv").exists());
}

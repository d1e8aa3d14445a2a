//! What is wrong in `deskql.toml` is named with its file and line, before anything is written.

use super::settings::ConfiguredDesk;

fn refusal(desk: &ConfiguredDesk, config: &str) -> String {
    let ended = desk.run(config, &["--format", "json"]);
    assert_eq!(
        (ended.code, ended.out.as_str()),
        (1, ""),
        "{config}: {}",
        ended.said
    );
    ended.said
}

/// A config, and its line and what is wrong with it.
const WRONG: &[(&str, &str)] = &[
    (
        "[goals]\ncsta = { at_least = 80 }",
        "2: no KPI csta; did you mean csat?",
    ),
    (
        "[goals]\ncsat = { at_most = 80 }",
        "2: goal of csat: higher values of it are better, so give at_least",
    ),
    (
        "[goals]\nfrt_median = { at_least = 2 }",
        "2: goal of frt_median: lower values of it are better, so give at_most",
    ),
    (
        "[goals]\nfrt_median = { at_most = 2, unit = \"weeks\" }",
        "2: goal of frt_median: unit \"weeks\": write s, min, h or d",
    ),
    (
        "[goals]\nfrt_median = { from = 2025-01-01 }",
        "2: goal of frt_median: give at_least or at_most",
    ),
    (
        "[goals]\nfrt_median = { at_most = 2, from = 2025-13-01 }",
        "2: invalid date, expected month between 01 and 12",
    ),
    (
        "[goals]\nfrt_median = { at_most = 2, since = 2025-01-01 }",
        "2: expected { at_least = NUMBER }",
    ),
    (
        "[goals]\nfrt_median = { at_most = 2, by = \"teams\" }",
        "2: goal of frt_median: by = \"teams\" is no column of its rows; did you mean team?",
    ),
    (
        "[goals]\nfrt_median = { at_most = 2, values = { urgent = 1 } }",
        "2: goal of frt_median: values are those of segments: add by = \"priority\"",
    ),
    (
        "[goals]\ncsat = { at_least = 80, by = \"team\", values = { billing = 0.9 } }",
        "2: goal of csat: 0.9 reads as a share: its values are percentages, so write 90",
    ),
    (
        "[goals]\nbacklog = { at_most = 80, by = \"team\" }",
        "2: goal of backlog: by: its value has no segments",
    ),
    (
        "[report]\nzone = \"America/New_Yrok\"",
        "2: no time zone \"America/New_Yrok\"",
    ),
    (
        "[report]\nlevel = 95",
        "2: level 95: write a number above 0.5 and below 1",
    ),
    (
        "[report]\nzoen = \"UTC\"",
        "2: unknown key \"zoen\"; did you mean \"zone\"?",
    ),
    (
        "[report]\nlogo = \"none.png\"",
        "2: logo none.png: No such file",
    ),
    (
        "[report]\nlogo = \"notes.csv\"",
        "2: logo notes.csv: only PNG, JPEG, WebP, GIF and SVG",
    ),
    (
        "[report.kpis]\nsmall = [\"csta\"]",
        "2: no KPI csta; did you mean csat?",
    ),
    (
        "[report.kpis]\ndepartment_montly = [\"csat\"]",
        "2: no report department_montly; did you mean department_monthly?",
    ),
    (
        "[report.materiality]\ncsat = -1",
        "2: materiality of csat: -1 has to be above 0",
    ),
    (
        "[report.materiality]\ncsatt = 1",
        "2: no KPI csatt; did you mean csat?",
    ),
    (
        "[[report.actions]]\nowner = \"x\"",
        "1: missing field `title`",
    ),
    (
        "[[report.actions]]\ntitle = \"x\"\nstatus = \"opne\"",
        "3: \"opne\" is not known; did you mean \"open\"?",
    ),
    (
        "[[report.actions]]\ntitle = \"x\"\ndue = 10:00:00",
        "1: 10:00:00 has no day",
    ),
    (
        "[[annotation]]\nat = 10:00:00\nkind = \"x\"\ntitle = \"y\"",
        "2: 10:00:00 has no day",
    ),
    (
        "[[annotation]]\nat = 2025-03-01\ntitle = \"y\"",
        "1: missing field `kind`",
    ),
];

#[test]
fn what_is_wrong_is_named_with_file_and_line() {
    let desk = ConfiguredDesk::new();
    for (config, problem) in WRONG {
        let said = refusal(&desk, config);
        // The config is found in the folder, by a path of its own.
        let (_, after) = said
            .split_once("deskql.toml:")
            .unwrap_or_else(|| panic!("{config}: {said}"));
        assert!(after.starts_with(problem), "{config}: {said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}

#[test]
fn a_table_of_annotations_that_is_not_there_is_named() {
    let desk = ConfiguredDesk::new();
    let missing = desk.run("[annotations]\ntable = \"note\"\n", &[]);
    assert_ne!(missing.code, 0);
    assert_eq!(missing.out, "");
    assert_eq!(
        missing.said,
        "deskql: [annotations] table: no table named 'note'; did you mean 'notes'?\n"
    );
    std::fs::write(
        desk.0.path().join("notes.csv"),
        "at,kid,title\n2025-03-01,x,y\n",
    )
    .unwrap();
    let wrong = desk.run("[annotations]\ntable = \"notes\"\n", &[]);
    assert_ne!(wrong.code, 0);
    assert_eq!(
        wrong.said,
        "deskql: table notes of [annotations] has no column kind; did you mean kid?\n"
    );
}

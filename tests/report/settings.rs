//! What `deskql.toml` says to a report.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{Ended, array, blocks, desk, findings, kpi, kpi_rows, report, summary, text};

const DAY: [&str; 3] = ["small.toml", "--day", "2025-03-12"];
/// An image of one pixel.
const PIXEL: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

const NOTES: &str = "at,until,kind,title
2025-03-05T09:00:00Z,,campaign,Spring sale
2025-03-20T09:00:00Z,2025-03-22T09:00:00Z,holiday,Spring break
2020-01-01T00:00:00Z,,campaign,Long ago
";

/// A desk whose deskql.toml can be set.
pub(super) struct ConfiguredDesk(pub(super) tempfile::TempDir);

impl ConfiguredDesk {
    pub(super) fn new() -> Self {
        let folder = desk(&[
            (
                "tickets.parquet",
                "SELECT * FROM tickets WHERE created_at >= '2025-01-20' AND created_at < '2025-04-10'",
            ),
            (
                "surveys.parquet",
                "SELECT * FROM surveys WHERE offered_at >= '2025-01-20' AND offered_at < '2025-04-10'",
            ),
            ("customers.parquet", "SELECT * FROM customers"),
        ]);
        std::fs::write(folder.path().join("notes.csv"), NOTES).unwrap();
        let pixel = STANDARD.decode(PIXEL).unwrap();
        std::fs::write(folder.path().join("logo.png"), pixel).unwrap();
        Self(folder)
    }

    /// March under a config, with more arguments.
    pub(super) fn run(&self, config: &str, more: &[&str]) -> Ended {
        std::fs::write(self.0.path().join("deskql.toml"), config).unwrap();
        let mut all = DAY.to_vec();
        all.extend(more);
        report(self.0.path(), &all)
    }

    pub(super) fn model(&self, config: &str) -> Value {
        let ended = self.run(config, &["--format", "json"]);
        assert_eq!(ended.code, 0, "{config}: {}", ended.said);
        serde_json::from_str(&ended.out).unwrap()
    }
}

#[test]
fn title_zone_and_logo_are_those_of_the_desk() {
    let desk = ConfiguredDesk::new();
    let config =
        "[report]\ntitle = \"Acme <support>\"\nzone = \"America/New_York\"\nlogo = \"logo.png\"\n";
    let report = desk.model(config);
    assert_eq!(report["title"], "Acme <support>");
    assert_eq!(report["subtitle"], "Small: March 2025");
    assert_eq!(report["period"]["zone"], "America/New_York");
    assert_eq!(report["footer"]["zone"], "America/New_York");
    // By DuckDB 999 tickets in New York's March and 995 in that of UTC.
    assert_eq!(kpi(&report, "ticket_volume")["value"]["n"], 999);
    assert_eq!(kpi(&desk.model(""), "ticket_volume")["value"]["n"], 995);
    let logo = format!("data:image/png;base64,{PIXEL}");
    assert_eq!(text(&report, "logo"), logo);
    let page = desk.run(config, &["--format", "html"]).out;
    assert!(page.contains("Acme &lt;support&gt;") && page.contains(&logo));
    super::page::is_sound(&page);
}

#[test]
fn the_level_is_that_of_all_intervals() {
    let desk = ConfiguredDesk::new();
    let usual = desk.model("");
    let wide = desk.model("[report]\nlevel = 0.99\n");
    assert_eq!(wide["footer"]["level"], 0.99);
    assert!(summary(&wide)[0].contains("(99% interval of the change "));
    let width = |estimate: &Value| {
        let [low, high] = ["low", "high"].map(|end| estimate[end].as_f64());
        high.zip(low).map(|(high, low)| high - low)
    };
    for name in [
        "frt_median",
        "first_response_sla",
        "csat",
        "survey_response_rate",
    ] {
        for part in ["value", "before", "change"] {
            let [narrow, wider] = [&usual, &wide].map(|report| width(&kpi(report, name)[part]));
            assert!(
                narrow.is_some() && narrow < wider,
                "{part} of {name}: {narrow:?} at 95%, {wider:?} at 99%"
            );
        }
    }
}

#[test]
fn goals_are_dated_have_units_and_are_met_missed_or_open() {
    let desk = ConfiguredDesk::new();
    let report = desk.model(
        "[goals]
frt_median = { at_most = 30, unit = \"min\" }
first_response_sla = { at_least = 85 }
survey_response_rate = [
  { at_least = 90, until = 2025-03-30 },
  { at_least = 10, from = 2025-03-31 },
]
csat = { at_least = 80, until = 2025-02-28 }
",
    );
    let goal = |name: &str| kpi(&report, name)["goal"].clone();
    assert_eq!(
        goal("frt_median"),
        json!({ "at_least": null, "at_most": 0.5, "outcome": "missed" })
    );
    assert_eq!(goal("first_response_sla")["outcome"], "not_decided");
    assert_eq!(
        goal("survey_response_rate"),
        json!({ "at_least": 10.0, "at_most": null, "outcome": "met" })
    );
    assert_eq!(goal("csat"), Value::Null, "it held until February");
    let said = summary(&report);
    let goals = "Goals: 1 met, 1 missed (Median first response 1.7 h), 1 not decided.";
    assert!(said.iter().any(|sentence| sentence == goals), "{said:#?}");
    let missed = findings(&report, "First response time, median");
    assert!(
        missed[0].contains("Goal at most 30 min: missed, 1.7 h ("),
        "{missed:#?}"
    );
    let checks = array(&report["checks"])
        .iter()
        .map(|check| text(check, "text"));
    let without_action = "Missed and without an action: First response time, median.";
    assert_eq!(checks.filter(|said| *said == without_action).count(), 1);
}

#[test]
fn a_goal_is_held_by_each_segment_too() {
    let desk = ConfiguredDesk::new();
    let goal = "[goals]\nfrt_median = { at_most = 150, unit = \"min\", by = \"priority\", values = { urgent = 20 } }\n";
    let report = desk.model(goal);
    let row = kpi(&report, "frt_median");
    assert_eq!(row["goal"]["outcome"], "met", "{row}");
    let found = array(&row["segment_goals"]).iter().map(|found| {
        let number = |value: &Value| (value.as_f64().unwrap() * 1e6).round() / 1e6;
        (
            found["segment"].as_str().unwrap(),
            found["value"]["n"].as_u64().unwrap(),
            number(&found["value"]["value"]),
            number(&found["goal"]["at_most"]),
            found["goal"]["outcome"].as_str().unwrap(),
        )
    });
    // Numbers of tickets and medians by DuckDB.
    let by_priority = [
        ("high", 192, 1.178_472, 2.5, "met"),
        ("low", 182, 2.789_028, 2.5, "not_decided"),
        ("normal", 497, 1.951_667, 2.5, "met"),
        ("urgent", 60, 0.654_861, 0.333_333, "missed"),
    ];
    assert_eq!(found.collect::<Vec<_>>(), by_priority);
    let said = row["sentences"].to_string();
    assert!(
        said.contains("By priority: missed by urgent (at most 20 min; 0.7 h, "),
        "{said}"
    );
    let summary = summary(&report).join(" ");
    assert!(
        summary.contains("missed (Median first response of urgent 0.7 h)"),
        "{summary}"
    );
    let ended = desk.run(goal, &["--format", "html", "--check"]);
    assert_eq!(ended.code, 3, "{}", ended.said);
    assert!(ended.out.contains(">missed by urgent</span>"));
    super::page::is_sound(&ended.out);
}

#[test]
fn a_missed_goal_fails_a_check_and_the_report_is_printed() {
    let desk = ConfiguredDesk::new();
    let missed = desk.run("[goals]\nfrt_median = { at_most = 0.5 }\n", &["--check"]);
    assert_eq!(missed.code, 3);
    assert!(missed.out.starts_with("# Small\n"), "{}", missed.out);
    assert!(
        missed.said.ends_with("deskql: a goal is clearly missed\n"),
        "{}",
        missed.said
    );
    let target = desk.0.path().join("page.html");
    let target = target.to_str().unwrap();
    let written = desk.run(
        "[goals]\nfrt_median = { at_most = 0.5 }\n",
        &["--check", "--output", target],
    );
    assert_eq!(written.code, 3);
    assert!(
        std::fs::read_to_string(target)
            .unwrap()
            .ends_with("</html>")
    );
    for goal in [
        "frt_median = { at_most = 50 }",
        "first_response_sla = { at_least = 85 }",
    ] {
        let ended = desk.run(&format!("[goals]\n{goal}\n"), &["--check"]);
        assert_eq!(ended.code, 0, "{goal}: {}", ended.said);
    }
    let unchecked = desk.run("[goals]\nfrt_median = { at_most = 0.5 }\n", &[]);
    assert_eq!(unchecked.code, 0, "{}", unchecked.said);
}

#[test]
fn what_matters_is_said_by_the_desk() {
    let desk = ConfiguredDesk::new();
    let report = desk.model("[report.materiality]\ncsat = 30\nsurvey_response_rate = 8\n");
    let fallen = kpi(&report, "csat");
    assert_eq!(fallen["verdict"], "too_small_to_matter");
    let sentence = fallen["sentences"][0].as_str().unwrap();
    assert!(
        sentence.contains("clearly but too little to matter"),
        "{sentence}"
    );
    let same = kpi(&report, "survey_response_rate");
    assert_eq!(same["verdict"], "unchanged");
    let sentence = same["sentences"][0].as_str().unwrap();
    assert!(
        sentence.contains("unchanged for practical purposes"),
        "{sentence}"
    );
}

#[test]
fn actions_stand_with_their_state() {
    let desk = ConfiguredDesk::new();
    let report = desk.model(
        "[[report.actions]]
title = \"Second shift for mail\"
owner = \"lead of billing\"
due = 2025-03-20
[[report.actions]]
title = \"Later\"
due = 2025-04-30
[[report.actions]]
title = \"Better macros\"
status = \"done\"
due = 2025-03-01
[[report.actions]]
title = \"Given up\"
status = \"dropped\"
[[report.actions]]
title = \"Elsewhere\"
reports = [\"team_weekly\"]
",
    );
    let actions = array(&blocks(&report, None, "actions")[0]["actions"]);
    let lines: Vec<(&str, &str)> = actions
        .iter()
        .map(|action| (text(action, "title"), text(action, "status")))
        .filter(|(_, status)| *status != "proposed")
        .collect();
    assert_eq!(
        lines,
        [
            ("Second shift for mail", "overdue"),
            ("Later", "open"),
            ("Better macros", "done"),
            ("Given up", "dropped"),
        ]
    );
    assert_eq!(actions[0]["owner"], "lead of billing");
    assert_eq!(actions[0]["due"], "2025-03-20");
    let unheard = array(&report["checks"])
        .iter()
        .filter(|check| check["pitfall"] == "front line unheard");
    assert_eq!(unheard.count(), 0);
}

#[test]
fn annotations_are_those_of_the_file_and_the_table() {
    let desk = ConfiguredDesk::new();
    let report = desk.model(
        "[report]\nzone = \"America/New_York\"\n[annotations]\ntable = \"notes\"\n
[[annotation]]\nat = 2025-03-11T23:30:00-07:00\nkind = \"deployment\"\ntitle = \"Release 8.2\"\n
[[annotation]]\nat = 2025-06-01\nkind = \"campaign\"\ntitle = \"After the period\"\n",
    );
    let annotations = array(&report["annotations"]).iter();
    let lines: Vec<[&str; 3]> = annotations
        .map(|one| [text(one, "at"), text(one, "kind"), text(one, "title")])
        .collect();
    assert_eq!(
        lines,
        [
            ["2025-03-05", "campaign", "Spring sale"],
            // In the night of the day after, by the clocks of the zone.
            ["2025-03-12", "deployment", "Release 8.2"],
            ["2025-03-20", "holiday", "Spring break"],
        ]
    );
    assert_eq!(report["annotations"][2]["until"], "2025-03-22");
    assert_eq!(report["annotations"][0]["number"], 1);
    // A policy inside of the period is no day to compare across.
    let changed = desk.model(
        "[[annotation]]\nat = 2025-03-05\nkind = \"survey change\"\ntitle = \"New scale\"\n",
    );
    let checks = array(&changed["checks"])
        .iter()
        .map(|check| text(check, "text"));
    assert_eq!(kpi(&changed, "csat")["verdict"], "not_compared");
    let said = "Not comparable: New scale (survey change) on 5 March 2025.";
    assert!(
        checks.clone().any(|text| text == said),
        "{:?}",
        checks.collect::<Vec<_>>()
    );
}

#[test]
fn other_kpis_can_be_chosen() {
    let desk = ConfiguredDesk::new();
    let report = desk.model("[report.kpis]\nsmall = [\"csat\", \"ticket_volume\", \"aht\"]\n");
    let mut names: Vec<&str> = kpi_rows(&report, None)
        .into_iter()
        .map(|row| text(row, "kpi"))
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["aht", "csat", "ticket_volume"]);
    // Holm counts three KPIs, not five.
    let csat = &kpi(&report, "csat")["change"];
    let [p, adjusted] = ["p", "p_adjusted"].map(|key| csat[key].as_f64().unwrap());
    assert!(adjusted <= 3.0 * p + 1e-12, "{p} {adjusted}");
}

const WEEKDAYS: &str =
    "[calendars.support]\ntime_zone = \"UTC\"\nhours = { mon-fri = [\"09:00-17:00\"] }\n";

#[test]
fn totals_of_months_of_unequal_length_are_compared_by_their_days() {
    let desk = ConfiguredDesk::new();
    // By DuckDB 995 tickets in March 2025 and 757 in February, which have 31 and 28 days, and 21 and 20 from Monday to
    // Friday: 995 / 31 = 32.1 against 27.1, and 995 / 21 = 47.4 against 37.9.
    let said = |config: &str| kpi(&desk.model(config), "ticket_volume")["sentences"][0].clone();
    let sentence = said("");
    let sentence = sentence.as_str().unwrap();
    assert!(
        sentence.contains("31% more than before (32 a day, 19% more)"),
        "{sentence}"
    );
    let sentence = said(&format!("[report]\ncalendar = \"support\"\n{WEEKDAYS}"));
    let sentence = sentence.as_str().unwrap();
    assert!(
        sentence.contains("31% more than before (47 a working day, 25% more)"),
        "{sentence}"
    );
}

#[test]
fn days_on_which_the_calendar_is_closed_do_not_stand_out() {
    let desk = ConfiguredDesk::new();
    let days = |config: &str| desk.run(config, &["--format", "markdown", "--sql"]).out;
    let closed = days(&format!("[report]\ncalendar = \"support\"\n{WEEKDAYS}"));
    assert!(closed.contains("ignore => is_closed"), "{closed}");
    assert!(!days("").contains("is_closed"));
    let unknown = desk.run("[report]\ncalendar = \"night\"", &[]);
    assert_ne!(unknown.code, 0, "{}", unknown.said);
    assert!(
        unknown.said.contains("deskql.toml:2: calendar: "),
        "{}",
        unknown.said
    );
    assert!(unknown.said.contains("night"), "{}", unknown.said);
}

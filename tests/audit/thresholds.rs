//! `[audit]` of deskql.toml.

use std::path::Path;

use super::by_hand::desk;
use super::{audit, outline, report};
use crate::support::data::text;

fn configured(folder: &Path, config: &str) {
    text(&folder.join("deskql.toml"), config);
}

#[test]
fn thresholds_take_the_place_of_the_defaults() {
    let folder = tempfile::tempdir().unwrap();
    desk(folder.path());
    // One of six rows is 16.67 %, three are half of them. The newest ticket is 9.6 days old, the newest survey 8.6.
    configured(
        folder.path(),
        "[audit.thresholds]\n\
         orphan = { warning = 0.2 }\n\
         off_scale = { warning = 0.5 }\n\
         duplicate_key = { warning = 0.1, error = 0.2 }\n\
         end_before_start = {}\n\
         null = { error = 0.9 }\n\
         unknown_value = { error = 0.1 }\n\
         freshness = { warning = 9, error = 30 }\n",
    );
    let (code, findings) = report(folder.path(), &[]);
    // Lists of the data model are no more than warnings.
    assert_eq!(
        outline(&findings),
        [
            "warning unknown_value surveys.kind 1",
            "warning duplicate_key tickets.ticket_id 1",
            "warning unknown_value tickets.channel 1",
            "warning freshness tickets.created_at 1",
        ]
    );
    assert_eq!(code, 0);
}

#[test]
fn expectations_take_the_place_of_what_is_known() {
    let folder = tempfile::tempdir().unwrap();
    desk(folder.path());
    configured(
        folder.path(),
        "[audit.thresholds]\nunknown_value = { error = 0 }\n\
         [audit.tables.tickets]\nkey = []\ntime = \"resolved_at\"\nrequired = [\"ticket_id\"]\nstarts_ends = []\n\
         references = {}\nallowed = { channel = [\"fax\", \"email\"] }\nnull_rate = { resolved_at = 0.4 }\n\
         [audit.tables.surveys]\nreferences = { ticket_id = \"tickets.ticket_id\" }\nallowed = {}\n\
         scales = { score = [0, 99], ticket_id = { by = \"kind\", csat = [2, 5] } }\n",
    );
    let (code, findings) = report(folder.path(), &[]);
    // The ticket of the csat survey is 1, which is off 2..5. Phone and chat are unknown; half of the tickets have no
    // resolution.
    assert_eq!(
        outline(&findings),
        [
            "error orphan surveys.ticket_id 1",
            "error off_scale surveys.ticket_id 1",
            "error unknown_value tickets.channel 2",
            "error null_rate tickets.resolved_at 3",
        ]
    );
    assert_eq!(code, 3);
}

#[test]
fn the_section_on_the_page_is_read() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/audit.md");
    let page = std::fs::read_to_string(page).unwrap();
    let (_, block) = page.split_once("```toml\n").unwrap();
    let (block, _) = block.split_once("```").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let files = [
        (
            "tickets",
            "ticket_id,created_at,resolved_at,closed_at,customer_id,agent_id,channel\n\
                     1,2025-01-17T00:00:00Z,2025-01-17T00:00:00Z,2025-01-17T00:00:00Z,7,1,fax\n",
        ),
        ("customers", "customer_id,name\n7,a\n"),
        ("surveys", "survey_id,kind,score\n1,ces,6\n2,csat,6\n"),
        ("calls", "number,rating\n1,11\n2,10\n"),
    ];
    for (table, content) in files {
        text(&folder.path().join(format!("{table}.csv")), content);
    }
    configured(folder.path(), block);
    let (_, findings) = report(folder.path(), &[]);
    // The newest ticket is two days old.
    assert_eq!(
        outline(&findings),
        [
            "error off_scale calls.rating 1",
            "error off_scale surveys.score 1",
            "warning unknown_value tickets.channel 1",
            "warning freshness tickets.created_at 1",
        ]
    );
}

/// Lines of the section and what is said of them.
const FAULTY: &[(&str, &str)] = &[
    (
        "thresholds = { orphn = {} }",
        "there is no check \"orphn\"; did you mean \"orphan\"?",
    ),
    (
        "thresholds = { orphan = { warning = -1 } }",
        "a threshold is a number from 0 on, not -1",
    ),
    (
        "thresholds = { orphan = { warn = 1 } }",
        "unknown key \"warn\"",
    ),
    (
        "spike_share = 2.0",
        "expected a number above 0 and up to 1, not 2",
    ),
    (
        "tables = { tikets = {} }",
        "there is no table \"tikets\"; did you mean \"tickets\"?",
    ),
    (
        "tables = { tickets = { key = [\"id\"] } }",
        "table \"tickets\" has no column \"id\"",
    ),
    (
        "tables = { tickets = { time = \"channel\" } }",
        "channel is text, not a time",
    ),
    (
        "tables = { tickets = { starts_ends = [[\"created_at\"]] } }",
        "expected pairs of a start and an end",
    ),
    (
        "tables = { tickets = { references = { customer_id = \"x\" } } }",
        "expected \"table.column\", not \"x\"",
    ),
    (
        "tables = { tickets = { references = { channel = \"customers.customer_id\" } } }",
        "channel is text and customers.customer_id a number",
    ),
    (
        "tables = { tickets = { scales = { channel = [1, 5] } } }",
        "channel is text, not a number",
    ),
    (
        "tables = { surveys = { scales = { score = [5, 1] } } }",
        "expected [1, 5] or",
    ),
    (
        "tables = { tickets = { null_rate = { channel = 7 } } }",
        "a share of NULL is from 0 to 1, not 7",
    ),
];

#[test]
fn faults_of_the_section_have_their_line() {
    let folder = tempfile::tempdir().unwrap();
    desk(folder.path());
    for (line, problem) in FAULTY {
        configured(folder.path(), &format!("[audit]\n\n{line}\n"));
        let output = audit(folder.path(), &[]).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{line}: {said}");
        assert!(output.stdout.is_empty(), "{line}");
        let last = said.lines().last().unwrap();
        assert!(
            last.starts_with("deskql: deskql.toml:3: ") && last.contains(problem),
            "{line}: {said}"
        );
    }
}

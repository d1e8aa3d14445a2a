//! What each fuzz target does with its bytes: it opens an engine over them, asks it something, and looks at the
//! messages of errors.
//!
//! A panic is a fault, and so is a message that shows the layers below. The tests of the project run the same
//! functions over `cases/` (`tests/fuzz_cases.rs`).

mod desk;

use desk::Desk;

/// Takes the bytes of an input; gives what is wrong with the engine's reaction.
pub type Target = fn(&[u8]) -> Option<String>;

/// Every target with the name of its folder in `cases/`.
pub const TARGETS: [(&str, Target); 5] = [
    ("config", config),
    ("csv", csv),
    ("ics", ics),
    ("parquet_footer", parquet_footer),
    ("sql", sql),
];

/// Panics when `target` finds something wrong.
pub fn check(target: Target, input: &[u8]) {
    if let Some(problem) = target(input) {
        panic!("{problem}");
    }
}

/// A statement of SQL over small tables.
pub fn sql(input: &[u8]) -> Option<String> {
    /// These write files wherever the text says.
    const WRITES: [&str; 3] = ["copy", "external", "insert"];

    let text = std::str::from_utf8(input).ok()?;
    let lower = text.to_lowercase();
    if WRITES.iter().any(|word| lower.contains(word)) {
        return None;
    }
    Desk::with(|desk| desk.over_tables(text))
}

/// A `deskql.toml` beside files that it may name.
pub fn config(input: &[u8]) -> Option<String> {
    let questions = [
        "SELECT * FROM tickets",
        "SELECT * FROM deskql.calendars",
        "SELECT * FROM deskql.sla_policies",
        "SELECT * FROM sla_events(events, tickets => tickets)",
    ];
    Desk::with(|desk| desk.over_config("deskql.toml", input, &questions))
}

/// The holidays of a calendar.
pub fn ics(input: &[u8]) -> Option<String> {
    let questions = [
        "SELECT * FROM deskql.calendars",
        "SELECT business_hours(TIMESTAMPTZ '2026-01-01 00:00:00Z', TIMESTAMPTZ '2027-01-01 00:00:00Z', 'desk')",
        "SELECT business_add(TIMESTAMPTZ '1999-12-24 12:00:00Z', INTERVAL '400 hours', 'desk')",
    ];
    Desk::with(|desk| desk.over_config("days.ics", input, &questions))
}

/// A CSV file whose types are inferred.
pub fn csv(input: &[u8]) -> Option<String> {
    let questions = ["SELECT * FROM input", "SUMMARIZE input"];
    Desk::with(|desk| desk.over_file("input.csv", input, &questions))
}

/// The footer of a Parquet file whose pages are in order.
pub fn parquet_footer(input: &[u8]) -> Option<String> {
    let questions = [
        "SELECT * FROM input",
        "SELECT count(*), count(team), min(id), max(team) FROM input WHERE id > 1",
        "SELECT team, sum(id) FROM input GROUP BY team",
    ];
    Desk::with(|desk| {
        let file = desk.with_footer(input);
        desk.over_file("input.parquet", &file, &questions)
    })
}

//! Dates of instants by division, against the walk through the calendar.

use std::path::Path;

use deskql::Engine;

use super::tables;
use crate::support::data;
use crate::support::random::Random;

const DATES: [&str; 7] = [
    "at::DATE",
    "answered::DATE",
    "CAST(at_wall AS DATE)",
    "(at + INTERVAL '5 hours')::DATE",
    "date_trunc('month', answered)::DATE",
    "TRY_CAST(at AS DATE)",
    "(at AT TIME ZONE 'Pacific/Apia')::DATE",
];

pub(super) async fn desk(folder: &Path) -> Engine {
    tables::write(folder, &mut Random::new(43), 2_000);
    data::open(&[folder]).await.unwrap()
}

pub(super) fn question(random: &mut Random) -> String {
    let (date, other) = (random.pick(&DATES), random.pick(&DATES[..3]));
    match random.between(1, 6) {
        1 => format!("SELECT id, {date} AS day, {other} FROM t"),
        2 => format!("SELECT id, {other} FROM t WHERE {date} >= DATE '2024-03-17'"),
        3 => format!("SELECT {date} AS day, count(*), min({other}) FROM t GROUP BY 1"),
        4 => format!(
            "SELECT channel, max({other}) - min({other}) FROM t WHERE {date} <> {other} GROUP BY 1"
        ),
        5 => format!(
            "SELECT id, row_number() OVER (PARTITION BY {other} ORDER BY {date}, id) FROM t"
        ),
        _ => format!("SELECT id FROM t ORDER BY {other} DESC, {date}, id LIMIT 20"),
    }
}

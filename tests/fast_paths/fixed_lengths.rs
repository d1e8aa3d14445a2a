//! Days and hours added to instants as integers, against the walk through the calendar.

use std::path::Path;

use deskql::Engine;

use super::tables;
use crate::support::data;
use crate::support::random::Random;

const INSTANTS: [&str; 6] = [
    "at",
    "answered",
    "at_wall",
    "date_trunc('day', at)",
    "coalesce(answered, at)",
    "at AT TIME ZONE 'America/New_York'",
];

const LENGTHS: [&str; 9] = [
    "7 days",
    "1 hour",
    "-36 hours",
    "1 day 2 hours 3 minutes",
    "0.5 seconds",
    "1 microsecond",
    "400 days",
    "1 week",
    "90 minutes",
];

/// Which no number of ticks can stand for.
const OTHERS: [&str; 3] = ["1 month", "1 year 2 days", "3 nanoseconds"];

pub(super) async fn desk(folder: &Path) -> Engine {
    tables::write(folder, &mut Random::new(29), 2_000);
    data::open(&[folder]).await.unwrap()
}

pub(super) fn question(random: &mut Random) -> String {
    let moved = moved(random);
    match random.between(1, 5) {
        1 => format!("SELECT {moved} AS moved, id FROM t"),
        2 => format!("SELECT id FROM t WHERE answered > {moved}"),
        3 => format!("SELECT count(*) FROM t WHERE at_wall < {moved} OR answered IS NULL"),
        4 => format!("SELECT date_trunc('week', {moved}) AS week, count(*) FROM t GROUP BY 1"),
        _ => format!("SELECT channel, min({moved}), max(at - INTERVAL '2 days') FROM t GROUP BY 1"),
    }
}

fn moved(random: &mut Random) -> String {
    let instant = random.pick(&INSTANTS);
    let lengths = if random.chance(85) {
        &LENGTHS[..]
    } else {
        &OTHERS[..]
    };
    let length = random.pick(lengths);
    match random.between(1, 3) {
        1 => format!("INTERVAL '{length}' + {instant}"),
        2 => format!("({instant} - INTERVAL '{length}')"),
        _ => format!("{instant} + INTERVAL '{length}'"),
    }
}

//! Repeat contacts in two passes, against the window operator. `tests/repeat_contacts/` has desks in other orders,
//! and all pairs of contacts.

use std::path::Path;

use deskql::Engine;

use super::tables;
use crate::support::data;
use crate::support::random::Random;

const CUSTOMERS: [&str; 6] = [
    "score",
    "replies",
    "channel",
    "score, channel",
    "name",
    "is_vip, score",
];
/// A total order, so that no two plans may answer differently.
const ORDERS: [&str; 4] = [
    "at, id, cost, half",
    "at, id DESC, cost, half",
    "answered, at, id, cost, half",
    "at_wall, id, cost, half",
];
const LENGTHS: [&str; 5] = ["2 days", "36 hours", "1 month", "0 days", "5 minutes"];

pub(super) async fn desk(folder: &Path) -> Engine {
    tables::write(folder, &mut Random::new(37), 3_000);
    data::open(&[folder]).await.unwrap()
}

pub(super) fn question(random: &mut Random) -> String {
    let order = random.pick(&ORDERS);
    let (at, _) = order.split_once(',').unwrap_or((order, ""));
    let window = format!(
        "OVER (PARTITION BY {} ORDER BY {order})",
        random.pick(&CUSTOMERS)
    );
    let length = random.pick(&LENGTHS);
    let next = match random.between(1, 3) {
        1 => format!("lead({at}) {window}"),
        2 => format!("recontacted({at}, INTERVAL '{length}', '2024-11-20T00:00:00Z') {window}"),
        _ => format!("recontacted({at}, INTERVAL '{length}') {window}"),
    };
    let filter = random.pick(&[
        "",
        "",
        " WHERE replies <> 2",
        " WHERE channel = 'email'",
        " WHERE id % 3 > 0",
    ]);
    match random.between(1, 4) {
        1 => format!("SELECT id, channel, {next} AS next FROM t{filter}"),
        2 => format!(
            "SELECT count(*), count(next), max(next) FROM (SELECT {next} AS next FROM t{filter})"
        ),
        3 => format!(
            "SELECT channel, count(*), count(next) FROM (SELECT channel, {next} AS next FROM t{filter}) GROUP BY 1"
        ),
        _ => format!(
            "SELECT fcr(score, at, INTERVAL '{length}'), (fcr_detail(score, at, INTERVAL '{length}'))['n'] FROM t{filter}"
        ),
    }
}

//! Several quantiles of the same values by one call, against one call each.

use std::path::Path;

use deskql::Engine;

use super::tables;
use crate::support::data;
use crate::support::random::Random;

const VALUES: [&str; 5] = [
    "half",
    "half * 2",
    "score",
    "score - replies",
    "cost::DOUBLE",
];
const SHARES: [&str; 8] = ["0", "0.1", "0.25", "0.5", "0.75", "0.9", "0.99", "1"];

pub(super) async fn desk(folder: &Path) -> Engine {
    tables::write(folder, &mut Random::new(31), 3_000);
    data::open(&[folder]).await.unwrap()
}

pub(super) fn question(random: &mut Random) -> String {
    let value = random.pick(&VALUES);
    let mut columns: Vec<String> = (0..random.between(2, 4))
        .map(|number| format!("{} AS q{number}", quantile(random, value)))
        .collect();
    if random.chance(50) {
        let other = random.pick(&VALUES);
        columns.push(format!("{} AS other", quantile(random, other)));
    }
    if random.chance(40) {
        columns.push("count(*) AS n".to_owned());
    }
    let columns = columns.join(", ");
    let filter = random.pick(&["", "", " WHERE replies <> 2", " WHERE score > 100"]);
    match random.between(1, 4) {
        1 => format!("SELECT {columns} FROM t{filter}"),
        2 => format!("SELECT channel, {columns} FROM t{filter} GROUP BY channel"),
        3 => format!(
            "SELECT channel, is_vip, {columns} FROM t{filter} GROUP BY ROLLUP (channel, is_vip)"
        ),
        _ => format!(
            "SELECT date_trunc('month', at) AS month, {columns} FROM t{filter} GROUP BY 1 HAVING count(*) > 3"
        ),
    }
}

fn quantile(random: &mut Random, value: &str) -> String {
    let share = random.pick(&SHARES);
    let filter = random.pick(&["", "", "", " FILTER (WHERE replies > 1)"]);
    match random.between(1, 3) {
        1 => format!("percentile_cont({share}) WITHIN GROUP (ORDER BY {value}){filter}"),
        2 => format!("quantile_cont({value}, {share}){filter}"),
        _ => format!("percentile_cont({value}, {share}){filter}"),
    }
}

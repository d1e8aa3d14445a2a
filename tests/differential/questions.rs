//! Random questions: a KPI and the same metric by hand, grouped, filtered and framed alike.

use super::kpis::{PAIRS, Pair};
use crate::support::random::Random;

/// One question in two texts whose answers must agree.
pub(super) struct Question {
    pub(super) kpi: String,
    pub(super) portable: String,
    /// Leading columns that identify a row.
    pub(super) keys: usize,
    pub(super) exact: bool,
}

pub(super) fn all(random: &mut Random, count: usize) -> Vec<Question> {
    (0..count).map(|number| one(random, number)).collect()
}

fn one(random: &mut Random, number: usize) -> Question {
    if random.chance(6) {
        return recontacted(random);
    }
    let pair = &PAIRS[number % PAIRS.len()];
    let condition = random.chance(40).then(|| condition(random, pair.table));
    let filter = random
        .chance(35)
        .then(|| self::condition(random, pair.table));
    if random.chance(25) && pair.table == "tickets" {
        framed(random, pair, condition.as_deref(), filter.as_deref())
    } else {
        grouped(random, pair, condition.as_deref(), filter.as_deref())
    }
}

fn fill(text: &str, arguments: &[String], filter: &str, over: &str) -> String {
    let mut text = text.replace("{filter}", filter).replace("{over}", over);
    for (number, argument) in arguments.iter().enumerate() {
        text = text.replace(&format!("{{{number}}}"), argument);
    }
    text
}

/// The KPI's expression and the portable one.
fn expressions(pair: &Pair, filter: Option<&str>, over: &str) -> (String, String) {
    let columns = pair.columns.iter();
    let ours: Vec<String> = columns
        .clone()
        .map(|(column, _)| (*column).to_owned())
        .collect();
    let theirs = columns.map(|(_, column)| match filter {
        Some(filter) => format!("(CASE WHEN {filter} THEN {column} END)"),
        None => (*column).to_owned(),
    });
    let theirs: Vec<String> = theirs.collect();
    let clause = filter.map(|filter| format!(" FILTER (WHERE {filter})"));
    (
        fill(pair.kpi, &ours, &clause.unwrap_or_default(), over),
        fill(pair.portable, &theirs, "", over),
    )
}

fn grouped(
    random: &mut Random,
    pair: &Pair,
    condition: Option<&str>,
    filter: Option<&str>,
) -> Question {
    let keys = keys(random, pair.table);
    let (ours, theirs) = expressions(pair, filter, "");
    let sets = match random.between(1, 10) {
        1 if keys.len() > 1 => format!("ROLLUP ({})", keys.join(", ")),
        2 if keys.len() > 1 => format!("CUBE ({})", keys.join(", ")),
        _ => keys.join(", "),
    };
    let ask = |value: &str| {
        let shown = keys
            .iter()
            .map(|key| format!("{key}, "))
            .collect::<String>();
        let filtered = condition.map_or(String::new(), |text| format!(" WHERE {text}"));
        let groups = if keys.is_empty() {
            String::new()
        } else {
            format!(" GROUP BY {sets}")
        };
        format!(
            "SELECT {shown}{value} AS v FROM {}{filtered}{groups}",
            pair.table
        )
    };
    Question {
        kpi: ask(&ours),
        portable: ask(&theirs),
        keys: keys.len(),
        exact: pair.exact,
    }
}

fn keys(random: &mut Random, table: &str) -> Vec<&'static str> {
    let all: &[&str] = match table {
        "tickets" => &["team", "channel", "priority", "is_complaint", "customer_id"],
        _ => &["plan"],
    };
    let mut keys = Vec::new();
    for key in all {
        if random.chance(35) {
            keys.push(*key);
        }
    }
    keys
}

fn framed(
    random: &mut Random,
    pair: &Pair,
    condition: Option<&str>,
    filter: Option<&str>,
) -> Question {
    let before = random.between(0, 40);
    let after = random.between(0, 10);
    let frame = match random.between(1, 4) {
        1 => format!("ROWS BETWEEN {before} PRECEDING AND CURRENT ROW"),
        2 => format!("ROWS BETWEEN {before} PRECEDING AND {after} FOLLOWING"),
        3 => format!(
            "ROWS BETWEEN {} FOLLOWING AND {} FOLLOWING",
            after,
            after + before
        ),
        _ => "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW".to_owned(),
    };
    let by = random.pick(&["PARTITION BY team ", "PARTITION BY channel, priority ", ""]);
    let over = format!(" OVER ({by}ORDER BY ticket_id {frame})");
    let (ours, theirs) = expressions(pair, filter, &over);
    let filtered = condition.map_or(String::new(), |text| format!(" WHERE {text}"));
    let ask = |value: &str| format!("SELECT ticket_id, {value} AS v FROM tickets{filtered}");
    Question {
        kpi: ask(&ours),
        portable: ask(&theirs),
        keys: 1,
        exact: pair.exact,
    }
}

fn condition(random: &mut Random, table: &str) -> String {
    if table == "subs" {
        return format!("mrr_start > {}", random.between(0, 800));
    }
    match random.between(1, 6) {
        1 => format!("priority <= {}", random.between(1, 3)),
        2 => "channel = 'chat'".to_owned(),
        3 => "channel <> 'mail'".to_owned(),
        4 => format!("ticket_id % 7 > {}", random.between(0, 5)),
        5 => "team IN ('north', 'west') AND NOT is_complaint".to_owned(),
        _ => format!("csat_score = {} OR escalated", random.between(1, 5)),
    }
}

/// Repeat contacts, per contact and as a rate by team.
fn recontacted(random: &mut Random) -> Question {
    let days = random.between(1, 30);
    let extra = random.pick(&["", ", priority"]);
    let ours = format!(
        "recontacted(opened_at, INTERVAL '{days} days') OVER (PARTITION BY customer_id{extra} \
         ORDER BY opened_at, ticket_id)"
    );
    let window = days * 86_400_000_000;
    let theirs = format!(
        "CASE WHEN next_us - opened_us <= {window} THEN true \
         WHEN opened_us + {window} <= last_us THEN false END"
    );
    let looked = format!(
        "(SELECT *, lead(opened_us) OVER (PARTITION BY customer_id{extra} ORDER BY opened_us, \
         ticket_id) AS next_us, max(opened_us) OVER () AS last_us FROM tickets)"
    );
    if random.chance(50) {
        return Question {
            kpi: format!("SELECT ticket_id, {ours} AS v FROM tickets"),
            portable: format!("SELECT ticket_id, {theirs} AS v FROM {looked} AS t"),
            keys: 1,
            exact: true,
        };
    }
    let repeated = format!("SELECT team, {ours} AS again FROM tickets");
    Question {
        kpi: format!("SELECT team, fcr(NOT again) AS v FROM ({repeated}) AS t GROUP BY team"),
        portable: format!(
            "SELECT team, CAST(100 AS DOUBLE) * sum(CASE WHEN again THEN 0 WHEN NOT again THEN 1 \
             END) / count(again) AS v FROM (SELECT team, {theirs} AS again FROM {looked} AS t) AS u \
             GROUP BY team"
        ),
        keys: 1,
        exact: true,
    }
}

//! Filters and projections over text read as dictionaries, against the same over text.

use std::path::Path;

use deskql::Engine;

use super::{plan, tables};
use crate::support::data;
use crate::support::random::Random;

/// Of one text column; some fail for values that no row may have.
const ALONE: [&str; 16] = [
    "channel = 'email'",
    "channel <> 'email'",
    "channel IS NULL",
    "channel IS NOT NULL",
    "channel IN ('chat', 'web')",
    "channel NOT IN ('chat', 'web', 'fax')",
    "channel LIKE '%o%'",
    "channel > 'd' AND channel < 'q'",
    "upper(channel) = 'PHONE'",
    "coalesce(channel, 'none') = 'none'",
    "(channel = 'web' OR channel IS NULL)",
    "100 / (length(channel) - 3) > 20",
    "length(channel) > 100",
    "name LIKE '%7 of 1'",
    "name < 'customer 3'",
    "random() >= 0 AND channel = 'chat'",
];

/// Of something else, or of more than that.
const OTHER: [&str; 9] = [
    "(lower(channel) = 'web' OR length(name) > 15)",
    "CASE WHEN is_vip THEN channel LIKE 'e%' ELSE channel LIKE '%b' END",
    "score > 7",
    "score IS NOT NULL",
    "channel < name",
    "(channel = 'email' OR score > 10)",
    "is_vip",
    "id % 3 = 0",
    "at >= '2024-06-01'",
];

const SHOWN: [&str; 13] = [
    "id, score",
    "id, CASE channel WHEN 'email' THEN 1 WHEN 'chat' THEN 2 END AS c, channel IS NULL AS n",
    "id, coalesce(upper(channel), 'NONE') AS loud, length(channel) > replies AS longer",
    "id, substr(channel, 2, 3) AS part, lower(name) AS small",
    "id, 1000 / (length(channel) - 3) AS share",
    "id, CASE WHEN replies > 1 THEN concat(channel, '!') ELSE 'one' END AS c",
    "id, upper(channel) AS loud, channel",
    "id, channel LIKE '%a%' OR score > 5 AS either, cast(length(channel) AS VARCHAR) AS l",
    "id, score, channel",
    "id, name",
    "id",
    "id, upper(channel) AS loud",
    "count(*) AS n, sum(id) AS ids",
];

pub(super) fn question(random: &mut Random) -> String {
    let mut conditions = vec![random.pick(&ALONE)];
    if random.chance(60) {
        conditions.push(random.pick(&OTHER));
    }
    if random.chance(30) {
        conditions.push(random.pick(&ALONE));
    }
    if random.chance(50) {
        conditions.reverse();
    }
    let (shown, conditions) = (random.pick(&SHOWN), conditions.join(" AND "));
    let table = random.pick(&["t", "t", "t", "nothing"]);
    match random.between(1, 6) {
        1 => format!(
            "SELECT a.id, a.half, b.cost FROM (SELECT * FROM {table} WHERE {conditions}) AS a
             JOIN t AS b ON a.score = b.score AND a.replies = b.replies WHERE b.channel = 'web'"
        ),
        2 => format!(
            "SELECT id FROM t WHERE score IN (SELECT score FROM {table} WHERE {conditions})"
        ),
        3 => format!(
            "SELECT id, row_number() OVER (PARTITION BY is_vip ORDER BY id, at, score, half, cost) AS place
             FROM {table} WHERE {conditions}"
        ),
        _ => format!("SELECT {shown} FROM {table} WHERE {conditions}"),
    }
}

pub(super) async fn desk(folder: &Path) -> Engine {
    tables::write(folder, &mut Random::new(18), 6_000);
    data::open(&[folder]).await.unwrap()
}

#[tokio::test]
async fn text_that_only_the_filter_needs_is_read_as_a_dictionary() {
    let folder = tempfile::tempdir().unwrap();
    tables::write(folder.path(), &mut Random::new(19), 600);
    let engine = data::open(&[folder.path()]).await.unwrap();
    let plan = async |sql: &str| plan(&engine, sql).await;
    let read = "dictionary(channel";
    let projected = plan("SELECT id, upper(channel) AS c FROM t").await;
    assert!(
        projected.contains("dictionary(upper(channel@0))"),
        "{projected}"
    );
    let taken = plan("SELECT id FROM t WHERE channel = 'email' AND score > 7").await;
    assert!(taken.contains("dictionary(channel@0 = email)"), "{taken}");
    assert!(
        taken.contains("dictionary(channel@0) as channel"),
        "{taken}"
    );
    for shown in [
        "SELECT id, channel FROM t WHERE channel = 'email'",
        "SELECT id FROM t WHERE channel = name",
        "SELECT id, upper(channel), channel FROM t",
    ] {
        let plan = plan(shown).await;
        assert!(!plan.contains(read), "{plan}");
    }
}

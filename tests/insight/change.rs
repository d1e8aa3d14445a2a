//! `explain_change` against exact values: every entry is asked in SQL.

use serde_json::Value;

use super::values::{Cell, Entry, Row, entries, error, query, session};

/// Rows of a segment on a side.
pub(super) fn rows(value: &str, n: i64, segment: &str, is_after: bool) -> Option<String> {
    (n > 0).then(|| {
        format!(
            "SELECT {value} AS value, {segment} AS segment, {is_after} AS side FROM generate_series(1, {n})"
        )
    })
}

pub(super) fn integer(value: &Value) -> i64 {
    value.as_i64().unwrap()
}

/// The rows of one side of a segment, by the form of its numbers, and the KPI that they are of.
pub(super) fn side(
    numbers: &Value,
    segment: &str,
    is_after: bool,
) -> (&'static str, Vec<Option<String>>) {
    let fields = numbers.as_object().unwrap();
    if let (Some(hits), Some(n)) = (fields.get("numerator"), fields.get("denominator")) {
        let (hits, n) = (integer(hits), integer(n));
        return (
            "rate",
            vec![
                rows("true", hits, segment, is_after),
                rows("false", n - hits, segment, is_after),
            ],
        );
    }
    if let (Some(net), Some(n)) = (fields.get("net_promoters"), fields.get("n")) {
        let (net, n) = (integer(net), integer(n));
        let score = if net > 0 { "10" } else { "0" };
        return (
            "nps",
            vec![
                rows(score, net.abs(), segment, is_after),
                rows("8", n - net.abs(), segment, is_after),
            ],
        );
    }
    let [above, below] = ["sum", "cost"]
        .into_iter()
        .zip(["n", "resolved"])
        .find_map(|(above, below)| Some([fields.get(above)?, fields.get(below)?]))
        .unwrap();
    let row = format!(
        "SELECT STRUCT({above} AS above, {below} AS below) AS value, {segment} AS segment, {is_after} AS side"
    )
    .replace("STRUCT", "named_struct")
    .replace(&format!("{above} AS above"), &format!("'above', {above}"))
    .replace(&format!("{below} AS below"), &format!("'below', {below}"));
    ("ratio", vec![Some(row)])
}

/// Each segment of an entry: its name as SQL, and both sides.
pub(super) fn segments(entry: &Entry) -> Vec<(String, Value)> {
    match &entry.input["segments"] {
        Value::Array(all) => all
            .iter()
            .map(|segment| {
                let name = match segment["segment"].as_str() {
                    Some(name) => format!("'{name}'"),
                    None => "NULL::VARCHAR".to_owned(),
                };
                (name, segment.clone())
            })
            .collect(),
        all => named(all),
    }
}

pub(super) fn named(all: &Value) -> Vec<(String, Value)> {
    let all = all.as_object().unwrap().iter();
    all.map(|(name, sides)| (format!("'{name}'"), sides.clone()))
        .collect()
}

/// The rows of segments, and the options that say the KPI.
fn table(segments: &[(String, Value)]) -> (String, String) {
    let (mut parts, mut kpi) = (vec![], "rate");
    for (name, sides) in segments {
        for (key, is_after) in [("before", false), ("after", true)] {
            let (own, rows) = side(&sides[key], name, is_after);
            kpi = own;
            parts.extend(rows.into_iter().flatten());
        }
    }
    let options = match kpi {
        "ratio" => {
            "kpi => 'ratio', numerator => value.above, denominator => value.below".to_owned()
        }
        kpi => format!("kpi => '{kpi}', value => value"),
    };
    (parts.join(" UNION ALL "), options)
}

pub(super) async fn explained(segments: &[(String, Value)], more: &str) -> Vec<Row> {
    let (rows, options) = table(segments);
    let sql = format!(
        "SELECT * FROM explain_change(({rows}), {options}, side => side, by => [segment], {more})"
    );
    query(&session().await, &sql).await
}

pub(super) fn text(cell: &Cell) -> Option<&str> {
    match cell {
        Cell::Text(text) => Some(text),
        _ => None,
    }
}

pub(super) fn scope<'a>(rows: &'a [Row], scope: &str) -> &'a Row {
    let found = rows.iter().find(|row| text(&row["scope"]) == Some(scope));
    found.unwrap_or_else(|| panic!("no {scope} in {rows:?}"))
}

pub(super) fn segment<'a>(rows: &'a [Row], name: Option<&str>) -> &'a Row {
    let found = rows
        .iter()
        .find(|row| text(&row["scope"]) == Some("segment") && text(&row["segment"]) == name);
    found.unwrap_or_else(|| panic!("no segment {name:?} in {rows:?}"))
}

/// The change, the parts of its dimension, and of each segment.
fn check_parts(entry: &Entry, rows: &[Row], expected: &Value) {
    let ends = serde_json::json!({"before": expected["before"], "after": expected["after"]});
    entry.check(scope(rows, "all"), &ends, 2);
    let total = &scope(rows, "all")["total"];
    assert!(
        entry.agrees(total, &expected["change"]),
        "{}: {total:?}",
        entry.id
    );
    let dimension = scope(rows, "dimension");
    for part in ["mix", "rate", "interaction"] {
        let found = &dimension[part];
        assert!(
            entry.agrees(found, &expected[part]),
            "{}: {part} {found:?}",
            entry.id
        );
    }
    assert!(entry.agrees(&dimension["total"], &expected["change"]));
    if let Some(reverses) = expected.get("reverses") {
        assert_eq!(
            text(&dimension["reverses"]),
            Some(reverses.to_string().as_str())
        );
    }
    let segments: Vec<(Option<String>, Value)> = match &expected["segments"] {
        Value::Array(all) => all
            .iter()
            .map(|one| (one["segment"].as_str().map(str::to_owned), one.clone()))
            .collect(),
        all => all
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, one)| (Some(name.clone()), one.clone()))
            .collect(),
    };
    for (name, mut wanted) in segments {
        if name.as_deref() == Some("(other)") {
            wanted["note"] = "pooled".into();
        }
        entry.check(segment(rows, name.as_deref()), &wanted, 8);
    }
}

#[tokio::test]
async fn parts_add_up_to_the_exact_change() {
    let mut checked = 0;
    for entry in entries("explain_change") {
        if entry.input.get("segments").is_none() || entry.expected.get("change").is_none() {
            continue;
        }
        let method = entry.input["method"].as_str().unwrap_or("midpoint");
        let min_n = entry.input["min_n"].as_i64().unwrap_or(0);
        let more = format!("method => '{method}', min_n => {min_n}");
        let rows = explained(&segments(&entry), &more).await;
        check_parts(&entry, &rows, &entry.expected);
        checked += 1;
    }
    assert_eq!(checked, 12);
}

pub(super) fn entry(id: &str) -> Entry {
    let all = entries("explain_change").into_iter();
    all.into_iter().find(|entry| entry.id == id).unwrap()
}

#[tokio::test]
async fn totals_have_no_mix() {
    let entry = entry("explain_change_total");
    let mut rows = vec![];
    for (name, sides) in entry.input["totals"].as_object().unwrap() {
        for (side, is_after) in [("before", false), ("after", true)] {
            let amount = &sides[side];
            rows.push(format!("('{name}', {amount}, {is_after})"));
        }
    }
    let sql = format!(
        "SELECT * FROM explain_change((SELECT * FROM (VALUES {}) AS t(segment, amount, side)), kpi => \
         'total', amount => amount, side => side, by => [segment], min_n => 0)",
        rows.join(", ")
    );
    let rows = query(&session().await, &sql).await;
    entry.check(scope(&rows, "all"), &entry.expected, 2);
    assert!(entry.agrees(&scope(&rows, "all")["total"], &entry.expected["change"]));
    assert_eq!(scope(&rows, "all")["p"], Cell::Null);
    for (name, wanted) in entry.expected["segments"].as_object().unwrap() {
        let row = segment(&rows, Some(name));
        entry.check(row, wanted, 2);
        assert_eq!((&row["mix"], &row["rate"]), (&Cell::Null, &Cell::Null));
    }
}

#[tokio::test]
async fn both_dimensions_and_their_pairs_add_up() {
    let entry = entry("explain_change_two_dimensions");
    let mut parts = vec![];
    for cell in entry.input["cells"].as_array().unwrap() {
        let (team, channel) = (
            cell["team"].as_str().unwrap(),
            cell["channel"].as_str().unwrap(),
        );
        let name = format!("named_struct('team', '{team}', 'channel', '{channel}')");
        for (key, is_after) in [("before", false), ("after", true)] {
            parts.extend(side(&cell[key], &name, is_after).1.into_iter().flatten());
        }
    }
    let table = parts.join(" UNION ALL ");
    for (by, cut) in [
        ("segment.team", "team"),
        ("segment.channel", "channel"),
        ("segment.team || '|' || segment.channel", "pair"),
    ] {
        let sql = format!(
            "SELECT * FROM explain_change(({table}), kpi => 'rate', value => value, side => side, by => \
             [{by}], min_n => 0, depth => 1)"
        );
        let rows = query(&session().await, &sql).await;
        check_parts(&entry, &rows, &entry.expected[cut]);
    }
}

#[tokio::test]
async fn faults_are_said_in_one_line() {
    let call = |options: &str| {
        format!(
            "SELECT * FROM explain_change((SELECT 1 AS score, true AS side, 'a' AS team), {options})"
        )
    };
    for (options, wanted) in [
        (
            "kpi => 'median', side => side, by => [team]",
            "'median' has no exact decomposition",
        ),
        (
            "kpi => 'ces', value => score, side => side, by => [team]",
            "for 'ces' write kpi => 'mean', value => score; kpi is one of 'rate', 'csat', 'nps', 'mean', 'ratio', 'total'",
        ),
        (
            "kpi => 'nps', side => side, by => [team]",
            "explain_change: value is missing",
        ),
        (
            "kpi => 'nps', value => score, by => [team]",
            "explain_change: side is missing",
        ),
        (
            "kpi => 'nps', value => score, side => side, by => []",
            "by has 0 dimensions",
        ),
        (
            "kpi => 'nps', value => score, side => side, by => [team], dept => 2",
            "there is no option dept",
        ),
        (
            "kpi => 'nps', value => score, side => side, by => [team], level => 2",
            "level must lie between 0 and 1, not 2",
        ),
        (
            "kpi => 'nps', value => score, side => side, by => [team], method => 'x'",
            "there are 'midpoint', 'base'",
        ),
        (
            "kpi => 'nps', value => score, side => side, by => [teem]",
            "teem",
        ),
        (
            "kpi => 'csat', value => score + 7, side => side, by => [team]",
            "score 8 is off the scale 1..5",
        ),
    ] {
        let found = error(&session().await, &call(options)).await;
        assert!(found.contains(wanted), "{options}: {found}");
    }
    let many = "SELECT * FROM explain_change((SELECT i AS id, true AS ok, i % 2 = 0 AS side FROM \
        generate_series(1, 10001) AS t(i)), kpi => 'rate', value => ok, side => side, by => [id])";
    let found = error(&session().await, many).await;
    assert!(
        found.contains("id has 10001 segments, more than 10000"),
        "{found}"
    );
}

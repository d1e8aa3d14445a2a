//! `explain_change` against exact values: every entry is asked in SQL.

use serde_json::Value;

use super::values::{Cell, Entry, Row, entries, query, session};
use crate::support::data::error;

/// Rows of a segment on a side.
fn rows(value: &str, n: i64, segment: &str, is_after: bool) -> Option<String> {
    (n > 0).then(|| {
        format!(
            "SELECT {value} AS value, {segment} AS segment, {is_after} AS side FROM generate_series(1, {n})"
        )
    })
}

fn integer(value: &Value) -> i64 {
    value.as_i64().unwrap()
}

/// The rows of one side of a segment, by the form of its numbers, and the KPI that they are of.
fn side(numbers: &Value, segment: &str, is_after: bool) -> (&'static str, Vec<Option<String>>) {
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
fn segments(entry: &Entry) -> Vec<(String, Value)> {
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

fn named(all: &Value) -> Vec<(String, Value)> {
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

async fn explained(segments: &[(String, Value)], more: &str) -> Vec<Row> {
    let (rows, options) = table(segments);
    let sql = format!(
        "SELECT * FROM explain_change(({rows}), {options}, side => side, by => [segment], {more})"
    );
    query(&session().await, &sql).await
}

fn text(cell: &Cell) -> Option<&str> {
    match cell {
        Cell::Text(text) => Some(text),
        _ => None,
    }
}

fn scope<'a>(rows: &'a [Row], scope: &str) -> &'a Row {
    let found = rows.iter().find(|row| text(&row["scope"]) == Some(scope));
    found.unwrap_or_else(|| panic!("no {scope} in {rows:?}"))
}

fn segment<'a>(rows: &'a [Row], name: Option<&str>) -> &'a Row {
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

fn entry(id: &str) -> Entry {
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
async fn a_segment_has_an_interval_and_an_adjusted_p() {
    let entry = entry("explain_change_interval");
    let rows = explained(&segments(&entry), "min_n => 0").await;
    for (name, wanted) in entry.expected["segments"].as_object().unwrap() {
        entry.check(segment(&rows, Some(name)), wanted, 5);
    }
}

#[tokio::test]
async fn a_dimension_explains_or_does_not() {
    let entry = entry("explain_change_dimension");
    for form in ["alike", "one"] {
        let rows = explained(&named(&entry.input[form]), "min_n => 0").await;
        let found = &scope(&rows, "dimension")["p"];
        let wanted = &entry.expected[form]["p"];
        assert!(entry.agrees(found, wanted), "{form}: {found:?}");
    }
}

#[tokio::test]
async fn a_mix_changes_or_does_not() {
    let entry = entry("explain_change_mix_test");
    let mut parts = vec![];
    for (name, sides) in entry.input["rows"].as_object().unwrap() {
        for (side, is_after) in [("before", false), ("after", true)] {
            parts.extend(rows(
                "true",
                integer(&sides[side]),
                &format!("'{name}'"),
                is_after,
            ));
        }
    }
    let sql = format!(
        "SELECT * FROM explain_change(({}), kpi => 'rate', value => value, side => side, by => [segment])",
        parts.join(" UNION ALL ")
    );
    let rows = query(&session().await, &sql).await;
    let found = &scope(&rows, "dimension")["p_mix"];
    assert!(entry.agrees(found, &entry.expected["p_mix"]), "{found:?}");
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
async fn a_pair_is_listed_where_it_differs_from_both_parents() {
    let entry = entry("explain_change_pair");
    let cell = |name: &str, side: &str, part: &str| integer(&entry.input[name][side][part]);
    let mut parts = vec![];
    // The pair is x and y; the rest of x is with z, the rest of y with w.
    for (key, is_after) in [("before", false), ("after", true)] {
        let numbers = |name: &str| ["numerator", "denominator"].map(|part| cell(name, key, part));
        let pair = numbers("pair");
        let cells = [
            ("x", "y", pair),
            (
                "x",
                "z",
                [0, 1].map(|part: usize| numbers("parent_1")[part] - pair[part]),
            ),
            (
                "w",
                "y",
                [0, 1].map(|part: usize| numbers("parent_2")[part] - pair[part]),
            ),
        ];
        for (one, two, [hits, n]) in cells {
            let name = format!("named_struct('one', '{one}', 'two', '{two}')");
            parts.extend(rows("true", hits, &name, is_after));
            parts.extend(rows("false", n - hits, &name, is_after));
        }
    }
    let sql = format!(
        "SELECT * FROM explain_change(({}), kpi => 'rate', value => value, side => side, by => \
         [segment.one, segment.two])",
        parts.join(" UNION ALL ")
    );
    let rows = query(&session().await, &sql).await;
    let pairs: Vec<_> = rows
        .iter()
        .filter(|row| text(&row["scope"]) == Some("pair"))
        .collect();
    let listed = pairs
        .iter()
        .find(|row| text(&row["segment"]) == Some("x") && text(&row["segment_2"]) == Some("y"))
        .unwrap_or_else(|| panic!("{rows:?}"));
    // The larger p of both.
    let wanted = &entry.expected["against_parent_2"]["p"];
    assert!(entry.agrees(&listed["p"], wanted), "{:?}", listed["p"]);
}

#[tokio::test]
async fn a_pair_that_moves_as_its_parents_is_not_listed() {
    let sql = "SELECT count(*) AS n FROM explain_change((SELECT i % 10 < CASE WHEN i % 2 = 1 THEN 8 ELSE 6 END \
        AS ok, i % 2 = 1 AS side, (i / 2) % 3 AS a, (i / 6) % 3 AS b FROM generate_series(1, 9000) AS t(i)), \
        kpi => 'rate', value => ok, side => side, by => [a, b]) WHERE scope = 'pair'";
    assert_eq!(
        query(&session().await, sql).await[0]["n"],
        Cell::Number(0.0)
    );
}

#[tokio::test]
async fn the_first_row_is_the_comparison_of_all_rows() {
    let table = "(SELECT i % 11 AS score, (i * 7) % 5 + 1 AS stars, i::DOUBLE / 7 AS cost, i % 3 = 0 AS side, i \
        % 4 AS team FROM generate_series(1, 500) AS t(i))";
    for (kpi, option, call) in [
        ("rate", "stars > 3", "compare_rate(stars > 3, side)"),
        ("csat", "stars", "compare_csat(stars, side)"),
        ("nps", "score", "compare_nps(score, side)"),
        ("mean", "cost", "compare_mean(cost, side)"),
    ] {
        let sql = format!(
            "SELECT before, after, n_before, n_after, low, high, p FROM explain_change({table}, kpi => \
             '{kpi}', value => {option}, side => side, by => [team]) WHERE scope = 'all'"
        );
        let found = query(&session().await, &sql).await[0].clone();
        let wanted =
            query(&session().await, &format!("SELECT {call} FROM {table}")).await[0].clone();
        for (own, other) in [
            ("before", "a"),
            ("after", "b"),
            ("n_before", "n_a"),
            ("n_after", "n_b"),
            ("low", "low"),
            ("high", "high"),
            ("p", "p"),
        ] {
            assert_eq!(found[own], wanted[other], "{kpi}: {own}");
        }
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

//! What `explain_change` says of chance: intervals, p of dimensions and mixes, and pairs that stand out.

use super::change::{entry, explained, integer, named, rows, scope, segment, segments, text};
use super::values::{Cell, query, session};

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

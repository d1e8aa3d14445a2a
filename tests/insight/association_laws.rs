//! Laws of survival, correlations, weights and drivers: any split and order of rows gives the same digits, and a
//! group is a filter.

use super::values::query;
use crate::support::data::open;

/// 4,000 rows of integers that look random, as Parquet files in a folder that a session reads in parts.
async fn session(partitions: usize, seed: u64) -> (deskql::Engine, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let engine = open(&[]).await.unwrap();
    let path = folder.path().display();
    // A folder of one file is a folder of tables.
    let files = partitions.max(2);
    for part in 0..files {
        let sql = format!(
            "COPY (SELECT * FROM (SELECT (i * 7919 + {seed}) % 11 AS score, (i * 104729) % 5 + 1 AS stars, \
             ((i * 31337) % 1000)::DOUBLE / 7 - 50 AS cost, ((i * 271) % 90)::DOUBLE / 9 AS weight, CASE (i * \
             15485863) % 7 WHEN 0 THEN NULL ELSE (i * 15485863) % 7 > 3 END AS side, 'team ' || (i * 613) % 4 AS \
             team, TIMESTAMP '2026-01-01 00:00:00' + ((i * 7) % 900) * INTERVAL '1 second' AS start, CASE WHEN \
             (i * 47) % 5 = 0 THEN NULL ELSE TIMESTAMP '2026-01-01 00:20:00' + ((i * 99991) % 5000) * INTERVAL \
             '1 second' END AS done, TIMESTAMP '2026-01-01 00:05:00' AS entry, (i * 32452843) % 9973 AS o, i \
             FROM generate_series(1, 4000) AS t(i)) WHERE i % {files} = {part} ORDER BY {order}) TO \
             '{path}/desk/part-{part}.parquet'",
            order = if partitions > 1 { "o" } else { "i" }
        );
        engine.sql(&sql).await.unwrap().collect().await.unwrap();
    }
    let data = folder.path().join("desk");
    let engine = open(&[&data]).await.unwrap();
    let setting = format!("SET datafusion.execution.target_partitions = {partitions}");
    engine.sql(&setting).await.unwrap().collect().await.unwrap();
    (engine, folder)
}

const CALLS: [&str; 12] = [
    "survival_median_detail(start, done, TIMESTAMP '2026-01-01 01:00:00')",
    "survival_share_detail(start, done, TIMESTAMP '2026-01-01 01:00:00', 30)",
    "survival_mean(start, done, TIMESTAMP '2026-01-01 01:00:00', 45)",
    "compare_survival(start, done, TIMESTAMP '2026-01-01 01:00:00', side)",
    "pearson_detail(cost, score)",
    "spearman_detail(cost, score)",
    "kendall_detail(cost, score)",
    "weighted_rate_detail(stars > 2, weight)",
    "weighted_nps_detail(score, weight)",
    "weighted_mean_detail(cost, weight)",
    "value_quotient_detail(cost, score)",
    "mad(cost)",
];

const TABLES: [&str; 3] = [
    "survival_curve(desk, start => start, end => done, as_of => TIMESTAMP '2026-01-01 01:00:00')",
    "survival_curve(desk, start => start, end => done, as_of => TIMESTAMP '2026-01-01 01:00:00', entry => entry, by \
     => [team, stars])",
    "key_drivers(desk, outcome => score, drivers => [stars, cost, team, side], id => i % 300)",
];

/// Bits of every cell: numbers are shown with all digits.
async fn shown(engine: &deskql::Engine, sql: &str) -> String {
    format!("{:?}", query(engine, sql).await)
}

#[tokio::test]
async fn any_split_and_order_gives_the_same_digits() {
    let mut found = vec![];
    for partitions in [1, 2, 8] {
        let (engine, _folder) = session(partitions, 3).await;
        let mut all = vec![];
        for call in CALLS {
            all.push(shown(&engine, &format!("SELECT {call} FROM desk")).await);
            let grouped = format!("SELECT team, {call} FROM desk GROUP BY team ORDER BY team");
            all.push(shown(&engine, &grouped).await);
        }
        for table in TABLES {
            let order = if table.contains("[team, stars]") {
                " ORDER BY team, stars, time"
            } else {
                ""
            };
            all.push(shown(&engine, &format!("SELECT * FROM {table}{order}")).await);
        }
        found.push(all);
    }
    for (place, wanted) in found[0].iter().enumerate() {
        assert!(wanted.len() > 20, "{wanted}");
        assert_eq!(wanted, &found[1][place]);
        assert_eq!(wanted, &found[2][place]);
    }
}

#[tokio::test]
async fn a_group_a_filter_and_a_frame_are_one_computation() {
    let (engine, _folder) = session(2, 5).await;
    for call in CALLS {
        let grouped = format!("SELECT {call} AS own FROM desk GROUP BY team ORDER BY team");
        let grouped = query(&engine, &grouped).await;
        assert_eq!(grouped.len(), 4);
        for (team, wanted) in grouped.iter().enumerate() {
            for sql in [
                format!("SELECT {call} FILTER (WHERE team = 'team {team}') AS own FROM desk"),
                format!("SELECT {call} AS own FROM desk WHERE team = 'team {team}'"),
            ] {
                assert_eq!(
                    shown(&engine, &sql).await,
                    format!("{:?}", [wanted]),
                    "{sql}"
                );
            }
        }
        // A moving frame adds and removes rows.
        let moving = format!(
            "SELECT {call} OVER (ORDER BY i ROWS BETWEEN 99 PRECEDING AND CURRENT ROW) AS own FROM desk WHERE i \
             <= 300 ORDER BY i"
        );
        let moving = query(&engine, &moving).await;
        for last in [100, 177, 300] {
            let first = last - 99;
            let sql = format!("SELECT {call} AS own FROM desk WHERE i BETWEEN {first} AND {last}");
            let wanted = format!("{:?}", &moving[last - 1..last]);
            assert_eq!(shown(&engine, &sql).await, wanted, "{call} at {last}");
        }
    }
}

/// The curve says what is read off it, and each of its groups is a filter.
#[tokio::test]
async fn curves_agree_with_the_aggregates() {
    let (engine, _folder) = session(2, 7).await;
    let curve = "start => start, end => done, as_of => TIMESTAMP '2026-01-01 01:00:00'";
    let sql = format!(
        "SELECT min(time) AS value FROM survival_curve(desk, {curve}) WHERE survival <= 50.0000000001"
    );
    let median =
        "SELECT survival_median(start, done, TIMESTAMP '2026-01-01 01:00:00') AS value FROM desk";
    assert_eq!(shown(&engine, &sql).await, shown(&engine, median).await);
    let sql = format!(
        "SELECT 100 - survival AS value FROM survival_curve(desk, {curve}) WHERE time <= 30 ORDER BY time DESC \
         LIMIT 1"
    );
    let share = "SELECT survival_share(start, done, TIMESTAMP '2026-01-01 01:00:00', 30) AS value FROM desk";
    assert_eq!(shown(&engine, &sql).await, shown(&engine, share).await);
    let by = format!(
        "SELECT time, at_risk, survival, low FROM survival_curve(desk, {curve}, by => team) WHERE team = 'team \
         2' ORDER BY time"
    );
    let own = format!(
        "SELECT time, at_risk, survival, low FROM survival_curve((SELECT * FROM desk WHERE team = 'team 2'), \
         {curve})"
    );
    assert_eq!(shown(&engine, &by).await, shown(&engine, &own).await);
}

/// A correlation does not depend on the types of columns, nor on how far from 0 they are: r to its last digit but
/// one, since its one rounding is of other integers, and ranks to the last.
#[tokio::test]
async fn correlations_have_no_unit() {
    let (engine, _folder) = session(2, 9).await;
    for function in ["pearson", "spearman", "kendall"] {
        let wanted = shown(
            &engine,
            &format!("SELECT {function}_detail(stars, score) AS own FROM desk"),
        )
        .await;
        for (x, y) in [
            ("stars::DOUBLE", "score::SMALLINT"),
            ("stars::DECIMAL(30, 4)", "score + 4000000000"),
            ("stars * 1000 - 123456789", "score"),
            ("score", "stars"),
        ] {
            let sql = format!("SELECT {function}_detail({x}, {y}) AS own FROM desk");
            let found = shown(&engine, &sql).await;
            if function == "pearson" {
                let near = |text: &str| {
                    let numbers = text.split(|c: char| !"0123456789.e-".contains(c));
                    let numbers = numbers.filter_map(|number| number.parse::<f64>().ok());
                    numbers.collect::<Vec<_>>()
                };
                let pairs = near(&found).into_iter().zip(near(&wanted));
                for (one, other) in pairs {
                    assert!((one - other).abs() <= 1e-13, "{found} {wanted}");
                }
                continue;
            }
            assert_eq!(found, wanted, "{function} of {x} and {y}");
        }
    }
}

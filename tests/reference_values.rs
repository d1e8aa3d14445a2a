//! Published values, each with its source: our answers equal the published ones, except where those are
//! wrong.

use deskql::{Engine, EngineSettings};

use crate::support::data::rows;

async fn engine() -> Engine {
    Engine::open(EngineSettings::default()).await.unwrap()
}

async fn number(sql: &str) -> f64 {
    let found = rows(&engine().await, sql).await;
    assert_eq!(found.len(), 1, "{sql}: {found:?}");
    found[0]
        .parse()
        .unwrap_or_else(|_| panic!("{sql}: {found:?}"))
}

/// The numbers that follow a keyword of one row.
async fn numbers(sql: &str) -> Vec<f64> {
    let found = rows(&engine().await, sql).await;
    found[0]
        .split('|')
        .map(|cell| cell.parse().unwrap())
        .collect()
}

fn near(found: f64, published: f64, within: f64) {
    assert!(
        (found - published).abs() <= within,
        "{found} is not {published}"
    );
}

/// One row per answer, from how often each was given.
fn answers(counts: &[(i64, i64)]) -> String {
    let value = |(score, count): &(i64, i64)| format!("({score}, {count})");
    let values: Vec<_> = counts.iter().map(value).collect();
    format!(
        "(SELECT score, unnest(range(0, count)) FROM (VALUES {}) AS given(score, count)) AS answers",
        values.join(", ")
    )
}

/// Counts of the scores from 1 on.
fn from_one(counts: &[i64]) -> String {
    let scored: Vec<_> = (1..).zip(counts.iter().copied()).collect();
    answers(&scored)
}

/// <https://help.delighted.com/article/240-how-is-csat-calculated>: 74 of 107 answers are 4 or 5.
#[tokio::test]
async fn csat_as_delighted() {
    let table = from_one(&[14, 9, 10, 32, 42]);
    near(
        number(&format!("SELECT csat(score) FROM {table}")).await,
        69.158_878_5,
        5e-8,
    );
    let sql = format!("SELECT count(*), csat_detail(score)['satisfied'] FROM {table}");
    assert_eq!(rows(&engine().await, &sql).await, ["107|74"]);
}

/// <https://intercom.help/voc-metrics/en/articles/9647540>
#[tokio::test]
async fn csat_as_intercom() {
    let table = from_one(&[5, 5, 10, 20, 10]);
    near(
        number(&format!("SELECT csat(score) FROM {table}")).await,
        60.0,
        0.0,
    );
}

/// <https://support.cys.group/support/solutions/articles/3000095529>
#[tokio::test]
async fn ces_as_cys() {
    let table = from_one(&[80, 210, 140, 110, 160, 180, 120]);
    near(
        number(&format!("SELECT ces(score) FROM {table}")).await,
        4.08,
        0.0,
    );
}

/// <https://support.cys.group/support/solutions/articles/3000095531>: 570 easy, 190 between, 240 hard.
#[tokio::test]
async fn ces_index_as_cys() {
    let table = answers(&[(7, 300), (6, 270), (5, 100), (4, 90), (3, 140), (1, 100)]);
    near(
        number(&format!("SELECT ces_index(score) FROM {table}")).await,
        33.0,
        0.0,
    );
}

/// A published example prints a mean of 2.82 for these counts; they give 3020 / 1010.
#[tokio::test]
async fn ces_where_the_publication_is_wrong() {
    let table = from_one(&[190, 240, 110, 330, 140]);
    let found = number(&format!("SELECT ces(score, 5) FROM {table}")).await;
    near(found, 3_020.0 / 1_010.0, 0.0);
    near(found, 2.990_1, 5e-5);
}

/// <http://www.cybaea.net/Journal/2016/01/14/NPS-confidence-intervals-stats/> and the answer of whuber
/// at stats.stackexchange.com: shares 1/2, 1/3, 1/6 have NPS 33.3, unit variance 5/9, and at n = 324 a
/// standard error of 4.14 points.
#[tokio::test]
async fn nps_and_its_standard_error() {
    let table = answers(&[(10, 162), (8, 108), (3, 54)]);
    near(
        number(&format!("SELECT nps(score) FROM {table}")).await,
        33.333_333_3,
        5e-8,
    );
    // The level that is one standard error to each side.
    let sql = format!(
        "SELECT d['high'] - d['nps'], d['nps'] - d['low'] FROM \
         (SELECT nps_detail(score, 0.6826894921370859) AS d FROM {table})"
    );
    for side in numbers(&sql).await {
        near(side, 4.140_866_6, 5e-8);
    }
}

/// <http://www.cybaea.net/Journal/2016/01/14/NPS-confidence-intervals-stats/>: with equal thirds the
/// interval is about 320 / √n wide.
#[tokio::test]
async fn nps_of_equal_thirds() {
    let table = answers(&[(10, 300), (8, 300), (3, 300)]);
    let sql =
        format!("SELECT d['high'] - d['low'] FROM (SELECT nps_detail(score) AS d FROM {table})");
    near(number(&sql).await, 320.0 / 900_f64.sqrt(), 0.005);
}

/// <https://github.com/ndeshmukh-coder/qase-nps-analysis>: 39.3 of 3,163 answers, ± 2.66.
#[tokio::test]
async fn nps_of_a_real_survey() {
    let table = answers(&[(9, 1_000), (10, 789), (7, 827), (6, 547)]);
    let sql = format!(
        "SELECT d['n'], d['nps'], (d['high'] - d['low']) / 2 FROM (SELECT nps_detail(score) AS d FROM {table})"
    );
    let found = numbers(&sql).await;
    near(found[0], 3_163.0, 0.0);
    near(found[1], 39.266_519_127_410_69, 1e-13);
    near(found[2], 2.664_012_670_121_295_4, 1e-9);
}

/// <https://theprimecalculator.com/business/net-revenue-retention-calculator/formula>: start 100,000,
/// expansion 15,000, contraction 5,000, churn 8,000.
#[tokio::test]
async fn revenue_retention() {
    let table = "(VALUES (72000, 87000), (20000, 15000), (8000, NULL)) AS customers(s, e)";
    let sql = format!("SELECT nrr(s, e), grr(s, e), revenue_churn_rate(s, e) FROM {table}");
    assert_eq!(numbers(&sql).await, [102.0, 87.0, 13.0]);
}

/// <https://churnzero.net/churnopedia/net-revenue-retention/>: 27,000 become 35,000 with the same
/// customers, and 5,000 of it leave.
#[tokio::test]
async fn net_revenue_retention_as_churnzero() {
    let table = "(VALUES (22000, 35000), (5000, NULL)) AS customers(s, e)";
    near(
        number(&format!(
            "SELECT nrr(s, e) - 100.0 * 5000 / 27000 FROM {table}"
        ))
        .await,
        111.111_111_1,
        5e-8,
    );
}

/// <https://churnmiser.com/blog/how-to-calculate-customer-churn-rate-shopify>: 300 of 2,000 leave.
#[tokio::test]
async fn churn_and_retention() {
    let table = "(SELECT DATE '2025-01-01' AS began, CASE WHEN value <= 300 THEN DATE '2026-01-15' END AS ended \
         FROM generate_series(1, 2000))";
    let period = "DATE '2026-01-01', DATE '2026-01-31'";
    let sql = format!(
        "SELECT churn_rate(began, ended, {period}), retention_rate(began, ended, {period}) FROM {table}"
    );
    assert_eq!(numbers(&sql).await, [15.0, 85.0]);
}

/// <https://callcentrehelper.com/what-is-average-handling-time-aht-208977.htm>: talk, hold and wrap
/// time of 4,311 calls in seconds.
#[tokio::test]
async fn average_handle_time() {
    let total = 668_205 + 99_153 + 198_306;
    let table = format!(
        "(SELECT CASE WHEN value = 1 THEN {total} ELSE 0 END AS seconds FROM generate_series(1, 4311))"
    );
    near(
        number(&format!("SELECT aht(seconds) FROM {table}")).await,
        224.0,
        0.0,
    );
}

async fn mean_of(unit: &str, durations: &[i64]) -> f64 {
    let start = "TIMESTAMP '2026-01-05 10:00:00'";
    let row = |length: &i64| format!("({start} + INTERVAL '{length} {unit}s')");
    let values: Vec<_> = durations.iter().map(row).collect();
    number(&format!(
        "SELECT mttr({start}, solved, '{unit}') FROM (VALUES {}) AS incidents(solved)",
        values.join(", ")
    ))
    .await
}

/// The MTTR page of BMC Helix `AIOps` (docs.bmc.com), in hours; and a list of four in minutes.
#[tokio::test]
async fn mean_time_to_resolve() {
    near(mean_of("hour", &[44, 100, 40, 20]).await, 51.0, 0.0);
    near(mean_of("minute", &[12, 45, 18, 15]).await, 22.5, 0.0);
}

/// The glossary of response times at help.zoho.com: 10:00 to 11:30 is 90 minutes.
#[tokio::test]
async fn first_response_time() {
    let sql = "SELECT frt(TIMESTAMP '2026-01-05 10:00:00', TIMESTAMP '2026-01-05 11:30:00')";
    near(number(sql).await, 90.0, 0.0);
}

/// Wilson's interval at 95% as other packages print it.
#[tokio::test]
async fn wilson_intervals() {
    let published = [
        (74, 107, 0.598_715_091_321_985_5, 0.771_182_602_521_297_7),
        (7, 50, 0.069_508_334_270_162_94, 0.261_861_937_105_855_4),
        (0, 10, 0.0, 0.277_532_799_862_889_2),
        (10, 10, 0.722_467_200_137_110_7, 1.0),
        (8, 10, 0.490_162_471_536_641_83, 0.943_317_848_545_624_7),
        (
            1_869,
            7_043,
            0.255_188_112_884_507_27,
            0.275_807_437_488_907_9,
        ),
    ];
    for (hits, n, low, high) in published {
        let sql = format!(
            "SELECT d['low'] / 100, d['high'] / 100 FROM \
             (SELECT rate_detail(value <= {hits}) AS d FROM generate_series(1, {n}))"
        );
        let found = numbers(&sql).await;
        near(found[0], low, 1e-12);
        near(found[1], high, 1e-12);
    }
}

/// Two NPS of 1,000 answers each, ten points apart: z is the difference over the root of the summed
/// squares of both standard errors, as the details give them.
#[tokio::test]
async fn two_nps_compared() {
    let error = "(d['high'] - d['nps'])";
    let detail =
        |table: String| format!("(SELECT nps_detail(score, 0.6826894921370859) AS d FROM {table})");
    let sql = |table| format!("SELECT d['nps'], {error} FROM {}", detail(table));
    let before = numbers(&sql(answers(&[(10, 500), (8, 300), (3, 200)]))).await;
    let after = numbers(&sql(answers(&[(10, 450), (8, 300), (3, 250)]))).await;
    let delta = before[0] - after[0];
    near(delta, 10.0, 1e-12);
    near(
        delta / before[1].hypot(after[1]),
        2.806_067_666_331_568_2,
        1e-9,
    );
}

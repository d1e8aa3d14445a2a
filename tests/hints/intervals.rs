//! The hint about intervals that are compared end to end.

use super::{each_gets, none_gets_any};

#[tokio::test]
async fn intervals_that_are_compared_end_to_end() {
    let test = |kpi: &str, call: &str| {
        format!(
            "whether two intervals of {kpi} lie apart is too strict a test: many clear differences have intervals \
             that overlap; ask {call} for the interval of the difference and its p"
        )
    };
    let csat = test("csat", "compare_csat(score, is_second)");
    let rate = test(
        "sla_rate",
        "compare_rate, compare_mean or compare_duration over the rows",
    );
    each_gets(&[
        (
            "WITH t AS (SELECT channel, csat_detail(score) AS c FROM surveys WHERE kind = 'csat' GROUP BY 1)
             SELECT a.channel, b.channel FROM t AS a JOIN t AS b ON a.c.low > b.c.high",
            &csat,
        ),
        (
            "WITH t AS (SELECT channel, csat_detail(score).low AS low, csat_detail(score).high AS high, count(*) AS n
                        FROM surveys WHERE kind = 'csat' GROUP BY 1)
             SELECT a.channel, a.n, CASE WHEN a.high < b.low THEN 'worse' ELSE 'unclear' END AS verdict
             FROM t AS a, t AS b",
            &csat,
        ),
        (
            "SELECT sla_rate_detail(sla_met) FILTER (WHERE plan = 'pro').low
                 > sla_rate_detail(sla_met) FILTER (WHERE plan = 'free').high AS is_better FROM tickets",
            &rate,
        ),
    ])
    .await;
    none_gets_any(&[
        "SELECT channel, csat_detail(score) AS c FROM surveys WHERE kind = 'csat' GROUP BY 1 HAVING c.low > 80",
        "WITH t AS (SELECT channel, csat_detail(score) AS c FROM surveys WHERE kind = 'csat' GROUP BY 1)
         SELECT a.channel, a.c.n FROM t AS a JOIN t AS b ON a.c.low > b.c.low",
        "WITH t AS (SELECT channel, min(score) AS low, max(score) AS high FROM surveys GROUP BY 1)
         SELECT a.channel FROM t AS a JOIN t AS b ON a.low > b.high",
    ])
    .await;
}

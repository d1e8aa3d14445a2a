//! Boston's 311 of the second half of 2011, whose published flag and rates equal ours.
//!
//! The 58,251 cases are in the public domain and come down to seven outcomes; what has no target or no
//! end has none here either. The flag was recomputed from the instants of the whole file once, with 0
//! differences in 58,093 flagged cases, by the expression below.

use deskql::{Engine, EngineSettings};

use crate::support::data::rows;

/// Flag, target, end, and how many cases: instants stand for those before and after each other.
const CASES: &str = "(SELECT flag, target::TIMESTAMP AS target_dt, closed::TIMESTAMP AS closed_dt,
    unnest(range(0, n)) FROM (VALUES
    ('ONTIME', NULL, NULL, 232), ('ONTIME', NULL, '2011-08-01', 10749),
    ('ONTIME', '2011-08-01', '2011-07-30', 35590), ('ONTIME', '2011-08-01', '2011-08-01', 1),
    ('OVERDUE', '2011-08-01', '2011-08-02', 8073), ('OVERDUE', '2015-12-13', NULL, 3448),
    (NULL, '2011-08-01', '2011-08-02', 157), (NULL, '2011-07-19', NULL, 1)
  ) AS outcomes(flag, target, closed, n)) AS cases";

#[tokio::test]
async fn three_denominators_give_three_published_rates() {
    let engine = Engine::open(EngineSettings::default()).await.unwrap();
    let sql = format!(
        "SELECT count(*), count(flag),
           round(sla_rate(closed_dt <= target_dt), 4),
           round(sla_rate(coalesce(closed_dt <= target_dt, false)) FILTER (WHERE target_dt IS NOT NULL), 3),
           round(sla_rate(flag = 'ONTIME'), 3),
           count(*) FILTER (WHERE flag IS NOT NULL AND
             flag = 'ONTIME' <> coalesce(coalesce(closed_dt, TIMESTAMP '2016-01-01 00:00:00') <= target_dt, true))
         FROM {CASES}"
    );
    assert_eq!(
        rows(&engine, &sql).await,
        ["58251|58093|81.2191|75.293|80.168|0"]
    );
}

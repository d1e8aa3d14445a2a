//! `churn_rate`, `retention_rate` and `retention_ratio` of customers over a period.

use arrow::array::{Array, ArrayRef, BooleanArray};
use datafusion::common::{DataFusionError, Result, exec_datafusion_err};

use crate::functions::declaration::families::RETENTION;
use crate::functions::declaration::kpi_spec::{KpiForm, KpiSpec};
use crate::functions::declaration::outcome::{KpiMeasurement, KpiResultShape, KpiValueType};
use crate::functions::declaration::parameter::{FunctionParameter, ParameterKind};
use crate::functions::kernels::numbers::ratio;
use crate::functions::kernels::rows::{ChunkVisitor, EligibleRows, WAYS_ON, by_row, eligible};
use crate::functions::kernels::times::{instant_text, ticks};
use crate::functions::tally::accumulate::{KpiFormula, TalliedKpi, TalliedRows, state_of};
use crate::functions::tally::share::percent;
use crate::functions::tally::{ItemTally, share, tally};
use crate::settings::InvalidPolicy;

const PARAMETERS: &[FunctionParameter] = &[
    FunctionParameter::required(
        "started_at",
        ParameterKind::Instant,
        "When the customer joined.",
    ),
    FunctionParameter::required(
        "ended_at",
        ParameterKind::Instant,
        "When the customer left; NULL if still there.",
    ),
    FunctionParameter::required(
        "period_start",
        ParameterKind::Instant,
        "Start of the period.",
    ),
    FunctionParameter::required(
        "period_end",
        ParameterKind::Instant,
        "End of the period, included.",
    ),
];

macro_rules! period_rate {
    ($static:ident, $name:literal, $figure:expr, $parts:expr, $description:literal, $example:literal) => {
        pub(crate) static $static: KpiSpec = KpiSpec {
            name: $name,
            family: RETENTION,
            description: $description,
            example: $example,
            shape: KpiResultShape {
                n: "customers at the start of the period",
                ..share::shape("", $parts)
            },
            forms: &[KpiForm {
                parameters: PARAMETERS,
                state: state_of::<CustomerCohort>,
                bind: |call| {
                    Ok(Box::new(TalliedKpi(PeriodRate {
                        function: $name,
                        figure: $figure,
                        invalid: call.invalid,
                    })))
                },
            }],
        };
    };
}

period_rate!(
    CHURN_RATE,
    "churn_rate",
    PeriodRateKind::Churn,
    &[(
        "lost",
        KpiValueType::Count,
        "those of them who left in the period"
    )],
    "Customer churn in percent: 100 × lost / customers at the start of a period. A customer is there \
     at the start when `started_at` ≤ `period_start` and not ended by then, and lost when it ends \
     after `period_start` and no later than `period_end`. Who joins inside the period counts in \
     neither; a reactivation is a row of its own. NULL when nobody was there at the start; an end \
     before its start is an error.",
    "SELECT churn_rate(started_at, ended_at, DATE '2026-01-01', DATE '2026-01-31') FROM (VALUES \
     (DATE '2025-03-01', DATE '2026-01-15'), (DATE '2025-04-01', NULL)) AS customers(started_at, \
     ended_at);\n-- 50.0"
);

period_rate!(
    RETENTION_RATE,
    "retention_rate",
    PeriodRateKind::Retention,
    &[("kept", KpiValueType::Count, "those of them who stayed")],
    "Customer retention in percent: 100 − `churn_rate` of the same cohort, so it never passes 100. \
     NULL when nobody was there at the start; an end before its start is an error.",
    "SELECT retention_rate(started_at, ended_at, DATE '2026-01-01', DATE '2026-01-31') FROM (VALUES \
     (DATE '2025-03-01', DATE '2026-01-15'), (DATE '2025-04-01', NULL), (DATE '2025-05-01', NULL), \
     (DATE '2025-06-01', NULL)) AS customers(started_at, ended_at);\n-- 75.0"
);

period_rate!(
    RETENTION_RATIO,
    "retention_ratio",
    PeriodRateKind::Ratio,
    &[(
        "at_end",
        KpiValueType::Count,
        "customers at the end of the period, new ones included"
    )],
    "Customers at the end of a period in percent of those at its start. New customers are in it, so \
     it can pass 100 and says nothing about who stayed: see `retention_rate`. NULL when nobody was \
     there at the start; an end before its start is an error. Its detail has no interval, since it \
     is no share of a cohort.",
    "SELECT retention_ratio(started_at, ended_at, DATE '2026-01-01', DATE '2026-01-31') FROM (VALUES \
     (DATE '2025-03-01', NULL), (DATE '2026-01-10', NULL)) AS customers(started_at, \
     ended_at);\n-- 200.0"
);

/// Membership of a customer in a period.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct PeriodMembership {
    at_start: bool,
    lost: bool,
    at_end: bool,
}

tally! {
    /// Customers in a period.
    pub(crate) struct CustomerCohort {
        at_start: Count,
        lost: Count,
        at_end: Count,
    }
}

impl ItemTally<PeriodMembership> for CustomerCohort {
    #[inline]
    fn add(&mut self, customer: PeriodMembership) {
        self.at_start += i64::from(customer.at_start);
        self.lost += i64::from(customer.lost);
        self.at_end += i64::from(customer.at_end);
    }
}

#[derive(Debug, Clone, Copy)]
enum PeriodRateKind {
    Churn,
    Retention,
    Ratio,
}

#[derive(Debug, Clone)]
struct PeriodRate {
    function: &'static str,
    figure: PeriodRateKind,
    invalid: InvalidPolicy,
}

impl TalliedRows for PeriodRate {
    type Item = PeriodMembership;
    type Tally = CustomerCohort;

    fn read(
        &self,
        columns: &[ArrayRef],
        filter: Option<&BooleanArray>,
        each: ChunkVisitor<'_, PeriodMembership>,
    ) -> Result<()> {
        let [started, ended, start, end] = [&columns[0], &columns[1], &columns[2], &columns[3]];
        let (joined, left) = (ticks(started)?, ticks(ended)?);
        let (from, to) = (ticks(start)?, ticks(end)?);
        let batch = EligibleRows {
            rows: started.len(),
            eligible: eligible(&[started, start, end], filter),
            invalid: self.invalid,
        };
        let fill = by_row(|row| {
            let left = ended.is_valid(row).then(|| left[row]);
            if left.is_some_and(|left| left < joined[row]) || to[row] < from[row] {
                return None;
            }
            let there_at = |at: i64| joined[row] <= at && left.is_none_or(|left| left > at);
            let at_start = there_at(from[row]);
            let lost = at_start && left.is_some_and(|left| left <= to[row]);
            Some(PeriodMembership {
                at_start,
                lost,
                at_end: there_at(to[row]),
            })
        });
        batch.gather(&fill, &|row| self.invalid_value_error(columns, row), each)
    }
}

impl KpiFormula for PeriodRate {
    fn value(&self, tally: &CustomerCohort) -> Option<f64> {
        percent(self.hits(tally), tally.at_start)
    }

    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
    fn measure(&self, tally: &CustomerCohort, level: f64) -> KpiMeasurement {
        let hits = self.hits(tally);
        match self.figure {
            PeriodRateKind::Churn | PeriodRateKind::Retention => {
                share::measure(hits, tally.at_start, vec![hits], level)
            }
            PeriodRateKind::Ratio => KpiMeasurement {
                n: tally.at_start,
                parts: vec![Some(hits as f64)],
                value: ratio(100 * i128::from(hits), i128::from(tally.at_start)),
                interval: None,
            },
        }
    }
}

impl PeriodRate {
    fn hits(&self, tally: &CustomerCohort) -> i64 {
        match self.figure {
            PeriodRateKind::Churn => tally.lost,
            PeriodRateKind::Retention => tally.at_start - tally.lost,
            PeriodRateKind::Ratio => tally.at_end,
        }
    }

    fn invalid_value_error(&self, columns: &[ArrayRef], row: usize) -> DataFusionError {
        let at = |column: usize| instant_text(&columns[column], row);
        exec_datafusion_err!(
            "{}: an end is before its start (customer {} to {}, period {} to {}); {WAYS_ON}",
            self.function,
            at(0),
            at(1),
            at(2),
            at(3)
        )
    }
}

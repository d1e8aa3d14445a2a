//! `nrr`, `grr` and `revenue_churn_rate`: recurring revenue of the same customers at start and end.

use arrow::array::{Array, ArrayRef, BooleanArray};
use datafusion::common::{DataFusionError, Result};

use crate::functions::declaration::families::RETENTION;
use crate::functions::declaration::kpi_spec::{KpiForm, KpiSpec};
use crate::functions::declaration::outcome::{
    KpiMeasurement, KpiQuantity, KpiResultShape, KpiValueType,
};
use crate::functions::declaration::parameter::{FunctionParameter, ParameterKind};
use crate::functions::kernels::bits::{WORD, word};
use crate::functions::kernels::column_reader;
use crate::functions::kernels::numbers::{
    ExactSumUnit, coarse_products, number_at, ratio, unpacked,
};
use crate::functions::kernels::rows::{ChunkVisitor, EligibleRows, eligible};
use crate::functions::tally::accumulate::{KpiFormula, TalliedKpi, TalliedRows, state_of};
use crate::functions::tally::statistics::RatioSums;
use crate::functions::tally::{ItemTally, amounts, statistics, tally};
use crate::settings::InvalidPolicy;

const SHAPE: KpiResultShape = KpiResultShape {
    value: KpiValueType::Measure,
    quantity: KpiQuantity::Percent,
    n: "customers with revenue at the start",
    parts: &[
        (
            "mrr_start",
            KpiValueType::Measure,
            "their revenue at the start",
        ),
        (
            "mrr_end",
            KpiValueType::Measure,
            "the revenue that the value counts at the end",
        ),
    ],
    interval: "the ends of the normal interval of a ratio of sums (NULL below two customers).",
};

macro_rules! revenue_rate {
    ($static:ident, $name:literal, $figure:expr, $description:literal, $example:literal) => {
        pub(crate) static $static: KpiSpec = KpiSpec {
            name: $name,
            family: RETENTION,
            description: $description,
            example: $example,
            shape: SHAPE,
            forms: &[KpiForm {
                parameters: &[
                    FunctionParameter::required(
                        "mrr_start",
                        ParameterKind::Amount,
                        "Recurring revenue at the start.",
                    ),
                    FunctionParameter::required(
                        "mrr_end",
                        ParameterKind::Amount,
                        "Recurring revenue at the end; NULL means gone, 0.",
                    ),
                ],
                state: state_of::<RevenueSums>,
                bind: |call| {
                    let unit = ExactSumUnit::for_type(&call.types[0]);
                    let invalid = call.invalid;
                    Ok(Box::new(TalliedKpi(RevenueRate {
                        function: $name,
                        figure: $figure,
                        unit,
                        invalid,
                    })))
                },
            }],
        };
    };
}

revenue_rate!(
    NRR,
    "nrr",
    RevenueRateKind::Net,
    "Net Revenue Retention in percent: 100 × Σ mrr_end / Σ mrr_start over customers with revenue at \
     the start, so expansion counts and new customers do not. A NULL mrr_end means gone, 0. No such \
     customer gives NULL; a negative amount is an error.",
    "SELECT nrr(mrr_start, mrr_end) FROM (VALUES (100, 150), (100, NULL), (NULL, 70)) AS \
     customers(mrr_start, mrr_end);\n-- 75.0"
);

revenue_rate!(
    GRR,
    "grr",
    RevenueRateKind::Gross,
    "Gross Revenue Retention in percent: as `nrr`, with each customer capped at its own start, so \
     expansion does not count and it never passes 100. A NULL mrr_end means gone, 0. No customer \
     with revenue at the start gives NULL; a negative amount is an error.",
    "SELECT grr(mrr_start, mrr_end) FROM (VALUES (100, 150), (100, NULL)) AS customers(mrr_start, \
     mrr_end);\n-- 50.0"
);

revenue_rate!(
    REVENUE_CHURN_RATE,
    "revenue_churn_rate",
    RevenueRateKind::Lost,
    "Revenue churn in percent: 100 × Σ max(mrr_start − mrr_end, 0) / Σ mrr_start over customers with \
     revenue at the start. A NULL mrr_end means gone, 0. No such customer gives NULL; a negative \
     amount is an error. In its detail `mrr_end` is the revenue kept.",
    "SELECT revenue_churn_rate(mrr_start, mrr_end) FROM (VALUES (100, 150), (100, 60)) AS \
     customers(mrr_start, mrr_end);\n-- 20.0"
);

/// Revenue of one customer, exact and coarse.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct CustomerRevenue {
    start: i128,
    end: i128,
    coarse_start: i128,
    coarse_end: i128,
}

tally! {
    /// Sums over customers; retained revenue is the part of the start that the end does not exceed.
    pub(crate) struct RevenueSums {
        n: Count,
        start: Sum,
        end: Sum,
        kept: Sum,
        start_start: Sum,
        start_end: Sum,
        end_end: Sum,
        start_kept: Sum,
        kept_kept: Sum,
    }
}

impl ItemTally<Option<CustomerRevenue>> for RevenueSums {
    fn add(&mut self, customer: Option<CustomerRevenue>) {
        let Some(customer) = customer else {
            return;
        };
        let CustomerRevenue {
            start,
            end,
            coarse_start,
            coarse_end,
        } = customer;
        let coarse_kept = coarse_start.min(coarse_end);
        let product = |sum: i128, a: i128, b: i128| sum.saturating_add(a.saturating_mul(b));
        self.n += 1;
        self.start = self.start.saturating_add(start);
        self.end = self.end.saturating_add(end);
        self.kept = self.kept.saturating_add(start.min(end));
        self.start_start = product(self.start_start, coarse_start, coarse_start);
        self.start_end = product(self.start_end, coarse_start, coarse_end);
        self.end_end = product(self.end_end, coarse_end, coarse_end);
        self.start_kept = product(self.start_kept, coarse_start, coarse_kept);
        self.kept_kept = product(self.kept_kept, coarse_kept, coarse_kept);
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RevenueRateKind {
    Net,
    Gross,
    Lost,
}

#[derive(Debug, Clone)]
struct RevenueRate {
    function: &'static str,
    figure: RevenueRateKind,
    unit: ExactSumUnit,
    invalid: InvalidPolicy,
}

impl RevenueRate {
    fn invalid_value_error(&self, column: &ArrayRef, row: usize) -> DataFusionError {
        match number_at(self.function, column, row) {
            Ok(number) => amounts::invalid_amount_error(self.function, number),
            Err(error) => error,
        }
    }
}

impl TalliedRows for RevenueRate {
    /// `None` for customers without revenue at the start: valid, but not in the cohort.
    type Item = Option<CustomerRevenue>;
    type Tally = RevenueSums;

    fn read(
        &self,
        columns: &[ArrayRef],
        filter: Option<&BooleanArray>,
        each: ChunkVisitor<'_, Option<CustomerRevenue>>,
    ) -> Result<()> {
        let (starts, ends) = (unpacked(&columns[0])?, unpacked(&columns[1])?);
        let batch = EligibleRows {
            rows: starts.len(),
            eligible: eligible(&[&columns[0]], filter),
            invalid: self.invalid,
        };
        let start = column_reader::numbers(self.function, &starts, amounts::amount)?;
        let end = column_reader::numbers(self.function, &ends, amounts::amount)?;
        let nulls = ends.logical_nulls();
        let fill = |first: usize, slots: &mut [Option<CustomerRevenue>], counted: u64| {
            let (mut then, mut now) = ([0; WORD], [0; WORD]);
            let (then, now) = (&mut then[..slots.len()], &mut now[..slots.len()]);
            let there = match &nulls {
                None => u64::MAX,
                Some(nulls) => word(nulls.inner(), first, slots.len()),
            };
            let valid = start(first, then, counted);
            let valid = valid & (!there | end(first, now, counted & valid & there));
            for (slot, (&start, &end)) in slots.iter_mut().zip(then.iter().zip(now.iter())) {
                *slot = (start > 0).then(|| CustomerRevenue {
                    start,
                    end,
                    coarse_start: self.unit.coarse(start),
                    coarse_end: self.unit.coarse(end),
                });
            }
            valid
        };
        let complaint = |row| match start(row, &mut [0], 1) {
            0 => self.invalid_value_error(&starts, row),
            _ => self.invalid_value_error(&ends, row),
        };
        batch.gather(&fill, &complaint, each)
    }
}

impl KpiFormula for RevenueRate {
    fn value(&self, tally: &RevenueSums) -> Option<f64> {
        let counted = match self.figure {
            RevenueRateKind::Net => tally.end,
            RevenueRateKind::Gross => tally.kept,
            RevenueRateKind::Lost => tally.start - tally.kept,
        };
        ratio(counted.saturating_mul(100), tally.start)
    }

    fn measure(&self, tally: &RevenueSums, level: f64) -> KpiMeasurement {
        let money = |sum| ratio(sum, self.unit.per_one()).filter(|_| tally.n > 0);
        let (end, xy, yy) = match self.figure {
            RevenueRateKind::Net => (tally.end, tally.start_end, tally.end_end),
            RevenueRateKind::Gross | RevenueRateKind::Lost => {
                (tally.kept, tally.start_kept, tally.kept_kept)
            }
        };
        let interval = money(tally.start).zip(money(end)).and_then(|(x, y)| {
            let [xx, yy, xy] = [tally.start_start, yy, xy].map(coarse_products);
            statistics::ratio(
                RatioSums {
                    n: tally.n,
                    x,
                    y,
                    xx,
                    yy,
                    xy,
                },
                level,
            )
        });
        let interval = interval.map(|(low, high)| match self.figure {
            RevenueRateKind::Lost => (100.0 * (1.0 - high), 100.0 * (1.0 - low)),
            RevenueRateKind::Net | RevenueRateKind::Gross => (100.0 * low, 100.0 * high),
        });
        KpiMeasurement {
            n: tally.n,
            parts: vec![money(tally.start), money(end)],
            value: self.value(tally),
            interval,
        }
    }
}

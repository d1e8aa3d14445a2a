//! Times from one instant to another: `frt`, `art`, `mtta`, `mttr` and quantiles of any duration.

use arrow::datatypes::DataType;
use datafusion::common::{Result, plan_err};
use datafusion::logical_expr::{Accumulator, GroupsAccumulator};

use crate::functions::declaration::families::RESPONSE;
use crate::functions::declaration::kpi_spec::{BoundKpi, KpiArguments, KpiForm, KpiSpec};
use crate::functions::declaration::outcome::{
    KpiOutput, KpiQuantity, KpiResultShape, KpiValueType,
};
use crate::functions::declaration::parameter::{FunctionParameter, ParameterKind};
use crate::functions::quantile::exact;
use crate::functions::quantile::exact::{DurationStatistic, ExactDurationQuantiles};
use crate::functions::tally::accumulate::{TalliedKpi, state_of};
use crate::functions::tally::durations::DurationReader;
use crate::functions::tally::mean;
use crate::functions::tally::mean::{MeanKpi, MeanTally};

pub(crate) const DURATION_UNIT: FunctionParameter = FunctionParameter::optional(
    "unit",
    ParameterKind::Text,
    "`'second'`, `'minute'` (when absent), `'hour'` or `'day'` of 24 hours.",
);

pub(crate) const CALENDAR: FunctionParameter = FunctionParameter::optional(
    "calendar",
    ParameterKind::Calendar,
    "Counts business hours only: the name of a calendar, a text or a column (see \
     `deskql.calendars`). The instants then need a time zone; a NULL in the column leaves the row out.",
);

const MEAN_SHAPE: KpiResultShape = KpiResultShape {
    value: KpiValueType::Measure,
    quantity: KpiQuantity::Duration,
    n: "rows with both instants",
    parts: &[
        ("total", KpiValueType::Measure, "sum of the durations"),
        ("median", KpiValueType::Measure, "half take no longer"),
        ("p90", KpiValueType::Measure, "nine in ten take no longer"),
    ],
    interval: mean::INTERVAL,
};

macro_rules! mean_duration {
    ($(#[$meta:meta])* $static:ident, $name:literal, $start:literal, $end:literal,
     $description:literal, $example:literal) => {
        $(#[$meta])*
        pub(crate) static $static: KpiSpec = KpiSpec {
            name: $name,
            family: RESPONSE,
            description: $description,
            example: $example,
            shape: MEAN_SHAPE,
            forms: &[KpiForm {
                parameters: &[
                    FunctionParameter::required($start, ParameterKind::Instant, "Where the clock starts."),
                    FunctionParameter::required($end, ParameterKind::Instant, "Where the clock stops; NULL while it runs."),
                    DURATION_UNIT,
                    CALENDAR,
                ],
                state: mean_state,
                bind: |call| Ok(Box::new(MeanDuration(DurationReader::new(call)?))),
            }],
        };
    };
}

mean_duration!(
    FRT,
    "frt",
    "created_at",
    "first_response_at",
    "First Response Time: mean time from creation to the first response, over answered tickets \
     only; unanswered ones (NULL) leave the denominator. In minutes unless a unit is given. No \
     answered ticket gives NULL; a response before the creation is an error. Response times are \
     skewed, so look at the median and the 90th percentile in `frt_detail` too.",
    "SELECT frt(created_at, first_response_at) FROM (VALUES (TIMESTAMP '2026-01-05 10:00:00', \
     TIMESTAMP '2026-01-05 11:30:00')) AS tickets(created_at, first_response_at);\n-- 90.0"
);

mean_duration!(
    ART,
    "art",
    "created_at",
    "resolved_at",
    "Average Resolution Time: mean time from creation to resolution, over resolved tickets only. \
     First or last resolution is the column's choice. In minutes unless a unit is given. No \
     resolved ticket gives NULL; a resolution before the creation is an error.",
    "SELECT art(created_at, resolved_at, 'hour') FROM (VALUES (TIMESTAMP '2026-01-05 10:00:00', \
     TIMESTAMP '2026-01-05 16:00:00'), (TIMESTAMP '2026-01-05 10:00:00', NULL)) AS \
     tickets(created_at, resolved_at);\n-- 6.0"
);

mean_duration!(
    MTTA,
    "mtta",
    "started_at",
    "acknowledged_at",
    "Mean Time To Acknowledge an incident, over acknowledged ones. In minutes unless a unit is \
     given. None gives NULL; an acknowledgement before the start is an error.",
    "SELECT mtta(started_at, acknowledged_at) FROM (VALUES (TIMESTAMP '2026-01-05 10:00:00', \
     TIMESTAMP '2026-01-05 10:04:00'), (TIMESTAMP '2026-01-06 10:00:00', TIMESTAMP \
     '2026-01-06 10:10:00')) AS incidents(started_at, acknowledged_at);\n-- 7.0"
);

mean_duration!(
    MTTR,
    "mttr",
    "started_at",
    "resolved_at",
    "Mean Time To Resolve an incident, over resolved ones. In minutes unless a unit is given. None \
     gives NULL; a resolution before the start is an error.",
    "SELECT mttr(started_at, resolved_at, 'hour') FROM (VALUES (TIMESTAMP '2026-01-05 10:00:00', \
     TIMESTAMP '2026-01-05 14:00:00'), (TIMESTAMP '2026-01-06 10:00:00', TIMESTAMP \
     '2026-01-06 12:00:00')) AS incidents(started_at, resolved_at);\n-- 3.0"
);

pub(crate) const DURATION_START: FunctionParameter =
    FunctionParameter::required("start", ParameterKind::Instant, "Where the clock starts.");
pub(crate) const QUANTILE: FunctionParameter = FunctionParameter::required(
    "q",
    ParameterKind::Constant,
    "Between 0 and 1: 0.5 for the median.",
);
pub(crate) const DURATION_END: FunctionParameter = FunctionParameter::required(
    "end",
    ParameterKind::Instant,
    "Where the clock stops; NULL while it runs.",
);

const QUANTILE_SHAPE: KpiResultShape = KpiResultShape {
    value: KpiValueType::Measure,
    quantity: KpiQuantity::Duration,
    n: "rows with both instants",
    parts: &[],
    interval: "the order statistics that enclose the quantile whatever the distribution.",
};

pub(crate) static DURATION_MEDIAN: KpiSpec = KpiSpec {
    name: "duration_median",
    family: RESPONSE,
    description: "Median time from `start` to `end`: half of the durations are no longer. Exact; \
        between two values it interpolates. In minutes unless a unit is given. Rows with a NULL are \
        left out; none left gives NULL; an end before its start is an error.",
    example: "SELECT duration_median(created_at, resolved_at, 'hour') FROM (VALUES (TIMESTAMP \
        '2026-01-05 10:00:00', TIMESTAMP '2026-01-05 11:00:00'), (TIMESTAMP '2026-01-05 10:00:00', \
        TIMESTAMP '2026-01-05 14:00:00')) AS tickets(created_at, resolved_at);\n-- 2.5",
    shape: QUANTILE_SHAPE,
    forms: &[KpiForm {
        parameters: &[DURATION_START, DURATION_END, DURATION_UNIT, CALENDAR],
        state: exact::state,
        bind: |call| {
            Ok(Box::new(ExactDurationQuantiles {
                of: DurationReader::new(call)?,
                quantiles: DurationStatistic::Quantile(0.5),
            }))
        },
    }],
};

pub(crate) static DURATION_QUANTILE: KpiSpec = KpiSpec {
    name: "duration_quantile",
    family: RESPONSE,
    description: "The `q` quantile of the time from `start` to `end`: with 0.9, nine in ten are no \
        longer. Exact; between two values it interpolates. In minutes unless a unit is given. Rows \
        with a NULL are left out; none left gives NULL; an end before its start is an error.",
    example: "SELECT duration_quantile(created_at, resolved_at, 0.9) FROM (VALUES (TIMESTAMP \
        '2026-01-05 10:00:00', TIMESTAMP '2026-01-05 10:00:00'), (TIMESTAMP '2026-01-05 10:00:00', \
        TIMESTAMP '2026-01-05 10:10:00')) AS tickets(created_at, resolved_at);\n-- 9.0",
    shape: QUANTILE_SHAPE,
    forms: &[KpiForm {
        parameters: &[
            DURATION_START,
            DURATION_END,
            QUANTILE,
            DURATION_UNIT,
            CALENDAR,
        ],
        state: exact::state,
        bind: |call| {
            let q = quantile(call)?;
            Ok(Box::new(ExactDurationQuantiles {
                of: DurationReader::new(call)?,
                quantiles: DurationStatistic::Quantile(q),
            }))
        },
    }],
};

/// The constant `q` of a call.
pub(crate) fn quantile(call: &KpiArguments<'_>) -> Result<f64> {
    match call.number("q")? {
        Some(q) if (0.0..=1.0).contains(&q) => Ok(q),
        Some(q) => plan_err!("{}: q must lie between 0 and 1, not {q}", call.function),
        None => plan_err!("{}: q must not be NULL", call.function),
    }
}

/// The mean needs a sum; its detail also reports quantiles and needs every duration.
#[derive(Debug)]
struct MeanDuration(DurationReader);

fn mean_state(types: &[DataType], detail: bool) -> Vec<(&'static str, DataType)> {
    if detail {
        exact::state(types, detail)
    } else {
        state_of::<MeanTally>(types, detail)
    }
}

impl MeanDuration {
    fn mean(&self) -> TalliedKpi<MeanKpi<DurationReader>> {
        let of = &self.0;
        #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
        let coarse_per_unit = (of.ticks_per_second().min(1_000) * of.seconds_per_unit()) as f64;
        TalliedKpi(MeanKpi {
            samples: of.clone(),
            numerator: 1,
            denominator: i128::from(of.ticks_per_unit()),
            coarse_per_unit,
        })
    }

    fn spread(&self) -> ExactDurationQuantiles {
        ExactDurationQuantiles {
            of: self.0.clone(),
            quantiles: DurationStatistic::MeanWithQuantiles,
        }
    }
}

impl BoundKpi for MeanDuration {
    fn accumulator(&self, outcome: KpiOutput, sliding: bool) -> Result<Box<dyn Accumulator>> {
        match outcome {
            KpiOutput::Value(_) => self.mean().accumulator(outcome, sliding),
            KpiOutput::Detail { .. } => self.spread().accumulator(outcome, sliding),
        }
    }

    fn groups(&self, outcome: KpiOutput) -> Result<Box<dyn GroupsAccumulator>> {
        match outcome {
            KpiOutput::Value(_) => self.mean().groups(outcome),
            KpiOutput::Detail { .. } => self.spread().groups(outcome),
        }
    }
}

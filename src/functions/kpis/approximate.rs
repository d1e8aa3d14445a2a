//! `approx_duration_quantile`: a quantile of durations from a sketch.

use crate::functions::declaration::families::RESPONSE;
use crate::functions::declaration::kpi_spec::{KpiForm, KpiSpec};
use crate::functions::declaration::outcome::{KpiQuantity, KpiResultShape, KpiValueType};
use crate::functions::kpis::duration::{
    CALENDAR, DURATION_END, DURATION_START, DURATION_UNIT, QUANTILE, quantile,
};
use crate::functions::quantile::sketch;
use crate::functions::quantile::sketch::ApproxDurationQuantile;
use crate::functions::tally::durations::DurationReader;

pub(crate) static APPROX_DURATION_QUANTILE: KpiSpec = KpiSpec {
    name: "approx_duration_quantile",
    family: RESPONSE,
    description: "As `duration_quantile`, in memory that does not grow with the rows: exact for up to \
        256 durations, and within 1/256 (0.4 %) of the exact quantile beyond. The same digits \
        whatever the order of the rows and however many threads count them. In minutes unless a unit \
        is given. Rows with a NULL are left out; none left gives NULL; an end before its start is an \
        error.",
    example: "SELECT approx_duration_quantile(created_at, resolved_at, 0.9) FROM (VALUES (TIMESTAMP \
        '2026-01-05 10:00:00', TIMESTAMP '2026-01-05 10:00:00'), (TIMESTAMP '2026-01-05 10:00:00', \
        TIMESTAMP '2026-01-05 10:10:00')) AS tickets(created_at, resolved_at);\n-- 9.0",
    shape: KpiResultShape {
        value: KpiValueType::Measure,
        quantity: KpiQuantity::Duration,
        n: "rows with both instants",
        parts: &[],
        interval: "the order statistics that enclose the quantile whatever the distribution, as near \
            as the value.",
    },
    forms: &[KpiForm {
        parameters: &[
            DURATION_START,
            DURATION_END,
            QUANTILE,
            DURATION_UNIT,
            CALENDAR,
        ],
        state: sketch::state,
        bind: |call| {
            let q = quantile(call)?;
            Ok(Box::new(ApproxDurationQuantile {
                of: DurationReader::new(call)?,
                q,
            }))
        },
    }],
};

//! `rate(condition)` and its aliases.

use arrow::array::{ArrayRef, AsArray, BooleanArray};
use datafusion::common::{Result, internal_datafusion_err};

use crate::functions::declaration::families::QUALITY;
use crate::functions::declaration::kpi_spec::{KpiForm, KpiSpec};
use crate::functions::declaration::outcome::KpiValueType;
use crate::functions::declaration::parameter::{FunctionParameter, ParameterKind};
use crate::functions::kernels::bits::{WORD, word};
use crate::functions::kernels::rows::{ChunkVisitor, EligibleRows, eligible};
use crate::functions::tally::accumulate::{TalliedKpi, state_of};
use crate::functions::tally::share;
use crate::functions::tally::share::{HitReader, ShareKpi, ShareTally};
use crate::settings::InvalidPolicy;

/// Reads booleans as hits; a NULL is not eligible.
#[derive(Debug, Clone)]
pub(crate) struct BooleanHits;

impl HitReader for BooleanHits {
    fn hits(
        &self,
        columns: &[ArrayRef],
        filter: Option<&BooleanArray>,
        each: ChunkVisitor<'_, bool>,
    ) -> Result<()> {
        let flags = columns[0].as_boolean();
        let batch = EligibleRows {
            rows: flags.len(),
            eligible: eligible(&[&columns[0]], filter),
            invalid: InvalidPolicy::Error,
        };
        let fill = |first: usize, slots: &mut [bool], _| {
            let flags = word(flags.values(), first, slots.len());
            for (bit, slot) in slots.iter_mut().enumerate() {
                *slot = flags >> (bit % WORD) & 1 == 1;
            }
            u64::MAX
        };
        let complaint = |_| internal_datafusion_err!("a boolean is never invalid");
        batch.gather(&fill, &complaint, each)
    }
}

const CONDITION: FunctionParameter = FunctionParameter::required(
    "condition",
    ParameterKind::Flag,
    "True for a hit, false for a miss, NULL where the question does not apply.",
);

const FORMS: &[KpiForm] = &[KpiForm {
    parameters: &[CONDITION],
    state: state_of::<ShareTally>,
    bind: |_| Ok(Box::new(TalliedKpi(ShareKpi(BooleanHits)))),
}];

const SHAPE: crate::functions::declaration::outcome::KpiResultShape = share::shape(
    "rows where the condition is not NULL",
    &[("hits", KpiValueType::Count, "rows where it is true")],
);

pub(crate) static RATE: KpiSpec = KpiSpec {
    name: "rate",
    family: QUALITY,
    description: "Share of rows where a condition holds: 100 × true / not NULL, in percent. NULL \
        when the condition is NULL in every row.",
    example: "SELECT rate(is_escalated) FROM (VALUES (true), (false), (false), (NULL), (false)) AS \
        tickets(is_escalated);\n-- 25.0",
    shape: SHAPE,
    forms: FORMS,
};

pub(crate) static ESCALATION_RATE: KpiSpec = KpiSpec {
    name: "escalation_rate",
    family: QUALITY,
    description: "Share of tickets that were escalated, in percent: `rate` under a name that reads \
        well.",
    example: "SELECT escalation_rate(is_escalated) FROM (VALUES (true), (false)) AS \
        tickets(is_escalated);\n-- 50.0",
    shape: SHAPE,
    forms: FORMS,
};

pub(crate) static RESOLUTION_RATE: KpiSpec = KpiSpec {
    name: "resolution_rate",
    family: QUALITY,
    description: "Share of tickets that were resolved, in percent: `rate` under a name that reads \
        well.",
    example: "SELECT resolution_rate(resolved_at IS NOT NULL) FROM (VALUES (DATE '2026-01-02'), \
        (NULL)) AS tickets(resolved_at);\n-- 50.0",
    shape: SHAPE,
    forms: FORMS,
};

pub(crate) static SLA_RATE: KpiSpec = KpiSpec {
    name: "sla_rate",
    family: QUALITY,
    description: "Share of tickets that met their service level, in percent: `rate` under a name \
        that reads well, of the rows where the condition is not NULL. So the condition says out of \
        what: `closed_at <= due_at` of the tickets that are closed and have a target, \
        `coalesce(closed_at <= due_at, false)` with `FILTER (WHERE due_at IS NOT NULL)` of all that \
        have one, and `coalesce(closed_at <= due_at, true)` counts what has no target, or no end, as \
        on time. docs/sla.md has the three shares of one desk, which lie six points apart.",
    example: "SELECT sla_rate(sla_met) FROM (VALUES (true), (true), (false), (NULL)) AS \
        tickets(sla_met);\n-- 66.66666666666667",
    shape: SHAPE,
    forms: FORMS,
};

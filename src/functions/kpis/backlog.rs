//! `backlog` and `overdue_backlog`: tickets open at an instant.

use arrow::array::{Array, ArrayRef, BooleanArray};
use datafusion::common::{Result, exec_datafusion_err};

use crate::functions::declaration::families::WORKLOAD;
use crate::functions::declaration::kpi_spec::{KpiForm, KpiSpec};
use crate::functions::declaration::outcome::{
    KpiMeasurement, KpiQuantity, KpiResultShape, KpiValueType,
};
use crate::functions::declaration::parameter::{FunctionParameter, ParameterKind};
use crate::functions::kernels::rows::{ChunkVisitor, EligibleRows, WAYS_ON, by_row, eligible};
use crate::functions::kernels::times::{instant_text, ticks};
use crate::functions::tally::accumulate::{KpiFormula, TalliedKpi, TalliedRows, state_of};
use crate::functions::tally::share::ShareTally;
use crate::functions::tally::statistics;
use crate::settings::InvalidPolicy;

const OPENED: FunctionParameter = FunctionParameter::required(
    "opened_at",
    ParameterKind::Instant,
    "When the ticket opened.",
);
const CLOSED: FunctionParameter = FunctionParameter::required(
    "closed_at",
    ParameterKind::Instant,
    "When it closed; NULL while it is open.",
);
const AT: FunctionParameter =
    FunctionParameter::required("at", ParameterKind::Instant, "The instant to count at.");

const SHAPE: KpiResultShape = KpiResultShape {
    value: KpiValueType::Count,
    quantity: KpiQuantity::Plain,
    n: "tickets looked at",
    parts: &[],
    interval: "`n` times the ends of Wilson's interval of the open share.",
};

pub(crate) static BACKLOG: KpiSpec = KpiSpec {
    name: "backlog",
    family: WORKLOAD,
    description: "Tickets open at an instant: `opened_at` ≤ `at` < `closed_at`, or not closed. A \
        BIGINT; 0 when all are closed, NULL when no ticket has an opening time. Closed before \
        opened is an error.",
    example: "SELECT backlog(opened_at, closed_at, TIMESTAMP '2026-01-06 00:00:00') FROM (VALUES \
        (TIMESTAMP '2026-01-05 10:00:00', NULL), (TIMESTAMP '2026-01-05 10:00:00', TIMESTAMP \
        '2026-01-05 12:00:00')) AS tickets(opened_at, closed_at);\n-- 1",
    shape: SHAPE,
    forms: &[KpiForm {
        parameters: &[OPENED, CLOSED, AT],
        state: state_of::<ShareTally>,
        bind: |call| {
            Ok(Box::new(TalliedKpi(BacklogKpi {
                function: "backlog",
                due: None,
                at: 2,
                invalid: call.invalid,
            })))
        },
    }],
};

pub(crate) static OVERDUE_BACKLOG: KpiSpec = KpiSpec {
    name: "overdue_backlog",
    family: WORKLOAD,
    description: "Tickets open at an instant (see `backlog`) and past due: `due_at` < `at`. A ticket \
        without a due time is never overdue. A BIGINT; 0 when none is overdue, NULL when no ticket \
        has an opening time. Closed before opened is an error.",
    example: "SELECT overdue_backlog(opened_at, closed_at, due_at, TIMESTAMP '2026-01-06 00:00:00') \
        FROM (VALUES (TIMESTAMP '2026-01-05 10:00:00', NULL, TIMESTAMP '2026-01-05 18:00:00'), \
        (TIMESTAMP '2026-01-05 10:00:00', NULL, TIMESTAMP '2026-01-07 18:00:00')) AS \
        tickets(opened_at, closed_at, due_at);\n-- 1",
    shape: SHAPE,
    forms: &[KpiForm {
        parameters: &[
            OPENED,
            CLOSED,
            FunctionParameter::required(
                "due_at",
                ParameterKind::Instant,
                "When it is due; NULL without a target.",
            ),
            AT,
        ],
        state: state_of::<ShareTally>,
        bind: |call| {
            Ok(Box::new(TalliedKpi(BacklogKpi {
                function: "overdue_backlog",
                due: Some(2),
                at: 3,
                invalid: call.invalid,
            })))
        },
    }],
};

/// Counts tickets that are open, or open and overdue, among all tickets.
#[derive(Debug, Clone)]
struct BacklogKpi {
    function: &'static str,
    /// Position of the due time; `None` unless overdue tickets are counted.
    due: Option<usize>,
    at: usize,
    invalid: InvalidPolicy,
}

impl TalliedRows for BacklogKpi {
    type Item = bool;
    type Tally = ShareTally;

    fn read(
        &self,
        columns: &[ArrayRef],
        filter: Option<&BooleanArray>,
        each: ChunkVisitor<'_, bool>,
    ) -> Result<()> {
        let [opened_at, closed_at, at] = [&columns[0], &columns[1], &columns[self.at]];
        let (opened, closed, instant) = (ticks(opened_at)?, ticks(closed_at)?, ticks(at)?);
        let due = match self.due {
            Some(due) => Some((&columns[due], ticks(&columns[due])?)),
            None => None,
        };
        let batch = EligibleRows {
            rows: opened.len(),
            eligible: eligible(&[opened_at, at], filter),
            invalid: self.invalid,
        };
        let fill = by_row(|row| {
            let closed = closed_at.is_valid(row).then(|| closed[row]);
            if closed.is_some_and(|closed| closed < opened[row]) {
                return None;
            }
            let now = instant[row];
            let open = opened[row] <= now && closed.is_none_or(|closed| now < closed);
            let counts = match due {
                Some((column, ticks)) => column.is_valid(row) && ticks[row] < now,
                None => true,
            };
            Some(open && counts)
        });
        let complaint = |row| {
            exec_datafusion_err!(
                "{}: closed {} before opened {}; {WAYS_ON}",
                self.function,
                instant_text(closed_at, row),
                instant_text(opened_at, row)
            )
        };
        batch.gather(&fill, &complaint, each)
    }
}

impl KpiFormula for BacklogKpi {
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
    fn value(&self, tally: &ShareTally) -> Option<f64> {
        (tally.n > 0).then_some(tally.hits as f64)
    }

    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
    fn measure(&self, tally: &ShareTally, level: f64) -> KpiMeasurement {
        let n = tally.n as f64;
        KpiMeasurement {
            n: tally.n,
            parts: vec![],
            value: self.value(tally),
            interval: statistics::wilson(tally.hits, tally.n, level)
                .map(|(low, high)| (n * low, n * high)),
        }
    }
}

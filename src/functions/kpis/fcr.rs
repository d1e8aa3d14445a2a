//! `fcr(..)`: First Contact Resolution, in its three forms.

use arrow::array::{Array, ArrayRef, BooleanArray};
use datafusion::common::{Result, exec_datafusion_err};

use super::fcr_by_repeat_contact;
use crate::functions::declaration::families::QUALITY;
use crate::functions::declaration::kpi_spec::{KpiForm, KpiSpec};
use crate::functions::declaration::outcome::KpiValueType;
use crate::functions::declaration::parameter::{FunctionParameter, ParameterKind};
use crate::functions::kernels::bits::WORD;
use crate::functions::kernels::column_reader;
use crate::functions::kernels::column_reader::ColumnFillFn;
use crate::functions::kernels::numbers::{NumericValue, number_at, unpacked};
use crate::functions::kernels::rows::{ChunkVisitor, EligibleRows, WAYS_ON, eligible};
use crate::functions::kpis::rate::BooleanHits;
use crate::functions::tally::accumulate::{TalliedKpi, state_of};
use crate::functions::tally::share;
use crate::functions::tally::share::{HitReader, ShareKpi, ShareTally};
use crate::settings::InvalidPolicy;

pub(crate) static FCR: KpiSpec = KpiSpec {
    name: "fcr",
    family: QUALITY,
    description: "First Contact Resolution, in percent. Three definitions, chosen by the \
        arguments:\n\n\
        * `fcr(resolved_on_first_contact)`: 100 × true / not NULL.\n\
        * `fcr(replies, reopens)`: one-touch tickets, that is exactly 1 public agent reply and 0 \
        reopens, among tickets where both are known; a negative count is an error.\n\
        * `fcr(customer_id, opened_at, within)`: contacts that the same customer does not repeat \
        within that interval (end included), among decided contacts. A contact is undecided while \
        its window runs past the latest contact of the group and no repeat was seen. It sees the \
        rows of its own group only: a repeat that went to another team is invisible to a `GROUP BY \
        team`. Use it for whole populations and for segments a customer never leaves; otherwise \
        group `rate(NOT recontacted)` over `recontacted(..) OVER (..)`.\n\n\
        No eligible row gives NULL.",
    example: "SELECT fcr(replies, reopens) FROM (VALUES (1, 0), (1, 1), (3, 0), (1, 0)) AS \
        tickets(replies, reopens);\n-- 50.0",
    shape: share::shape(
        "eligible tickets, or decided contacts",
        &[("resolved", KpiValueType::Count, "resolved on first contact")],
    ),
    forms: &[
        KpiForm {
            parameters: &[FunctionParameter::required(
                "resolved_on_first_contact",
                ParameterKind::Flag,
                "Whether the first contact resolved the ticket.",
            )],
            state: state_of::<ShareTally>,
            bind: |_| Ok(Box::new(TalliedKpi(ShareKpi(BooleanHits)))),
        },
        KpiForm {
            parameters: &[
                FunctionParameter::required(
                    "replies",
                    ParameterKind::Number,
                    "Public replies by agents.",
                ),
                FunctionParameter::required(
                    "reopens",
                    ParameterKind::Number,
                    "How often the ticket was reopened.",
                ),
            ],
            state: state_of::<ShareTally>,
            bind: |call| {
                Ok(Box::new(TalliedKpi(ShareKpi(OneTouch {
                    invalid: call.invalid,
                }))))
            },
        },
        fcr_by_repeat_contact::FORM,
    ],
};

/// True if the number is the wanted count; `None` if it is not a count.
#[expect(clippy::cast_precision_loss, reason = "0 or 1")]
fn is_count(number: NumericValue, wanted: i64) -> Option<bool> {
    let count = number.to_f64();
    let whole = count >= 0.0 && count.fract() == 0.0;
    whole.then_some((count - wanted as f64).abs() < f64::EPSILON)
}

/// Exactly one public agent reply and no reopen.
#[derive(Debug, Clone)]
struct OneTouch {
    invalid: InvalidPolicy,
}

impl HitReader for OneTouch {
    fn hits(
        &self,
        columns: &[ArrayRef],
        filter: Option<&BooleanArray>,
        each: ChunkVisitor<'_, bool>,
    ) -> Result<()> {
        let (replies, reopens) = (unpacked(&columns[0])?, unpacked(&columns[1])?);
        let batch = EligibleRows {
            rows: replies.len(),
            eligible: eligible(&[&columns[0], &columns[1]], filter),
            invalid: self.invalid,
        };
        let one_reply = counts::<1>(&replies)?;
        let no_reopen = counts::<0>(&reopens)?;
        let fill = |first: usize, slots: &mut [bool], counted: u64| {
            let mut others = [false; WORD];
            let others = &mut others[..slots.len()];
            let valid = one_reply(first, slots, counted) & no_reopen(first, others, counted);
            for (slot, other) in slots.iter_mut().zip(others) {
                *slot &= *other;
            }
            valid
        };
        let complaint = |row| {
            let number = match number_at("fcr", &replies, row) {
                Ok(number) if is_count(number, 1).is_some() => number_at("fcr", &reopens, row),
                other => other,
            };
            match number {
                Ok(number) => exec_datafusion_err!(
                    "fcr: {number} is no number of replies or reopens; {WAYS_ON}"
                ),
                Err(error) => error,
            }
        };
        batch.gather(&fill, &complaint, each)
    }
}

/// Compares each count with the constant `WANTED`, many integers at once.
fn counts<const WANTED: i64>(column: &ArrayRef) -> Result<ColumnFillFn<'_, bool>> {
    if column_reader::is_integer(column.data_type()) {
        column_reader::integers(column, |count| (count >= 0).then_some(count == WANTED))
    } else {
        column_reader::numbers("fcr", column, |number| is_count(number, WANTED))
    }
}

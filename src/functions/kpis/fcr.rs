//! `fcr(..)`: First Contact Resolution, in its three forms.

use arrow::array::{Array, ArrayRef, BooleanArray};
use datafusion::common::{Result, exec_datafusion_err};

use crate::functions::accumulate::{Tallied, state_of};
use crate::functions::families::QUALITY;
use crate::functions::kpis::rate::Flags;
use crate::functions::kpis::recontact;
use crate::functions::numbers::with_numbers;
use crate::functions::outcome::Type;
use crate::functions::rows::{Invalid, Rows, WAYS_ON, eligible, gather};
use crate::functions::share::{self, Hits, Share, ShareOf};
use crate::functions::signature::{Kind, Parameter};
use crate::functions::spec::{Form, Spec};

pub(crate) static FCR: Spec = Spec {
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
        &[("resolved", Type::Count, "resolved on first contact")],
    ),
    forms: &[
        Form {
            parameters: &[Parameter::required(
                "resolved_on_first_contact",
                Kind::Flag,
                "Whether the first contact resolved the ticket.",
            )],
            state: state_of::<Share>,
            bind: |_| Ok(Box::new(Tallied(ShareOf(Flags)))),
        },
        Form {
            parameters: &[
                Parameter::required("replies", Kind::Number, "Public replies by agents."),
                Parameter::required(
                    "reopens",
                    Kind::Number,
                    "How often the ticket was reopened.",
                ),
            ],
            state: state_of::<Share>,
            bind: |call| {
                Ok(Box::new(Tallied(ShareOf(OneTouch {
                    invalid: call.invalid,
                }))))
            },
        },
        recontact::FORM,
    ],
};

/// Exactly one public agent reply and no reopen.
#[derive(Debug, Clone)]
struct OneTouch {
    invalid: Invalid,
}

impl Hits for OneTouch {
    fn hits(&self, columns: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Rows<bool>> {
        let [replies, reopens] = [&columns[0], &columns[1]];
        let eligible = eligible(&[replies, reopens], filter);
        let count = |column: &ArrayRef, wanted: f64| -> Result<Rows<bool>> {
            with_numbers!("fcr", column, |number| gather(
                column.len(),
                eligible.clone(),
                self.invalid,
                |row| {
                    let count = number(row).to_f64();
                    let whole = count >= 0.0 && count.fract() == 0.0;
                    whole.then_some((count - wanted).abs() < f64::EPSILON)
                },
                |row| exec_datafusion_err!(
                    "fcr: {} is no number of replies or reopens; {WAYS_ON}",
                    number(row)
                ),
            ))
        };
        let (one_reply, no_reopen) = (count(replies, 1.0)?, count(reopens, 0.0)?);
        let items = one_reply
            .items
            .iter()
            .zip(&no_reopen.items)
            .map(|(a, b)| *a && *b)
            .collect();
        let counted = match (one_reply.counted, no_reopen.counted) {
            (Some(left), Some(right)) => Some(&left & &right),
            (left, right) => left.or(right),
        };
        Ok(Rows { items, counted })
    }
}

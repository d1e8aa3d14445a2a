//! Repeat contacts without sorting.
//!
//! `recontacted(..) OVER (PARTITION BY customer ORDER BY instant)` and `lead(instant)` over the same
//! window both need the instant of the customer's next contact. The stock operator sorts all columns of
//! all rows by customer. Here the input is read twice instead, since reading is cheap and sorting is
//! not: the first pass reads only customer and instant, and records one answer per row; the second
//! streams the required columns and appends the answers.
//!
//! Archives are written as contacts come in, so the first pass expects time order, and finds the next
//! contact of every customer by storing each customer's latest row. It checks the order as it reads; if
//! the input is not in order, [`unordered`] sorts customer and instant, and nothing else.
//!
//! ```text
//! rule        recognises the windows over a scan that can be read twice
//! operator    holds the plans of the passes and what to emit; stream attaches the answers
//! first_pass  runs the ranges of the input in parallel: range (one in time order),
//!             range_boundaries (between them), ties (contacts at the same instant), unordered
//! ```

mod answers;
mod contact_query;
mod customers;
mod deadlines;
mod fcr_by_window;
mod first_contacts;
mod first_pass;
mod instants;
mod match_window;
mod operator;
mod ordered;
mod output;
mod projection;
mod range;
mod range_boundaries;
mod repeatable;
mod row_answers;
mod rule;
mod stream;
mod ties;
mod unordered;
mod window;
mod window_match;

use super::{FastPath, Rewrite};
use crate::settings::FeatureSwitch;

pub(super) const FAST_PATH: FastPath = FastPath {
    switch: FeatureSwitch {
        name: "repeat_contacts",
        about: "Whether repeat contacts are found without sorting",
    },
    explain_mark: "RepeatContactsExec",
    retire_when: "the stock window operator needs no sort of all columns by customer",
    rewrites: &[
        Rewrite::Logical(fcr_by_window::rewrite),
        Rewrite::BeforeRequirements(rule::rewrite),
        Rewrite::AfterStockRules(rule::reveal),
    ],
};

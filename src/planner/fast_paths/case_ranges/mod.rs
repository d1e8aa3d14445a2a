//! Finds the branch of a CASE that compares one value with constants by a search among the constants.
//!
//! `CASE WHEN handle_seconds < 60 THEN 'short' WHEN handle_seconds < 600 THEN 'usual' ELSE 'long' END`, and a CASE that
//! gives each instant the first day of its period, are a step function of one value. The stock operator asks one
//! condition after the other, each of the rows that are left, and builds the result of each branch; here the steps are
//! known when the query is planned. As a key of a grouping the number of the step is the code of the key.

mod condition;
mod function;
mod lookup;
mod rule;
mod steps;

use super::{FastPath, Rewrite};
use crate::settings::FeatureSwitch;

pub(in crate::planner) use function::function;
pub(super) use function::range_steps;
pub(super) use steps::CaseSteps;

pub(super) const FAST_PATH: FastPath = FastPath {
    switch: FeatureSwitch {
        name: "case_ranges",
        about: "Whether a CASE over ranges of one value searches among its constants",
    },
    explain_mark: "case_of_ranges",
    retire_when: "the stock CASE recognizes ranges of one value",
    rewrites: &[Rewrite::Expression(rule::rewrite)],
};

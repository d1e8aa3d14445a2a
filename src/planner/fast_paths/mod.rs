//! Faster ways to the same answers. Each has a switch, and stands beside the stock operator, which goes on where
//! it gives up; deleting one of these costs speed only. [`ALL`] is the one list of them.

mod case_ranges;
mod collected_join;
mod dense_aggregate;
mod dense_join;
mod dictionary_scan;
mod distinct_bitmaps;
mod distinct_on;
mod fixed_intervals;
mod normalized_sort;
mod range_aggregate;
mod range_join;
mod remaining_rows;
mod repeat_contacts;
mod rules;
mod shared_quantiles;
mod statistics;
mod utc_dates;
mod whole_columns;
mod window_partitions;
mod window_totals;

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchema, Result};
use datafusion::logical_expr::{Expr, LogicalPlan};

use super::rewrite::PlanRef;
use crate::settings::FeatureSwitch;
pub(super) use case_ranges::function as case_of_ranges;
pub(super) use rules::{logical_rules, physical_rules, with_optimizer_rules};
pub(super) use utc_dates::function as utc_date;

/// A faster way to the same answers.
#[derive(Debug)]
pub(crate) struct FastPath {
    /// Its setting `deskql.<name>`, and what its rules are called.
    pub(crate) switch: FeatureSwitch,
    /// Text of `EXPLAIN` where it takes part.
    pub(crate) explain_mark: &'static str,
    /// The change of DataFusion that would make it needless.
    pub(crate) retire_when: &'static str,
    rewrites: &'static [Rewrite],
}

/// A rewrite of plans, and the stage at which it runs. One that has nothing to do gives the plan as it is.
#[derive(Debug)]
enum Rewrite {
    /// Of logical plans, after type coercion and before the optimizer.
    Logical(fn(LogicalPlan, &ConfigOptions) -> Result<LogicalPlan>),
    /// Of single expressions over the schema of their columns, when constants are folded and before common parts of
    /// expressions are taken out of them. Those of scans stay as they are: the files are filtered by them.
    Expression(ExpressionRewrite),
    /// Of physical plans, before exchanges and sorts are placed.
    BeforeRequirements(PhysicalRewrite),
    /// After all stock rules.
    AfterStockRules(PhysicalRewrite),
    /// Last of all, since it takes filters and scans in that others still want to see.
    Last(PhysicalRewrite),
}

type ExpressionRewrite = fn(Expr, &DFSchema) -> Result<Transformed<Expr>>;

type PhysicalRewrite = fn(PlanRef, &ConfigOptions) -> Result<PlanRef>;

/// All, in the order in which their rewrites run at each stage.
pub(crate) const ALL: [&FastPath; 15] = [
    &case_ranges::FAST_PATH,
    &repeat_contacts::FAST_PATH,
    &window_totals::FAST_PATH,
    &window_partitions::FAST_PATH,
    &distinct_bitmaps::FAST_PATH,
    &shared_quantiles::FAST_PATH,
    &fixed_intervals::FAST_PATH,
    &utc_dates::FAST_PATH,
    &dense_join::FAST_PATH,
    &range_join::FAST_PATH,
    // Before the next, which takes the partial aggregations.
    &range_aggregate::FAST_PATH,
    &dense_aggregate::FAST_PATH,
    &dictionary_scan::FAST_PATH,
    &normalized_sort::FAST_PATH,
    &distinct_on::FAST_PATH,
];

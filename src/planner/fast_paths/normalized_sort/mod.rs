//! Sorts by keys that are packed into one integer a row.
//!
//! The stock sort compares rows column by column, or as bytes, sorts each batch and merges the batches row by row. Here
//! the rows are kept until the last one has come. Then the range of each key is known, and mostly small: a number of an
//! order, an instant within some years and the rank of a team fit in 64 or 128 bits together with the number of the row.
//! These integers are sorted, and the columns are gathered once.
//!
//! Where a filter keeps the first rows of each group of a window, only those are gathered.
//!
//! Where the keys are too wide or memory is short, the rows go to the stock sort, which spills.

mod collect;
mod first_of_groups;
mod group_limit;
mod kept_rows;
mod key_column;
mod layout;
mod operator;
mod ordered;
mod sorted_rows;

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;

use super::{FastPath, Rewrite};
use crate::planner::rewrite::{PlanRef, replaced};
use crate::settings::FeatureSwitch;
use operator::NormalizedSortExec;

pub(super) const FAST_PATH: FastPath = FastPath {
    switch: FeatureSwitch {
        name: "normalized_sorts",
        about: "Whether sorts pack their keys into one integer a row",
    },
    explain_mark: "NormalizedSortExec",
    retire_when: "the stock sort packs keys into integers, and merges without comparing columns",
    rewrites: &[Rewrite::AfterStockRules(rewrite)],
};

/// To run when sorts are in place: all but their execution stays as it was planned for the stock operators.
fn rewrite(plan: PlanRef, _config: &ConfigOptions) -> Result<PlanRef> {
    replaced(plan, |node| match NormalizedSortExec::in_place_of(node)? {
        Some(sort) => Ok(Some(Arc::new(sort) as _)),
        None => group_limit::limited(node),
    })
}

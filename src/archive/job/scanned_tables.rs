//! The files that a query reads, and parts of it that give another answer each time.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfig};
use datafusion::datasource::source::DataSourceExec;
use datafusion::error::Result;
use datafusion::execution::SessionState;
use datafusion::logical_expr::{Expr, LogicalPlan, Volatility};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;
use datafusion::physical_plan::memory::LazyMemoryExec;

use super::written_files::stamp;
use crate::tables::{scan_plan, table_scans};

/// Functions that read the clock. They are constant within a query.
const CLOCKS: [&str; 6] = [
    "now",
    "current_timestamp",
    "current_date",
    "today",
    "current_time",
    "localtimestamp",
];

/// Declared volatile so that it is evaluated once, but always the same for equal rows.
const STEADY: [&str; 1] = ["sla_clock"];

/// True for a function, by its name in lower case, that gives another value each time.
fn is_unsteady(name: &str, volatility: Volatility) -> bool {
    (volatility == Volatility::Volatile && !STEADY.contains(&name)) || CLOCKS.contains(&name)
}

/// The files of a query's tables, or what has none.
#[derive(Debug)]
pub(super) enum ScannedFiles {
    /// Each with its size and its version.
    All(BTreeMap<String, String>),
    /// The name of a table of which it cannot be said whether it has changed.
    Unknown(String),
}

/// The files of all tables that `plan`, an optimized plan, scans: those that are left after partitions were chosen.
///
/// The physical plan is not asked, since it has no files where statistics answer, and not those of operators that
/// hide their inputs.
///
/// # Errors
/// If a table's files cannot be listed.
pub(super) async fn scanned_files(
    state: &SessionState,
    plan: &LogicalPlan,
) -> Result<ScannedFiles> {
    let mut files = BTreeMap::new();
    for scan in table_scans(plan)? {
        let plan = scan_plan(state, &scan).await?;
        if !add_files(&plan, &mut files) {
            return Ok(ScannedFiles::Unknown(scan.table_name.table().to_owned()));
        }
    }
    Ok(ScannedFiles::All(files))
}

/// Adds the files below `plan`; false if some of its rows are of no file.
fn add_files(plan: &Arc<dyn ExecutionPlan>, files: &mut BTreeMap<String, String>) -> bool {
    let children = plan.children();
    if !children.is_empty() {
        return children.into_iter().all(|child| add_files(child, files));
    }
    if plan.is::<EmptyExec>() {
        return true;
    }
    if plan.is::<LazyMemoryExec>() {
        // The arguments of generate_series and its like are in the text of the logical plan.
        return true;
    }
    let source = plan.downcast_ref::<DataSourceExec>();
    let Some(scan) =
        source.and_then(|source| source.data_source().downcast_ref::<FileScanConfig>())
    else {
        return false;
    };
    for file in scan.file_groups.iter().flat_map(FileGroup::iter) {
        let meta = &file.object_meta;
        let name = format!("{}{}", scan.object_store_url.as_str(), meta.location);
        files.insert(name, stamp(meta));
    }
    true
}

/// A function of `plan`, as it was before it was optimized, that gives another value each time, if there is one.
///
/// # Errors
/// If the plan cannot be walked.
pub(super) fn unsteady_function(plan: &LogicalPlan) -> Result<Option<String>> {
    let mut found = None;
    plan.apply_with_subqueries(|node| {
        node.apply_expressions(|expr| {
            expr.apply(|part| {
                if let Expr::ScalarFunction(call) = part {
                    let name = call.func.name();
                    if is_unsteady(name, call.func.signature().volatility) {
                        found = Some(name.to_owned());
                    }
                }
                Ok(TreeNodeRecursion::Continue)
            })
        })
    })?;
    Ok(found)
}

/// The first of `functions` that gives another value each time, if there is one, where there is no plan yet.
pub(super) fn unsteady_call<'a>(
    state: &SessionState,
    functions: &'a BTreeSet<String>,
) -> Option<&'a str> {
    let known = state.scalar_functions();
    let mut names = functions.iter().map(String::as_str);
    names.find(|name| {
        let volatility = known.get(*name).map_or(Volatility::Immutable, |function| {
            function.signature().volatility
        });
        is_unsteady(name, volatility)
    })
}

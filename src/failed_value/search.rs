//! The search for the expression and the row that failed.

use std::time::{Duration, Instant};

use datafusion::common::Result;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::error::DataFusionError;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::logical_expr::{LogicalPlan, TableScan};
use futures::TryStreamExt;

use super::evaluate::{RowFailure, SuspectExpression, SuspectPlanner};
use super::files::{self, TableScanSource};
use super::planned_query::PlannedQuery;
use super::report::FailureReport;
use super::roots::{RootExpression, ScanExpression, over_scans, roots};
use super::signature::ErrorSignature;
use super::{lines, readers};

/// Time limit of the search for a position.
const PATIENCE: Duration = Duration::from_secs(30);

/// The failure and its position, as far as they can be determined.
pub(super) async fn search(query: &PlannedQuery, error: &DataFusionError) -> Option<FailureReport> {
    let search = FailureSearch {
        query,
        wanted: ErrorSignature::from_error(error),
        deadline: Instant::now() + PATIENCE,
    };
    let subqueries = subqueries(&query.plan);
    let mut found = Vec::new();
    for plan in subqueries.iter().chain([&query.plan]) {
        found.extend(nodes(plan));
    }
    let nodes = found;
    for node in nodes.iter().filter(|_| readers::is_of_reader(error)) {
        if let LogicalPlan::TableScan(scan) = node
            && let Some(report) = readers::failure(scan, query, &search.wanted).await
        {
            return Some(report);
        }
    }
    let mut rest = Vec::new();
    for node in nodes {
        let (over_tables, others) = sorted(roots(node));
        for (scan, roots) in over_tables {
            if let Some(report) = search.in_table(scan, &roots).await.ok().flatten() {
                return Some(report);
            }
        }
        rest.extend(others);
    }
    for root in &rest {
        if let Some(report) = search.in_rows(root).await.ok().flatten() {
            return Some(report);
        }
    }
    None
}

/// The subqueries that remain in the expressions of a plan, inner ones first.
fn subqueries(plan: &LogicalPlan) -> Vec<LogicalPlan> {
    let mut found = Vec::new();
    for node in nodes(plan) {
        let visited: Result<TreeNodeRecursion> = node.apply_subqueries(|subquery| {
            found.extend(subqueries(subquery));
            found.push(subquery.clone());
            Ok(TreeNodeRecursion::Continue)
        });
        drop(visited);
    }
    found
}

/// The nodes of a plan, inputs first.
fn nodes(plan: &LogicalPlan) -> Vec<&LogicalPlan> {
    let mut found = Vec::new();
    collect(plan, &mut found);
    found.reverse();
    found
}

fn collect<'a>(plan: &'a LogicalPlan, found: &mut Vec<&'a LogicalPlan>) {
    found.push(plan);
    for input in plan.inputs() {
        collect(input, found);
    }
}

type ExpressionsByScan<'a> = Vec<(&'a TableScan, Vec<ScanExpression<'a>>)>;

/// The roots by table, and those whose columns do not all come from one table.
fn sorted(roots: Vec<RootExpression<'_>>) -> (ExpressionsByScan<'_>, Vec<RootExpression<'_>>) {
    let mut over_tables: ExpressionsByScan<'_> = Vec::new();
    let mut others = Vec::new();
    for root in roots {
        let found = over_scans(&root);
        if found.is_empty() {
            others.push(root);
        }
        for one in found {
            match over_tables
                .iter_mut()
                .find(|(scan, _)| std::ptr::eq(*scan, one.scan))
            {
                Some((_, list)) => list.push(one),
                None => over_tables.push((one.scan, vec![one])),
            }
        }
    }
    (over_tables, others)
}

struct FailureSearch<'a> {
    query: &'a PlannedQuery,
    wanted: ErrorSignature,
    deadline: Instant,
}

impl FailureSearch<'_> {
    async fn in_table(
        &self,
        scan: &TableScan,
        roots: &[ScanExpression<'_>],
    ) -> Result<Option<FailureReport>> {
        let state = &self.query.state;
        let maker = SuspectPlanner {
            state,
            schema: &scan.projected_schema,
        };
        let suspects = roots
            .iter()
            .filter_map(|root| SuspectExpression::try_new(maker, &root.expr, &root.conditions));
        let suspects: Vec<SuspectExpression> = suspects.collect();
        if suspects.is_empty() {
            return Ok(None);
        }
        let files = match files::of_scan(scan, state).await? {
            TableScanSource::Files(files) => files,
            TableScanSource::Other(plan) => {
                let found = self
                    .first(maker, &suspects, files::rows_of(plan, state)?)
                    .await?;
                return Ok(found.map(|(_, hit)| FailureReport::new(&hit, None)));
            }
        };
        for file in files {
            let found = self.first(maker, &suspects, file.rows(state)?).await?;
            if let Some((before, hit)) = found {
                let place = match hit.row {
                    Some(row) => lines::place(&file, before + row, state).await,
                    None => file.name(),
                };
                return Ok(Some(FailureReport::new(&hit, Some(place))));
            }
        }
        Ok(None)
    }

    /// Evaluates the expression over the rows of its input.
    async fn in_rows(&self, root: &RootExpression<'_>) -> Result<Option<FailureReport>> {
        let state = &self.query.state;
        let maker = SuspectPlanner {
            state,
            schema: root.input.schema(),
        };
        let Some(suspect) = SuspectExpression::try_new(maker, &root.expr, &[]) else {
            return Ok(None);
        };
        let plan = if root.expr.any_column_refs() {
            root.input.clone()
        } else {
            // One row suffices for an expression without columns.
            datafusion::logical_expr::LogicalPlanBuilder::empty(true).build()?
        };
        let plan = self
            .query
            .planner
            .create_physical_plan(&plan, state)
            .await?;
        let rows = files::rows_of(plan, state)?;
        let found = self.first(maker, &[suspect], rows).await?;
        Ok(found.map(|(_, hit)| FailureReport::new(&hit, None)))
    }

    /// The first row that fails, and the number of rows before its batch.
    async fn first(
        &self,
        maker: SuspectPlanner<'_>,
        suspects: &[SuspectExpression],
        mut rows: SendableRecordBatchStream,
    ) -> Result<Option<(u64, RowFailure)>> {
        let mut before = 0;
        while let Some(batch) = rows.try_next().await? {
            let hits = suspects
                .iter()
                .filter_map(|suspect| suspect.first_failure(maker, &batch, &self.wanted));
            // Of several expressions, the one that fails in the earliest row; of those, the first.
            if let Some(hit) = hits.min_by_key(|hit| hit.row.unwrap_or(u64::MAX)) {
                return Ok(Some((before, hit)));
            }
            if Instant::now() > self.deadline {
                break;
            }
            before += batch.num_rows() as u64;
        }
        Ok(None)
    }
}

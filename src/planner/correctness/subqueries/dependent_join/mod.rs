//! Plans the subqueries and LATERALs that the stock engine refuses, or answers wrongly, as joins.
//!
//! A subquery gives other rows for each combination of the outer values that it reads. So it is
//! evaluated once for each distinct combination, all of them in one plan: the combinations
//! (`outer_keys`, `outer_domain`) are joined in where the outer row is read, and go up through all
//! nodes as further columns (`push*`). A node that works on all of its rows at once works on those of
//! each combination: keys are added to GROUP BY, PARTITION BY and DISTINCT, LIMIT becomes a row number.
//! The outer rows are joined with the result by these columns (`joined_back`). This is the method of
//! Neumann and Kemper ("Unnesting Arbitrary Queries"). What the stock rules plan correctly they keep
//! (`stock_forms`).
//!
//! Upstream: none found: correlated LIMIT, window functions, UNION, unnest and conditions other than equalities over an aggregate end in "Physical plan does not support logical expression `OuterReferenceColumn`"
//! Retire when: the stock engine answers `SELECT (SELECT b.x FROM b WHERE b.k = a.k ORDER BY b.y LIMIT 1) FROM a`.

mod joined_back;
mod keyed_plan;
mod outer_domain;
mod outer_keys;
mod push;
mod push_aggregates;
mod push_joins;
mod push_limits;
mod push_sets;
pub(crate) mod single_row;
mod stock_forms;

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::{conjunction, split_conjunction_owned};
use datafusion::logical_expr::{
    Expr, Filter, Join, LogicalPlan, LogicalPlanBuilder, Projection, lit,
};
use datafusion::optimizer::AnalyzerRule;

use joined_back::JoinedBack;
use stock_forms::{has_stock_join, lateral_side};

use super::outer_references::{has_lateral, inner_subquery};
use super::subquery_places::has_subquery;

/// Plans subqueries as joins; runs when they are in filters and projections only.
#[derive(Debug)]
pub(crate) struct DependentJoins;

impl AnalyzerRule for DependentJoins {
    fn name(&self) -> &'static str {
        "dependent_joins"
    }

    fn analyze(&self, plan: LogicalPlan, _config: &ConfigOptions) -> Result<LogicalPlan> {
        let has_laterals = has_lateral(&plan);
        if !has_laterals && !has_subquery(&plan)? {
            return Ok(plan);
        }
        let mut number = 0;
        let joined = joined(plan.clone(), PlannedLaterals::ThatStockRefuses, &mut number)?;
        // The stock rule for LATERAL does not look below what it has made, nor into copies of outer rows.
        if has_laterals && number > 0 {
            return self::joined(plan, PlannedLaterals::All, &mut number);
        }
        Ok(joined)
    }
}

/// The LATERALs that are planned here.
#[derive(Clone, Copy, PartialEq, Eq)]
enum PlannedLaterals {
    All,
    ThatStockRefuses,
}

/// The plan with its subqueries as joins, from the innermost out: one that is nested is a join when the
/// one around it is looked at.
fn joined(plan: LogicalPlan, laterals: PlannedLaterals, number: &mut usize) -> Result<LogicalPlan> {
    let joined = plan.transform_up_with_subqueries(|node| {
        let joined = match node {
            LogicalPlan::Filter(filter) => in_filter(filter, number),
            LogicalPlan::Projection(projection) => in_projection(projection, number),
            LogicalPlan::Join(join) => in_join(join, laterals, number),
            other => Ok(Transformed::no(other)),
        }?;
        // A subquery without rows is NULL, whatever its column is.
        joined.map_data(LogicalPlan::recompute_schema)
    })?;
    Ok(joined.data)
}

fn in_join(
    join: Join,
    laterals: PlannedLaterals,
    number: &mut usize,
) -> Result<Transformed<LogicalPlan>> {
    let Some((side, alias)) = lateral_side(&join) else {
        return Ok(Transformed::no(LogicalPlan::Join(join)));
    };
    if laterals == PlannedLaterals::ThatStockRefuses && has_stock_join(&join, side)? {
        return Ok(Transformed::no(LogicalPlan::Join(join)));
    }
    joined_back::lateral(&join, side, alias, number)
}

fn in_filter(filter: Filter, number: &mut usize) -> Result<Transformed<LogicalPlan>> {
    let output = filter.input.schema().columns();
    let whole = LogicalPlan::Filter(filter.clone());
    let (plain, with_subqueries): (Vec<_>, Vec<_>) = split_conjunction_owned(filter.predicate)
        .into_iter()
        .partition(is_plain);
    if with_subqueries.is_empty() {
        return Ok(Transformed::no(whole));
    }
    // First, since subqueries are evaluated for all rows that are left.
    let input = match conjunction(plain) {
        Some(predicate) => Arc::new(LogicalPlan::Filter(Filter::try_new(
            predicate,
            filter.input,
        )?)),
        None => filter.input,
    };
    let mut rows = JoinedBack::new(&whole, input, number);
    let mut conditions = vec![];
    for conjunct in with_subqueries {
        conditions.extend(rows.condition(conjunct)?);
    }
    let Some(input) = rows.into_input() else {
        return Ok(Transformed::no(whole));
    };
    let predicate = conjunction(conditions).unwrap_or_else(|| lit(true));
    let filtered = Filter::try_new(predicate, input)?;
    let columns = output.into_iter().map(Expr::Column);
    let kept = LogicalPlanBuilder::from(LogicalPlan::Filter(filtered)).project(columns)?;
    kept.build().map(Transformed::yes)
}

/// True for a condition on a row alone.
fn is_plain(condition: &Expr) -> bool {
    let has_subquery = condition.exists(|part| Ok(inner_subquery(part).is_some()));
    // The closure never fails.
    !has_subquery.unwrap_or(true) && !condition.is_volatile()
}

fn in_projection(projection: Projection, number: &mut usize) -> Result<Transformed<LogicalPlan>> {
    let whole = LogicalPlan::Projection(projection.clone());
    let names = NamePreserver::new(&whole);
    let mut rows = JoinedBack::new(&whole, Arc::clone(&projection.input), number);
    let mut columns = vec![];
    for column in projection.expr {
        let name = names.save(&column);
        columns.push(name.restore(rows.value(column)?));
    }
    let Some(input) = rows.into_input() else {
        return Ok(Transformed::no(whole));
    };
    let projection = Projection::try_new(columns, input)?;
    Ok(Transformed::yes(LogicalPlan::Projection(projection)))
}

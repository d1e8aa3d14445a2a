//! Three-valued `x [NOT] IN (subquery)` in any place.
//!
//! The stock plan has semi and anti joins for an IN that is a conjunct of a filter, and those are right
//! except NOT IN over a correlated subquery (refused) or with a constant on the left (NULLs ignored).
//! Beside OR, under NOT and in CASE it plans a mark join, and takes unknown for false. This rule
//! evaluates three conditions by plain EXISTS, which has two values:
//!
//! - a row of the subquery is x: true;
//! - a row of the subquery is NULL, or x is NULL and there is any row: unknown;
//! - false otherwise.
//!
//! For an uncorrelated subquery the last two are evaluated once. A correlated aggregate without GROUP
//! BY always has one row, so that IN is `=` and EXISTS is true; the stock plan loses that row if no row
//! is aggregated.
//!
//! Upstream: none found: IN (subquery) embedded in a predicate becomes a mark join whose mark is false where it should be NULL; NOT IN with a constant left side ignores NULLs; IN and EXISTS over a correlated scalar aggregate have the count bug
//! Retire when: mark joins know NULLs, and the stock engine gives the answers below

use std::sync::Arc;

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, DFSchema, ExprSchema, Result, ScalarValue, not_impl_err};
use datafusion::functions_aggregate::expr_fn::count;
use datafusion::logical_expr::expr::InSubquery;
use datafusion::logical_expr::utils::{conjunction, split_conjunction_owned};
use datafusion::logical_expr::{
    Expr, ExprSchemable, Filter, LogicalPlan, LogicalPlanBuilder, Operator, col, exists,
    in_subquery, lit, not, not_exists, not_in_subquery, scalar_subquery, when,
};
use datafusion::optimizer::AnalyzerRule;

use super::correlation::is_correlated;
use super::grand_totals::{TOTALS, has_total_beside_groups};
use super::outer_references::seen_from_inside;
use super::{subquery_places, three_valued};
use crate::planner::rewrite::rewrite_node;

/// Name of the subquery's column in predicates above it.
const VALUE: &str = "__in_value";

/// Rewrites every IN that the stock plan computes wrongly to EXISTS.
#[derive(Debug)]
pub(crate) struct InSubqueries;

impl AnalyzerRule for InSubqueries {
    fn analyze(&self, plan: LogicalPlan, _config: &ConfigOptions) -> Result<LogicalPlan> {
        if !subquery_places::has_subquery(&plan)? {
            return Ok(plan);
        }
        let rewritten = plan.transform_up_with_subqueries(|node| {
            let rewritten = match node {
                LogicalPlan::Filter(filter) => Transformed::yes(conditions(filter)?),
                node => rewrite_node(node, &embedded)?,
            };
            // By its type the stock IN is never NULL if x is not, and the schemas above were built on
            // that.
            rewritten.map_data(LogicalPlan::recompute_schema)
        })?;
        Ok(rewritten.data)
    }

    fn name(&self) -> &'static str {
        "in_subqueries"
    }
}

fn conditions(filter: Filter) -> Result<LogicalPlan> {
    let schema = Arc::clone(filter.input.schema());
    let conjuncts = split_conjunction_owned(filter.predicate);
    let conjuncts = conjuncts
        .into_iter()
        .map(|conjunct| condition(conjunct, &schema));
    let predicate = conjunction(conjuncts.collect::<Result<Vec<_>>>()?);
    let predicate = predicate.unwrap_or_else(|| lit(true));
    Ok(LogicalPlan::Filter(Filter::try_new(
        predicate,
        filter.input,
    )?))
}

/// Rewrites one conjunct of a filter. An IN may stay there, since a semi or anti join needs only true.
fn condition(conjunct: Expr, schema: &DFSchema) -> Result<Expr> {
    if let Some((call, is_negated)) = membership(&conjunct)
        && let Some(asked) = InSubqueryParts::try_new(call, schema)?
        && asked.equality().is_none()
    {
        return match asked.has_stock_join(is_negated) {
            true if asked.is_correlated && is_computed(&asked.subquery) => {
                Ok(asked.in_named_rows(is_negated))
            }
            true => Ok(conjunct),
            false => asked.is_surely_out(),
        };
    }
    where_true(conjunct, schema)
}

/// Rewrites a predicate for which false and unknown are equivalent. The same holds for its parts, as
/// long as they are joined by AND and OR.
fn where_true(condition: Expr, schema: &DFSchema) -> Result<Expr> {
    let condition = condition.transform_down(|part| match part {
        Expr::BinaryExpr(node) if matches!(node.op, Operator::And | Operator::Or) => {
            Ok(Transformed::no(Expr::BinaryExpr(node)))
        }
        part => {
            let part = match surely_in(&part, schema)? {
                Some(sure) => sure,
                None => {
                    let part = three_valued::where_true(part);
                    part.transform_up(|part| embedded(part, schema))?.data
                }
            };
            Ok(Transformed::new(part, true, TreeNodeRecursion::Jump))
        }
    })?;
    Ok(condition.data)
}

/// True if `part`, an IN, is true; false if it is false or unknown. `None` for other expressions.
fn surely_in(part: &Expr, schema: &DFSchema) -> Result<Option<Expr>> {
    let Some((call, is_negated)) = membership(part) else {
        return Ok(None);
    };
    match InSubqueryParts::try_new(call, schema)? {
        Some(asked) if asked.equality().is_none() && is_negated => asked.is_surely_out().map(Some),
        Some(asked) if asked.equality().is_none() => asked.is_found().map(Some),
        _ => Ok(None),
    }
}

/// An IN as EXISTS, for a filter, where false and unknown are equivalent.
pub(super) fn as_exists(call: &InSubquery, schema: &DFSchema) -> Result<Expr> {
    match InSubqueryParts::try_new(call, schema)? {
        Some(asked) if call.negated => asked.is_surely_out(),
        Some(asked) => asked.is_found(),
        None => {
            not_impl_err!("x IN (subquery) of several columns: write a row of as many values as x")
        }
    }
}

/// An IN, and true if it is negated.
fn membership(condition: &Expr) -> Option<(&InSubquery, bool)> {
    match condition {
        Expr::InSubquery(call) => Some((call, call.negated)),
        Expr::Not(inner) => match inner.as_ref() {
            Expr::InSubquery(call) => Some((call, !call.negated)),
            _ => None,
        },
        _ => None,
    }
}

/// Rewrites an IN inside another expression.
fn embedded(expression: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    match expression {
        Expr::Exists(call) if always_one_row(&call.subquery.subquery) => {
            Ok(Transformed::yes(lit(!call.negated)))
        }
        Expr::InSubquery(call) => {
            let Some(asked) = InSubqueryParts::try_new(&call, schema)? else {
                return Ok(Transformed::no(Expr::InSubquery(call)));
            };
            let is_in = match asked.equality() {
                Some(equality) => equality,
                None => asked.is_in()?,
            };
            Ok(Transformed::yes(if call.negated {
                not(is_in)
            } else {
                is_in
            }))
        }
        other => Ok(Transformed::no(other)),
    }
}

/// The parts of `value IN (subquery)`.
struct InSubqueryParts {
    value: Expr,
    /// The value as an outer reference in the subquery.
    outer_value: Expr,
    value_may_be_null: bool,
    is_constant: bool,
    /// True if the stock join misses that the value may be NULL: it looks at columns only.
    hides_null: bool,
    subquery: Arc<LogicalPlan>,
    is_correlated: bool,
    /// The subquery, with its column called [`VALUE`].
    rows: LogicalPlan,
    row_may_be_null: bool,
}

impl InSubqueryParts {
    /// `None` if the stock plan refuses every form of the subquery.
    fn try_new(call: &InSubquery, schema: &DFSchema) -> Result<Option<Self>> {
        let subquery = &call.subquery.subquery;
        let is_correlated = is_correlated(subquery);
        let value = call.expr.as_ref();
        let [field] = subquery.schema().fields().as_ref() else {
            return Ok(None);
        };
        if holds_row_by_row(value)? {
            return not_impl_err!(
                "x IN (subquery) with a subquery in x: compute x in a subquery of FROM first"
            );
        }
        if is_correlated && has_total_beside_groups(subquery)? {
            return not_impl_err!("{TOTALS}");
        }
        let rows = named_rows(subquery)?;
        Ok(Some(Self {
            outer_value: seen_from_inside(value.clone(), schema)?,
            value_may_be_null: value.nullable(schema)?,
            is_constant: value.column_refs().is_empty(),
            hides_null: hides_null(value, schema)?,
            value: value.clone(),
            row_may_be_null: field.is_nullable(),
            subquery: Arc::clone(subquery),
            is_correlated,
            rows,
        }))
    }

    /// The same IN, for the stock join, which confuses a computed column with one of the same name that
    /// it adds.
    fn in_named_rows(&self, is_negated: bool) -> Expr {
        let rows = Arc::new(self.rows.clone());
        if is_negated {
            not_in_subquery(self.value.clone(), rows)
        } else {
            in_subquery(self.value.clone(), rows)
        }
    }

    /// `value = (subquery)` if the subquery has one row for any input.
    fn equality(&self) -> Option<Expr> {
        let subquery = Arc::clone(&self.subquery);
        always_one_row(&subquery).then(|| self.value.clone().eq(scalar_subquery(subquery)))
    }

    /// True if the stock plan is right for a conjunct: the null-aware anti join has one key.
    const fn has_stock_join(&self, is_negated: bool) -> bool {
        let has_nulls = self.value_may_be_null || self.row_may_be_null;
        !is_negated || !(self.is_correlated || self.hides_null && has_nulls)
    }

    /// True if NOT IN is true, false if it is false or unknown.
    fn is_surely_out(&self) -> Result<Expr> {
        let mut all = vec![not_exists(Arc::new(self.matching()?))];
        if self.row_may_be_null {
            all.push(not(self.has_null()?));
        }
        if self.value_may_be_null {
            let is_known = self.value.clone().is_not_null();
            all.push(is_known.or(not(self.has_any()?)));
        }
        Ok(conjunction(all).unwrap_or_else(|| lit(true)))
    }

    /// True if IN is true, false if it is false or unknown.
    fn is_found(&self) -> Result<Expr> {
        if self.is_constant && !self.is_correlated {
            self.exists_uncorrelated(self.matching()?)
        } else {
            Ok(exists(Arc::new(self.matching()?)))
        }
    }

    /// The three values of IN.
    fn is_in(&self) -> Result<Expr> {
        let is_found = self.is_found()?;
        let mut unknown = vec![];
        if self.row_may_be_null {
            unknown.push(self.has_null()?);
        }
        if self.value_may_be_null {
            unknown.push(self.value.clone().is_null().and(self.has_any()?));
        }
        let Some(is_unknown) = unknown.into_iter().reduce(Expr::or) else {
            return Ok(is_found);
        };
        when(is_found, lit(true))
            .when(is_unknown, lit(ScalarValue::Boolean(None)))
            .otherwise(lit(false))
    }

    fn matching(&self) -> Result<LogicalPlan> {
        self.rows_where(col(VALUE).eq(self.outer_value.clone()))
    }

    fn has_null(&self) -> Result<Expr> {
        self.has(self.rows_where(col(VALUE).is_null())?)
    }

    fn has_any(&self) -> Result<Expr> {
        self.has(self.rows.clone())
    }

    fn rows_where(&self, condition: Expr) -> Result<LogicalPlan> {
        LogicalPlanBuilder::from(self.rows.clone())
            .filter(condition)?
            .build()
    }

    fn has(&self, rows: LogicalPlan) -> Result<Expr> {
        if self.is_correlated {
            Ok(exists(Arc::new(rows)))
        } else {
            self.exists_uncorrelated(rows)
        }
    }

    /// True if there is a row, for a subquery with the same rows for all outer rows.
    fn exists_uncorrelated(&self, rows: LogicalPlan) -> Result<Expr> {
        let counted = LogicalPlanBuilder::from(rows)
            .limit(0, Some(1))?
            .aggregate(Vec::<Expr>::new(), [count(lit(1_i64))])?
            .build()?;
        Ok(scalar_subquery(Arc::new(counted)).gt(lit(0_i64)))
    }
}

/// True for a constant, for expressions that the optimizer may fold to one, such as `x + NULL`, and for
/// expressions that can be NULL without a NULL in their columns, such as `nullif(x, 2)`.
fn hides_null(value: &Expr, schema: &DFSchema) -> Result<bool> {
    let columns = value.column_refs();
    let mut nullable = columns.iter().map(|column| schema.nullable(column));
    let shows_null = nullable.any(|nullable| nullable.unwrap_or(true));
    let may_be_null = value.nullable(schema)?;
    let is_null = |part: &Expr| matches!(part, Expr::Literal(literal, _) if literal.is_null());
    let has_null = value.exists(|part| Ok(is_null(part)))?;
    Ok(columns.is_empty() || has_null || (may_be_null && !shows_null))
}

/// The subquery with its column called [`VALUE`]. A cast of a column has the name of the column, so the
/// column itself must not remain beside it.
fn named_rows(subquery: &Arc<LogicalPlan>) -> Result<LogicalPlan> {
    let (column, input) = match subquery.as_ref() {
        LogicalPlan::Projection(projection) if projection.expr.len() == 1 => {
            (projection.expr[0].clone().unalias(), &projection.input)
        }
        plan => (
            Expr::Column(Column::from(plan.schema().qualified_field(0))),
            subquery,
        ),
    };
    LogicalPlanBuilder::from(Arc::clone(input))
        .project([column.alias(VALUE)])?
        .build()
}

/// True if the column of a subquery is more than a column of its input.
fn is_computed(subquery: &LogicalPlan) -> bool {
    match subquery {
        LogicalPlan::Projection(projection) => !projection
            .expr
            .iter()
            .all(|part| matches!(part, Expr::Column(_))),
        _ => false,
    }
}

/// True if a plan is an aggregate without GROUP BY over rows that depend on the outer row.
fn always_one_row(plan: &LogicalPlan) -> bool {
    match plan {
        LogicalPlan::Projection(node) => always_one_row(&node.input),
        LogicalPlan::SubqueryAlias(node) => always_one_row(&node.input),
        LogicalPlan::Sort(node) => node.fetch != Some(0) && always_one_row(&node.input),
        LogicalPlan::Aggregate(node) => {
            node.group_expr.is_empty() && !node.aggr_expr.is_empty() && is_correlated(&node.input)
        }
        _ => false,
    }
}

/// True if an expression has an EXISTS, an IN or a correlated scalar subquery.
pub(super) fn holds_row_by_row(expression: &Expr) -> Result<bool> {
    expression.exists(|part| {
        Ok(match part {
            Expr::Exists(_) | Expr::InSubquery(_) => true,
            Expr::ScalarSubquery(subquery) => is_correlated(&subquery.subquery),
            _ => false,
        })
    })
}

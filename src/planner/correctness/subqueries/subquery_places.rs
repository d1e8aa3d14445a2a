//! Moves subqueries to nodes in which the planner supports them.
//!
//! The stock planner supports EXISTS and IN in filters, and scalar subqueries in projections, filters
//! and aggregates. In ON of an outer join, ORDER BY, arguments and FILTER of aggregates, GROUP BY and
//! windows they end in "Physical plan does not support logical expression". This rule computes them in
//! a projection below, or in a filter above an inner join; `projected_subqueries` makes joins of those
//! in projections.
//!
//! Upstream: none found: EXISTS and IN subqueries are planned in Filter only; correlated ones in Sort, Window and Join not at all
//! Retire when: the stock engine plans EXISTS in ON of a left join, in ORDER BY and in FILTER

use std::sync::Arc;

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, DFSchema, JoinType, Result};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::{conjunction, split_conjunction_owned};
use datafusion::logical_expr::{
    Distinct, DistinctOn, Expr, Filter, Join, LogicalPlan, LogicalPlanBuilder,
};
use datafusion::optimizer::AnalyzerRule;

use super::outer_join::as_lateral;
use super::outer_references::{free_references, inner_subquery};

/// Start of the names of columns that are subqueries.
const COLUMN: &str = "__subquery_";

/// Moves predicates with subqueries out of ON of inner joins; runs before IN is rewritten, since an IN
/// in a filter may stay a join.
#[derive(Debug)]
pub(crate) struct SubqueriesOverJoins;

impl AnalyzerRule for SubqueriesOverJoins {
    fn analyze(&self, plan: LogicalPlan, _config: &ConfigOptions) -> Result<LogicalPlan> {
        if !has_subquery(&plan)? {
            return Ok(plan);
        }
        Ok(plan.transform_up_with_subqueries(filtered_above)?.data)
    }

    fn name(&self) -> &'static str {
        "subqueries_over_joins"
    }
}

/// Moves all other subqueries into projections.
#[derive(Debug)]
pub(crate) struct SubqueryPlaces;

impl AnalyzerRule for SubqueryPlaces {
    fn analyze(&self, plan: LogicalPlan, _config: &ConfigOptions) -> Result<LogicalPlan> {
        if !has_subquery(&plan)? {
            return Ok(plan);
        }
        let placed = plan.transform_up_with_subqueries(|node| match node {
            LogicalPlan::Aggregate(_)
            | LogicalPlan::Window(_)
            | LogicalPlan::Sort(_)
            | LogicalPlan::Distinct(Distinct::On(_)) => {
                computed_below(node, &|expression, taken| taken.extract_from(expression))
            }
            LogicalPlan::Join(join) => computed_beside(join),
            other => Ok(Transformed::no(other)),
        })?;
        Ok(placed.data)
    }

    fn name(&self) -> &'static str {
        "subquery_places"
    }
}

/// True if any expression of a plan has a subquery.
pub(crate) fn has_subquery(plan: &LogicalPlan) -> Result<bool> {
    let mut found = false;
    plan.apply_with_subqueries(|node| {
        node.apply_expressions(|expression| {
            found = found || holds_subquery(expression)?;
            Ok(TreeNodeRecursion::Continue)
        })
    })?;
    Ok(found)
}

fn holds_subquery(expression: &Expr) -> Result<bool> {
    expression.exists(|part| {
        Ok(matches!(
            part,
            Expr::Exists(_) | Expr::InSubquery(_) | Expr::ScalarSubquery(_)
        ))
    })
}

/// True if the planner supports the subquery in a filter or a projection only. (It plans other scalar
/// subqueries elsewhere, but then no longer recognizes that a sort has the required order.)
const fn is_moved(part: &Expr) -> bool {
    matches!(part, Expr::Exists(_) | Expr::ScalarSubquery(_))
}

fn filtered_above(node: LogicalPlan) -> Result<Transformed<LogicalPlan>> {
    let LogicalPlan::Join(mut join) = node else {
        return Ok(Transformed::no(node));
    };
    let Some(filter) = join.filter.take_if(|_| join.join_type == JoinType::Inner) else {
        return Ok(Transformed::no(LogicalPlan::Join(join)));
    };
    let mut above = vec![];
    let mut stays = vec![];
    for conjunct in split_conjunction_owned(filter) {
        if holds_subquery(&conjunct)? {
            above.push(conjunct);
        } else {
            stays.push(conjunct);
        }
    }
    join.filter = conjunction(stays);
    let join = LogicalPlan::Join(join);
    Ok(match conjunction(above) {
        Some(above) => {
            let filter = Filter::try_new(above, Arc::new(join))?;
            Transformed::yes(LogicalPlan::Filter(filter))
        }
        None => Transformed::no(join),
    })
}

/// The subqueries that were extracted from expressions, by their column.
pub(super) struct ExtractedSubqueries {
    taken: Vec<Expr>,
    /// How many columns of such names the node has already, from another rule.
    earlier: usize,
}

/// What replaces subqueries of an expression by columns.
pub(super) type SubqueryExtraction =
    dyn Fn(Expr, &mut ExtractedSubqueries) -> Result<Transformed<Expr>>;

impl ExtractedSubqueries {
    fn for_node(node: &LogicalPlan) -> Self {
        let inputs = node.inputs().into_iter();
        let fields = inputs.flat_map(|input| input.schema().fields().iter());
        let is_earlier = |name: &str| name.starts_with(COLUMN);
        Self {
            taken: vec![],
            earlier: fields.filter(|field| is_earlier(field.name())).count(),
        }
    }

    fn name(&self, place: usize) -> String {
        format!("{COLUMN}{}", self.earlier + place)
    }

    /// `expression` with its subqueries replaced by columns.
    pub(super) fn extract_from(&mut self, expression: Expr) -> Result<Transformed<Expr>> {
        expression.transform_down(|part| {
            if !is_moved(&part) {
                return Ok(Transformed::no(part));
            }
            let known = self.taken.iter().position(|taken| *taken == part);
            let place = known.unwrap_or(self.taken.len());
            if known.is_none() {
                self.taken.push(part);
            }
            let column = Expr::Column(Column::new_unqualified(self.name(place)));
            Ok(Transformed::new(column, true, TreeNodeRecursion::Jump))
        })
    }

    /// The subqueries for which `is_here` is true, with their names.
    fn columns(&self, is_here: impl Fn(usize) -> bool) -> Vec<Expr> {
        let numbered = self.taken.iter().enumerate();
        let here = numbered.filter(|(place, _)| is_here(*place));
        here.map(|(place, subquery)| subquery.clone().alias(self.name(place)))
            .collect()
    }

    /// True if `schema` has all outer columns that the subqueries read.
    fn reads_only(&self, schema: &DFSchema) -> Result<bool> {
        for subquery in &self.taken {
            let outer = outer_columns(subquery)?;
            if !outer.iter().all(|column| schema.has_column(column)) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// The outer columns that a subquery reads.
fn outer_columns(subquery: &Expr) -> Result<Vec<Column>> {
    let Some(subquery) = inner_subquery(subquery) else {
        return Ok(vec![]);
    };
    let references = free_references(&subquery.subquery)?.into_iter();
    Ok(references.map(|(_, column)| column).collect())
}

/// `input` with the subqueries for which `is_here` is true as additional columns.
fn with_columns(
    input: &Arc<LogicalPlan>,
    taken: &ExtractedSubqueries,
    is_here: impl Fn(usize) -> bool,
) -> Result<Arc<LogicalPlan>> {
    let mut columns = taken.columns(is_here);
    if columns.is_empty() {
        return Ok(Arc::clone(input));
    }
    columns.splice(0..0, input.schema().columns().into_iter().map(Expr::Column));
    let projection = LogicalPlanBuilder::from(Arc::clone(input)).project(columns)?;
    Ok(Arc::new(projection.build()?))
}

/// A node whose subqueries, those that `extract` takes, are columns of a projection below it.
pub(super) fn computed_below(
    node: LogicalPlan,
    extract: &SubqueryExtraction,
) -> Result<Transformed<LogicalPlan>> {
    let mut taken = ExtractedSubqueries::for_node(&node);
    let names = NamePreserver::new(&node);
    let output = node.schema().columns();
    let node =
        node.map_expressions(|expression| without(expression, &names, extract, &mut taken))?;
    let inputs = node.data.inputs();
    let (Some(input), false) = (inputs.first(), taken.taken.is_empty()) else {
        return Ok(Transformed::no(node.data));
    };
    let input = with_all(input, &taken)?;
    let node = match node.data {
        LogicalPlan::Distinct(Distinct::On(node)) => {
            let input = Arc::new(input);
            let first = DistinctOn::try_new(node.on_expr, node.select_expr, node.sort_expr, input)?;
            LogicalPlan::Distinct(Distinct::On(first))
        }
        node => {
            let expressions = node.expressions();
            node.with_new_exprs(expressions, vec![input])?
        }
    };
    restored(node, output).map(Transformed::yes)
}

/// `input` with all subqueries as additional columns. ORDER BY may read columns that are not selected:
/// they are below the projection then.
fn with_all(input: &LogicalPlan, taken: &ExtractedSubqueries) -> Result<LogicalPlan> {
    if let LogicalPlan::Projection(selected) = input
        && !taken.reads_only(input.schema())?
        && taken.reads_only(selected.input.schema())?
    {
        let columns = selected.expr.iter().cloned().chain(taken.columns(|_| true));
        let input = Arc::clone(&selected.input);
        return LogicalPlanBuilder::from(input).project(columns)?.build();
    }
    let with_columns = with_columns(&Arc::new(input.clone()), taken, |_| true)?;
    Ok(Arc::unwrap_or_clone(with_columns))
}

/// An expression of a node with its subqueries extracted; names of columns stay.
fn without(
    expression: Expr,
    names: &NamePreserver,
    extract: &SubqueryExtraction,
    taken: &mut ExtractedSubqueries,
) -> Result<Transformed<Expr>> {
    if let Expr::GroupingSet(_) = expression {
        return expression.map_children(|key| without(key, names, extract, taken));
    }
    let name = names.save(&expression);
    let rewritten = extract(expression, taken)?;
    Ok(rewritten.update_data(|expression| name.restore(expression)))
}

/// A plan with these columns only.
fn restored(plan: LogicalPlan, output: Vec<Column>) -> Result<LogicalPlan> {
    if plan.schema().fields().len() == output.len() {
        return Ok(plan);
    }
    let columns = output.into_iter().map(Expr::Column);
    LogicalPlanBuilder::from(plan).project(columns)?.build()
}

fn computed_beside(mut join: Join) -> Result<Transformed<LogicalPlan>> {
    let whole = join.clone();
    let mut taken = ExtractedSubqueries::for_node(&LogicalPlan::Join(join.clone()));
    let output = join.schema.columns();
    if let Some(filter) = join.filter.take() {
        join.filter = Some(taken.extract_from(filter)?.data);
    }
    if taken.taken.is_empty() {
        return Ok(Transformed::no(LogicalPlan::Join(join)));
    }
    let sides = |subquery| reads_left(subquery, join.left.schema(), join.right.schema());
    let is_left = taken.taken.iter().map(sides).collect::<Result<Vec<_>>>()?;
    let Some(is_left) = is_left.into_iter().collect::<Option<Vec<_>>>() else {
        return as_lateral(&whole).map(Transformed::yes);
    };
    let left = with_columns(&join.left, &taken, |place| is_left[place])?;
    let right = with_columns(&join.right, &taken, |place| !is_left[place])?;
    let join = Join::try_new(
        left,
        right,
        join.on,
        join.filter,
        join.join_type,
        join.join_constraint,
        join.null_equality,
        join.null_aware,
    )?;
    restored(LogicalPlan::Join(join), output).map(Transformed::yes)
}

/// True if a subquery can be computed from the left rows of a join alone, false if from the right rows;
/// `None` if it reads both.
fn reads_left(subquery: &Expr, left: &DFSchema, right: &DFSchema) -> Result<Option<bool>> {
    let outer = outer_columns(subquery)?;
    let reads = |schema: &DFSchema| outer.iter().any(|column| schema.has_column(column));
    Ok(match (reads(left), reads(right)) {
        (true, true) => None,
        (_, reads_right) => Some(!reads_right),
    })
}

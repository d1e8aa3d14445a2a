//! Lineage of the columns of a plan: through subqueries, CTEs and views to their origin.

use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, DFSchema};
use datafusion::error::Result;
use datafusion::logical_expr::{Distinct, Expr, JoinType, LogicalPlan, TableScan};

/// Steps after which a search stops: columns that are used twice at every level of a query double
/// the paths with each level.
const MOST_STEPS: usize = 2_000;
/// Levels after which a search stops, to limit the stack.
const DEEPEST: usize = 100;

/// Origin of a column.
#[derive(Debug, Clone, Copy)]
pub(super) enum ColumnOrigin<'a> {
    /// A table or a list of values.
    Table,
    /// An expression of this node.
    Computed(&'a Expr, &'a LogicalPlan),
    /// The columns at this position of every input of a UNION.
    Union(&'a LogicalPlan, usize),
    /// Not known.
    Unknown,
}

/// The plan in whose output the columns of `node`'s expressions are looked up. A join's conditions
/// refer to both sides, so it is the join itself.
pub(super) fn source(node: &LogicalPlan) -> &LogicalPlan {
    match node.inputs().as_slice() {
        [input] => input,
        _ => node,
    }
}

/// An expression without its alias.
pub(super) fn bare(expr: &Expr) -> &Expr {
    match expr {
        Expr::Alias(alias) => bare(&alias.expr),
        other => other,
    }
}

/// An expression without alias and casts.
pub(super) fn uncast(expr: &Expr) -> &Expr {
    match bare(expr) {
        Expr::Cast(cast) => uncast(&cast.expr),
        Expr::TryCast(cast) => uncast(&cast.expr),
        other => other,
    }
}

/// Origin of the column at `index` of the output of `plan`.
pub(super) fn origin(plan: &LogicalPlan, index: usize) -> ColumnOrigin<'_> {
    let (mut plan, mut index) = (plan, index);
    loop {
        let expr = match step(plan, index) {
            LineageStep::Expr(expr) => expr,
            LineageStep::Input(input, position) => {
                (plan, index) = (input, position);
                continue;
            }
            LineageStep::End(origin) => return origin,
        };
        let Expr::Column(column) = bare(expr) else {
            return ColumnOrigin::Computed(expr, plan);
        };
        match position(source(plan).schema(), column) {
            Some(next) => (plan, index) = (source(plan), next),
            None => return ColumnOrigin::Unknown,
        }
    }
}

/// Source of a column, one node down.
enum LineageStep<'a> {
    /// The node computes it.
    Expr(&'a Expr),
    /// The node passes on the column of an input at this position.
    Input(&'a LogicalPlan, usize),
    End(ColumnOrigin<'a>),
}

fn step(plan: &LogicalPlan, index: usize) -> LineageStep<'_> {
    let of_expr =
        |expr: Option<_>| expr.map_or(LineageStep::End(ColumnOrigin::Unknown), LineageStep::Expr);
    match plan {
        LogicalPlan::TableScan(_) | LogicalPlan::Values(_) | LogicalPlan::EmptyRelation(_) => {
            LineageStep::End(ColumnOrigin::Table)
        }
        LogicalPlan::Union(_) => LineageStep::End(ColumnOrigin::Union(plan, index)),
        LogicalPlan::Projection(node) => of_expr(node.expr.get(index)),
        LogicalPlan::Aggregate(node) => {
            let keys = plan.schema().fields().len() - node.aggr_expr.len();
            of_expr(match index.checked_sub(keys) {
                Some(index) => node.aggr_expr.get(index),
                // With grouping sets the position does not identify the key.
                None if keys == node.group_expr.len() => node.group_expr.get(index),
                None => None,
            })
        }
        LogicalPlan::Window(node) => match index.checked_sub(node.input.schema().fields().len()) {
            Some(index) => of_expr(node.window_expr.get(index)),
            None => LineageStep::Input(&node.input, index),
        },
        LogicalPlan::Join(node) => {
            let left = node.left.schema().fields().len();
            match node.join_type {
                JoinType::RightSemi | JoinType::RightAnti => LineageStep::Input(&node.right, index),
                _ if index < left => LineageStep::Input(&node.left, index),
                _ if index - left < node.right.schema().fields().len() => {
                    LineageStep::Input(&node.right, index - left)
                }
                _ => LineageStep::End(ColumnOrigin::Unknown),
            }
        }
        LogicalPlan::Filter(_)
        | LogicalPlan::Sort(_)
        | LogicalPlan::Limit(_)
        | LogicalPlan::Repartition(_)
        | LogicalPlan::SubqueryAlias(_)
        | LogicalPlan::Subquery(_)
        | LogicalPlan::Distinct(Distinct::All(_)) => LineageStep::Input(source(plan), index),
        _ => LineageStep::End(ColumnOrigin::Unknown),
    }
}

/// The scan, and the name in its table, of a column that reaches `node` unchanged.
pub(super) fn table_column<'a>(
    column: &Column,
    node: &'a LogicalPlan,
) -> Option<(&'a TableScan, &'a str)> {
    let mut plan = source(node);
    let mut index = position(plan.schema(), column)?;
    loop {
        if let LogicalPlan::TableScan(scan) = plan {
            let name = scan.projected_schema.fields().get(index)?.name();
            return Some((scan, name));
        }
        let input = match step(plan, index) {
            LineageStep::Input(input, position) => {
                (plan, index) = (input, position);
                continue;
            }
            LineageStep::Expr(expr) => expr,
            LineageStep::End(_) => return None,
        };
        let Expr::Column(column) = bare(input) else {
            return None;
        };
        let below = source(plan);
        (plan, index) = (below, position(below.schema(), column)?);
    }
}

/// True if rows are grouped by the column at `index` of the output of `plan`, or by everything that it
/// is computed from.
pub(super) fn is_group_key(plan: &LogicalPlan, index: usize) -> bool {
    is_group_key_at(plan, index, 0)
}

fn is_group_key_at(plan: &LogicalPlan, index: usize, depth: usize) -> bool {
    /// Of expressions over expressions; their columns double with each level.
    const DEEPEST: usize = 8;
    let (mut plan, mut index) = (plan, index);
    loop {
        if let LogicalPlan::Aggregate(node) = plan {
            return index + node.aggr_expr.len() < plan.schema().fields().len();
        }
        let expr = match step(plan, index) {
            LineageStep::Input(input, position) => {
                (plan, index) = (input, position);
                continue;
            }
            LineageStep::Expr(expr) if depth < DEEPEST => expr,
            LineageStep::End(ColumnOrigin::Union(union, index)) if depth < DEEPEST => {
                let mut inputs = union.inputs().into_iter();
                return inputs.all(|input| is_group_key_at(input, index, depth + 1));
            }
            _ => return false,
        };
        let columns = expr.column_refs();
        let input = source(plan);
        return !columns.is_empty()
            && columns.into_iter().all(|column| {
                position(input.schema(), column)
                    .is_some_and(|index| is_group_key_at(input, index, depth + 1))
            });
    }
}

/// Origin of the column that `column` resolves to in an expression of `node`.
pub(super) fn origin_of<'a>(column: &Column, node: &'a LogicalPlan) -> ColumnOrigin<'a> {
    let source = source(node);
    match position(source.schema(), column) {
        Some(index) => origin(source, index),
        None => ColumnOrigin::Unknown,
    }
}

pub(super) fn position(schema: &DFSchema, column: &Column) -> Option<usize> {
    schema.maybe_index_of_column(column)
}

/// Visits an expression and, recursively, the expressions that its columns are computed from.
#[derive(Debug, Default)]
pub(super) struct LineageVisitor {
    steps: usize,
}

impl LineageVisitor {
    /// Calls `see` with each expression that goes into `expr` of `node`, and the node that contains
    /// it; skips the inputs of an expression for which `see` returns false. Returns false if a
    /// limit stopped the search.
    pub(super) fn visit<'a>(
        &mut self,
        expr: &'a Expr,
        node: &'a LogicalPlan,
        see: &mut dyn FnMut(&'a Expr, &'a LogicalPlan) -> bool,
    ) -> bool {
        self.step(expr, node, 0, see)
    }

    /// As [`LineageVisitor::visit`], for the column at `index` of the output of `plan`.
    pub(super) fn visit_output<'a>(
        &mut self,
        plan: &'a LogicalPlan,
        index: usize,
        see: &mut dyn FnMut(&'a Expr, &'a LogicalPlan) -> bool,
    ) -> bool {
        self.follow(origin(plan, index), 0, see)
    }

    fn step<'a>(
        &mut self,
        expr: &'a Expr,
        node: &'a LogicalPlan,
        depth: usize,
        see: &mut dyn FnMut(&'a Expr, &'a LogicalPlan) -> bool,
    ) -> bool {
        if depth > DEEPEST {
            return false;
        }
        let mut is_whole = true;
        let walked: Result<TreeNodeRecursion> = expr.apply(|inner| {
            self.steps += 1;
            if self.steps > MOST_STEPS {
                is_whole = false;
                return Ok(TreeNodeRecursion::Stop);
            }
            if !see(inner, node) {
                return Ok(TreeNodeRecursion::Jump);
            }
            if let Expr::Column(column) = inner {
                is_whole &= self.follow(origin_of(column, node), depth, see);
            }
            Ok(TreeNodeRecursion::Continue)
        });
        walked.is_ok() && is_whole
    }

    fn follow<'a>(
        &mut self,
        origin: ColumnOrigin<'a>,
        depth: usize,
        see: &mut dyn FnMut(&'a Expr, &'a LogicalPlan) -> bool,
    ) -> bool {
        match origin {
            ColumnOrigin::Computed(expr, node) => self.step(expr, node, depth + 1, see),
            ColumnOrigin::Union(plan, index) if depth < DEEPEST => {
                let mut is_whole = true;
                for input in plan.inputs() {
                    is_whole &= self.follow(self::origin(input, index), depth + 1, see);
                }
                is_whole
            }
            ColumnOrigin::Table => true,
            ColumnOrigin::Union(..) | ColumnOrigin::Unknown => false,
        }
    }
}

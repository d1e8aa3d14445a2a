//! Joins outer rows with what subqueries give for them.

use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{
    Column, JoinConstraint, JoinType, NullEquality, Result, Spans, TableReference,
};
use datafusion::functions_aggregate::expr_fn::{count, first_value};
use datafusion::logical_expr::expr::Exists;
use datafusion::logical_expr::logical_plan::{Subquery, SubqueryAlias};
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{
    Aggregate, Distinct, Expr, FetchType, Filter, Join, LogicalPlan, Projection, ScalarUDF, lit,
};

use super::super::in_subqueries::as_exists;
use super::super::outer_references::{free_references, inner_subquery, is_visible};
use super::keyed_plan::{KeyedPlan, distinct, refusal, shared};
use super::outer_keys::{KeptSource, OuterKeys};
use super::single_row::SingleRow;
use super::stock_forms::{has_stock_plan, has_surely_a_row};

/// The input of a node, joined with the subqueries in the node's expressions.
pub(super) struct JoinedBack<'a> {
    node: &'a LogicalPlan,
    input: Arc<LogicalPlan>,
    /// The input as it was when keys first came from it. What is joined since takes rows away or adds
    /// columns, and would be evaluated once more for each further subquery.
    source: Option<Arc<LogicalPlan>>,
    number: &'a mut usize,
    is_joined: bool,
}

impl<'a> JoinedBack<'a> {
    pub(super) const fn new(
        node: &'a LogicalPlan,
        input: Arc<LogicalPlan>,
        number: &'a mut usize,
    ) -> Self {
        Self {
            node,
            input,
            source: None,
            number,
            is_joined: false,
        }
    }

    /// The joined input; `None` if no subquery was joined.
    pub(super) fn into_input(self) -> Option<Arc<LogicalPlan>> {
        self.is_joined.then_some(self.input)
    }

    /// A condition of a filter; `None` if the join is the condition.
    pub(super) fn condition(&mut self, condition: Expr) -> Result<Option<Expr>> {
        let (call, negated) = match &condition {
            Expr::Exists(call) => (call, call.negated),
            Expr::Not(inner) => match inner.as_ref() {
                Expr::Exists(call) => (call, !call.negated),
                _ => return self.value(condition).map(Some),
            },
            _ => return self.value(condition).map(Some),
        };
        if has_stock_plan(self.node, &condition, &call.subquery)? {
            return Ok(Some(condition));
        }
        let rows = self.rows(&call.subquery.subquery, |keyed| Ok(keyed.key_exprs()))?;
        let join_type = if negated {
            JoinType::LeftAnti
        } else {
            JoinType::LeftSemi
        };
        self.join(rows, join_type)?;
        Ok(None)
    }

    /// An expression with columns of joined rows in place of its subqueries.
    pub(super) fn value(&mut self, expression: Expr) -> Result<Expr> {
        let joined = expression.transform_down(|part| {
            let part = match part {
                Expr::InSubquery(call)
                    if call.expr.contains_outer()
                        || !has_stock_plan(
                            self.node,
                            &Expr::InSubquery(call.clone()),
                            &call.subquery,
                        )? =>
                {
                    as_exists(&call, self.input.schema())?
                }
                other => other,
            };
            let Some(subquery) = inner_subquery(&part) else {
                return Ok(Transformed::no(part));
            };
            if has_stock_plan(self.node, &part, subquery)? {
                return Ok(Transformed::no(part));
            }
            let value = match &part {
                Expr::ScalarSubquery(subquery) => self.scalar(&subquery.subquery)?,
                Expr::Exists(call) => self.existence(call)?,
                _ => return refusal("stands behind this operator"),
            };
            Ok(Transformed::new(value, true, TreeNodeRecursion::Jump))
        })?;
        Ok(joined.data)
    }

    fn scalar(&mut self, subquery: &LogicalPlan) -> Result<Expr> {
        if let Some(value) = value_without_rows(subquery) {
            self.is_joined = true;
            return self.seen_from_here(value);
        }
        let of = Expr::Column(Column::from(subquery.schema().qualified_field(0)));
        if has_one_row(subquery) {
            let rows = self.rows(subquery, |keyed| {
                let mut columns = vec![of.alias("value")];
                columns.extend(keyed.key_exprs());
                Ok(columns)
            })?;
            let alias = self.join(rows, JoinType::Left)?;
            return Ok(Expr::Column(Column::new(Some(alias), "value")));
        }
        let keys = self.keys(subquery)?;
        let keyed = match &keys {
            Some(keys) => keys.push(subquery)?,
            None => KeyedPlan::new(subquery.clone(), vec![]),
        };
        let calls = vec![
            first_value(of, vec![]).alias("value"),
            count(lit(1_i64)).alias("rows"),
        ];
        let one = Aggregate::try_new(shared(keyed.plan.clone()), keyed.key_exprs(), calls)?;
        let one = KeyedPlan::new(LogicalPlan::Aggregate(one), keyed.keys);
        let alias = self.join((one, keys), JoinType::Left)?;
        let [value, rows] =
            ["value", "rows"].map(|name| Expr::Column(Column::new(Some(alias.clone()), name)));
        let function = ScalarUDF::from(SingleRow::default());
        Ok(function.call(vec![value, rows]))
    }

    /// An expression of a subquery without FROM. What is further out stays an outer column.
    fn seen_from_here(&self, value: Expr) -> Result<Expr> {
        let seen = value.transform_up(|part| match part {
            Expr::OuterReferenceColumn(_, column)
                if is_visible(&column, &[self.input.schema()]) =>
            {
                Ok(Transformed::yes(Expr::Column(column)))
            }
            other => Ok(Transformed::no(other)),
        })?;
        Ok(seen.data)
    }

    fn existence(&mut self, call: &Exists) -> Result<Expr> {
        let (rows, keys) = self.rows(&call.subquery.subquery, |keyed| Ok(keyed.key_exprs()))?;
        let rows = distinct_with_mark(rows)?;
        let alias = self.join((rows, keys), JoinType::Left)?;
        let mark = Expr::Column(Column::new(Some(alias), "found"));
        Ok(if call.negated {
            mark.is_null()
        } else {
            mark.is_not_null()
        })
    }

    /// The rows of a subquery with `columns` of it and keys.
    fn rows(
        &mut self,
        subquery: &LogicalPlan,
        columns: impl FnOnce(&KeyedPlan) -> Result<Vec<Expr>>,
    ) -> Result<(KeyedPlan, Option<OuterKeys>)> {
        let keys = self.keys(subquery)?;
        let keyed = match &keys {
            Some(keys) => keys.push(subquery)?,
            None => KeyedPlan::new(subquery.clone(), vec![]),
        };
        let mut columns = columns(&keyed)?;
        if columns.is_empty() {
            columns.push(lit(true).alias("found"));
        }
        let plan = Projection::try_new(columns, shared(keyed.plan))?;
        Ok((
            KeyedPlan::new(LogicalPlan::Projection(plan), keyed.keys),
            keys,
        ))
    }

    /// The keys of a subquery; `None` if it reads nothing of the outer rows, but of rows further out.
    fn keys(&mut self, subquery: &LogicalPlan) -> Result<Option<OuterKeys>> {
        let source = KeptSource::Whole(&mut self.source);
        keys_for(&mut self.input, source, subquery, self.number)
    }

    /// Joins the outer rows with `rows`, under an alias.
    fn join(
        &mut self,
        rows: (KeyedPlan, Option<OuterKeys>),
        join_type: JoinType,
    ) -> Result<TableReference> {
        let (rows, keys) = rows;
        *self.number += 1;
        let alias = TableReference::bare(format!("__subquery_{}", self.number));
        let right = SubqueryAlias::try_new(shared(rows.plan), alias.clone())?;
        let right = shared(LogicalPlan::SubqueryAlias(right));
        let tied = tied(keys.as_ref(), rows.keys, &alias);
        let condition = conjunction(tied).unwrap_or_else(|| lit(true));
        self.input = shared(joined(
            Arc::clone(&self.input),
            right,
            join_type,
            vec![],
            condition,
        )?);
        self.is_joined = true;
        Ok(alias)
    }
}

/// A LATERAL as a join.
pub(super) fn lateral(
    join: &Join,
    plan: &LogicalPlan,
    alias: Option<&TableReference>,
    number: &mut usize,
) -> Result<Transformed<LogicalPlan>> {
    // What reads only columns further out waits for the join or query that has them.
    let mut left = Arc::clone(&join.left);
    let Some(keys) = keys_for(&mut left, KeptSource::Parts, plan, number)? else {
        return Ok(Transformed::no(LogicalPlan::Join(join.clone())));
    };
    if !matches!(join.join_type, JoinType::Inner | JoinType::Left) {
        return refusal("is LATERAL in a RIGHT or FULL JOIN");
    }
    let keyed = keys.push(plan)?;
    let mut conditions = vec![];
    let right = match alias {
        Some(alias) => {
            conditions.extend(tied(Some(&keys), keyed.keys, alias));
            LogicalPlan::SubqueryAlias(SubqueryAlias::try_new(shared(keyed.plan), alias.clone())?)
        }
        None => {
            conditions.extend(keys.tied(&keyed.keys));
            keyed.plan
        }
    };
    let ties = conditions.len();
    conditions.extend(
        join.filter
            .clone()
            .filter(|condition| *condition != lit(true)),
    );
    // Then no outer row is left alone, and the next LATERAL may read its values from the rows of this one.
    let is_whole = join.on.is_empty() && conditions.len() == ties && has_surely_a_row(plan);
    let condition = conjunction(conditions).unwrap_or_else(|| lit(true));
    let rows = joined(
        left,
        shared(right),
        if is_whole {
            JoinType::Inner
        } else {
            join.join_type
        },
        join.on.clone(),
        condition,
    )?;
    let columns = join
        .schema
        .columns()
        .into_iter()
        .map(Expr::Column)
        .collect();
    let rows = LogicalPlan::Projection(Projection::try_new(columns, shared(rows))?);
    still_lateral(rows, plan, join).map(Transformed::yes)
}

/// The rows of a LATERAL's join; a LATERAL themselves for what its plan reads further out.
fn still_lateral(rows: LogicalPlan, plan: &LogicalPlan, join: &Join) -> Result<LogicalPlan> {
    let far = free_references(plan)?.into_iter();
    let far: Vec<_> = far
        .filter(|(_, column)| !is_visible(column, &[join.left.schema()]))
        .map(|(field, column)| Expr::OuterReferenceColumn(field, column))
        .collect();
    if far.is_empty() {
        return Ok(rows);
    }
    Ok(LogicalPlan::Subquery(Subquery {
        subquery: shared(rows),
        outer_ref_columns: far,
        spans: Spans::new(),
    }))
}

fn joined(
    left: Arc<LogicalPlan>,
    right: Arc<LogicalPlan>,
    join_type: JoinType,
    on: Vec<(Expr, Expr)>,
    condition: Expr,
) -> Result<LogicalPlan> {
    let join = Join::try_new(
        left,
        right,
        on,
        Some(condition),
        join_type,
        JoinConstraint::On,
        NullEquality::NullEqualsNothing,
        false,
    )?;
    Ok(LogicalPlan::Join(join))
}

fn tied(keys: Option<&OuterKeys>, columns: Vec<Column>, alias: &TableReference) -> Vec<Expr> {
    let columns = columns.into_iter();
    let columns: Vec<_> = columns
        .map(|key| Column::new(Some(alias.clone()), key.name))
        .collect();
    keys.map(|keys| keys.tied(&columns)).unwrap_or_default()
}

fn keys_for(
    outer: &mut Arc<LogicalPlan>,
    source: KeptSource<'_>,
    subquery: &LogicalPlan,
    number: &mut usize,
) -> Result<Option<OuterKeys>> {
    let mut own = free_references(subquery)?;
    own.retain(|(_, column)| is_visible(column, &[outer.schema()]));
    if own.is_empty() {
        return Ok(None);
    }
    *number += 1;
    OuterKeys::try_new(outer, source, subquery, own, *number).map(Some)
}

/// The distinct rows with a column that says that there is one.
fn distinct_with_mark(rows: KeyedPlan) -> Result<KeyedPlan> {
    let distinct = shared(distinct(rows.plan)?);
    let keys = rows.keys.iter().cloned().map(Expr::Column);
    let columns = keys.chain([lit(true).alias("found")]).collect();
    let plan = Projection::try_new(columns, distinct)?;
    Ok(KeyedPlan::new(LogicalPlan::Projection(plan), rows.keys))
}

/// The value of a subquery without FROM.
fn value_without_rows(plan: &LogicalPlan) -> Option<Expr> {
    match plan {
        LogicalPlan::Projection(node) => match (node.input.as_ref(), node.expr.as_slice()) {
            (LogicalPlan::EmptyRelation(input), [value]) if input.produce_one_row => {
                let is_plain = value
                    .exists(|part| Ok(inner_subquery(part).is_some()))
                    .is_ok_and(|found| !found);
                is_plain.then(|| value.clone().unalias())
            }
            _ => None,
        },
        _ => None,
    }
}

/// True if a plan has no more than one row for an outer row.
fn has_one_row(plan: &LogicalPlan) -> bool {
    match plan {
        LogicalPlan::Projection(node) => has_one_row(&node.input),
        LogicalPlan::SubqueryAlias(node) => has_one_row(&node.input),
        LogicalPlan::Filter(Filter { input, .. }) => has_one_row(input),
        LogicalPlan::Sort(node) => has_one_row(&node.input),
        LogicalPlan::Window(node) => has_one_row(&node.input),
        LogicalPlan::Distinct(Distinct::All(input)) => has_one_row(input),
        LogicalPlan::Aggregate(node) => node.group_expr.is_empty(),
        LogicalPlan::EmptyRelation(_) => true,
        LogicalPlan::Values(node) => node.values.len() <= 1,
        LogicalPlan::Limit(node) => {
            matches!(node.get_fetch_type(), Ok(FetchType::Literal(Some(0 | 1))))
                || has_one_row(&node.input)
        }
        _ => false,
    }
}

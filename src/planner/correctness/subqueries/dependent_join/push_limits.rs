//! Keys above windows and LIMIT, which becomes a window.

use datafusion::common::{Column, Result, ScalarValue};
use datafusion::functions_window::expr_fn::row_number;
use datafusion::logical_expr::expr::{Sort as SortExpr, WindowFunction};
use datafusion::logical_expr::logical_plan::SubqueryAlias;
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{
    Expr, ExprFunctionExt, Filter, Limit, LogicalPlan, Projection, Window, cast, lit,
};

use arrow::datatypes::DataType;
use std::sync::Arc;

use super::keyed_plan::{KeyedPlan, shared};
use super::outer_keys::OuterKeys;

impl OuterKeys {
    /// The windows of `node` within the rows of each outer row.
    pub(super) fn windowed(&self, plan: &LogicalPlan, node: &Window) -> Result<KeyedPlan> {
        let input = self.push(&node.input)?;
        let keys = input.keys.clone();
        let own = node.input.schema().fields().len();
        let mut windows = vec![];
        for window in &node.window_expr {
            let window = self.replaced(window.clone(), &keys)?.unalias();
            windows.push(match window {
                Expr::WindowFunction(mut window) => {
                    let WindowFunction { params, .. } = window.as_mut();
                    params.partition_by.splice(0..0, input.key_exprs());
                    Expr::WindowFunction(window)
                }
                other => other,
            });
        }
        let below = input.plan.schema().fields().len();
        let rows = LogicalPlan::Window(Window::try_new(windows, shared(input.plan))?);
        let mut columns: Vec<Expr> = node
            .input
            .schema()
            .columns()
            .into_iter()
            .map(Expr::Column)
            .collect();
        for (place, (qualifier, field)) in plan.schema().iter().skip(own).enumerate() {
            let column = Column::from(rows.schema().qualified_field(below + place));
            columns.push(Expr::Column(column).alias_qualified(qualifier.cloned(), field.name()));
        }
        columns.extend(keys.iter().cloned().map(Expr::Column));
        let plan = Projection::try_new(columns, shared(rows))?;
        Ok(KeyedPlan::new(LogicalPlan::Projection(plan), keys))
    }

    /// The first rows of each outer row, by a row number within its keys.
    pub(super) fn limited(&self, plan: &LogicalPlan, limit: &Limit) -> Result<KeyedPlan> {
        let of = |input: &Arc<LogicalPlan>| {
            shared(LogicalPlan::Limit(Limit {
                input: Arc::clone(input),
                ..limit.clone()
            }))
        };
        // A projection neither drops nor moves rows: the order may be below it.
        match limit.input.as_ref() {
            LogicalPlan::Projection(node) => {
                let node = Projection::try_new(node.expr.clone(), of(&node.input))?;
                return self.push(&LogicalPlan::Projection(node));
            }
            LogicalPlan::SubqueryAlias(node) => {
                let node = SubqueryAlias::try_new(of(&node.input), node.alias.clone())?;
                return self.push(&LogicalPlan::SubqueryAlias(node));
            }
            _ => {}
        }
        let (rows, order): (_, &[SortExpr]) = match limit.input.as_ref() {
            LogicalPlan::Sort(sort) if sort.fetch.is_none() => (&sort.input, &sort.expr),
            _ => (&limit.input, &[]),
        };
        let input = self.push(rows)?;
        let keys = input.keys.clone();
        let order = order.iter().map(|sort| {
            let value = self.replaced(sort.expr.clone(), &keys)?;
            Ok(value.sort(sort.asc, sort.nulls_first))
        });
        let number = row_number()
            .partition_by(input.key_exprs())
            .order_by(order.collect::<Result<Vec<_>>>()?)
            .build()?;
        let numbered = LogicalPlan::Window(Window::try_new(vec![number], shared(input.plan))?);
        let last = numbered.schema().fields().len() - 1;
        let number = Expr::Column(Column::from(numbered.schema().qualified_field(last)));
        let number = cast(number, DataType::Int64);
        let bound = |bound: &Option<Box<Expr>>| match bound {
            Some(bound) => self.replaced(bound.as_ref().clone(), &keys).map(Some),
            None => Ok(None),
        };
        let skip = bound(&limit.skip)?.filter(|skip| !is_null(skip));
        let fetch = bound(&limit.fetch)?.filter(|fetch| !is_null(fetch));
        let mut conditions = vec![];
        if let Some(skip) = &skip {
            conditions.push(number.clone().gt(skip.clone()));
        }
        if let Some(fetch) = fetch {
            let last = match skip {
                Some(skip) => skip + fetch.clone(),
                None => fetch.clone(),
            };
            let within = number.lt_eq(last);
            conditions.push(match fetch {
                Expr::Literal(..) => within,
                fetch => fetch.is_null().or(within),
            });
        }
        let predicate = conjunction(conditions).unwrap_or_else(|| lit(true));
        let kept = LogicalPlan::Filter(Filter::try_new(predicate, shared(numbered))?);
        KeyedPlan::new(kept, keys).with_columns_of(plan)
    }
}

const fn is_null(bound: &Expr) -> bool {
    matches!(
        bound,
        Expr::Literal(ScalarValue::Int64(None) | ScalarValue::Null, _)
    )
}

//! A plan for the values that outer rows have in some columns.

use std::sync::Arc;

use datafusion::common::{Column, JoinType, Result, ScalarValue};
use datafusion::logical_expr::utils::split_conjunction;
use datafusion::logical_expr::{
    BinaryExpr, Expr, Join, LogicalPlan, LogicalPlanBuilder, Operator, Projection, Union, lit,
};

use super::super::super::materialized::repeatable;
use super::super::super::numbers::plain_key;
use super::keyed_plan::{KEY_PREFIX, distinct, shared};

/// The distinct values of `columns` in the rows of `source`, under `names`.
pub(super) fn domain(
    source: &Arc<LogicalPlan>,
    columns: &[Column],
    names: &[String],
) -> Result<LogicalPlan> {
    let columns = columns.iter().cloned().map(Expr::Column);
    let values = columns.map(|column| plain_key(column, source.schema()));
    let named = values.zip(names).map(|(value, name)| value.alias(name));
    let domain = LogicalPlanBuilder::from(Arc::clone(source)).project(named)?;
    distinct(domain.build()?)
}

/// Outer rows, and the part of them that is evaluated once more for its values.
pub(super) struct OuterRows {
    pub(super) rows: Arc<LogicalPlan>,
    /// A plan that has the columns, with the same values each time.
    pub(super) source: Arc<LogicalPlan>,
}

impl OuterRows {
    /// The rows of `plan`, and what `columns` are read from: without LATERALs that have none of them, and without the
    /// tables before one that has all. A plan of many LATERALs would double with each otherwise.
    ///
    /// The source may have values that no outer row has: of rows that a LATERAL without rows, or a condition on it,
    /// takes away. Which FROM item is asked first is nowhere promised.
    pub(super) fn try_new(plan: &Arc<LogicalPlan>, columns: &[Column]) -> Result<Self> {
        match plan.as_ref() {
            LogicalPlan::Projection(node)
                if node.expr.iter().all(|expr| matches!(expr, Expr::Column(_)))
                    && has_all(&node.input, columns) =>
            {
                let below = Self::try_new(&node.input, columns)?;
                let mut node = node.clone();
                node.input = below.rows;
                Ok(Self {
                    rows: shared(LogicalPlan::Projection(node)),
                    source: below.source,
                })
            }
            LogicalPlan::Join(join) if is_lateral(join) => Self::over_lateral(join, columns),
            _ => {
                let rows = repeatable(plan)?;
                let source = Arc::clone(&rows);
                Ok(Self { rows, source })
            }
        }
    }

    fn over_lateral(join: &Join, columns: &[Column]) -> Result<Self> {
        if has_all(&join.left, columns) {
            let left = Self::try_new(&join.left, columns)?;
            return Ok(Self {
                rows: with_sides(join, left.rows, Arc::clone(&join.right)),
                source: left.source,
            });
        }
        let right = repeatable(&join.right)?;
        if let Some(values) = values_of_right(join, &right, columns) {
            return Self::with_values(join, right, values, columns);
        }
        let left = Self::try_new(&join.left, &read_of_left(join, columns))?;
        Ok(Self {
            rows: with_sides(join, left.rows, Arc::clone(&right)),
            source: rejoined(join, left.source, right)?,
        })
    }

    /// The source is what a LATERAL has, and where an outer row may have none of its rows, NULL beside the values of
    /// the outer row.
    fn with_values(
        join: &Join,
        right: Arc<LogicalPlan>,
        values: Vec<Column>,
        columns: &[Column],
    ) -> Result<Self> {
        let values = values.into_iter().map(Expr::Column);
        if join.join_type == JoinType::Inner {
            let source = named(&right, values, columns)?;
            return Ok(Self {
                rows: with_sides(join, Arc::clone(&join.left), right),
                source,
            });
        }
        let is_left = |column: &&Column| join.left.schema().has_column(column);
        let of_left: Vec<Column> = columns.iter().filter(is_left).cloned().collect();
        let (left, alone) = if of_left.is_empty() {
            let one_row = LogicalPlanBuilder::empty(true).build()?;
            (Arc::clone(&join.left), shared(one_row))
        } else {
            let left = Self::try_new(&join.left, &of_left)?;
            (left.rows, left.source)
        };
        let names = (0..columns.len()).map(|place| Column::from_name(format!("value_{place}")));
        let names: Vec<Column> = names.collect();
        let here = named(&right, values, &names)?;
        let mut nothing = vec![];
        for (column, field) in columns.iter().zip(here.schema().fields()) {
            nothing.push(if of_left.contains(column) {
                Expr::Column(column.clone())
            } else {
                lit(ScalarValue::try_new_null(field.data_type())?)
            });
        }
        let nothing = named(&alone, nothing, &names)?;
        let all = shared(LogicalPlan::Union(Union::try_new(vec![here, nothing])?));
        Ok(Self {
            rows: with_sides(join, left, right),
            source: named(&all, names.into_iter().map(Expr::Column), columns)?,
        })
    }
}

fn has_all(plan: &LogicalPlan, columns: &[Column]) -> bool {
    let mut all = columns.iter();
    all.all(|column| plan.schema().has_column(column))
}

/// The columns of a LATERAL that have the values of `columns` in its rows: they themselves, or keys that are tied to
/// them. `None` if there is none for one of them.
fn values_of_right(join: &Join, right: &LogicalPlan, columns: &[Column]) -> Option<Vec<Column>> {
    let value = |column: &Column| {
        if right.schema().has_column(column) {
            Some(column.clone())
        } else {
            tied_key(join, column)
        }
    };
    columns.iter().map(value).collect()
}

/// `plan` with `values` under the names of `columns`.
fn named(
    plan: &Arc<LogicalPlan>,
    values: impl IntoIterator<Item = Expr>,
    columns: &[Column],
) -> Result<Arc<LogicalPlan>> {
    let named = values.into_iter().zip(columns).map(|(value, column)| {
        if matches!(&value, Expr::Column(read) if read == column) {
            value
        } else {
            value.alias_qualified(column.relation.clone(), &column.name)
        }
    });
    let plan = Projection::try_new(named.collect(), Arc::clone(plan))?;
    Ok(shared(LogicalPlan::Projection(plan)))
}

/// The key of the LATERAL that is equal to an outer column, by the conditions that `outer_keys` writes.
fn tied_key(join: &Join, column: &Column) -> Option<Column> {
    let plain = |side: &Expr| match side {
        Expr::Column(column) => Some(column.clone()),
        // The column, with a value in the place of NULL.
        Expr::Case(case) => match case.else_expr.as_deref() {
            Some(Expr::Column(column)) => Some(column.clone()),
            _ => None,
        },
        _ => None,
    };
    let conditions = join.filter.iter().flat_map(split_conjunction);
    let mut keys = conditions.filter_map(|condition| match condition {
        Expr::BinaryExpr(BinaryExpr {
            left,
            op: Operator::Eq,
            right,
        }) => plain(left).zip(plain(right)),
        _ => None,
    });
    let found = keys.find(|(outer, key)| outer == column && key.name.starts_with(KEY_PREFIX));
    found.map(|(_, key)| key)
}

/// `columns` of the left side, and what the join itself reads there.
fn read_of_left(join: &Join, columns: &[Column]) -> Vec<Column> {
    let on = join.on.iter().flat_map(|(left, _)| left.column_refs());
    let conditions = join.filter.iter().flat_map(Expr::column_refs);
    let mut read: Vec<Column> = columns.to_vec();
    for column in on.chain(conditions) {
        if !read.contains(column) {
            read.push(column.clone());
        }
    }
    read.retain(|column| join.left.schema().has_column(column));
    read
}

/// The join over sides with the same columns.
fn with_sides(join: &Join, left: Arc<LogicalPlan>, right: Arc<LogicalPlan>) -> Arc<LogicalPlan> {
    let mut join = join.clone();
    (join.left, join.right) = (left, right);
    shared(LogicalPlan::Join(join))
}

/// The join over a left side with some of the columns.
fn rejoined(
    join: &Join,
    left: Arc<LogicalPlan>,
    right: Arc<LogicalPlan>,
) -> Result<Arc<LogicalPlan>> {
    let rows = Join::try_new(
        left,
        right,
        join.on.clone(),
        join.filter.clone(),
        join.join_type,
        join.join_constraint,
        join.null_equality,
        join.null_aware,
    )?;
    Ok(shared(LogicalPlan::Join(rows)))
}

/// True for the join of outer rows with those of their LATERAL.
fn is_lateral(join: &Join) -> bool {
    let mut conditions = join.filter.iter().flat_map(split_conjunction);
    matches!(join.join_type, JoinType::Inner | JoinType::Left) && conditions.any(has_key)
}

fn has_key(condition: &Expr) -> bool {
    let columns = condition.column_refs();
    columns
        .iter()
        .any(|column| column.name.starts_with(KEY_PREFIX))
}

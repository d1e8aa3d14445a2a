//! Coercion of dates and origins beside a zoned time to local times of its zone.

use arrow::datatypes::{DataType, TimeUnit};
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchema, Result};
use datafusion::logical_expr::expr::{Between, BinaryExpr, InList};
use datafusion::logical_expr::expr_rewriter::FunctionRewrite;
use datafusion::logical_expr::{Expr, ExprSchemable, Operator, cast};

use super::is_utc;

/// Coerces a date that is compared with a time in a zone other than UTC, and the origin of its bins, to
/// times of that zone.
///
/// Type coercion, which runs later, compares the UTC local time with the date, and takes an origin
/// without a zone for one in UTC.
#[derive(Debug)]
pub(crate) struct ZonedTimeCoercion;

impl FunctionRewrite for ZonedTimeCoercion {
    fn name(&self) -> &'static str {
        "beside_zoned"
    }

    fn rewrite(
        &self,
        expression: Expr,
        schema: &DFSchema,
        _config: &ConfigOptions,
    ) -> Result<Transformed<Expr>> {
        let zoned = |expr: &Expr| zoned(expr, schema);
        Ok(match expression {
            Expr::BinaryExpr(BinaryExpr { left, op, right }) if compares(op) => {
                let (by_left, by_right) = (zoned(&left), zoned(&right));
                let left = beside(*left, by_right, schema);
                let right = beside(*right, by_left, schema);
                either(left, right, |left, right| {
                    Expr::BinaryExpr(BinaryExpr::new(Box::new(left), op, Box::new(right)))
                })
            }
            Expr::Between(between) => {
                let time = zoned(&between.expr);
                let bound = zoned(&between.low).or_else(|| zoned(&between.high));
                let value = beside(*between.expr, bound.clone(), schema);
                // If the date is coerced to a time, dates among its bounds are too.
                let time = time.or_else(|| bound.filter(|_| value.transformed));
                let low = beside(*between.low, time.clone(), schema);
                let high = beside(*between.high, time, schema);
                let changed = value.transformed || low.transformed || high.transformed;
                let [value, low, high] = [value, low, high].map(|part| Box::new(part.data));
                let between = Expr::Between(Between::new(value, between.negated, low, high));
                Transformed::new_transformed(between, changed)
            }
            Expr::InList(InList {
                expr,
                list,
                negated,
            }) => {
                let time = zoned(&expr);
                let item = list.iter().find_map(&zoned);
                let value = beside(*expr, item.clone(), schema);
                let time = time.or_else(|| item.filter(|_| value.transformed));
                let list: Vec<_> = list
                    .into_iter()
                    .map(|item| beside(item, time.clone(), schema))
                    .collect();
                let changed = value.transformed || list.iter().any(|item| item.transformed);
                let list = list.into_iter().map(|item| item.data).collect();
                let list = Expr::InList(InList::new(Box::new(value.data), list, negated));
                Transformed::new_transformed(list, changed)
            }
            Expr::ScalarFunction(mut call) if call.name() == "date_bin" && call.args.len() == 3 => {
                let time = zoned(&call.args[1]);
                let last = call.args.pop().map(|last| origin(last, time, schema));
                let changed = last.as_ref().is_some_and(|last| last.transformed);
                call.args.extend(last.map(|last| last.data));
                Transformed::new_transformed(Expr::ScalarFunction(call), changed)
            }
            other => Transformed::no(other),
        })
    }
}

fn either(
    one: Transformed<Expr>,
    other: Transformed<Expr>,
    make: impl FnOnce(Expr, Expr) -> Expr,
) -> Transformed<Expr> {
    let changed = one.transformed || other.transformed;
    Transformed::new_transformed(make(one.data, other.data), changed)
}

fn compares(op: Operator) -> bool {
    use Operator::{Eq, Gt, GtEq, IsDistinctFrom, IsNotDistinctFrom, Lt, LtEq, NotEq};
    matches!(
        op,
        Eq | NotEq | Lt | LtEq | Gt | GtEq | IsDistinctFrom | IsNotDistinctFrom
    )
}

/// The type of a time in a zone other than UTC.
fn zoned(expression: &Expr, schema: &DFSchema) -> Option<DataType> {
    let data_type = expression.get_type(schema).ok()?;
    match &data_type {
        DataType::Timestamp(_, Some(zone)) if !is_utc(zone) => Some(data_type),
        _ => None,
    }
}

/// A date as the type `time`. Times without a zone are left to type coercion, which keeps the finer
/// unit of the two.
fn beside(expression: Expr, time: Option<DataType>, schema: &DFSchema) -> Transformed<Expr> {
    match (time, expression.get_type(schema)) {
        (Some(time), Ok(DataType::Date32 | DataType::Date64)) => {
            Transformed::yes(cast(expression, time))
        }
        _ => Transformed::no(expression),
    }
}

/// An origin, which is of nanoseconds, in the zone of `time`.
fn origin(expression: Expr, time: Option<DataType>, schema: &DFSchema) -> Transformed<Expr> {
    let own = expression.get_type(schema);
    match (time, own) {
        (
            Some(DataType::Timestamp(_, zone)),
            Ok(DataType::Date32 | DataType::Timestamp(_, None) | DataType::Utf8),
        ) => {
            let zoned = DataType::Timestamp(TimeUnit::Nanosecond, zone);
            Transformed::yes(cast(expression, zoned))
        }
        _ => Transformed::no(expression),
    }
}

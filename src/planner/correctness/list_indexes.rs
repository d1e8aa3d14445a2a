//! Integer indexes of lists, also from other numbers and texts, and keys of maps.
//!
//! The stock planner refuses `list[1.0]` and `list[2 ^ 1]`, whose index is a double or a decimal, and
//! takes the text in `list['2']` for the name of a field. Here a number is rounded to an integer and a
//! text is parsed as one, as in `PostgreSQL`.
//!
//! Upstream: none found: `[1, 2][1.0]` matches no signature of `array_element`, and `[1, 2]['1']` asks for a field
//! Retire when: the stock engine gives the first element for both.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::{DFSchema, Result, ScalarValue, plan_err};
use datafusion::logical_expr::planner::{ExprPlanner, PlannerResult, RawFieldAccessExpr};
use datafusion::logical_expr::{Expr, ExprSchemable, GetFieldAccess, cast, lit};

use crate::functions::correctness::is_list;

/// Converts list indexes to integers; runs before the planner of lists.
#[derive(Debug)]
pub(super) struct ListIndexes;

impl ExprPlanner for ListIndexes {
    fn plan_field_access(
        &self,
        access: RawFieldAccessExpr,
        schema: &DFSchema,
    ) -> Result<PlannerResult<RawFieldAccessExpr>> {
        let RawFieldAccessExpr { expr, field_access } = access;
        let has_list = expr.get_type(schema).is_ok_and(|of| is_list(&of));
        let field_access = if has_list {
            with_whole_numbers(field_access, schema)?
        } else if let Some(wanted) = key_type(&expr, schema) {
            with_key_type(field_access, &wanted)
        } else {
            field_access
        };
        Ok(PlannerResult::Original(RawFieldAccessExpr {
            field_access,
            expr,
        }))
    }
}

/// The type of a map's keys, if those are whole numbers.
fn key_type(map: &Expr, schema: &DFSchema) -> Option<DataType> {
    let Ok(DataType::Map(entries, _)) = map.get_type(schema) else {
        return None;
    };
    let DataType::Struct(fields) = entries.data_type() else {
        return None;
    };
    let key = fields.first()?.data_type().clone();
    key.is_integer().then_some(key)
}

/// A whole number as a key of its type: those of `histogram` have the type of its column, a literal is a BIGINT.
fn with_key_type(access: GetFieldAccess, wanted: &DataType) -> GetFieldAccess {
    let GetFieldAccess::ListIndex { key } = access else {
        return access;
    };
    let key = match key.as_ref() {
        Expr::Literal(value, _) if value.data_type().is_integer() => value
            .cast_to(wanted)
            .map_or(key, |value| Box::new(lit(value))),
        _ => key,
    };
    GetFieldAccess::ListIndex { key }
}

fn with_whole_numbers(access: GetFieldAccess, schema: &DFSchema) -> Result<GetFieldAccess> {
    let whole = |index: Box<Expr>| whole_number(*index, schema).map(Box::new);
    Ok(match access {
        GetFieldAccess::NamedStructField { name } => match text(&name) {
            Some(text) => GetFieldAccess::ListIndex {
                key: Box::new(lit(index_in(text)?)),
            },
            None => GetFieldAccess::NamedStructField { name },
        },
        GetFieldAccess::ListIndex { key } => GetFieldAccess::ListIndex { key: whole(key)? },
        GetFieldAccess::ListRange {
            start,
            stop,
            stride,
        } => GetFieldAccess::ListRange {
            start: whole(start)?,
            stop: whole(stop)?,
            stride: whole(stride)?,
        },
    })
}

/// An index as a BIGINT. Other types are left to the function, whose error names the types that it
/// takes.
fn whole_number(index: Expr, schema: &DFSchema) -> Result<Expr> {
    if let Expr::Literal(value, _) = &index {
        if let Some(text) = text(value) {
            return Ok(lit(index_in(text)?));
        }
        // `array_agg(x)[1.0]` becomes an nth_value, which needs a literal index.
        if let Some(number) = rounded(value) {
            return Ok(lit(number));
        }
    }
    Ok(match index.get_type(schema)? {
        data_type if data_type.is_floating() || data_type.is_decimal() => {
            cast(index, DataType::Int64)
        }
        _ => index,
    })
}

/// A number of another type as a BIGINT, if it is small enough to be exact.
fn rounded(value: &ScalarValue) -> Option<i64> {
    let data_type = value.data_type();
    let Ok(ScalarValue::Float64(Some(number))) = value.cast_to(&DataType::Float64) else {
        return None;
    };
    let number = match data_type {
        of if of.is_floating() => number.round_ties_even(),
        of if of.is_decimal() => number.round(),
        _ => return None,
    };
    format!("{number:.0}")
        .parse()
        .ok()
        .filter(|_| number.abs() < 1e15)
}

fn text(value: &ScalarValue) -> Option<&str> {
    value.try_as_str().flatten()
}

fn index_in(text: &str) -> Result<i64> {
    match text.trim().parse() {
        Ok(index) => Ok(index),
        Err(_) => plan_err!(
            "'{text}' is no index of a list: write a whole number, counted from 1, as in list[1]"
        ),
    }
}

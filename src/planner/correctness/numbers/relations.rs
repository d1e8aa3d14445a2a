//! Numbers of different types in VALUES, and on the sides of joins and subqueries.
//!
//! Upstream: none found: VALUES and joins of Float64 and Decimal128 coerce to Decimal128(30, 15)
//! Retire when: `choices` can go.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{Column, DFSchema, ExprSchema, Result};
use datafusion::logical_expr::expr::{Exists, InSubquery, SetComparison};
use datafusion::logical_expr::type_coercion::binary::type_union_coercion;
use datafusion::logical_expr::{Expr, ExprSchemable, Join, LogicalPlan, Subquery, Values};

use super::types::{as_double, cast_to, text_literal};
use super::{set_operations, texts};
use crate::planner::correctness::all_of_sets::compares_whole_rows;

/// # Errors
/// When a column has dates in one input and numbers in another, or a text is no number.
pub(super) fn settle(node: LogicalPlan) -> Result<LogicalPlan> {
    match node {
        LogicalPlan::Values(values) => settle_values(values),
        LogicalPlan::Union(union) => set_operations::settle_union(union),
        LogicalPlan::Join(join) if compares_whole_rows(&join) => {
            set_operations::settle_intersection(join)
        }
        LogicalPlan::Join(join) => settle_join(join),
        other => Ok(other),
    }
}

/// The planner has already cast the rows of a column to one type, doubles to decimals.
fn settle_values(mut values: Values) -> Result<LogicalPlan> {
    let nothing = DFSchema::empty();
    let mut fields = values.schema.fields().to_vec();
    let mut changed = false;
    for (place, field) in fields.iter_mut().enumerate() {
        let made = field.data_type().clone();
        let cast =
            |row: &Vec<Expr>| written(&row[place], &made).and_then(|of| of.get_type(&nothing).ok());
        if !made.is_decimal() {
            continue;
        }
        if !values
            .values
            .iter()
            .filter_map(cast)
            .any(|of| of.is_floating())
        {
            if let Some(wide) = with_texts(&mut values.values, place, &made)? {
                *field = Arc::new(field.as_ref().clone().with_data_type(wide));
                changed = true;
            }
            continue;
        }
        for row in &mut values.values {
            let inner = written(&row[place], &made).unwrap_or(&row[place]).clone();
            row[place] = match inner.get_type(&nothing)? {
                DataType::Float64 => inner,
                of if of.is_decimal() => as_double(inner, &of)?,
                _ => cast_to(inner, DataType::Float64),
            };
        }
        *field = Arc::new(field.as_ref().clone().with_data_type(DataType::Float64));
        changed = true;
    }
    if changed {
        let schema = DFSchema::from_unqualified_fields(fields.into(), HashMap::new())?;
        values.schema = Arc::new(schema);
    }
    Ok(LogicalPlan::Values(values))
}

/// A quotient of decimals has become a double: so does its column of VALUES, whose type nothing computes anew.
///
/// # Errors
/// When a row has no type.
pub(super) fn settle_rewritten_values(mut values: Values) -> Result<LogicalPlan> {
    let nothing = DFSchema::empty();
    let mut fields = values.schema.fields().to_vec();
    for (place, field) in fields.iter_mut().enumerate() {
        let types = values
            .values
            .iter()
            .map(|row| row[place].get_type(&nothing));
        let types = types.collect::<Result<Vec<_>>>()?;
        if !field.data_type().is_decimal() || !types.iter().any(DataType::is_floating) {
            continue;
        }
        for (row, data_type) in values.values.iter_mut().zip(&types) {
            let inner = std::mem::take(&mut row[place]);
            row[place] = match data_type {
                DataType::Float64 => inner,
                decimal if decimal.is_decimal() => as_double(inner, decimal)?,
                _ => cast_to(inner, DataType::Float64),
            };
        }
        *field = Arc::new(field.as_ref().clone().with_data_type(DataType::Float64));
    }
    let schema = DFSchema::from_unqualified_fields(fields.into(), HashMap::new())?;
    values.schema = Arc::new(schema);
    Ok(LogicalPlan::Values(values))
}

/// Reads the texts of a column of decimals with all of their digits. Returns the type that has room for
/// all of them; `None` if there are no texts.
fn with_texts(rows: &mut [Vec<Expr>], place: usize, made: &DataType) -> Result<Option<DataType>> {
    let nothing = DFSchema::empty();
    let mut wide = None;
    for row in rows.iter_mut() {
        let Some(text) = written(&row[place], made).and_then(text_literal) else {
            continue;
        };
        let (read, of) = texts::number(text, made, None)?;
        row[place] = read;
        let common = wide.as_ref().unwrap_or(made);
        wide = type_union_coercion(common, &of);
    }
    if let Some(wide) = &wide {
        for row in rows {
            row[place] = std::mem::take(&mut row[place]).cast_to(wide, &nothing)?;
        }
    }
    Ok(wide)
}

/// The operand of a cast to `made`.
fn written<'a>(expression: &'a Expr, made: &DataType) -> Option<&'a Expr> {
    match expression {
        Expr::Cast(cast) if cast.field.data_type() == made => Some(&cast.expr),
        _ => None,
    }
}

fn settle_join(mut join: Join) -> Result<LogicalPlan> {
    for (left, right) in &mut join.on {
        let types = (
            left.get_type(join.left.schema()),
            right.get_type(join.right.schema()),
        );
        let (Ok(of_left), Ok(of_right)) = types else {
            continue;
        };
        super::dates::refuse([(&*left, &of_left), (&*right, &of_right)].into_iter())?;
        if of_left.is_decimal() && of_right.is_floating() {
            *left = as_double(std::mem::take(left), &of_left)?;
        } else if of_right.is_decimal() && of_left.is_floating() {
            *right = as_double(std::mem::take(right), &of_right)?;
        }
    }
    Ok(LogicalPlan::Join(join))
}

/// Updates the types of outer columns in subqueries, and coerces the sides of IN and ANY to one type.
///
/// # Errors
/// When a date is compared with numbers.
pub(super) fn settle_subquery(expression: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    match expression {
        Expr::ScalarSubquery(subquery) => {
            Ok(refreshed(subquery, schema)?.update_data(Expr::ScalarSubquery))
        }
        Expr::Exists(Exists { subquery, negated }) => Ok(refreshed(subquery, schema)?
            .update_data(|subquery| Expr::Exists(Exists { subquery, negated }))),
        Expr::InSubquery(inner) => {
            let subquery = refreshed(inner.subquery, schema)?;
            let (expr, subquery) = compared(*inner.expr, subquery, schema)?;
            Ok(subquery.update_data(|subquery| {
                Expr::InSubquery(InSubquery::new(Box::new(expr), subquery, inner.negated))
            }))
        }
        Expr::SetComparison(inner) => {
            let subquery = refreshed(inner.subquery, schema)?;
            let (expr, subquery) = compared(*inner.expr, subquery, schema)?;
            Ok(subquery.update_data(|subquery| {
                let expr = Box::new(expr);
                Expr::SetComparison(SetComparison::new(
                    expr,
                    subquery,
                    inner.op,
                    inner.quantifier,
                ))
            }))
        }
        other => Ok(Transformed::no(other)),
    }
}

fn compared(
    expr: Expr,
    mut subquery: Transformed<Subquery>,
    schema: &DFSchema,
) -> Result<(Expr, Transformed<Subquery>)> {
    let inner = &subquery.data.subquery;
    let (Ok(of), Some(field)) = (expr.get_type(schema), inner.schema().fields().first()) else {
        return Ok((expr, subquery));
    };
    let column = Expr::Column(Column::new_unqualified(field.name()));
    super::dates::refuse([(&expr, &of), (&column, field.data_type())].into_iter())?;
    if of.is_decimal() && field.data_type().is_floating() {
        subquery.transformed = true;
        return Ok((as_double(expr, &of)?, subquery));
    }
    if of.is_floating() && field.data_type().is_decimal() {
        let cast = Arc::new(set_operations::with_double(inner, 0)?);
        subquery.data.subquery = cast;
        subquery.transformed = true;
    }
    Ok((expr, subquery))
}

/// Updates the types of outer columns.
fn refreshed(mut subquery: Subquery, schema: &DFSchema) -> Result<Transformed<Subquery>> {
    let mut changed = false;
    for outer in &mut subquery.outer_ref_columns {
        changed |= refresh(outer, schema);
    }
    if !changed {
        return Ok(Transformed::no(subquery));
    }
    let plan = Arc::unwrap_or_clone(subquery.subquery);
    let plan = plan.transform_down_with_subqueries(|node| {
        node.map_expressions(|expression| {
            expression.transform(|mut inner| {
                if refresh(&mut inner, schema) {
                    Ok(Transformed::yes(inner))
                } else {
                    Ok(Transformed::no(inner))
                }
            })
        })
    })?;
    subquery.subquery = Arc::new(super::settle(plan.data)?);
    Ok(Transformed::yes(subquery))
}

fn refresh(expression: &mut Expr, schema: &DFSchema) -> bool {
    let Expr::OuterReferenceColumn(field, column) = expression else {
        return false;
    };
    let Ok(now) = schema.field_from_column(column) else {
        return false;
    };
    let changed = now.data_type() != field.data_type();
    if changed {
        *field = Arc::new(
            field
                .as_ref()
                .clone()
                .with_data_type(now.data_type().clone()),
        );
    }
    changed
}

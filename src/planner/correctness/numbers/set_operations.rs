//! Numbers of different types, and texts beside numbers, in the parts of UNION, INTERSECT and EXCEPT.
//!
//! All three bring each column of their parts to one type, and INTERSECT and EXCEPT compare the values of that
//! type. The stock planner makes joins of those two, which read a text beside a number as a number: `'007'`
//! would be found among the 7s. A text literal is a number beside numbers, as in `PostgreSQL`; beside any other
//! text the numbers are texts.
//!
//! Upstream: none found: UNION of Float64 and Decimal128 coerces to Decimal128(30, 15); INTERSECT and EXCEPT coerce their columns as operands of `=`, and give those of the first part as they were
//! Retire when: `choices` can go, and `SELECT x FROM (SELECT substr('a007', 2) AS x) t INTERSECT SELECT 7` has no rows.

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::{Column, DFSchema, Result, plan_err};
use datafusion::logical_expr::type_coercion::binary::type_union_coercion;
use datafusion::logical_expr::{Distinct, Expr, Join, JoinType, LogicalPlan, Projection, Union};
use datafusion::optimizer::analyzer::type_coercion::TypeCoercionRewriter;

use super::texts;
use super::types::{cast_to, has_mixed, is_date, is_text, text_literal};

/// # Errors
/// When a column has dates in one part and numbers in another, or a text is no number.
pub(super) fn settle_union(mut union: Union) -> Result<LogicalPlan> {
    fit(&mut union.inputs, union.schema.fields().len(), "UNION")?;
    // The stock coercion starts from the types of the UNION's schema, which are those of its first
    // input.
    let first = Arc::clone(union.inputs[0].schema());
    let fields = union
        .schema
        .iter()
        .zip(first.fields())
        .map(|((qualifier, field), first)| {
            let field = field
                .as_ref()
                .clone()
                .with_data_type(first.data_type().clone());
            (qualifier.cloned(), Arc::new(field))
        });
    let metadata = union.schema.as_arrow().metadata().clone();
    union.schema = Arc::new(DFSchema::new_with_metadata(fields.collect(), metadata)?);
    TypeCoercionRewriter::coerce_union(union)
}

/// The join that INTERSECT or EXCEPT is.
///
/// # Errors
/// When a column has dates in one part and numbers in another, or a text is no number.
pub(super) fn settle_intersection(join: Join) -> Result<LogicalPlan> {
    let name = match join.join_type {
        JoinType::LeftSemi => "INTERSECT",
        _ => "EXCEPT",
    };
    let mut parts = [join.left, join.right];
    fit(&mut parts, join.on.len(), name)?;
    let common: Vec<Option<DataType>> = (0..join.on.len())
        .map(|place| type_union_coercion(data_type(&parts[0], place), data_type(&parts[1], place)))
        .collect();
    let [left, right] = parts;
    let settled = Join::try_new(
        united(left, &common)?,
        united(right, &common)?,
        join.on,
        join.filter,
        join.join_type,
        join.join_constraint,
        join.null_equality,
        join.null_aware,
    )?;
    Ok(LogicalPlan::Join(settled))
}

fn data_type(part: &LogicalPlan, place: usize) -> &DataType {
    part.schema().field(place).data_type()
}

/// Makes decimals beside doubles doubles, and text literals beside numbers numbers.
fn fit(parts: &mut [Arc<LogicalPlan>], columns: usize, operation: &str) -> Result<()> {
    let has_all = |part: &Arc<LogicalPlan>| part.schema().fields().len() == columns;
    if !parts.iter().all(has_all) {
        return Ok(());
    }
    for place in 0..columns {
        let types = parts.iter().map(|part| data_type(part, place).clone());
        let types: Vec<DataType> = types.collect();
        if types.iter().any(is_date) && types.iter().any(DataType::is_numeric) {
            return plan_err!(
                "column {} of {operation} is a date in one part and a number in another: cast one of them",
                place + 1
            );
        }
        let is_mixed = has_mixed(types.iter());
        let mut numbers = types.iter().filter(|of| of.is_numeric());
        let is_united = |of: &DataType| of.is_numeric() || of.is_null() || is_text(of);
        let number = numbers.next().filter(|_| types.iter().all(is_united));
        for (part, of) in parts.iter_mut().zip(&types) {
            if is_mixed && of.is_decimal() {
                *part = Arc::new(with_double(part, place)?);
            } else if let Some(number) = number
                && let Some(read) = with_number(part, place, number)?
            {
                *part = Arc::new(read);
            }
        }
    }
    Ok(())
}

/// `part` with the decimal at `place` cast to a double.
///
/// # Errors
/// When the column cannot be cast.
pub(super) fn with_double(part: &Arc<LogicalPlan>, place: usize) -> Result<LogicalPlan> {
    with_columns(part, |other, column| {
        if other == place {
            cast_to(column, DataType::Float64)
        } else {
            column
        }
    })
}

/// `part` with its columns in the types of `common`, where there is one.
fn united(part: Arc<LogicalPlan>, common: &[Option<DataType>]) -> Result<Arc<LogicalPlan>> {
    let wanted = |place: usize| common[place].as_ref();
    let is_settled = |place| wanted(place).is_none_or(|of| of == data_type(&part, place));
    if (0..common.len()).all(is_settled) {
        return Ok(part);
    }
    let cast = with_columns(&part, |place, column| match wanted(place) {
        Some(of) if of != data_type(&part, place) => cast_to(column, of.clone()),
        _ => column,
    })?;
    Ok(Arc::new(cast))
}

/// `part` with its columns changed, under their old names. Values that differ may be one in a new type, so that
/// they are cast before duplicates are dropped.
fn with_columns(
    part: &Arc<LogicalPlan>,
    change: impl Fn(usize, Expr) -> Expr,
) -> Result<LogicalPlan> {
    if let LogicalPlan::Distinct(Distinct::All(input)) = part.as_ref() {
        let input = Arc::new(with_columns(input, change)?);
        return Ok(LogicalPlan::Distinct(Distinct::All(input)));
    }
    let columns = part.schema().iter().enumerate();
    let columns = columns.map(|(place, (qualifier, field))| {
        let column = Expr::Column(Column::new(qualifier.cloned(), field.name()));
        match change(place, column) {
            column @ Expr::Column(_) => column,
            changed => changed.alias_qualified(qualifier.cloned(), field.name()),
        }
    });
    let projection = Projection::try_new(columns.collect(), Arc::clone(part))?;
    Ok(LogicalPlan::Projection(projection))
}

/// `part` with the text literal at `place` of its SELECT list replaced by a number, if there is one.
fn with_number(part: &LogicalPlan, place: usize, number: &DataType) -> Result<Option<LogicalPlan>> {
    match part {
        LogicalPlan::Projection(projection) => list_with_number(projection, place, number),
        // What the planner puts over a SELECT list, and no FROM has below it.
        LogicalPlan::Distinct(Distinct::All(_))
        | LogicalPlan::SubqueryAlias(_)
        | LogicalPlan::Sort(_)
        | LogicalPlan::Limit(_) => {
            let below = part.inputs().first().copied();
            let below = below.map(|below| with_number(below, place, number));
            let Some(below) = below.transpose()?.flatten() else {
                return Ok(None);
            };
            part.with_new_exprs(part.expressions(), vec![below])
                .map(Some)
        }
        _ => Ok(None),
    }
}

fn list_with_number(
    projection: &Projection,
    place: usize,
    number: &DataType,
) -> Result<Option<LogicalPlan>> {
    let mut expressions = projection.expr.clone();
    let (inner, alias) = match &expressions[place] {
        Expr::Alias(alias) => (alias.expr.as_ref(), Some(alias.clone())),
        other => (other, None),
    };
    let Some(text) = text_literal(inner) else {
        return Ok(None);
    };
    let name = projection.schema.field(place).name().clone();
    let (read, _) = texts::number(text, number, None)?;
    expressions[place] = match alias {
        Some(alias) => read.alias_qualified(alias.relation, alias.name),
        None => read.alias(name),
    };
    let projection = Projection::try_new(expressions, Arc::clone(&projection.input))?;
    Ok(Some(LogicalPlan::Projection(projection)))
}

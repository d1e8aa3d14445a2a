//! Comparison and order of lengths of time, with days of 24 hours and months of 30 days.
//!
//! Arrow compares intervals field by field: months, then days, then nanoseconds, so that 36 hours are
//! less than a day. A duration beside an interval is cast to an interval of nanoseconds only, so that
//! every difference of two times is less than one day. This file handles expressions; `length_groups`
//! handles plan nodes.
//!
//! A duration and a literal interval are compared in the ticks of the duration, which costs as much as
//! comparing integers. Other intervals are compared by their nanoseconds.
//!
//! Upstream: none found: "INTERVAL '36 hours' > INTERVAL '1 day' is false: intervals compare field by field, as arrow's `MonthDayNano` does"
//! Retire when: `INTERVAL '36 hours' > INTERVAL '1 day'` and `ts - ts > INTERVAL '1 day'` are right.

use std::sync::Arc;

use arrow::datatypes::{DataType, IntervalMonthDayNano, TimeUnit};
use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchema, Result, ScalarValue, internal_err};
use datafusion::logical_expr::expr::{
    AggregateFunction, Between, BinaryExpr, Case, InList, ScalarFunction, Sort, WindowFunction,
};
use datafusion::logical_expr::{
    AggregateUDF, Expr, ExprSchemable, Operator, ScalarUDF, WindowFunctionDefinition, cast, lit,
    when,
};

use super::length_expressions::{compares, constant, function, in_ticks};
use crate::functions::datetime::lengths::{
    INTERVAL, LengthAggregate, LengthTrunc, is_length, nanoseconds, tick,
};

/// Rewrites one expression after its children.
pub(crate) fn rewrite(expression: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    match expression {
        Expr::BinaryExpr(BinaryExpr { left, op, right }) if compares(op) => {
            if !is_interval(&left, schema) {
                let same = BinaryExpr::new(left, op, right);
                return Ok(Transformed::no(Expr::BinaryExpr(same)));
            }
            let [left, right] = boxed(commensurable(vec![*left, *right], schema)?)?;
            Ok(Transformed::yes(Expr::BinaryExpr(BinaryExpr::new(
                left, op, right,
            ))))
        }
        Expr::Between(between) if is_interval(&between.expr, schema) => {
            let sides = vec![*between.expr, *between.low, *between.high];
            let [expr, low, high] = boxed(commensurable(sides, schema)?)?;
            let between = Between::new(expr, between.negated, low, high);
            Ok(Transformed::yes(Expr::Between(between)))
        }
        Expr::InList(list) if is_interval(&list.expr, schema) => {
            let all = std::iter::once(*list.expr).chain(list.list).collect();
            let mut all = commensurable(all, schema)?;
            let expr = Box::new(all.remove(0));
            Ok(Transformed::yes(Expr::InList(InList::new(
                expr,
                all,
                list.negated,
            ))))
        }
        Expr::Case(case) => cases(case, schema),
        Expr::Cast(ref cast) => {
            let made = cast_of(&cast.expr, cast.field.data_type(), schema)?;
            Ok(made.map_or_else(|| Transformed::no(expression), Transformed::yes))
        }
        Expr::TryCast(ref cast) => {
            let made = try_cast_of(&cast.expr, cast.field.data_type(), schema)?;
            Ok(made.map_or_else(|| Transformed::no(expression), Transformed::yes))
        }
        Expr::ScalarFunction(call) => scalar(call, schema),
        Expr::AggregateFunction(mut call) => {
            let changed = aggregate(&mut call, schema)?;
            Ok(Transformed::new_transformed(
                Expr::AggregateFunction(call),
                changed,
            ))
        }
        Expr::WindowFunction(mut call) => {
            let changed = window(&mut call, schema)?;
            Ok(Transformed::new_transformed(
                Expr::WindowFunction(call),
                changed,
            ))
        }
        other => Ok(Transformed::no(other)),
    }
}

fn boxed<const N: usize>(sides: Vec<Expr>) -> Result<[Box<Expr>; N]> {
    let boxes: Vec<_> = sides.into_iter().map(Box::new).collect();
    match boxes.try_into() {
        Ok(boxes) => Ok(boxes),
        Err(_) => internal_err!("a comparison has as many sides as before"),
    }
}

pub(crate) fn is_interval(expression: &Expr, schema: &DFSchema) -> bool {
    matches!(expression.get_type(schema), Ok(DataType::Interval(_)))
}

/// The integer by which an interval is ordered and compared.
pub(crate) fn key(expression: Expr, schema: &DFSchema) -> Result<Expr> {
    let length = match side(expression, schema) {
        LengthComparisonSide::Duration(expr, _)
        | LengthComparisonSide::Constant(expr, _)
        | LengthComparisonSide::Other(expr) => expr,
    };
    function("interval_nanoseconds", vec![length])
}

/// One side of a comparison, by type.
enum LengthComparisonSide {
    Duration(Expr, TimeUnit),
    Constant(Expr, Option<IntervalMonthDayNano>),
    Other(Expr),
}

fn side(expression: Expr, schema: &DFSchema) -> LengthComparisonSide {
    if let Expr::ScalarFunction(call) = &expression
        && call.name() == "to_interval"
        && let [inner] = call.args.as_slice()
        && let Ok(DataType::Duration(unit)) = inner.get_type(schema)
    {
        return LengthComparisonSide::Duration(inner.clone(), unit);
    }
    match constant(&expression) {
        Some(value) => LengthComparisonSide::Constant(expression, value),
        None => LengthComparisonSide::Other(expression),
    }
}

/// Sides of a comparison as integers or durations of one unit, with the order of the lengths.
pub(crate) fn commensurable(sides: Vec<Expr>, schema: &DFSchema) -> Result<Vec<Expr>> {
    let sides: Vec<LengthComparisonSide> = sides.into_iter().map(|of| side(of, schema)).collect();
    if let Some(unit) = common_unit(&sides) {
        let in_unit = |side: LengthComparisonSide| match side {
            LengthComparisonSide::Duration(expr, _) | LengthComparisonSide::Other(expr) => expr,
            LengthComparisonSide::Constant(_, value) => {
                let count = value.and_then(|value| in_ticks(nanoseconds(value), tick(unit)));
                lit(duration(count, unit))
            }
        };
        return Ok(sides.into_iter().map(in_unit).collect());
    }
    let key = |side: LengthComparisonSide| match side {
        LengthComparisonSide::Duration(expr, _)
        | LengthComparisonSide::Constant(expr, None)
        | LengthComparisonSide::Other(expr) => function("interval_nanoseconds", vec![expr]),
        LengthComparisonSide::Constant(_, Some(value)) => Ok(lit(ScalarValue::Decimal128(
            Some(nanoseconds(value)),
            38,
            0,
        ))),
    };
    sides.into_iter().map(key).collect()
}

/// The unit of the durations, if they share one and all other sides are literal intervals whole in it.
fn common_unit(sides: &[LengthComparisonSide]) -> Option<TimeUnit> {
    let mut units = sides.iter().filter_map(|side| match side {
        LengthComparisonSide::Duration(_, unit) => Some(*unit),
        _ => None,
    });
    let unit = units.next()?;
    let is_whole = |side: &LengthComparisonSide| match side {
        LengthComparisonSide::Duration(_, other) => *other == unit,
        LengthComparisonSide::Constant(_, value) => {
            value.is_none_or(|value| in_ticks(nanoseconds(value), tick(unit)).is_some())
        }
        LengthComparisonSide::Other(_) => false,
    };
    sides.iter().all(is_whole).then_some(unit)
}

fn duration(count: Option<i64>, unit: TimeUnit) -> ScalarValue {
    match unit {
        TimeUnit::Second => ScalarValue::DurationSecond(count),
        TimeUnit::Millisecond => ScalarValue::DurationMillisecond(count),
        TimeUnit::Microsecond => ScalarValue::DurationMicrosecond(count),
        TimeUnit::Nanosecond => ScalarValue::DurationNanosecond(count),
    }
}

/// `CASE d WHEN INTERVAL '1 day' THEN ..`
fn cases(mut case: Case, schema: &DFSchema) -> Result<Transformed<Expr>> {
    let Some(base) = case.expr.take_if(|base| is_interval(base, schema)) else {
        return Ok(Transformed::no(Expr::Case(case)));
    };
    let conditions = case.when_then_expr.iter().map(|(when, _)| *when.clone());
    let sides = std::iter::once(*base).chain(conditions).collect();
    let mut sides = commensurable(sides, schema)?.into_iter();
    case.expr = sides.next().map(Box::new);
    for ((when, _), side) in case.when_then_expr.iter_mut().zip(sides) {
        **when = side;
    }
    Ok(Transformed::yes(Expr::Case(case)))
}

/// The replacement of a cast from or to a length of time; `None` for other casts.
fn cast_of(inner: &Expr, wanted: &DataType, schema: &DFSchema) -> Result<Option<Expr>> {
    let is_wanted = *wanted == INTERVAL || wanted.is_string();
    if !is_wanted {
        return Ok(None);
    }
    let from = match inner.get_type(schema)? {
        DataType::Dictionary(_, value) => *value,
        other => other,
    };
    Ok(match (from, wanted) {
        (from, wanted) if *wanted == INTERVAL && (from.is_string() || is_duration_type(&from)) => {
            Some(function("to_interval", vec![inner.clone()])?)
        }
        (from, wanted) if wanted.is_string() && is_duration_type(&from) => {
            let text = function("duration_text", vec![inner.clone()])?;
            Some(match wanted {
                DataType::Utf8 => text,
                other => cast(text, other.clone()),
            })
        }
        _ => None,
    })
}

/// The same for `TRY_CAST`, where a text that is no length of time is NULL.
fn try_cast_of(inner: &Expr, wanted: &DataType, schema: &DFSchema) -> Result<Option<Expr>> {
    let is_text = inner.get_type(schema).is_ok_and(|of| of.is_string());
    if is_text && *wanted == INTERVAL {
        return function("try_to_interval", vec![inner.clone()]).map(Some);
    }
    cast_of(inner, wanted, schema)
}

fn is_duration_type(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Duration(_))
}

fn scalar(mut call: ScalarFunction, schema: &DFSchema) -> Result<Transformed<Expr>> {
    let type_of = |place: usize| call.args.get(place).map(|of| of.get_type(schema));
    let wrapped = call.func.inner().downcast_ref::<LengthTrunc>();
    if let Some(trunc) = wrapped {
        return Ok(match type_of(1) {
            Some(Ok(of)) if is_length(&of) => Transformed::no(Expr::ScalarFunction(call)),
            _ => {
                let inner: Arc<ScalarUDF> = Arc::clone(&trunc.inner);
                call.func = inner;
                Transformed::yes(Expr::ScalarFunction(call))
            }
        });
    }
    let is_of_intervals = |place| matches!(type_of(place), Some(Ok(DataType::Interval(_))));
    match call.name() {
        "greatest" | "least" if is_of_intervals(0) => {
            let name = format!("interval_{}", call.name());
            Ok(Transformed::yes(function(&name, call.args)?))
        }
        "nullif" if is_of_intervals(0) && is_of_intervals(1) => {
            let sides = commensurable(call.args.clone(), schema)?;
            let [left, right] = boxed(sides)?;
            let equal = Expr::BinaryExpr(BinaryExpr::new(left, Operator::Eq, right));
            let value = call.args.remove(0);
            let null = lit(ScalarValue::IntervalMonthDayNano(None));
            Ok(Transformed::yes(when(equal, null).otherwise(value)?))
        }
        "date_part" if matches!(type_of(1), Some(Ok(DataType::Duration(_)))) => {
            part_of(call, schema)
        }
        "date_part" if matches!(type_of(1), Some(Ok(of)) if of == INTERVAL) => {
            part_of(call, schema)
        }
        _ => Ok(Transformed::no(Expr::ScalarFunction(call))),
    }
}

/// `extract(hour FROM length)`, of the type that the stock function has.
fn part_of(call: ScalarFunction, schema: &DFSchema) -> Result<Transformed<Expr>> {
    let wanted = Expr::ScalarFunction(call.clone()).get_type(schema)?;
    let Some(Expr::Literal(name, _)) = call.args.first() else {
        return Ok(Transformed::no(Expr::ScalarFunction(call)));
    };
    let name = name
        .try_as_str()
        .flatten()
        .unwrap_or_default()
        .trim()
        .to_lowercase();
    let length = call.args[1].clone();
    let part = match name.as_str() {
        "epoch" => function("interval_seconds", vec![length])?,
        name => function("interval_part", vec![lit(name), length])?,
    };
    Ok(Transformed::yes(match wanted {
        DataType::Float64 | DataType::Int64 => part,
        other => cast(part, other),
    }))
}

/// The function that a [`LengthAggregate`] wraps, if it delegates values of `data_type` to it.
fn answering(udf: &Arc<AggregateUDF>, data_type: Option<&DataType>) -> Option<Arc<AggregateUDF>> {
    let around = udf.inner().downcast_ref::<LengthAggregate>()?;
    let is_counted = data_type.is_some_and(|of| around.counts(of));
    (!is_counted).then(|| Arc::clone(&around.inner))
}

/// Replaces the arguments that a function compares or orders by with their keys.
fn keyed_arguments(
    name: &str,
    is_distinct: bool,
    args: &mut [Expr],
    schema: &DFSchema,
) -> Result<bool> {
    let places = match name {
        "count" if is_distinct => 0..args.len(),
        "approx_distinct" => 0..args.len(),
        "arg_min" | "arg_max" => 1..args.len(),
        _ => 0..0,
    };
    let mut changed = false;
    for argument in &mut args[places] {
        changed |= key_members(argument, schema)?;
    }
    Ok(changed)
}

/// Replaces the intervals that `compared` is, or is made of, by their keys: structs and lists are compared as they are
/// stored.
fn key_members(compared: &mut Expr, schema: &DFSchema) -> Result<bool> {
    const MAKERS: [&str; 4] = ["named_struct", "struct", "row", "make_array"];
    if is_interval(compared, schema) {
        *compared = key(std::mem::take(compared), schema)?;
        return Ok(true);
    }
    let members: Vec<&mut Expr> = match compared {
        Expr::ScalarFunction(call) if MAKERS.contains(&call.name()) => {
            call.args.iter_mut().collect()
        }
        Expr::Case(case) => {
            let branches = case.when_then_expr.iter_mut();
            let branches = branches.map(|(_, then)| then.as_mut());
            branches.chain(case.else_expr.as_deref_mut()).collect()
        }
        _ => vec![],
    };
    let mut changed = false;
    for member in members {
        changed |= key_members(member, schema)?;
    }
    Ok(changed)
}

/// Replaces intervals in sort expressions with their keys.
pub(crate) fn sorted_by(sorts: &mut [Sort], schema: &DFSchema) -> Result<bool> {
    let mut changed = false;
    for sort in sorts {
        if is_interval(&sort.expr, schema) {
            sort.expr = key(sort.expr.clone(), schema)?;
            changed = true;
        }
    }
    Ok(changed)
}

fn aggregate(call: &mut AggregateFunction, schema: &DFSchema) -> Result<bool> {
    let data_type = call
        .params
        .args
        .first()
        .and_then(|of| of.get_type(schema).ok());
    let mut changed = false;
    if let Some(udf) = answering(&call.func, data_type.as_ref()) {
        call.func = udf;
        changed = true;
    }
    let (name, is_distinct) = (call.func.name().to_owned(), call.params.distinct);
    changed |= keyed_arguments(&name, is_distinct, &mut call.params.args, schema)?;
    // WITHIN GROUP names the argument, not an order.
    if !call.func.supports_within_group_clause() {
        changed |= sorted_by(&mut call.params.order_by, schema)?;
    }
    Ok(changed)
}

fn window(call: &mut WindowFunction, schema: &DFSchema) -> Result<bool> {
    let data_type = call
        .params
        .args
        .first()
        .and_then(|of| of.get_type(schema).ok());
    let mut changed = false;
    if let WindowFunctionDefinition::AggregateUDF(udf) = &call.fun {
        let name = udf.name().to_owned();
        if let Some(udf) = answering(udf, data_type.as_ref()) {
            call.fun = WindowFunctionDefinition::AggregateUDF(udf);
            changed = true;
        }
        let is_distinct = call.params.distinct;
        changed |= keyed_arguments(&name, is_distinct, &mut call.params.args, schema)?;
    }
    for by in &mut call.params.partition_by {
        if is_interval(by, schema) {
            *by = key(by.clone(), schema)?;
            changed = true;
        }
    }
    changed |= sorted_by(&mut call.params.order_by, schema)?;
    Ok(changed)
}

//! Recognition of windows with repeat contacts.

use std::any::Any;
use std::sync::Arc;

use arrow::datatypes::{DataType, SchemaRef};
use datafusion::common::ScalarValue;
use datafusion::functions_window::lead_lag::{WindowShift, WindowShiftKind};
use datafusion::logical_expr::Operator;
use datafusion::physical_expr::PhysicalExprRef;
use datafusion::physical_expr::PhysicalSortExpr;
use datafusion::physical_expr::expressions::{
    BinaryExpr, CaseExpr, CastExpr, Column, IsNullExpr, Literal,
};
use datafusion::physical_expr::window::WindowExpr;
use datafusion::physical_expr::window::{PlainAggregateWindowExpr, StandardWindowExpr};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::projection::ProjectionExec;
use datafusion::physical_plan::windows::{BoundedWindowAggExec, WindowAggExec, WindowUDFExpr};

use super::contact_query::{ContactQuery, ObservationEnd};
use crate::functions::repeat_contact::deadlines::RepeatContactInterval;
use crate::functions::repeat_contact::recontacted::is_recontacted;

/// A window that this module can compute, in terms of the columns of `input`.
pub(super) struct ContactWindowMatch {
    pub(super) input: Arc<dyn ExecutionPlan>,
    pub(super) keys: Vec<PhysicalExprRef>,
    /// Positions in `keys` of the keys that must not be NULL.
    pub(super) must_be_known: Vec<usize>,
    pub(super) instant: PhysicalExprRef,
    pub(super) ties: Vec<PhysicalSortExpr>,
    pub(super) questions: Vec<ContactQuery>,
    /// Number of columns with the newest instant between those of the input and the answers.
    pub(super) newest: usize,
}

/// One question with its inputs.
struct WindowCallMatch {
    question: ContactQuery,
    instant: PhysicalExprRef,
    must_be_known: Vec<usize>,
}

/// The questions of `plan`, if it is a window of repeat contacts only.
pub(super) fn recognise(plan: &Arc<dyn ExecutionPlan>) -> Option<ContactWindowMatch> {
    let (window, below) = window(plan)?;
    let first = window.first()?;
    let (keys, order) = (first.partition_by().to_vec(), first.order_by().to_vec());
    let newest = newest_of(below);
    let mut asks = vec![];
    for expression in window {
        if expression.partition_by() != keys || expression.order_by() != order {
            return None;
        }
        let over = WindowCallMatcher {
            keys: &keys,
            order: &order,
            newest: newest.as_ref(),
            below,
        };
        asks.push(over.match_call(expression)?);
    }
    let WindowCallMatch {
        instant,
        must_be_known,
        ..
    } = asks.first()?;
    let (instant, must_be_known) = (Arc::clone(instant), must_be_known.clone());
    let agree = asks
        .iter()
        .all(|ask| ask.instant.eq(&instant) && ask.must_be_known == must_be_known);
    if !agree || keys.is_empty() {
        return None;
    }
    // Columns of the newest instant become part of the output, so they must be of the same instant.
    let (input, newest) = match newest {
        Some(newest) if newest.instant.eq(&instant) => (newest.input, newest.columns),
        _ => (below, 0),
    };
    let columns = input.schema().fields().len();
    let mut needed = keys.iter().chain(order.iter().map(|key| &key.expr));
    if needed.any(|expression| last_column(expression) >= columns) {
        return None;
    }
    Some(ContactWindowMatch {
        input: Arc::clone(input),
        keys,
        must_be_known,
        instant,
        ties: order.into_iter().skip(1).collect(),
        questions: asks.into_iter().map(|ask| ask.question).collect(),
        newest,
    })
}

/// The calls of a window, and its input.
type WindowCallsAndInput<'a> = (&'a [Arc<dyn WindowExpr>], &'a Arc<dyn ExecutionPlan>);

fn window(plan: &Arc<dyn ExecutionPlan>) -> Option<WindowCallsAndInput<'_>> {
    if let Some(window) = plan.downcast_ref::<WindowAggExec>() {
        return Some((window.window_expr(), window.input()));
    }
    let window = plan.downcast_ref::<BoundedWindowAggExec>()?;
    Some((window.window_expr(), window.input()))
}

/// A window of `max(instant) OVER ()` only.
struct NewestInstantWindow<'a> {
    input: &'a Arc<dyn ExecutionPlan>,
    instant: PhysicalExprRef,
    columns: usize,
}

fn newest_of(plan: &Arc<dyn ExecutionPlan>) -> Option<NewestInstantWindow<'_>> {
    let (window, input) = window(plan)?;
    let mut instants = window.iter().map(|expression| {
        let whole = expression
            .as_any()
            .downcast_ref::<PlainAggregateWindowExpr>()?;
        let aggregate = whole.get_aggregate_expr();
        let frame = expression.get_window_frame();
        let is_whole = expression.partition_by().is_empty()
            && expression.order_by().is_empty()
            // The expression has no accessor for its filter.
            && !expression.name().contains(" FILTER (")
            && frame.start_bound.is_unbounded()
            && frame.end_bound.is_unbounded();
        let is_max = aggregate.fun().name() == "max" && !aggregate.is_distinct();
        let [instant] = aggregate.expressions().try_into().ok()?;
        (is_whole && is_max).then_some(instant)
    });
    let instant: PhysicalExprRef = instants.next()??;
    instants
        .all(|other| other.as_ref() == Some(&instant))
        .then_some(NewestInstantWindow {
            input,
            instant,
            columns: window.len(),
        })
}

/// The common parts of the calls of one window.
struct WindowCallMatcher<'a> {
    keys: &'a [PhysicalExprRef],
    order: &'a [PhysicalSortExpr],
    newest: Option<&'a NewestInstantWindow<'a>>,
    /// The input of the window.
    below: &'a Arc<dyn ExecutionPlan>,
}

impl WindowCallMatcher<'_> {
    fn match_call(&self, expression: &Arc<dyn WindowExpr>) -> Option<WindowCallMatch> {
        let standard = expression.as_any().downcast_ref::<StandardWindowExpr>()?;
        let call = standard.get_standard_func_expr();
        let call = call.as_any().downcast_ref::<WindowUDFExpr>()?;
        if is_recontacted(call.fun()) {
            return self.match_recontacted(call.args());
        }
        let shift = (call.fun().inner().as_ref() as &dyn Any).downcast_ref::<WindowShift>()?;
        (*shift.kind() == WindowShiftKind::Lead)
            .then(|| self.match_lead(call.args()))
            .flatten()
    }

    /// `lead(instant)`. With NULLs last, IGNORE NULLS makes no difference: after a row without an
    /// instant there are only such rows, and its own answer is NULL.
    fn match_lead(&self, args: &[PhysicalExprRef]) -> Option<WindowCallMatch> {
        let (instant, offset) = args.split_first()?;
        let by_one = match offset {
            [] => true,
            [offset] => {
                let offset = offset.downcast_ref::<Literal>()?;
                matches!(offset.value(), ScalarValue::Int64(Some(1)))
            }
            _ => false,
        };
        let first = self.order.first()?;
        let in_order =
            first.expr.eq(instant) && !first.options.descending && !first.options.nulls_first;
        (by_one && in_order).then(|| WindowCallMatch {
            question: ContactQuery::Next,
            instant: Arc::clone(instant),
            must_be_known: vec![],
        })
    }

    fn match_recontacted(&self, args: &[PhysicalExprRef]) -> Option<WindowCallMatch> {
        let [opened, within, until] = args else {
            return None;
        };
        let within = within.downcast_ref::<Literal>()?;
        let (instant, must_be_known) = of_known_customers(opened, self.keys);
        // `recontacted` looks for the next instant in any order of rows; this module only in ascending
        // order.
        let is_in_order = |first: &PhysicalSortExpr| {
            !first.options.descending
                && (first.expr.eq(&instant) || self.is_finer(&instant, &first.expr))
        };
        if !self.order.first().is_some_and(is_in_order) {
            return None;
        }
        let until = if let Some(until) = until.downcast_ref::<Literal>() {
            ObservationEnd::Fixed(ticks_of(
                until.value(),
                &instant.data_type(&self.below.schema()).ok()?,
            )?)
        } else {
            let column = until.downcast_ref::<Column>()?;
            let newest = self.newest.filter(|newest| newest.instant.eq(&instant))?;
            let columns = newest.input.schema().fields().len();
            if column.index() < columns || column.index() >= columns + newest.columns {
                return None;
            }
            ObservationEnd::Newest
        };
        Some(WindowCallMatch {
            question: ContactQuery::Repeated {
                within: RepeatContactInterval::new(
                    crate::functions::repeat_contact::recontacted::NAME,
                    within.value(),
                )
                .ok()?,
                until,
            },
            instant,
            must_be_known,
        })
    }

    /// True if `instant` is `key` cast to a finer type, so that both have one order.
    fn is_finer(&self, instant: &PhysicalExprRef, key: &PhysicalExprRef) -> bool {
        let (instant, _) = self.origin(instant);
        let (key, schema) = self.origin(key);
        let cast = instant.downcast_ref::<CastExpr>();
        let cast = cast.filter(|cast| cast.expr().eq(&key));
        let (Some(cast), Ok(key)) = (cast, key.data_type(&schema)) else {
            return false;
        };
        match (key, cast.cast_type()) {
            (DataType::Date32, DataType::Timestamp(..)) => true,
            (DataType::Timestamp(from, zone), DataType::Timestamp(to, other)) => {
                // Units are ordered from the coarsest to the finest.
                from <= *to && zone.is_some() == other.is_some()
            }
            _ => false,
        }
    }

    /// The expression of a column, if a projection below computes it: a cast that is used twice is
    /// computed there.
    fn origin(&self, expression: &PhysicalExprRef) -> (PhysicalExprRef, SchemaRef) {
        let below = self.newest.map_or(self.below, |newest| newest.input);
        let computed = below
            .downcast_ref::<ProjectionExec>()
            .and_then(|projection| {
                let column = expression.downcast_ref::<Column>()?;
                let computed = projection.expr().get(column.index())?;
                Some((Arc::clone(&computed.expr), projection.input().schema()))
            });
        computed.unwrap_or_else(|| (Arc::clone(expression), below.schema()))
    }
}

/// `instant` of `CASE WHEN key IS NULL THEN NULL ELSE instant END`, and the positions of those keys.
fn of_known_customers(
    opened: &PhysicalExprRef,
    keys: &[PhysicalExprRef],
) -> (PhysicalExprRef, Vec<usize>) {
    let masked = || {
        let case = opened.downcast_ref::<CaseExpr>()?;
        let [(when, then)] = case.when_then_expr() else {
            return None;
        };
        let is_null = then.downcast_ref::<Literal>()?.value().is_null();
        let places = unknown(when, keys)?;
        (is_null && case.expr().is_none()).then_some((Arc::clone(case.else_expr()?), places))
    };
    masked().unwrap_or_else(|| (Arc::clone(opened), vec![]))
}

/// The positions of the keys in `a IS NULL OR b IS NULL ..`, sorted.
fn unknown(when: &PhysicalExprRef, keys: &[PhysicalExprRef]) -> Option<Vec<usize>> {
    if let Some(either) = when.downcast_ref::<BinaryExpr>() {
        let mut places = unknown(either.left(), keys)?;
        places.extend(unknown(either.right(), keys)?);
        places.sort_unstable();
        return (*either.op() == Operator::Or).then_some(places);
    }
    let key = when.downcast_ref::<IsNullExpr>()?.arg();
    Some(vec![keys.iter().position(|other| other == key)?])
}

/// The ticks of a constant in the unit of instants of `data_type`.
fn ticks_of(value: &ScalarValue, data_type: &DataType) -> Option<Option<i64>> {
    let (DataType::Timestamp(unit, _), DataType::Timestamp(wanted, _)) =
        (value.data_type(), data_type)
    else {
        return None;
    };
    if unit != *wanted {
        return None;
    }
    match value {
        ScalarValue::TimestampSecond(ticks, _)
        | ScalarValue::TimestampMillisecond(ticks, _)
        | ScalarValue::TimestampMicrosecond(ticks, _)
        | ScalarValue::TimestampNanosecond(ticks, _) => Some(*ticks),
        _ => None,
    }
}

/// The position of the last column that an expression reads, 0 if it reads none.
fn last_column(expression: &PhysicalExprRef) -> usize {
    let columns = datafusion::physical_expr::utils::collect_columns(expression);
    columns.iter().map(Column::index).max().unwrap_or_default()
}

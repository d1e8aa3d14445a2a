//! `ticket_facts(..)` after FROM.

use std::sync::Arc;

use arrow::datatypes::{DataType, TimeUnit};
use datafusion::common::{DFSchema, DataFusionError, Result, ScalarValue, plan_err};
use datafusion::logical_expr::planner::{
    PlannedRelation, RelationPlanner, RelationPlannerContext, RelationPlanning,
};
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::logical_expr::{Expr, Extension, LogicalPlan};
use datafusion::optimizer::simplify_expressions::ExprSimplifier;
use datafusion::sql::sqlparser::ast::{
    Expr as SqlExpr, FunctionArg, FunctionArgExpr, ObjectName, Query, TableFactor,
};

use super::input::Events;
use super::node::{TICKET_FACTS, TicketFacts};
use super::working;
use crate::functions::ticks_per_second;

/// Whether `name` is a table function that takes events.
pub(crate) fn takes_events(name: &ObjectName) -> bool {
    let [part] = name.0.as_slice() else {
        return false;
    };
    part.as_ident()
        .is_some_and(|ident| ident.value.eq_ignore_ascii_case(TICKET_FACTS))
}

/// Plans calls of the table functions that take events.
#[derive(Debug)]
pub(crate) struct EventRelations;

impl RelationPlanner for EventRelations {
    fn plan_relation(
        &self,
        relation: TableFactor,
        context: &mut dyn RelationPlannerContext,
    ) -> Result<RelationPlanning> {
        match relation {
            TableFactor::Table {
                name,
                alias,
                args: Some(args),
                ..
            } if takes_events(&name) => {
                let plan = ticket_facts(args.args, context)?;
                let planned = PlannedRelation::new(plan, alias);
                Ok(RelationPlanning::Planned(Box::new(planned)))
            }
            other => Ok(RelationPlanning::Original(Box::new(other))),
        }
    }
}

fn ticket_facts(
    args: Vec<FunctionArg>,
    context: &mut dyn RelationPlannerContext,
) -> Result<LogicalPlan> {
    let call = Call::of(args)?;
    let derived = TableFactor::Derived {
        lateral: false,
        subquery: call.events,
        alias: None,
        sample: None,
    };
    let mut events = Events::of(TICKET_FACTS, context.plan(derived)?)?;
    let as_of = match call.as_of {
        Some(expr) => instant(&constant(expr, context)?, &events.time)?,
        None => None,
    };
    if let Some(ticks) = as_of {
        events = events.until(ticks)?;
    }
    let calendar = match call.calendar {
        Some(expr) => name(&constant(expr, context)?)?,
        None => None,
    };
    if let Some(name) = &calendar {
        let config = context.context_provider().options();
        working::calendar(TICKET_FACTS, name, &events.time, config)?;
    }
    Ok(LogicalPlan::Extension(Extension {
        node: Arc::new(TicketFacts::new(events, as_of, calendar)?),
    }))
}

/// The arguments as written.
struct Call {
    events: Box<Query>,
    as_of: Option<SqlExpr>,
    calendar: Option<SqlExpr>,
}

impl Call {
    fn of(args: Vec<FunctionArg>) -> Result<Self> {
        let mut args = args.into_iter();
        let events = match args.next() {
            Some(FunctionArg::Unnamed(FunctionArgExpr::Expr(SqlExpr::Subquery(query)))) => query,
            _ => {
                return plan_err!(
                    "{TICKET_FACTS}: name the events first, a table or a query: \
                     {TICKET_FACTS}(ticket_events) or {TICKET_FACTS}((SELECT ..))"
                );
            }
        };
        let (mut as_of, mut calendar) = (None, None);
        for arg in args {
            let (name, value) = named(&arg)?;
            match name.to_ascii_lowercase().as_str() {
                "as_of" => as_of = Some(value),
                "calendar" => calendar = Some(value),
                _ => {
                    return plan_err!(
                        "{TICKET_FACTS}: there is no option {name}; there are as_of and calendar"
                    );
                }
            }
        }
        Ok(Self {
            events,
            as_of,
            calendar,
        })
    }
}

fn named(arg: &FunctionArg) -> Result<(String, SqlExpr)> {
    let (FunctionArg::Named {
        arg: FunctionArgExpr::Expr(value),
        ..
    }
    | FunctionArg::ExprNamed {
        arg: FunctionArgExpr::Expr(value),
        ..
    }) = arg
    else {
        return plan_err!(
            "{TICKET_FACTS}: options are named: write as_of => TIMESTAMP '2026-01-31 00:00:00'"
        );
    };
    let name = match arg {
        FunctionArg::Named { name, .. } => name.value.clone(),
        FunctionArg::ExprNamed { name, .. } => name.to_string(),
        FunctionArg::Unnamed(_) => String::new(),
    };
    Ok((name, value.clone()))
}

/// The name of a calendar; `None` for NULL.
fn name(value: &ScalarValue) -> Result<Option<String>> {
    match value.try_as_str() {
        Some(name) => Ok(name.map(str::to_owned)),
        None if value.is_null() => Ok(None),
        None => plan_err!("{TICKET_FACTS}: calendar is {value}, not the name of a calendar"),
    }
}

/// The value of an expression without columns.
fn constant(expr: SqlExpr, context: &mut dyn RelationPlannerContext) -> Result<ScalarValue> {
    let schema = DFSchema::empty();
    let written = expr.to_string();
    let expr = context.sql_to_expr(expr, &schema)?;
    let options = Arc::new(context.context_provider().options().clone());
    let simplify = SimplifyContext::builder()
        .with_config_options(options)
        .with_query_execution_start_time(Some(chrono::Utc::now()))
        .build();
    let simplifier = ExprSimplifier::new(simplify);
    let folded = simplifier
        .coerce(expr, &schema)
        .and_then(|expr| simplifier.simplify(expr));
    match folded {
        Ok(Expr::Literal(value, _)) => Ok(value),
        Err(DataFusionError::ArrowError(error, _)) => {
            plan_err!("{TICKET_FACTS}: as_of is {written}: {error}")
        }
        _ => plan_err!(
            "{TICKET_FACTS}: options are constants, such as TIMESTAMP '2026-01-31 00:00:00', not \
             {written}"
        ),
    }
}

/// `value` in ticks of a log whose times are of type `time`; `None` for NULL.
fn instant(value: &ScalarValue, time: &DataType) -> Result<Option<i64>> {
    if value.is_null() {
        return Ok(None);
    }
    let is_zoned = matches!(value.data_type(), DataType::Timestamp(_, Some(_)));
    let DataType::Timestamp(unit, zone) = time else {
        return Ok(None);
    };
    if is_zoned && zone.is_none() {
        return plan_err!(
            "{TICKET_FACTS}: as_of has a time zone and event_at has none: write as_of => TIMESTAMP \
             '..' in the zone of event_at"
        );
    }
    // What is written without a zone is UTC, as everywhere in a session; a cast to a zoned type would
    // read it on that zone's clock (apache/datafusion#25175).
    let plain = match value {
        ScalarValue::TimestampSecond(ticks, _) => ScalarValue::TimestampSecond(*ticks, None),
        ScalarValue::TimestampMillisecond(ticks, _) => {
            ScalarValue::TimestampMillisecond(*ticks, None)
        }
        ScalarValue::TimestampMicrosecond(ticks, _) => {
            ScalarValue::TimestampMicrosecond(*ticks, None)
        }
        ScalarValue::TimestampNanosecond(ticks, _) => {
            ScalarValue::TimestampNanosecond(*ticks, None)
        }
        _ => match value.cast_to(&DataType::Timestamp(TimeUnit::Microsecond, None)) {
            Ok(instant) => instant,
            Err(_) => {
                return plan_err!(
                    "{TICKET_FACTS}: as_of is {value}, which is no instant; write as_of => TIMESTAMP \
                     '2026-01-31 00:00:00'"
                );
            }
        },
    };
    Ok(match plain.cast_to(&DataType::Timestamp(*unit, None))? {
        ScalarValue::TimestampSecond(ticks, _)
        | ScalarValue::TimestampMillisecond(ticks, _)
        | ScalarValue::TimestampMicrosecond(ticks, _)
        | ScalarValue::TimestampNanosecond(ticks, _) => ticks,
        other => {
            return plan_err!(
                "{TICKET_FACTS}: as_of is {other}, not an instant of {} ticks a second",
                ticks_per_second(time)
            );
        }
    })
}

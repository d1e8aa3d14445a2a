//! The table functions after FROM, and the plan of `ticket_facts`.

use std::sync::Arc;

use datafusion::common::{Result, plan_err};
use datafusion::logical_expr::planner::{
    PlannedRelation, RelationPlanner, RelationPlannerContext, RelationPlanning,
};
use datafusion::logical_expr::{Extension, LogicalPlan};
use datafusion::sql::sqlparser::ast::{
    Expr as SqlExpr, FunctionArg, ObjectName, Query, TableFactor,
};

use super::business_time::CarriedCalendar;
use super::function_names::{SLA_EVENTS, TICKET_FACTS};
use super::input::EventLogInput;
use super::node::EventTableNode;
use super::table_function::TableFunctionKind;
use super::{instants, sla};
use crate::table_arguments;

/// True if `name` is a table function over events.
pub(crate) fn takes_events(name: &ObjectName) -> bool {
    [TICKET_FACTS, SLA_EVENTS]
        .iter()
        .any(|own| is_called(name, own))
}

fn is_called(name: &ObjectName, own: &str) -> bool {
    let [part] = name.0.as_slice() else {
        return false;
    };
    part.as_ident()
        .is_some_and(|ident| ident.value.eq_ignore_ascii_case(own))
}

/// Plans calls of the table functions over events.
#[derive(Debug)]
pub(crate) struct EventRelationPlanner;

impl RelationPlanner for EventRelationPlanner {
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
                let plan = if is_called(&name, SLA_EVENTS) {
                    sla::plan(args.args, context)?
                } else {
                    ticket_facts(args.args, context)?
                };
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
    let call = TicketFactsArguments::parse(args)?;
    let mut events =
        EventLogInput::try_new(TICKET_FACTS, table_arguments::table(call.events, context)?)?;
    let as_of = match call.as_of {
        Some(expr) => {
            let value = table_arguments::constant((TICKET_FACTS, "as_of"), expr, context)?;
            instants::instant(TICKET_FACTS, &value, &events.time)?
        }
        None => None,
    };
    if let Some(ticks) = as_of {
        events = events.until(ticks)?;
    }
    let calendar = match call.calendar {
        Some(expr) => {
            let value = table_arguments::constant((TICKET_FACTS, "calendar"), expr, context)?;
            table_arguments::text(TICKET_FACTS, ("calendar", "the name of a calendar"), &value)?
        }
        None => None,
    };
    let config = context.context_provider().options();
    let calendar =
        calendar.map(|name| CarriedCalendar::try_new(TICKET_FACTS, &name, &events.time, config));
    let calendar = calendar.transpose()?;
    let product = TableFunctionKind::Facts { as_of, calendar };
    let node = EventTableNode::new(TICKET_FACTS, vec![events.plan], product)?;
    Ok(LogicalPlan::Extension(Extension {
        node: Arc::new(node),
    }))
}

/// The unevaluated arguments.
struct TicketFactsArguments {
    events: Box<Query>,
    as_of: Option<SqlExpr>,
    calendar: Option<SqlExpr>,
}

impl TicketFactsArguments {
    fn parse(args: Vec<FunctionArg>) -> Result<Self> {
        let mut args = args.into_iter();
        let Some(events) = args.next().as_ref().and_then(table_arguments::query) else {
            return plan_err!(
                "{TICKET_FACTS}: name the events first, a table or a query: \
                 {TICKET_FACTS}(ticket_events) or {TICKET_FACTS}((SELECT ..))"
            );
        };
        let (mut as_of, mut calendar) = (None, None);
        for arg in args {
            let (name, value) = table_arguments::named(TICKET_FACTS, &arg)?;
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

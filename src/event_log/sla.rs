//! The plan of `sla_events`: clocks, the rule of each, and its measurement.
//!
//! The operator emits every clock that may have a target, with the ticket's attributes at its
//! start; `sla_clock` (`measure`) selects the rule and measures. The inputs of conditions are
//! computed between the two, by ordinary expressions.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::{Column, Result, ScalarValue, plan_err};
use datafusion::functions::core::expr_fn::get_field;
use datafusion::logical_expr::planner::RelationPlannerContext;
use datafusion::logical_expr::{Expr, Extension, LogicalPlan, LogicalPlanBuilder, cast, lit, when};
use datafusion::sql::sqlparser::ast::{Expr as SqlExpr, FunctionArg, FunctionArgExpr, Query};

use super::clock_rows::{SlaClockSpec, TrackedAttribute};
use super::conditions::PolicyConditions;
use super::function_names::SLA_EVENTS;
use super::input::{EventLogInput, detail};
use super::node::EventTableNode;
use super::sla_columns::COLUMNS;
use super::table_function::TableFunctionKind;
use super::tickets::TicketTableInput;
use super::{instants, sla_clock};
use crate::functions::kernels::times::ticks_per_second;
use crate::settings::DeskqlOptions;
use crate::sla::{SlaMetric, SlaPolicies};
use crate::table_arguments;
use crate::time::calendar::ALWAYS;

/// Plans a call.
///
/// # Errors
/// When the call or a condition of a policy is invalid, or there is no policy.
pub(super) fn plan(
    args: Vec<FunctionArg>,
    context: &mut dyn RelationPlannerContext,
) -> Result<LogicalPlan> {
    let call = SlaEventsArguments::parse(args)?;
    let events = EventLogInput::try_new(SLA_EVENTS, table_arguments::table(call.events, context)?)?;
    let tickets = match call.tickets {
        Some(query) => Some(TicketTableInput::try_new(
            SLA_EVENTS,
            table_arguments::table(query, context)?,
            &events.id,
        )?),
        None => None,
    };
    let policies = DeskqlOptions::policies(context.context_provider().options());
    check(&policies, &events.time)?;
    let as_of = match call.as_of {
        Some(expr) => {
            let value = table_arguments::constant((SLA_EVENTS, "as_of"), expr, context)?;
            instants::instant(SLA_EVENTS, &value, &events.time)?
        }
        None => None,
    };
    let retargets = match call.retarget {
        Some(expr) => retargets(&table_arguments::constant(
            (SLA_EVENTS, "retarget"),
            expr,
            context,
        )?)?,
        None => false,
    };
    let known = SlaRuleColumns::try_new(tickets.as_ref(), &policies)?;
    let clocks = SlaClockSpec {
        as_of: as_of.unwrap_or_else(|| now(&events.time)),
        retargets,
        metrics: metrics(&policies),
        tracks: known.tracks(),
    };
    let as_of = clocks.as_of;
    let inputs = inputs(events, tickets, &known)?;
    let node = EventTableNode::new(SLA_EVENTS, inputs, TableFunctionKind::Clocks(clocks))?;
    let clocks = LogicalPlanBuilder::from(LogicalPlan::Extension(Extension {
        node: Arc::new(node),
    }));
    let described = clocks.project(known.described())?;
    let conditions = known.conditions.plan(described.schema(), context)?;
    measured(described, conditions, as_of, &policies)
}

/// The rows of the final result.
fn measured(
    described: LogicalPlanBuilder,
    conditions: Vec<Expr>,
    as_of: i64,
    policies: &SlaPolicies,
) -> Result<LogicalPlan> {
    let mut arguments: Vec<Expr> = [
        "sla_metric",
        "sla_started_at",
        "sla_ended_at",
        "sla_outcome",
        "sla_steps",
        "sla_priority",
    ]
    .map(column)
    .into();
    arguments.push(lit(as_of));
    // The plan may run in a session with other policies, or none.
    arguments.push(lit(policies.definition()));
    arguments.extend(conditions);
    let found = described
        .project([
            column("ticket_id"),
            column("sla_started_at"),
            sla_clock::call(arguments).alias("sla_clock"),
        ])?
        .filter(column("sla_clock").is_not_null())?;
    let shown = COLUMNS.iter().map(|(name, _)| match *name {
        "ticket_id" => column(name),
        "started_at" => column("sla_started_at").alias("started_at"),
        name => get_field(column("sla_clock"), name).alias(name),
    });
    found
        .project(shown.collect::<Vec<_>>())?
        .alias(SLA_EVENTS)?
        .build()
}

fn column(name: &str) -> Expr {
    Expr::Column(Column::from_name(name))
}

/// The unevaluated arguments.
struct SlaEventsArguments {
    events: Box<Query>,
    tickets: Option<Box<Query>>,
    as_of: Option<SqlExpr>,
    retarget: Option<SqlExpr>,
}

impl SlaEventsArguments {
    fn parse(args: Vec<FunctionArg>) -> Result<Self> {
        let (mut events, mut tickets, mut as_of, mut retarget) = (None, None, None, None);
        for (place, arg) in args.into_iter().enumerate() {
            if place == 0 && matches!(arg, FunctionArg::Unnamed(FunctionArgExpr::Expr(_))) {
                events = table_arguments::query(&arg);
                continue;
            }
            let (name, value) = table_arguments::named(SLA_EVENTS, &arg)?;
            match name.to_ascii_lowercase().as_str() {
                "events" => events = table_arguments::query(&arg),
                "tickets" => {
                    tickets = table_arguments::query(&arg);
                    if tickets.is_none() {
                        return plan_err!(
                            "{SLA_EVENTS}: tickets is {value}, not a table or a query in parentheses"
                        );
                    }
                }
                "as_of" => as_of = Some(value),
                "retarget" => retarget = Some(value),
                _ => {
                    return plan_err!(
                        "{SLA_EVENTS}: there is no option {name}; there are events, tickets, as_of \
                         and retarget"
                    );
                }
            }
        }
        let Some(events) = events else {
            return plan_err!(
                "{SLA_EVENTS}: name the events first, a table or a query: \
                 {SLA_EVENTS}(ticket_events, tickets => tickets)"
            );
        };
        Ok(Self {
            events,
            tickets,
            as_of,
            retarget,
        })
    }
}

fn retargets(value: &ScalarValue) -> Result<bool> {
    match table_arguments::text(SLA_EVENTS, ("retarget", "'keep' or 'change'"), value)?.as_deref() {
        None | Some("keep") => Ok(false),
        Some("change") => Ok(true),
        Some(other) => plan_err!(
            "{SLA_EVENTS}: retarget is '{other}'; it is 'keep' (the target by the priority at the \
             start) or 'change' (by the last one)"
        ),
    }
}

/// Returns an error if there are no policies, or if times have no zone and a policy has a calendar.
fn check(policies: &SlaPolicies, time: &DataType) -> Result<()> {
    if policies.rules().is_empty() {
        return plan_err!(
            "{SLA_EVENTS}: the desk has no SLA policies; declare [[sla_policies]] in deskql.toml"
        );
    }
    let is_naive = !matches!(time, DataType::Timestamp(_, Some(_)));
    let mut rules = policies.rules().iter();
    match rules.find(|rule| is_naive && rule.calendar.name() != ALWAYS) {
        Some(rule) => plan_err!(
            "{SLA_EVENTS}: event_at has no time zone, so it cannot be placed in the hours of \
             calendar '{}' (policy {:?}); say which its times are in: from_local_time(event_at, \
             'Area/City') AS event_at, or 'UTC' for UTC",
            rule.calendar.name(),
            rule.policy
        ),
        None => Ok(()),
    }
}

fn metrics(policies: &SlaPolicies) -> Vec<SlaMetric> {
    let has = |metric: &SlaMetric| policies.rules().iter().any(|rule| rule.metric == *metric);
    SlaMetric::ALL.into_iter().filter(has).collect()
}

/// The current time in ticks of the log.
fn now(time: &DataType) -> i64 {
    let now = chrono::Utc::now();
    match ticks_per_second(time) {
        1 => now.timestamp(),
        1_000 => now.timestamp_millis(),
        1_000_000 => now.timestamp_micros(),
        _ => now.timestamp_nanos_opt().unwrap_or(i64::MAX),
    }
}

/// The inputs of the operator, with the same columns.
fn inputs(
    events: EventLogInput,
    tickets: Option<TicketTableInput>,
    known: &SlaRuleColumns,
) -> Result<Vec<LogicalPlan>> {
    let details = known.details();
    let mut inputs = vec![events.with_details(SLA_EVENTS, &details)?];
    if let Some(tickets) = tickets.filter(|_| !details.is_empty()) {
        inputs.push(tickets.among_events(SLA_EVENTS, &details, &inputs[0])?);
    }
    Ok(inputs)
}

/// Ticket columns that rules read, and their source.
struct SlaRuleColumns {
    conditions: PolicyConditions,
    /// Columns that rules read, with their type in `tickets`.
    columns: Vec<(String, Option<DataType>)>,
}

impl SlaRuleColumns {
    fn try_new(tickets: Option<&TicketTableInput>, policies: &SlaPolicies) -> Result<Self> {
        let mut names: Vec<String> = tickets.map(TicketTableInput::names).unwrap_or_default();
        for name in TrackedAttribute::ALL
            .map(TrackedAttribute::column)
            .into_iter()
            .chain(["ticket_id"])
        {
            if !names.iter().any(|known| known.eq_ignore_ascii_case(name)) {
                names.push(name.to_owned());
            }
        }
        let conditions = PolicyConditions::try_new(policies, &names)?;
        let mut read: BTreeSet<String> = conditions.columns();
        read.remove("ticket_id");
        // Targets depend on the priority, whatever the case of its name in the table.
        let mut own = names.into_iter();
        read.extend(own.find(|name| name.eq_ignore_ascii_case("priority")));
        let columns = read.into_iter().map(|name| {
            let data_type = tickets.and_then(|tickets| tickets.data_type(&name));
            (name, data_type)
        });
        Ok(Self {
            columns: columns.collect(),
            conditions,
        })
    }

    fn track(name: &str) -> Option<TrackedAttribute> {
        let mut tracks = TrackedAttribute::ALL.into_iter();
        tracks.find(|track| track.column().eq_ignore_ascii_case(name))
    }

    fn tracks(&self) -> Vec<TrackedAttribute> {
        let tracks = self
            .columns
            .iter()
            .filter_map(|(name, _)| Self::track(name));
        tracks.collect()
    }

    /// The columns that are read from `tickets`.
    fn details(&self) -> Vec<(String, DataType)> {
        let own = self.columns.iter();
        own.filter_map(|(name, data_type)| Some((name.clone(), data_type.clone()?)))
            .collect()
    }

    /// Clocks with the columns that rules read, by name: from the log as of the clock's start, else
    /// from `tickets`.
    fn described(&self) -> Vec<Expr> {
        let mut described = vec![
            column("ticket_id"),
            column("sla_metric"),
            column("started_at").alias("sla_started_at"),
            column("sla_ended_at"),
            column("sla_outcome"),
            column("sla_steps"),
        ];
        for (name, data_type) in &self.columns {
            let is_priority = name.eq_ignore_ascii_case("priority");
            let detail = data_type.as_ref().map(|_| column(&detail(name)));
            let value = match (Self::track(name), detail) {
                (None, Some(detail)) => detail,
                (None, None) => continue,
                (Some(track), detail) => tracked_value(track, detail, data_type.as_ref()),
            };
            if is_priority {
                described.push(cast(value.clone(), DataType::Utf8View).alias("sla_priority"));
            }
            described.push(value.alias(name));
        }
        described
    }
}

fn tracked_value(
    track: TrackedAttribute,
    detail: Option<Expr>,
    data_type: Option<&DataType>,
) -> Expr {
    let (value, is_told) = track.columns();
    let data_type = match (data_type, track) {
        (Some(data_type), _) => data_type.clone(),
        (None, TrackedAttribute::Escalated) => DataType::Boolean,
        (None, _) => DataType::Utf8View,
    };
    let value = cast(column(&value), data_type);
    match detail {
        Some(detail) => match when(column(&is_told), value.clone()).otherwise(detail) {
            Ok(chosen) => chosen,
            Err(_) => value,
        },
        None => value,
    }
}

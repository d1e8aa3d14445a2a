//! Projects the user's event table to the narrow columns that the operator reads.

use std::sync::Arc;

use arrow::datatypes::{DataType, TimeUnit};
use datafusion::common::{Column, DFSchema, Result, ScalarValue, plan_err};
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, cast, lit};

use super::coding;
use crate::sql_type;
use crate::text::nearest;

/// Columns that an event table must have, with their types.
const NEEDED: &[(&str, &str)] = &[
    ("ticket_id", "BIGINT or VARCHAR"),
    ("event_at", "TIMESTAMP"),
    ("kind", "VARCHAR"),
    ("actor_role", "VARCHAR"),
    ("is_public", "BOOLEAN"),
    ("field", "VARCHAR"),
    ("old_value", "VARCHAR"),
    ("new_value", "VARCHAR"),
];

/// Column with the order of events in the log, for events at the same time.
const NUMBER: &str = "event_no";

/// Indices of the columns of [`EventLogInput::plan`].
pub(super) const TICKET: usize = 0;
pub(super) const AT: usize = 1;
pub(super) const CODE: usize = 2;
pub(super) const OLD: usize = 3;
pub(super) const NEW: usize = 4;
pub(super) const NO: usize = 5;
/// Index of the first column with attributes of the tickets themselves.
pub(super) const DETAILS: usize = 6;

/// A projected event table.
pub(super) struct EventLogInput {
    /// Columns: ticket id, time, event code, old and new value, and the event number if there is
    /// one.
    pub(super) plan: LogicalPlan,
    pub(super) id: DataType,
    pub(super) time: DataType,
}

impl EventLogInput {
    /// The events of `plan`; `function` qualifies the columns.
    ///
    /// # Errors
    /// When a column is missing or cannot be cast to its type.
    pub(super) fn try_new(function: &str, plan: LogicalPlan) -> Result<Self> {
        let table = EventLogSchema {
            function,
            schema: plan.schema().as_ref().clone(),
        };
        let id = table.column("ticket_id", id_type)?;
        let time = table.column("event_at", time_type)?;
        let text = |name: &str| table.column(name, text_type).map(|found| found.expr);
        let (kind, role, field) = (text("kind")?, text("actor_role")?, text("field")?);
        let (old, new) = (text("old_value")?, text("new_value")?);
        let public = table.column("is_public", truth_type)?.expr;
        let code = coding::code(vec![kind, role, public, field, old.clone(), new.clone()]);
        let coded = vec![
            id.expr.clone().alias("ticket_id"),
            time.expr.clone().alias("event_at"),
            code.alias("event_code"),
            old.alias("old_value"),
            new.alias("new_value"),
        ];
        let number = table.optional(NUMBER, number_type)?;
        let number = number.map(|number| number.expr.alias(NUMBER));
        let word = |name: &str| {
            let column = Expr::Column(Column::from_name(name));
            coding::text(Expr::Column(Column::from_name("event_code")), column).alias(name)
        };
        let mut narrow: Vec<Expr> = ["ticket_id", "event_at", "event_code"]
            .map(|name| Expr::Column(Column::from_name(name)))
            .into();
        narrow.extend([word("old_value"), word("new_value")]);
        narrow.extend(
            number
                .iter()
                .map(|_| Expr::Column(Column::from_name(NUMBER))),
        );
        let known = id.expr.is_not_null().and(time.expr.is_not_null());
        let plan = LogicalPlanBuilder::from(plan)
            .filter(known)?
            .project(coded.into_iter().chain(number))?
            .project(narrow)?
            .alias(function)?
            .build()?;
        Ok(Self {
            plan,
            id: id.data_type,
            time: time.data_type,
        })
    }

    /// Filters out events after `ticks`, in the unit of the log's times.
    ///
    /// # Errors
    /// When the plan cannot be built.
    pub(super) fn until(self, ticks: i64) -> Result<Self> {
        let limit = lit(ScalarValue::Int64(Some(ticks)).cast_to(&self.time)?);
        let at = Expr::Column(Column::from(self.plan.schema().qualified_field(AT)));
        let plan = LogicalPlanBuilder::from(self.plan)
            .filter(at.lt_eq(limit))?
            .build()?;
        Ok(Self { plan, ..self })
    }

    /// Adds a NULL column for each of the `details`, and the number column if it is missing.
    ///
    /// # Errors
    /// When the plan cannot be built.
    pub(super) fn with_details(
        self,
        function: &str,
        details: &[(String, DataType)],
    ) -> Result<LogicalPlan> {
        let schema = Arc::clone(self.plan.schema());
        let mut columns: Vec<Expr> = (TICKET..NO)
            .map(|place| Expr::Column(Column::from(schema.qualified_field(place))))
            .collect();
        columns.push(match schema.fields().len() {
            NO => lit(ScalarValue::Int64(None)).alias(NUMBER),
            _ => Expr::Column(Column::from(schema.qualified_field(NO))),
        });
        for (name, data_type) in details {
            columns.push(lit(ScalarValue::try_from(data_type)?).alias(detail(name)));
        }
        LogicalPlanBuilder::from(self.plan)
            .project(columns)?
            .alias(function)?
            .build()
    }
}

/// Name of a ticket attribute column in the operator's input.
pub(super) fn detail(name: &str) -> String {
    format!("sla_ticket_{name}")
}

/// A column with the type that it is read as.
struct EventLogColumn {
    expr: Expr,
    data_type: DataType,
}

struct EventLogSchema<'a> {
    function: &'a str,
    schema: DFSchema,
}

impl EventLogSchema<'_> {
    fn column(
        &self,
        name: &str,
        read_as: fn(&DataType) -> Option<DataType>,
    ) -> Result<EventLogColumn> {
        if let Some(found) = self.optional(name, read_as)? {
            return Ok(found);
        }
        let function = self.function;
        let known = self
            .schema
            .fields()
            .iter()
            .map(|field| field.name().as_str());
        let hint = match nearest(name, known) {
            Some(near) => format!("is it '{near}'? Map"),
            None => "map".to_owned(),
        };
        plan_err!(
            "{function}: the events have no column {name} ({}); {hint} yours with {function}((SELECT \
             .. AS {name}, .. FROM your_events))",
            wanted(name)
        )
    }

    fn optional(
        &self,
        name: &str,
        read_as: fn(&DataType) -> Option<DataType>,
    ) -> Result<Option<EventLogColumn>> {
        let mut columns = self.schema.iter();
        let Some((qualifier, field)) =
            columns.find(|(_, field)| field.name().eq_ignore_ascii_case(name))
        else {
            return Ok(None);
        };
        let column = Expr::Column(Column::from((qualifier, field)));
        let given = field.data_type();
        match read_as(given) {
            Some(data_type) => Ok(Some(EventLogColumn {
                expr: if *given == data_type {
                    column
                } else {
                    cast(column, data_type.clone())
                },
                data_type,
            })),
            None => plan_err!(
                "{}: {name} is {} where {} is needed; cast it with {}((SELECT .. CAST({name} AS \
                 {}) AS {name}, .. FROM your_events))",
                self.function,
                sql_type::name(given),
                wanted(name),
                self.function,
                wanted(name).rsplit(' ').next().unwrap_or("VARCHAR")
            ),
        }
    }
}

fn wanted(name: &str) -> &'static str {
    let known = NEEDED.iter().find(|(needed, _)| *needed == name);
    known.map_or("BIGINT", |(_, meaning)| *meaning)
}

fn id_type(given: &DataType) -> Option<DataType> {
    match given {
        DataType::Dictionary(_, value) => id_type(value),
        integer if integer.is_integer() => Some(integer.clone()),
        other => text_type(other),
    }
}

fn time_type(given: &DataType) -> Option<DataType> {
    match given {
        DataType::Timestamp(..) => Some(given.clone()),
        DataType::Date32 | DataType::Date64 => Some(DataType::Timestamp(TimeUnit::Second, None)),
        _ => None,
    }
}

/// A column of type NULL is accepted: all its values are missing.
fn text_type(given: &DataType) -> Option<DataType> {
    match given {
        DataType::Dictionary(_, value) => text_type(value),
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Null => {
            Some(DataType::Utf8View)
        }
        _ => None,
    }
}

fn truth_type(given: &DataType) -> Option<DataType> {
    matches!(given, DataType::Boolean | DataType::Null).then_some(DataType::Boolean)
}

fn number_type(given: &DataType) -> Option<DataType> {
    (given.is_integer() || given.is_null()).then_some(DataType::Int64)
}

//! The ticket table, converted to rows among the events.

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::{Column, Result, ScalarValue, plan_err};
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, cast, lit};

use super::input::{AT, CODE, NEW, NO, OLD, detail};
use super::vocabulary::{ActorRole, ChangedField, EventCode, EventKind, EventVisibility};

/// A table of tickets.
pub(super) struct TicketTableInput {
    plan: LogicalPlan,
    id: Expr,
}

impl TicketTableInput {
    /// The tickets of `plan`, whose ids are cast to the type `id`.
    ///
    /// # Errors
    /// When there is no `ticket_id`, or its type does not match the events'.
    pub(super) fn try_new(function: &str, plan: LogicalPlan, id: &DataType) -> Result<Self> {
        let schema = Arc::clone(plan.schema());
        let mut columns = schema.iter();
        let found = columns.find(|(_, field)| field.name().eq_ignore_ascii_case("ticket_id"));
        let Some((qualifier, field)) = found else {
            return plan_err!(
                "{function}: tickets have no column ticket_id; name yours with tickets => (SELECT .. \
                 AS ticket_id, .. FROM your_tickets)"
            );
        };
        let own = plain(field.data_type());
        if own.is_integer() != id.is_integer() {
            return plan_err!(
                "{function}: ticket_id is {own} in tickets and {id} in the events; cast one of them"
            );
        }
        let id = cast(Expr::Column(Column::from((qualifier, field))), id.clone());
        Ok(Self { plan, id })
    }

    /// Names of the columns.
    pub(super) fn names(&self) -> Vec<String> {
        let fields = self.plan.schema().fields().iter();
        fields.map(|field| field.name().clone()).collect()
    }

    /// The type that a column is read as.
    pub(super) fn data_type(&self, name: &str) -> Option<DataType> {
        let mut fields = self.plan.schema().fields().iter();
        let field = fields.find(|field| field.name() == name)?;
        Some(plain(field.data_type()).clone())
    }

    /// Rows with the columns of `events`, the last of which are the `details`.
    ///
    /// # Errors
    /// When the plan cannot be built.
    pub(super) fn among_events(
        self,
        function: &str,
        details: &[(String, DataType)],
        events: &LogicalPlan,
    ) -> Result<LogicalPlan> {
        let fields = events.schema().fields();
        let code = EventCode::new(
            EventKind::Ticket,
            ActorRole::Unknown,
            EventVisibility::Unknown,
            ChangedField::Other,
        );
        let mut columns = vec![self.id.clone().alias("ticket_id")];
        for place in [AT, CODE, OLD, NEW, NO] {
            let field = &fields[place];
            let value = match place {
                CODE => lit(code.0),
                _ => lit(ScalarValue::try_from(field.data_type())?),
            };
            columns.push(value.alias(field.name()));
        }
        for (name, data_type) in details {
            let mut own = self.plan.schema().iter();
            let Some((qualifier, field)) = own.find(|(_, field)| field.name() == name) else {
                continue;
            };
            let column = Expr::Column(Column::from((qualifier, field)));
            let column = if field.data_type() == data_type {
                column
            } else {
                cast(column, data_type.clone())
            };
            columns.push(column.alias(detail(name)));
        }
        LogicalPlanBuilder::from(self.plan)
            .filter(self.id.is_not_null())?
            .project(columns)?
            // Predicates on the ticket use the function's name as qualifier.
            .alias(function)?
            .build()
    }
}

/// The type of the values of a dictionary.
fn plain(data_type: &DataType) -> &DataType {
    match data_type {
        DataType::Dictionary(_, value) => value,
        other => other,
    }
}

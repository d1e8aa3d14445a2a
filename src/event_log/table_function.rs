//! Kinds of table functions over the events of a ticket.

use std::fmt;
use std::sync::Arc;

use arrow::datatypes::{FieldRef, Schema};
use datafusion::common::Result;
use serde::{Deserialize, Serialize};

use super::business_time::CarriedCalendar;
use super::clock_rows::{self, ClockRows, SlaClockSpec};
use super::columns;
use super::fact_rows::FactRows;
use super::input::{AT, TICKET};
use super::ticket_rows::TicketRows;
use crate::time::calendar::BusinessCalendar;

/// Kind and options of a table function, from its call.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Serialize, Deserialize)]
pub(super) enum TableFunctionKind {
    /// A row for each ticket.
    Facts {
        /// Upper limit of event times, in ticks of the log; events are already filtered.
        as_of: Option<i64>,
        /// Calendar for additional durations in business time.
        calendar: Option<CarriedCalendar>,
    },
    /// A row for each clock that may have a target.
    Clocks(SlaClockSpec),
}

impl TableFunctionKind {
    /// Its name in logical plans.
    pub(super) fn node(&self) -> &'static str {
        match self {
            Self::Facts { .. } => "TicketFacts",
            Self::Clocks(_) => "SlaClocks",
        }
    }

    /// The name of its operator.
    pub(super) fn operator(&self) -> &'static str {
        match self {
            Self::Facts { .. } => "TicketFactsExec",
            Self::Clocks(_) => "SlaClocksExec",
        }
    }

    /// The columns of its rows, the first of which is the ticket. `input` has the columns of
    /// [`super::input::EventLogInput`].
    pub(super) fn fields(&self, input: &Schema) -> Vec<FieldRef> {
        let of = |place: usize| input.field(place).data_type();
        match self {
            Self::Facts { calendar, .. } => columns::fields(of(TICKET), of(AT), calendar.is_some()),
            Self::Clocks(clocks) => clock_rows::fields(clocks, input),
        }
    }

    /// Its calendar, if any.
    ///
    /// # Errors
    /// When its definition cannot be parsed.
    pub(super) fn calendar(&self) -> Result<Option<Arc<BusinessCalendar>>> {
        match self {
            Self::Facts { calendar, .. } => {
                calendar.as_ref().map(CarriedCalendar::resolve).transpose()
            }
            Self::Clocks(_) => Ok(None),
        }
    }

    /// An empty row builder for the columns at `places`.
    pub(super) fn rows(
        &self,
        places: &[usize],
        input: &Schema,
        calendar: Option<&Arc<BusinessCalendar>>,
    ) -> Box<dyn TicketRows> {
        match self {
            Self::Facts { as_of, .. } => Box::new(FactRows::new(places, input, calendar, *as_of)),
            Self::Clocks(clocks) => Box::new(ClockRows::new(clocks, places, input)),
        }
    }
}

impl fmt::Display for TableFunctionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Facts {
                as_of: Some(as_of), ..
            } => write!(f, "as_of={as_of}"),
            Self::Facts { .. } => Ok(()),
            Self::Clocks(clocks) => write!(f, "as_of={}", clocks.as_of),
        }
    }
}

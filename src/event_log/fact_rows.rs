//! The rows of `ticket_facts`: one for each ticket.

use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::datatypes::Schema;
use datafusion::common::Result;

use super::business_time::BusinessTimeCounter;
use super::columns::FactTableBuilder;
use super::facts::TicketFacts;
use super::input::{AT, TICKET};
use super::ticket::TicketTimeline;
use super::ticket_rows::TicketRows;
use crate::time::calendar::BusinessCalendar;

pub(super) struct FactRows {
    columns: FactTableBuilder,
    clock: Option<BusinessTimeCounter>,
    as_of: Option<i64>,
}

impl FactRows {
    pub(super) fn new(
        places: &[usize],
        input: &Schema,
        calendar: Option<&Arc<BusinessCalendar>>,
        as_of: Option<i64>,
    ) -> Self {
        let time = input.field(AT).data_type();
        Self {
            columns: FactTableBuilder::new(places, input.field(TICKET).data_type(), time),
            clock: calendar.map(|calendar| BusinessTimeCounter::new(calendar, time)),
            as_of,
        }
    }
}

impl TicketRows for FactRows {
    fn add(&mut self, ticket: &TicketTimeline) {
        let facts = TicketFacts::from_ticket(ticket, &mut self.clock, self.as_of);
        self.columns.append(ticket, &facts);
    }

    fn length(&self) -> usize {
        self.columns.length
    }

    fn finish(&mut self, ids: &ArrayRef, _: &[ArrayRef]) -> Result<Vec<ArrayRef>> {
        self.columns.finish(ids)
    }
}

//! The rows of `ticket_facts`: one for each ticket.

use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::datatypes::Schema;
use datafusion::common::Result;

use super::business_time::Working;
use super::columns::Columns;
use super::facts::Facts;
use super::input::{AT, TICKET};
use super::ticket::Ticket;
use super::ticket_rows::Rows;
use crate::time::calendar::Calendar;

pub(super) struct FactRows {
    columns: Columns,
    clock: Option<Working>,
    as_of: Option<i64>,
}

impl FactRows {
    pub(super) fn new(
        places: &[usize],
        input: &Schema,
        calendar: Option<&Arc<Calendar>>,
        as_of: Option<i64>,
    ) -> Self {
        let time = input.field(AT).data_type();
        Self {
            columns: Columns::new(places, input.field(TICKET).data_type(), time),
            clock: calendar.map(|calendar| Working::new(calendar, time)),
            as_of,
        }
    }
}

impl Rows for FactRows {
    fn add(&mut self, ticket: &Ticket) {
        let facts = Facts::of(ticket, &mut self.clock, self.as_of);
        self.columns.append(ticket, &facts);
    }

    fn length(&self) -> usize {
        self.columns.length
    }

    fn finish(&mut self, ids: &ArrayRef, _: &[ArrayRef]) -> Result<Vec<ArrayRef>> {
        self.columns.finish(ids)
    }
}

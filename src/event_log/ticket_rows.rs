//! Rows of a table function, gathered ticket by ticket.

use arrow::array::ArrayRef;
use datafusion::common::Result;

use super::ticket::TicketTimeline;

/// Rows that are made of tickets, one ticket after the other.
pub(super) trait TicketRows: Send {
    /// Adds the rows of a ticket, whose events are in order.
    fn add(&mut self, ticket: &TicketTimeline);

    /// Rows so far.
    fn length(&self) -> usize;

    /// The columns of all rows so far, which go away. `ids` are the tickets that were added, and
    /// `details` what their own rows say, in the order of the input's further columns.
    ///
    /// # Errors
    /// When values do not fit the types that they came from.
    fn finish(&mut self, ids: &ArrayRef, details: &[ArrayRef]) -> Result<Vec<ArrayRef>>;
}

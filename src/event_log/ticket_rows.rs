//! Rows of a table function, built ticket by ticket.

use arrow::array::ArrayRef;
use datafusion::common::Result;

use super::ticket::TicketTimeline;

/// Builder of rows from tickets, one after the other.
pub(super) trait TicketRows: Send {
    /// Adds the rows of a ticket, whose events are sorted.
    fn add(&mut self, ticket: &TicketTimeline);

    /// Number of rows so far.
    fn length(&self) -> usize;

    /// The columns of all rows so far; resets the builder. `ids` are the tickets that were added,
    /// and `details` the columns of their own rows, in the order of the input's detail columns.
    ///
    /// # Errors
    /// When values do not fit the types that they came from.
    fn finish(&mut self, ids: &ArrayRef, details: &[ArrayRef]) -> Result<Vec<ArrayRef>>;
}

//! Attributes of tickets from the ticket table, whose rows are among the events.

use arrow::array::{Array, ArrayRef, BooleanArray, UInt32Array, UInt64Array, new_empty_array};
use arrow::compute::{concat, filter, take};
use arrow::record_batch::RecordBatch;
use arrow::util::display::array_value_to_string;
use datafusion::common::{Result, exec_err};

use super::input::DETAILS;
use super::vocabulary::{EventCode, EventKind};

/// The detail columns of the input, for the finished tickets and the current one.
#[derive(Default)]
pub(super) struct TicketAttributes {
    /// For each column the values of the tickets' rows, in chunks.
    pieces: Vec<Vec<ArrayRef>>,
    /// Number of these rows consumed so far.
    met: u64,
    /// The row of each ticket, if it has one.
    rows: Vec<Option<u64>>,
}

impl TicketAttributes {
    /// Consumes the ticket rows of a batch.
    ///
    /// # Errors
    /// When filtering fails.
    pub(super) fn read(&mut self, batch: &RecordBatch, codes: &UInt32Array) -> Result<()> {
        let columns = batch.columns().get(DETAILS..).unwrap_or_default();
        if columns.is_empty() {
            return Ok(());
        }
        if self.pieces.is_empty() {
            let none = |column: &ArrayRef| vec![new_empty_array(column.data_type())];
            self.pieces = columns.iter().map(none).collect();
        }
        let is_ticket = |code: &u32| Some(EventCode(*code).kind() == EventKind::Ticket);
        let wanted: BooleanArray = codes.values().iter().map(is_ticket).collect();
        if wanted.true_count() > 0 {
            for (pieces, column) in self.pieces.iter_mut().zip(columns) {
                pieces.push(filter(column, &wanted)?);
            }
        }
        Ok(())
    }

    /// Starts a ticket.
    pub(super) fn begin(&mut self) {
        self.rows.push(None);
    }

    /// Sets the row of the current ticket, whose id is in `ids` at `row`.
    ///
    /// # Errors
    /// When the ticket already has a row with different values.
    pub(super) fn assign_row(&mut self, ids: &ArrayRef, row: usize) -> Result<()> {
        let place = self.met;
        self.met += 1;
        let Some(own) = self.rows.last_mut() else {
            return Ok(());
        };
        let first = *own.get_or_insert(place);
        for pieces in self.pieces.iter().filter(|_| first != place) {
            if value(pieces, first) != value(pieces, place) {
                let ticket = array_value_to_string(ids, row)?;
                return exec_err!(
                    "ticket {ticket} occurs twice in tickets, with different values: leave one out"
                );
            }
        }
        Ok(())
    }

    /// The columns of the first `count` tickets, NULL for those without a row. Rows of later
    /// tickets are retained.
    ///
    /// # Errors
    /// When the rows cannot be taken.
    pub(super) fn take(&mut self, count: usize) -> Result<Vec<ArrayRef>> {
        let done: UInt64Array = self.rows.drain(..count).collect();
        let kept = self.rows.iter().flatten().min().copied();
        let kept = kept.unwrap_or(self.met);
        let mut columns = Vec::with_capacity(self.pieces.len());
        for pieces in &mut self.pieces {
            let parts: Vec<&dyn Array> = pieces.iter().map(AsRef::as_ref).collect();
            let all = concat(&parts)?;
            columns.push(take(&all, &done, None)?);
            let from = usize::try_from(kept).map_or_else(|_| all.len(), |kept| kept.min(all.len()));
            *pieces = vec![all.slice(from, all.len() - from)];
        }
        self.met -= kept;
        for row in self.rows.iter_mut().flatten() {
            *row -= kept;
        }
        Ok(columns)
    }
}

/// One value of a chunked column, as a column of one row.
fn value(pieces: &[ArrayRef], place: u64) -> Option<ArrayRef> {
    let mut place = usize::try_from(place).ok()?;
    for piece in pieces {
        if place < piece.len() {
            return Some(piece.slice(place, 1));
        }
        place -= piece.len();
    }
    None
}

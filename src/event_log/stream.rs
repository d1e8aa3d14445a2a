//! Consumes events and emits rows of tickets: only the current ticket is held in memory.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, Int64Array, RecordBatch, StringViewArray, UInt32Array, UInt64Array,
};
use arrow::compute::{concat, partition, take};
use arrow::datatypes::{Int64Type, SchemaRef, UInt32Type};
use datafusion::common::Result;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::memory_pool::MemoryReservation;
use datafusion::physical_plan::metrics::BaselineMetrics;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use futures::StreamExt;

use super::input::{AT, CODE, NEW, NO, OLD, TICKET};
use super::ticket::TicketTimeline;
use super::ticket_attributes::TicketAttributes;
use super::ticket_rows::TicketRows;
use super::vocabulary::{EventCode, EventKind};
use crate::functions::kernels::times::ticks;

/// Tickets of fewer bytes are not reported to the memory pool.
const SMALL: usize = 1 << 20;
/// Maximum number of finished tickets whose ids are retained before rows are emitted.
const HELD: usize = 1 << 16;

/// Collects the events of one ticket after the other.
pub(super) struct TicketCollector {
    schema: SchemaRef,
    rows: Box<dyn TicketRows>,
    batch_size: usize,
    memory: MemoryReservation,
    ticket: TicketTimeline,
    /// Number of finished tickets; each may have any number of rows in `rows`.
    done: usize,
    /// Ids of the finished tickets and of the current one.
    ids: Vec<ArrayRef>,
    /// Attributes of these tickets from the ticket table.
    details: TicketAttributes,
    /// Id of the current ticket, as a column of one row.
    open: Option<ArrayRef>,
}

impl TicketCollector {
    pub(super) fn new(
        schema: SchemaRef,
        rows: Box<dyn TicketRows>,
        batch_size: usize,
        memory: MemoryReservation,
    ) -> Self {
        Self {
            schema,
            rows,
            batch_size,
            memory,
            ticket: TicketTimeline::default(),
            done: 0,
            ids: Vec::new(),
            details: TicketAttributes::default(),
            open: None,
        }
    }

    fn add(&mut self, batch: &RecordBatch) -> Result<()> {
        let ids = batch.column(TICKET);
        let columns = EventBatchColumns::try_new(batch)?;
        self.details.read(batch, columns.codes)?;
        let mut begun: Vec<u64> = Vec::new();
        for range in partition(std::slice::from_ref(ids))?.ranges() {
            let goes_on = range.start == 0
                && self
                    .open
                    .as_ref()
                    .is_some_and(|open| **open == *ids.slice(0, 1));
            if !goes_on {
                self.finish_ticket();
                begun.push(range.start as u64);
                self.details.begin();
                self.open = Some(Arc::clone(ids));
            }
            for row in range {
                match EventCode(columns.codes.value(row)).kind() {
                    EventKind::Ticket => self.details.assign_row(ids, row)?,
                    _ => columns.push(row, &mut self.ticket)?,
                }
            }
            if self.ticket.size() > SMALL.max(self.memory.size()) {
                self.memory.try_resize(self.ticket.size())?;
            }
        }
        if !begun.is_empty() {
            self.ids.push(take(ids, &UInt64Array::from(begun), None)?);
        }
        if !ids.is_empty() {
            self.open = Some(ids.slice(ids.len() - 1, 1));
        }
        Ok(())
    }

    fn finish_ticket(&mut self) {
        if self.open.take().is_none() {
            return;
        }
        self.ticket.sort();
        self.rows.add(&self.ticket);
        self.done += 1;
        self.ticket.clear();
    }

    /// True if a batch is ready to emit. Tickets without rows count too, since their ids are
    /// retained.
    fn is_full(&self) -> bool {
        self.rows.length() >= self.batch_size || self.done >= HELD.max(self.batch_size)
    }

    /// Emits the rows of the finished tickets.
    fn emit(&mut self) -> Result<RecordBatch> {
        let (length, done) = (self.rows.length(), self.done);
        let ids: Vec<&dyn Array> = self.ids.iter().map(AsRef::as_ref).collect();
        let all = concat(&ids)?;
        self.ids = vec![all.slice(done, all.len() - done)];
        self.done = 0;
        let details = self.details.take(done)?;
        let columns = self.rows.finish(&all.slice(0, done), &details)?;
        let options = arrow::array::RecordBatchOptions::new().with_row_count(Some(length));
        Ok(RecordBatch::try_new_with_options(
            Arc::clone(&self.schema),
            columns,
            &options,
        )?)
    }
}

/// Columns of a batch of events.
struct EventBatchColumns<'a> {
    times: &'a [i64],
    codes: &'a UInt32Array,
    old: &'a StringViewArray,
    new: &'a StringViewArray,
    numbers: Option<&'a Int64Array>,
}

impl<'a> EventBatchColumns<'a> {
    fn try_new(batch: &'a RecordBatch) -> Result<Self> {
        let columns = batch.columns();
        Ok(Self {
            times: ticks(&columns[AT])?,
            codes: columns[CODE].as_primitive::<UInt32Type>(),
            old: columns[OLD].as_string_view(),
            new: columns[NEW].as_string_view(),
            numbers: columns.get(NO).map(AsArray::as_primitive::<Int64Type>),
        })
    }

    fn push(&self, row: usize, ticket: &mut TicketTimeline) -> Result<()> {
        let text = |column: &'a StringViewArray| column.is_valid(row).then(|| column.value(row));
        let number = self.numbers.filter(|numbers| numbers.is_valid(row));
        ticket.push(
            self.times[row],
            number.map(|numbers| numbers.value(row)),
            EventCode(self.codes.value(row)),
            text(self.old),
            text(self.new),
        )
    }
}

/// Rows of the tickets of `input`, which is clustered by ticket.
pub(super) fn tickets(
    input: SendableRecordBatchStream,
    gatherer: TicketCollector,
    metrics: BaselineMetrics,
) -> SendableRecordBatchStream {
    let schema = Arc::clone(&gatherer.schema);
    let state = Some((input, gatherer, metrics));
    let batches = futures::stream::try_unfold(state, |state| async move {
        let Some((mut input, mut gatherer, metrics)) = state else {
            return Ok(None);
        };
        loop {
            let next = input.next().await.transpose()?;
            let time = metrics.elapsed_compute().clone();
            let _timer = time.timer();
            let is_last = next.is_none();
            match next {
                Some(batch) => gatherer.add(&batch)?,
                None => gatherer.finish_ticket(),
            }
            if is_last && gatherer.rows.length() == 0 {
                metrics.done();
                return Ok(None);
            }
            if is_last || gatherer.is_full() {
                let batch = gatherer.emit()?;
                metrics.record_output(batch.num_rows());
                let rest = (!is_last).then_some((input, gatherer, metrics));
                return Ok(Some((batch, rest)));
            }
        }
    });
    Box::pin(RecordBatchStreamAdapter::new(schema, batches))
}

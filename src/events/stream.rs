//! Events in, tickets out: only the ticket at hand is held.

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

use super::columns::Rows;
use super::facts::Facts;
use super::input::{AT, CODE, NEW, NO, OLD, TICKET};
use super::ticket::Ticket;
use super::vocabulary::Code;
use super::working::Working;
use crate::functions::ticks;

/// A ticket of fewer bytes is not worth the bookkeeping of the memory pool.
const SMALL: usize = 1 << 20;

/// Gathers the events of one ticket after the other.
pub(super) struct Gatherer {
    pub(super) schema: SchemaRef,
    pub(super) rows: Rows,
    pub(super) clock: Option<Working>,
    pub(super) as_of: Option<i64>,
    pub(super) batch_size: usize,
    pub(super) memory: MemoryReservation,
    ticket: Ticket,
    /// The tickets of `rows`, and of the one at hand.
    ids: Vec<ArrayRef>,
    /// The ticket at hand, as a column of one row.
    open: Option<ArrayRef>,
}

impl Gatherer {
    pub(super) fn new(
        schema: SchemaRef,
        rows: Rows,
        clock: Option<Working>,
        as_of: Option<i64>,
        batch_size: usize,
        memory: MemoryReservation,
    ) -> Self {
        Self {
            schema,
            rows,
            clock,
            as_of,
            batch_size,
            memory,
            ticket: Ticket::default(),
            ids: Vec::new(),
            open: None,
        }
    }

    fn add(&mut self, batch: &RecordBatch) -> Result<()> {
        let ids = batch.column(TICKET);
        let columns = Columns::of(batch)?;
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
                self.open = Some(Arc::clone(ids));
            }
            for row in range {
                columns.push(row, &mut self.ticket)?;
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
        let facts = Facts::of(&self.ticket, &mut self.clock, self.as_of);
        self.rows.append(&self.ticket, &facts);
        self.ticket.clear();
    }

    /// The tickets that are done.
    fn emit(&mut self) -> Result<RecordBatch> {
        let length = self.rows.length;
        let ids: Vec<&dyn Array> = self.ids.iter().map(AsRef::as_ref).collect();
        let all = concat(&ids)?;
        let done = all.slice(0, length);
        self.ids = vec![all.slice(length, all.len() - length)];
        let columns = self.rows.finish(&done)?;
        let options = arrow::array::RecordBatchOptions::new().with_row_count(Some(length));
        Ok(RecordBatch::try_new_with_options(
            Arc::clone(&self.schema),
            columns,
            &options,
        )?)
    }
}

/// The columns of a batch of events.
struct Columns<'a> {
    times: &'a [i64],
    codes: &'a UInt32Array,
    old: &'a StringViewArray,
    new: &'a StringViewArray,
    numbers: Option<&'a Int64Array>,
}

impl<'a> Columns<'a> {
    fn of(batch: &'a RecordBatch) -> Result<Self> {
        let columns = batch.columns();
        Ok(Self {
            times: ticks(&columns[AT])?,
            codes: columns[CODE].as_primitive::<UInt32Type>(),
            old: columns[OLD].as_string_view(),
            new: columns[NEW].as_string_view(),
            numbers: columns.get(NO).map(AsArray::as_primitive::<Int64Type>),
        })
    }

    fn push(&self, row: usize, ticket: &mut Ticket) -> Result<()> {
        let text = |column: &'a StringViewArray| column.is_valid(row).then(|| column.value(row));
        let number = self.numbers.filter(|numbers| numbers.is_valid(row));
        ticket.push(
            self.times[row],
            number.map(|numbers| numbers.value(row)),
            Code(self.codes.value(row)),
            text(self.old),
            text(self.new),
        )
    }
}

/// The tickets of `input`, whose rows stand together by ticket.
pub(super) fn tickets(
    input: SendableRecordBatchStream,
    gatherer: Gatherer,
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
            if is_last && gatherer.rows.length == 0 {
                metrics.done();
                return Ok(None);
            }
            if is_last || gatherer.rows.length >= gatherer.batch_size {
                let batch = gatherer.emit()?;
                metrics.record_output(batch.num_rows());
                let rest = (!is_last).then_some((input, gatherer, metrics));
                return Ok(Some((batch, rest)));
            }
        }
    });
    Box::pin(RecordBatchStreamAdapter::new(schema, batches))
}

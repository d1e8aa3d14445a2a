//! The side that has a text for each key, and reading it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arrow::array::Array;
use arrow::buffer::BooleanBuffer;
use arrow::record_batch::RecordBatch;
use datafusion::common::cast::as_boolean_array;
use datafusion::common::runtime::SpawnedTask;
use datafusion::common::{DataFusionError, Result, internal_err};
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties, PhysicalExpr};
use futures::TryStreamExt;

use super::pages::{Book, Pages};
use super::texts::{Reading, Texts, merged};
use crate::functions::kernels::bits;
use crate::planner::fast_paths::dense_join::with_keys;

/// What is read of each row of the source.
#[derive(Debug, Clone)]
pub(super) struct Side {
    /// What rows have to pass.
    pub(super) conditions: Vec<Arc<dyn PhysicalExpr>>,
    pub(super) key: Arc<dyn PhysicalExpr>,
    pub(super) reading: Reading,
}

/// The text of each key.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) book: Book,
    /// From the number `FIRST` on.
    pub(super) texts: Vec<Box<str>>,
    /// What is held for the book.
    _reservation: MemoryReservation,
}

impl Side {
    /// The text of each key of `source`; `None` where keys lie far apart, texts are many, or memory is
    /// short.
    ///
    /// # Errors
    /// When the source fails.
    pub(super) async fn read(
        &self,
        source: &Arc<dyn ExecutionPlan>,
        context: &Arc<TaskContext>,
    ) -> Result<Option<Found>> {
        let consumer = MemoryConsumer::new("TextByKeyExec");
        let reservation = consumer.register(context.memory_pool());
        let goes_on = Arc::new(AtomicBool::new(true));
        let mut tasks = vec![];
        for partition in 0..source.output_partitioning().partition_count() {
            let stream = source.execute(partition, Arc::clone(context))?;
            let part = Part::new(self.clone(), reservation.new_empty())?;
            tasks.push(SpawnedTask::spawn(part.all(stream, Arc::clone(&goes_on))));
        }
        let mut parts = vec![];
        for task in tasks {
            let joined = task.join_unwind().await;
            let part = joined.map_err(|error| DataFusionError::ExecutionJoin(Box::new(error)))?;
            parts.push(part?);
        }
        // Only now, so that no task holds memory any more when the stock plan starts.
        let Some(parts) = parts.into_iter().collect::<Option<Vec<Part>>>() else {
            return Ok(None);
        };
        let texts: Vec<_> = parts.iter().map(|part| part.texts.texts()).collect();
        let Some((texts, numbers)) = merged(&texts, self.reading.least) else {
            return Ok(None);
        };
        let pages = parts.into_iter().map(|part| part.pages);
        let Some(book) = Book::of(pages.zip(numbers).collect()) else {
            return Ok(None);
        };
        reservation.resize(book.size());
        Ok(Some(Found {
            book,
            texts,
            _reservation: reservation,
        }))
    }
}

/// One partition of the side.
struct Part {
    side: Side,
    texts: Texts,
    pages: Pages,
    codes: Vec<u32>,
    numbers: Vec<u16>,
    reservation: MemoryReservation,
}

impl Part {
    fn new(side: Side, reservation: MemoryReservation) -> Result<Self> {
        Ok(Self {
            texts: Texts::new(&side.reading)?,
            side,
            pages: Pages::default(),
            codes: vec![],
            numbers: vec![],
            reservation,
        })
    }

    /// `None` when this or any other part cannot go on.
    async fn all(
        mut self,
        mut stream: SendableRecordBatchStream,
        goes_on: Arc<AtomicBool>,
    ) -> Result<Option<Self>> {
        while let Some(batch) = stream.try_next().await? {
            // A row that fails may be one that the stock plan does not ask.
            if !goes_on.load(Ordering::Relaxed) || !self.take(&batch).unwrap_or(false) {
                goes_on.store(false, Ordering::Relaxed);
                return Ok(None);
            }
        }
        Ok(Some(self))
    }

    /// False when there is no going on.
    fn take(&mut self, batch: &RecordBatch) -> Result<bool> {
        let mut selected: Option<BooleanBuffer> = None;
        for condition in &self.side.conditions {
            let passing = condition.evaluate(batch)?.into_array(batch.num_rows())?;
            let passing = bits::known_true(as_boolean_array(&passing)?);
            selected = Some(match selected {
                Some(selected) => &selected & &passing,
                None => passing,
            });
        }
        if !self.texts.read(batch, &mut self.codes, &mut self.numbers)? {
            return Ok(false);
        }
        let keys = self
            .side
            .key
            .evaluate(batch)?
            .into_array(batch.num_rows())?;
        let ranks = self.texts.ranks();
        with_keys!(
            keys,
            |keys: Type| self
                .pages
                .put(keys, selected.as_ref(), &self.numbers, ranks),
            return internal_err!("{} is no key of a dense join", keys.data_type())
        );
        Ok(!self.pages.are_sparse() && self.reservation.try_resize(self.pages.size()).is_ok())
    }
}

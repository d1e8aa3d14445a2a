//! Execution of one statement: planned, run as a stream, counted, cancelled.

use std::sync::Arc;
use std::time::Duration;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray};
use arrow::datatypes::{SchemaRef, UInt64Type};
use datafusion::dataframe::DataFrame;
use datafusion::error::DataFusionError;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::execute_stream;
use datafusion::prelude::SessionContext;
use futures::TryStreamExt;
use tokio::sync::watch;
use tokio::time::Instant;

use super::damaged_scan::{explained, panicked};
use super::physical_plan::{PhysicalStatement, is_short_of_memory, joined_by_sorting, planned};
use crate::error::{Error, Result};
use crate::runtime::{ExpectedPanics, ScanProgress, caught_future};
use crate::sql::{self, ColumnUnits, QueryHint};
use crate::sql_type;

/// Kind of a statement's output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatementKind {
    /// Rows.
    Query,
    /// `COPY`, `INSERT`, `UPDATE` and `DELETE`: one row with the number of rows written.
    Write,
    /// No rows; it took effect at planning: `CREATE`, `DROP`, `SET`.
    Command,
}

/// A planned statement. Nothing runs before [`next_batch`](Self::next_batch) is called; dropping it
/// cancels the execution.
///
/// ```
/// # async fn example() -> deskql::Result<()> {
/// use deskql::{Engine, EngineSettings};
///
/// let engine = Engine::open(EngineSettings::default()).await?;
/// let mut execution = engine.run("SELECT nps(score) AS nps FROM (VALUES (10), (9), (3)) AS t(score)").await?;
/// while let Some(batch) = execution.next_batch().await? {
///     assert_eq!(batch.num_rows(), 1);
/// }
/// # Ok(())
/// # }
/// # tokio::runtime::Runtime::new().unwrap().block_on(example()).unwrap();
/// ```
pub struct StatementExecution {
    kind: StatementKind,
    logical: LogicalPlan,
    /// What it was planned with.
    session: Box<SessionState>,
    /// `None` for a command.
    plan: Option<PhysicalStatement>,
    state: ExecutionState,
    cancelled: watch::Sender<bool>,
    timeout: Option<Duration>,
    /// Types in the words of SQL, for the rows that `DESCRIBE` still has to give.
    types: Option<ArrayRef>,
}

enum ExecutionState {
    Planned,
    Running {
        stream: SendableRecordBatchStream,
        deadline: Option<Instant>,
        /// True if a batch has been given away.
        has_begun: bool,
        _expected: ExpectedPanics,
    },
    /// After an error before the first batch.
    Failed {
        deadline: Option<Instant>,
    },
    /// After the last batch or another error, and for a command, which has already taken effect.
    Ended,
}

impl std::fmt::Debug for StatementExecution {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StatementExecution")
            .field("kind", &self.kind)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

impl StatementExecution {
    /// Creates the physical plan of `frame`.
    ///
    /// # Errors
    /// When physical planning fails.
    pub(super) async fn try_new(frame: DataFrame) -> Result<Self> {
        let is_command = frame.schema().fields().is_empty();
        let (session, logical) = frame.into_parts();
        let kind = match &logical {
            LogicalPlan::Copy(_) | LogicalPlan::Dml(_) => StatementKind::Write,
            _ if is_command => StatementKind::Command,
            _ => StatementKind::Query,
        };
        let plan = if kind == StatementKind::Command {
            None
        } else {
            Some(planned(&session, &logical).await?)
        };
        Ok(Self {
            kind,
            logical,
            session: Box::new(session),
            state: match plan {
                Some(_) => ExecutionState::Planned,
                None => ExecutionState::Ended,
            },
            plan,
            cancelled: watch::Sender::new(false),
            timeout: None,
            types: None,
        })
    }

    /// Sets a time limit; past it the execution fails with [`Error::Timeout`].
    #[must_use]
    pub fn with_timeout(mut self, timeout: Option<Duration>) -> Self {
        self.timeout = timeout;
        self
    }

    /// Has `DESCRIBE` name types as SQL does (`VARCHAR`), not as Arrow does (`Utf8View`).
    #[must_use]
    pub fn with_sql_types(mut self) -> Self {
        if let LogicalPlan::DescribeTable(described) = &self.logical {
            let fields = described.schema.fields().iter();
            let names = fields.map(|field| sql_type::name(field.data_type()));
            self.types = Some(Arc::new(StringArray::from_iter_values(names)));
        }
        self
    }

    /// Kind of the statement's output.
    #[must_use]
    pub fn kind(&self) -> StatementKind {
        self.kind
    }

    /// Schema of its rows; empty for a command.
    #[must_use]
    pub fn schema(&self) -> SchemaRef {
        let plan = self.plan.as_ref();
        plan.map_or_else(
            || Arc::new(arrow::datatypes::Schema::empty()),
            |(plan, _)| plan.schema(),
        )
    }

    /// Hints about SQL that is probably not meant as written; none for most statements.
    #[must_use]
    pub fn hints(&self) -> Vec<QueryHint> {
        sql::hints(&self.logical)
    }

    /// Hints that depend on the data, for which some rows of the tables are read; meant for after its
    /// last batch.
    pub async fn hints_from_data(&self, context: &SessionContext) -> Vec<QueryHint> {
        sql::hints_from_data(&context.state(), &self.logical).await
    }

    /// Units of the KPI columns, for display.
    #[must_use]
    pub fn units(&self) -> ColumnUnits {
        ColumnUnits::from_plan(&self.logical)
    }

    /// Progress of its scans, which may be read while it runs; `None` for a command.
    #[must_use]
    pub fn scan_progress(&self) -> Option<ScanProgress> {
        self.plan
            .as_ref()
            .map(|(plan, _)| ScanProgress::for_plan(plan))
    }

    /// A handle that cancels it from another task or thread.
    #[must_use]
    pub fn canceller(&self) -> StatementCanceller {
        StatementCanceller(self.cancelled.clone())
    }

    /// The next batch; `None` at the end, and after an error. The first call starts the statement.
    ///
    /// # Errors
    /// When it fails; [`Error::Interrupted`] after cancellation, [`Error::Timeout`] past the time
    /// limit.
    pub async fn next_batch(&mut self) -> Result<Option<RecordBatch>> {
        if matches!(self.state, ExecutionState::Planned) {
            self.start(until_timeout(self.timeout))?;
        }
        match self.next_of_plan().await {
            Err(error) if is_short_of_memory(&error) => {
                if !self.start_by_sorting().await? {
                    return Err(error);
                }
                self.next_of_plan().await
            }
            next => next,
        }
    }

    /// Starts it again with joins that spill, if nobody has got a row yet; false if there is no such plan.
    async fn start_by_sorting(&mut self) -> Result<bool> {
        let ExecutionState::Failed { deadline } = self.state else {
            return Ok(false);
        };
        self.state = ExecutionState::Ended;
        let Some(plan) = joined_by_sorting(&self.session, &self.logical).await? else {
            return Ok(false);
        };
        self.plan = Some(plan);
        self.start(deadline)?;
        Ok(true)
    }

    async fn next_of_plan(&mut self) -> Result<Option<RecordBatch>> {
        let ExecutionState::Running {
            stream,
            deadline,
            has_begun,
            ..
        } = &mut self.state
        else {
            return Ok(None);
        };
        let (deadline, had_begun) = (*deadline, std::mem::replace(has_begun, true));
        let mut cancelled = self.cancelled.subscribe();
        let timeout = self.timeout;
        let batch = tokio::select! {
            biased;
            _ = cancelled.wait_for(|is_cancelled| *is_cancelled) => Ok(Err(Error::Interrupted)),
            () = until(deadline) => {
                Ok(Err(Error::Timeout(timeout.unwrap_or_default().as_secs_f64())))
            }
            batch = caught_future(stream.try_next()) => batch.map(|batch| batch.map_err(Error::from)),
        };
        let batch = match batch {
            Ok(batch) => batch.map_err(|error| explained(error, self.scan_progress())),
            Err(panic) => Err(panicked(panic, self.scan_progress())),
        };
        match batch {
            Ok(Some(batch)) => self.in_sql_types(batch).map(Some),
            ended => {
                // Drops the stream, which would otherwise continue to work.
                self.state = match ended {
                    Err(_) if !had_begun => ExecutionState::Failed { deadline },
                    _ => ExecutionState::Ended,
                };
                ended
            }
        }
    }

    /// Rows of `DESCRIBE`, whose second column is the type.
    fn in_sql_types(&mut self, batch: RecordBatch) -> Result<RecordBatch> {
        let rows = batch.num_rows();
        let Some(types) = self.types.take().filter(|types| types.len() >= rows) else {
            return Ok(batch);
        };
        self.types = Some(types.slice(rows, types.len() - rows));
        let mut columns = batch.columns().to_vec();
        if let Some(column) = columns.get_mut(1) {
            *column = types.slice(0, rows);
        }
        let named = RecordBatch::try_new(batch.schema(), columns);
        Ok(named.map_err(DataFusionError::from)?)
    }

    fn start(&mut self, deadline: Option<Instant>) -> Result<()> {
        self.state = ExecutionState::Ended;
        if let Some((plan, context)) = &self.plan {
            self.state = ExecutionState::Running {
                stream: execute_stream(Arc::clone(plan), Arc::clone(context))?,
                deadline,
                has_begun: false,
                _expected: ExpectedPanics::new(),
            };
        }
        Ok(())
    }

    /// Collects all rows.
    ///
    /// # Errors
    /// As [`next_batch`](Self::next_batch).
    pub async fn collect(mut self) -> Result<Vec<RecordBatch>> {
        let mut batches = Vec::new();
        while let Some(batch) = self.next_batch().await? {
            batches.push(batch);
        }
        Ok(batches)
    }

    /// Number of its rows, or of the rows that it wrote; the rows themselves are discarded.
    ///
    /// # Errors
    /// As [`next_batch`](Self::next_batch).
    pub async fn count(&mut self) -> Result<u64> {
        let mut rows = 0;
        while let Some(batch) = self.next_batch().await? {
            rows += match self.kind {
                StatementKind::Write => written(&batch),
                _ => batch.num_rows() as u64,
            };
        }
        Ok(rows)
    }
}

/// `COPY` and `INSERT` return one row with the number of rows they wrote.
fn written(batch: &RecordBatch) -> u64 {
    let counts = batch.column(0).as_primitive_opt::<UInt64Type>();
    counts.map_or(0, |counts| counts.iter().flatten().sum())
}

fn until_timeout(timeout: Option<Duration>) -> Option<Instant> {
    timeout.map(|timeout| Instant::now() + timeout)
}

async fn until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}

/// Cancels a statement from another task or thread.
#[derive(Debug, Clone)]
pub struct StatementCanceller(watch::Sender<bool>);

impl StatementCanceller {
    /// Cancels the statement at its next batch, or while it waits for one.
    pub fn cancel(&self) {
        self.0.send_replace(true);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Engine, EngineSettings};

    /// A nested loop join that runs for days; no leaf operator is polled meanwhile.
    const ENDLESS: &str = "SELECT count(*) FROM generate_series(1, 1000000) AS a, \
         generate_series(1, 10000000) AS b WHERE a.value * b.value % 7 = 3";

    async fn execution(sql: &str) -> StatementExecution {
        let engine = Engine::open(EngineSettings::default()).await.unwrap();
        engine.run(sql).await.unwrap()
    }

    #[tokio::test]
    async fn a_command_gives_no_rows() {
        let mut command = execution("SET datafusion.execution.batch_size = 10").await;
        assert_eq!(command.kind(), StatementKind::Command);
        assert!(command.next_batch().await.unwrap().is_none());
        assert!(command.schema().fields().is_empty() && command.scan_progress().is_none());
    }

    #[tokio::test]
    async fn rows_of_queries_and_of_writes_are_counted() {
        let engine = Engine::open(EngineSettings::default()).await.unwrap();
        let mut query = engine
            .run("SELECT * FROM generate_series(1, 7)")
            .await
            .unwrap();
        assert_eq!(query.count().await.unwrap(), 7);
        assert!(query.next_batch().await.unwrap().is_none());
        engine.run("CREATE TABLE t (a BIGINT)").await.unwrap();
        let mut write = engine
            .run("INSERT INTO t VALUES (1), (2), (3)")
            .await
            .unwrap();
        assert_eq!(write.kind(), StatementKind::Write);
        assert_eq!(write.count().await.unwrap(), 3);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_query_past_its_time_ends() {
        let timeout = Duration::from_millis(200);
        let mut endless = execution(ENDLESS).await.with_timeout(Some(timeout));
        assert!(matches!(endless.next_batch().await, Err(Error::Timeout(_))));
        assert!(endless.next_batch().await.unwrap().is_none());
        assert_eq!(endless.schema().fields().len(), 1);
        assert!(endless.scan_progress().is_some());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_query_is_cancelled_from_elsewhere() {
        let mut endless = execution(ENDLESS).await;
        let canceller = endless.canceller();
        let waiting = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(200));
            canceller.cancel();
        });
        assert!(matches!(
            endless.next_batch().await,
            Err(Error::Interrupted)
        ));
        waiting.join().unwrap();
    }
}

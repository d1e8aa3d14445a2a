//! Runs one piece of work after another; Ctrl-C and the time limit stop the running one.

use std::future::Future;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;

use super::stop::{ExecutionLimits, STACK, StopSignals, no_threads, panicked, sleep, workers};
use crate::error::{Error, Result};
use crate::runtime::ScratchFiles;

/// Time for stopped work to release its resources before the next work starts.
const GRACE: Duration = Duration::from_millis(50);

/// Worker threads, and a separate runtime that handles Ctrl-C while all workers are busy.
pub(crate) struct InterruptibleRunner {
    limits: ExecutionLimits,
    /// `None` only while they are replaced.
    workers: Option<Runtime>,
    watch: Runtime,
    signals: StopSignals,
}

/// Runs `work` to its end, or until Ctrl-C, a request to terminate or the time limit stops it. Then it
/// clears `scratch` and waits for nothing: some join operators do not yield (apache/datafusion#19358)
/// and cannot be cancelled.
///
/// # Errors
/// Those of `work`; [`Error::Interrupted`] and [`Error::Timeout`].
pub(crate) fn run_until_stopped<F>(
    limits: ExecutionLimits,
    scratch: &ScratchFiles,
    work: impl FnOnce() -> F + Send + 'static,
) -> Result<()>
where
    F: Future<Output = Result<()>>,
{
    let mut runner = InterruptibleRunner::start(limits, StopSignals::InterruptAndTerminate)?;
    let outcome = runner.run(work);
    if is_stopped(&outcome) {
        runner.clear(scratch);
    }
    outcome
}

fn is_stopped<T>(outcome: &Result<T>) -> bool {
    matches!(outcome, Err(Error::Interrupted | Error::Timeout(_)))
}

impl std::fmt::Debug for InterruptibleRunner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("InterruptibleRunner")
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

impl InterruptibleRunner {
    /// Starts the workers. From now on Ctrl-C does not end the program.
    ///
    /// # Errors
    /// When the system cannot create threads.
    pub(crate) fn start_for_shell(limits: ExecutionLimits) -> Result<Self> {
        Self::start(limits, StopSignals::Interrupt)
    }

    fn start(limits: ExecutionLimits, signals: StopSignals) -> Result<Self> {
        let watch = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(no_threads)?;
        watch.block_on(async {
            // The first poll installs the handler; it stays installed while nothing waits for the
            // signal.
            let signal = std::pin::pin!(signals.wait());
            let _ = futures::poll!(signal);
        });
        Ok(Self {
            limits,
            workers: Some(workers(limits)?),
            watch,
            signals,
        })
    }

    /// Sets the time limit of further work.
    pub(crate) fn limit(&mut self, timeout: Option<Duration>) {
        self.limits.timeout = timeout;
    }

    /// Runs `work` to its end, or until it is stopped; then it is dropped with its resources.
    ///
    /// # Errors
    /// Those of `work`; [`Error::Interrupted`] and [`Error::Timeout`].
    pub(crate) fn run<F, T>(&mut self, work: impl FnOnce() -> F + Send + 'static) -> Result<T>
    where
        F: Future<Output = Result<T>>,
        T: Send + 'static,
    {
        let workers = match self.workers.take() {
            Some(workers) => workers,
            None => workers(self.limits)?,
        };
        let (stop, stopped) = oneshot::channel::<()>();
        let (done, result) = oneshot::channel();
        let handle = workers.handle().clone();
        std::thread::Builder::new()
            .stack_size(STACK)
            .spawn(move || {
                let outcome = handle.block_on(async {
                    tokio::select! {
                        outcome = work() => outcome,
                        _ = stopped => Err(Error::Interrupted),
                    }
                });
                done.send(outcome).ok();
            })
            .map_err(no_threads)?;
        let (timeout, signals) = (self.limits.timeout, self.signals);
        let outcome = self.watch.block_on(async {
            let mut result = result;
            let why = tokio::select! {
                outcome = &mut result => return outcome.unwrap_or_else(|_| Err(panicked())),
                () = signals.wait() => Error::Interrupted,
                () = sleep(timeout) => Error::Timeout(timeout.unwrap_or_default().as_secs_f64()),
            };
            drop(stop);
            drop(tokio::time::timeout(GRACE, result).await);
            Err(why)
        });
        if is_stopped(&outcome) {
            // Some join operators do not yield (apache/datafusion#19358): the next work must not wait
            // for the threads that they occupy.
            workers.shutdown_background();
        } else {
            self.workers = Some(workers);
        }
        outcome
    }

    /// Deletes unfinished files; a second Ctrl-C leaves them and exits at once.
    fn clear(&self, scratch: &ScratchFiles) {
        let scratch = scratch.clone();
        let cleared = self.watch.spawn_blocking(move || scratch.discard());
        self.watch.block_on(async {
            tokio::select! {
                _ = cleared => {}
                () = self.signals.wait() => {}
            }
        });
    }
}

impl Drop for InterruptibleRunner {
    fn drop(&mut self) {
        if let Some(workers) = self.workers.take() {
            workers.shutdown_background();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use datafusion::physical_plan::collect;

    use super::*;
    use crate::planner::yielding;
    use crate::{Engine, EngineSettings};

    /// A nested loop join that runs for days; no leaf operator is polled meanwhile.
    const ENDLESS: &str = "SELECT count(*) FROM generate_series(1, 1000000) AS a, \
         generate_series(1, 10000000) AS b WHERE a.value * b.value % 7 = 3";

    #[test]
    fn threads_of_a_stopped_join_come_free() {
        let runtime = workers(ExecutionLimits::default()).unwrap();
        runtime.block_on(async {
            let engine = Engine::open(EngineSettings::default()).await.unwrap();
            let frame = engine.sql(ENDLESS).await.unwrap();
            let task = std::sync::Arc::new(frame.task_ctx());
            let plan = yielding(frame.create_physical_plan().await.unwrap()).unwrap();
            let stopped = tokio::time::timeout(Duration::from_millis(300), collect(plan, task));
            assert!(stopped.await.is_err());
        });
        let started = Instant::now();
        runtime.shutdown_timeout(Duration::from_secs(60));
        assert!(started.elapsed() < Duration::from_secs(30), "it still runs");
    }

    #[test]
    fn work_after_work_that_never_yields_has_threads() {
        let mut runner = InterruptibleRunner::start_for_shell(ExecutionLimits {
            threads: std::num::NonZeroUsize::new(1),
            timeout: Some(Duration::from_secs(1)),
        })
        .unwrap();
        let (release, held) = std::sync::mpsc::channel::<()>();
        let stuck = runner.run(move || async move {
            let task = datafusion::common::runtime::SpawnedTask::spawn(async move {
                held.recv().ok();
            });
            task.join().await.ok();
            Ok(())
        });
        assert!(matches!(stuck, Err(Error::Timeout(_))));
        let next = runner.run(|| async {
            let task = datafusion::common::runtime::SpawnedTask::spawn(async { 7 });
            Ok(task.join().await.unwrap_or_default())
        });
        assert_eq!(next.unwrap(), 7);
        drop(release);
    }
}

//! Limits of work, and the signals that stop it.

use std::num::NonZeroUsize;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

use crate::error::{Error, Result};

/// Stack size of the threads that plan and run queries: the planner recurses once for each term of
/// `a + b + ..`, and a stack overflow would abort the program. Only touched pages use memory.
pub(super) const STACK: usize = 512 << 20;

/// Limits of a run of SQL.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ExecutionLimits {
    /// Number of worker threads; `None` for one per core.
    pub(crate) threads: Option<NonZeroUsize>,
    /// Time limit.
    pub(crate) timeout: Option<Duration>,
}

pub(super) fn workers(limits: ExecutionLimits) -> Result<Runtime> {
    let mut builder = Builder::new_multi_thread();
    if let Some(threads) = limits.threads {
        builder.worker_threads(threads.get());
    }
    builder
        .thread_stack_size(STACK)
        .enable_all()
        .build()
        .map_err(no_threads)
}

pub(super) fn no_threads(source: std::io::Error) -> Error {
    Error::io("starting threads", source)
}

/// The panic message itself is on standard error already.
pub(super) fn panicked() -> Error {
    Error::Sql("internal error, please report it with the query".to_owned())
}

pub(super) async fn sleep(time: Option<Duration>) {
    match time {
        Some(time) => tokio::time::sleep(time).await,
        None => std::future::pending().await,
    }
}

/// Signals that stop work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StopSignals {
    /// Ctrl-C only: on a request to terminate, the default action ends the program.
    Interrupt,
    /// Ctrl-C, and a request of the system to terminate.
    InterruptAndTerminate,
}

impl StopSignals {
    /// Completes at one of the signals; never, if no handler can be installed.
    pub(super) async fn wait(self) {
        tokio::select! {
            () = interrupt() => {}
            () = terminate(), if self == Self::InterruptAndTerminate => {}
        }
    }
}

async fn interrupt() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

#[cfg(unix)]
async fn terminate() {
    use tokio::signal::unix::{SignalKind, signal};

    match signal(SignalKind::terminate()) {
        Ok(mut terminated) => {
            terminated.recv().await;
        }
        Err(_) => std::future::pending().await,
    }
}

#[cfg(not(unix))]
async fn terminate() {
    std::future::pending().await
}

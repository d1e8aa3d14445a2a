//! What work may use, and the signals that end it.

use std::num::NonZeroUsize;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

use crate::error::{Error, Result};

/// Stack of the threads that plan and run queries: the planner walks `a + b + ..` as deep as it is
/// long, and an overflow would end the program. Only what is touched costs memory.
pub(super) const STACK: usize = 512 << 20;

/// What a run of SQL may use.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ExecutionLimits {
    /// Worker threads; one a core when absent.
    pub(crate) threads: Option<NonZeroUsize>,
    /// How long it may take.
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

/// The message of the panic itself is on standard error already.
pub(super) fn panicked() -> Error {
    Error::Sql("internal error, please report it with the query".to_owned())
}

pub(super) async fn sleep(time: Option<Duration>) {
    match time {
        Some(time) => tokio::time::sleep(time).await,
        None => std::future::pending().await,
    }
}

/// Signals that end work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StopSignals {
    /// Ctrl-C only: asked to terminate, the program ends as if it did not listen.
    Interrupt,
    /// When the system asks the program to end too.
    InterruptAndTerminate,
}

impl StopSignals {
    /// Ends at one of them; never, if they cannot be heard.
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

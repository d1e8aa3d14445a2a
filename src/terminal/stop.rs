//! Runs work so that Ctrl-C and `--timeout` end it whatever it is doing.

use std::future::Future;
use std::num::NonZeroUsize;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;

use crate::error::{Error, Result};
use crate::runtime::Scratch;

/// Stack of the threads that plan and run queries: the planner walks `a + b + ..` as deep as it is
/// long, and an overflow would end the program. Only what is touched costs memory.
pub(super) const STACK: usize = 512 << 20;

/// What a run of SQL may use.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Limits {
    /// Worker threads; one a core when absent.
    pub(crate) threads: Option<NonZeroUsize>,
    /// How long it may take.
    pub(crate) timeout: Option<Duration>,
}

/// Runs `work` to its end, or until it is stopped: then `scratch` is cleared and nothing is waited
/// for, since some join operators do not yield (apache/datafusion#19358) and cannot be cancelled.
///
/// Signals and the clock are watched by a runtime of their own for the same reason: busy workers
/// would never get round to them.
pub(crate) fn run_until_stopped<F>(
    limits: Limits,
    scratch: &Scratch,
    work: impl FnOnce() -> F + Send + 'static,
) -> Result<()>
where
    F: Future<Output = Result<()>>,
{
    let workers = workers(limits)?;
    let watch = Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(no_threads)?;
    let (done, result) = oneshot::channel();
    let handle = workers.handle().clone();
    std::thread::Builder::new()
        .stack_size(STACK)
        .spawn(move || {
            // Nobody listens any more when the program is being stopped.
            done.send(handle.block_on(work())).ok();
        })
        .map_err(no_threads)?;
    let outcome = watch.block_on(async {
        tokio::select! {
            result = result => result.unwrap_or_else(|_| Err(panicked())),
            () = interrupt() => Err(Error::Interrupted),
            () = sleep(limits.timeout) => {
                Err(Error::Timeout(limits.timeout.unwrap_or_default().as_secs_f64()))
            }
        }
    });
    if matches!(outcome, Err(Error::Interrupted | Error::Timeout(_))) {
        clear(&watch, scratch);
    }
    watch.shutdown_background();
    workers.shutdown_background();
    outcome
}

pub(super) fn workers(limits: Limits) -> Result<Runtime> {
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

/// Removes unfinished files; a second Ctrl-C leaves them and ends at once.
fn clear(watch: &Runtime, scratch: &Scratch) {
    let scratch = scratch.clone();
    let cleared = watch.spawn_blocking(move || scratch.discard());
    watch.block_on(async {
        tokio::select! {
            _ = cleared => {}
            () = interrupt() => {}
        }
    });
}

pub(super) async fn sleep(time: Option<Duration>) {
    match time {
        Some(time) => tokio::time::sleep(time).await,
        None => std::future::pending().await,
    }
}

/// Ends at Ctrl-C or when the system asks the program to end; never, if it cannot be heard.
#[cfg(unix)]
async fn interrupt() {
    use tokio::signal::unix::{SignalKind, signal};

    let heard = signal(SignalKind::interrupt()).and_then(|interrupted| {
        let terminated = signal(SignalKind::terminate())?;
        Ok((interrupted, terminated))
    });
    match heard {
        Ok((mut interrupted, mut terminated)) => {
            tokio::select! {
                _ = interrupted.recv() => {}
                _ = terminated.recv() => {}
            }
        }
        Err(_) => std::future::pending().await,
    }
}

#[cfg(not(unix))]
async fn interrupt() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

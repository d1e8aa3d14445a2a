//! Panics of the crates that decode files, which some damaged files cause.

use std::any::Any;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, Location, PanicHookInfo, catch_unwind};
use std::pin::pin;
use std::sync::Once;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;

/// What a panic was called with.
pub(crate) type PanicPayload = Box<dyn Any + Send>;

/// Parts of the paths of the crates' sources.
const READERS: [&str; 6] = [
    "/delta_kernel",
    "/parquet-",
    "/arrow-",
    "/bytes-",
    "/flatbuffers-",
    "/object_store-",
];

static HOOK: Once = Once::new();
static EXPECTED: AtomicUsize = AtomicUsize::new(0);

/// While one of these is there, panics of the crates print nothing: who holds it turns them into errors.
#[derive(Debug)]
pub(crate) struct ExpectedPanics(());

impl ExpectedPanics {
    pub(crate) fn new() -> Self {
        HOOK.call_once(|| {
            let print = std::panic::take_hook();
            std::panic::set_hook(Box::new(move |info| {
                if EXPECTED.load(Ordering::Relaxed) == 0 || !is_of_reader(info) {
                    print(info);
                }
            }));
        });
        EXPECTED.fetch_add(1, Ordering::Relaxed);
        Self(())
    }

    /// Expects them from now on: a file is damaged, and other tasks may still be about to read it.
    pub(crate) fn keep() {
        std::mem::forget(Self::new());
    }
}

impl Drop for ExpectedPanics {
    fn drop(&mut self) {
        EXPECTED.fetch_sub(1, Ordering::Relaxed);
    }
}

fn is_of_reader(info: &PanicHookInfo<'_>) -> bool {
    let file = info.location().map_or("", Location::file);
    READERS.iter().any(|part| file.contains(part))
}

/// Runs `work` over a file.
///
/// # Errors
/// If it panics, with what the panic was called with.
pub(crate) fn caught<T>(work: impl FnOnce() -> T) -> Result<T, PanicPayload> {
    let _expected = ExpectedPanics::new();
    catch_unwind(AssertUnwindSafe(work))
}

/// Like [`caught`], for a future.
///
/// # Errors
/// If it panics.
pub(crate) async fn caught_future<F: Future>(future: F) -> Result<F::Output, PanicPayload> {
    let mut future = pin!(future);
    let poll = poll_fn(
        move |context| match caught(|| future.as_mut().poll(context)) {
            Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
            Ok(Poll::Pending) => Poll::Pending,
            Err(panic) => Poll::Ready(Err(panic)),
        },
    );
    poll.await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_an_error() {
        assert!(caught(|| 1).is_ok());
        let empty: [u8; 0] = [];
        assert!(caught(|| empty[std::hint::black_box(3)]).is_err());
        assert_eq!(caught_future(async { 2 }).await.ok(), Some(2));
        let panics = caught_future(async { empty[std::hint::black_box(3)] });
        assert!(panics.await.is_err());
    }
}

//! Work that is done once and that all partitions of an operator wait for.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use datafusion::common::{DataFusionError, Result};
use futures::future::{BoxFuture, Shared};
use futures::{FutureExt, TryFutureExt};

/// A result that the first partition starts to compute and every partition awaits; an operator has one for each
/// execution.
pub(crate) struct SharedOnce<T>(Mutex<Option<SharedResult<T>>>);

type SharedResult<T> =
    Shared<BoxFuture<'static, std::result::Result<Arc<T>, Arc<DataFusionError>>>>;

impl<T> Default for SharedOnce<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> fmt::Debug for SharedOnce<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedOnce").finish_non_exhaustive()
    }
}

impl<T: Send + Sync + 'static> SharedOnce<T> {
    /// The result of the work that `start` returns; it is called for the first partition only. Nothing runs
    /// before a partition awaits the result, and whichever waits drives it.
    ///
    /// # Errors
    /// Those of `start`; the next partition calls it again.
    pub(crate) fn get_or_start<F>(
        &self,
        start: impl FnOnce() -> Result<F>,
    ) -> Result<BoxFuture<'static, Result<Arc<T>>>>
    where
        F: Future<Output = Result<T>> + Send + 'static,
    {
        let mut shared = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let shared = match shared.as_ref() {
            Some(started) => started.clone(),
            None => {
                let work = start()?.map_ok(Arc::new).map_err(Arc::new);
                shared.insert(work.boxed().shared()).clone()
            }
        };
        Ok(shared.map_err(DataFusionError::Shared).boxed())
    }
}

#[cfg(test)]
mod tests {
    use datafusion::common::exec_err;

    use super::*;

    #[tokio::test]
    async fn the_work_is_done_once_and_its_error_reaches_all() {
        let once = SharedOnce::<usize>::default();
        let first = once.get_or_start(|| Ok(async { Ok(7) })).unwrap();
        let second = once.get_or_start(|| Ok(async { exec_err!("started twice") }));
        assert_eq!(
            (*first.await.unwrap(), *second.unwrap().await.unwrap()),
            (7, 7)
        );

        let failing = SharedOnce::<usize>::default();
        for _ in 0..2 {
            let work = failing
                .get_or_start(|| Ok(async { exec_err!("no memory") }))
                .unwrap();
            assert!(work.await.unwrap_err().to_string().contains("no memory"));
        }
    }
}

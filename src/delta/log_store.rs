//! Where a Delta table is, and the kernel's engine over the store of that place.

use std::fmt;
use std::sync::{Arc, LazyLock};

use delta_kernel::{Engine as KernelEngine, KernelResult};
use delta_kernel_default_engine::DefaultEngineBuilder;
use delta_kernel_default_engine::executor::tokio::TokioMultiThreadExecutor;
use futures::TryStreamExt;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use url::Url;

use super::errors::{NO_VERSION, kernel_problem, without_threads};
use super::kernel_store::{KernelStore, MARK_PREFIX};
use crate::error::{Error, Result};
use crate::runtime::{caught, store_error};

/// Threads on which the kernel waits for its own requests. They outlive every table: a runtime must not end on a
/// thread of another one.
static EXECUTOR: LazyLock<Option<Arc<TokioMultiThreadExecutor>>> = LazyLock::new(|| {
    let executor = TokioMultiThreadExecutor::new_owned_runtime(Some(2), None);
    executor.ok().map(Arc::new)
});

/// The folder of a Delta table in an object store.
#[derive(Clone)]
pub(crate) struct DeltaLocation {
    /// The table as the user named it, for messages.
    pub(crate) label: String,
    /// URL of the folder; its path ends in `/`.
    pub(crate) root: Url,
    pub(crate) store: Arc<dyn ObjectStore>,
    pub(super) engine: Arc<dyn KernelEngine>,
}

impl fmt::Debug for DeltaLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeltaLocation")
            .field("root", &self.root.as_str())
            .finish_non_exhaustive()
    }
}

impl DeltaLocation {
    /// The folder at `root` of `store`.
    ///
    /// # Errors
    /// If no thread can be started.
    pub(crate) fn try_new(
        label: impl Into<String>,
        root: &Url,
        store: Arc<dyn ObjectStore>,
    ) -> Result<Self> {
        let label = label.into();
        let executor = EXECUTOR.as_ref().ok_or_else(|| without_threads(&label))?;
        let engine = DefaultEngineBuilder::new(Arc::new(KernelStore(Arc::clone(&store))))
            .with_task_executor(Arc::clone(executor))
            .build();
        let mut root = root.clone();
        if !root.path().ends_with('/') {
            root.set_path(&format!("{}/", root.path()));
        }
        Ok(Self {
            label,
            root,
            store,
            engine: Arc::new(engine),
        })
    }

    /// Path of the folder in its store.
    ///
    /// # Errors
    /// If the URL cannot be one of a store.
    pub(crate) fn folder(&self) -> Result<Path> {
        self.store_path(&self.root)
    }

    /// Begins the log of a table, before its first data file: without a log the files of a run that was stopped would be
    /// read as a folder of plain files. Stores have no folders, and get a mark where the log will be.
    ///
    /// # Errors
    /// If the disk or the store refuses.
    pub(super) async fn begin_log(&self) -> Result<()> {
        if !self.is_local() {
            let text =
                "The run that creates this table has not finished, or was stopped: run it again.\n";
            let put = self.store.put(&self.begin_mark()?, text.into()).await;
            return put
                .map(drop)
                .map_err(|error| store_error(&self.label, &error));
        }
        let path = self.root.to_file_path();
        let path = path.map_err(|()| self.problem("is not the path of a folder"))?;
        let log = path.join("_delta_log");
        std::fs::create_dir_all(&log).map_err(|error| Error::io(log, error))
    }

    /// Takes the mark of a table away that has a version now. One that stays is passed over.
    pub(super) async fn end_begin(&self) {
        if let (false, Ok(mark)) = (self.is_local(), self.begin_mark()) {
            self.store.delete(&mark).await.ok();
        }
    }

    /// The error of a command that needs a table where none has a version.
    pub(crate) async fn without_table(&self) -> Error {
        let is_begun = if self.is_local() {
            let path = self.root.to_file_path();
            path.is_ok_and(|path| path.join("_delta_log").is_dir())
        } else {
            let mark = self.begin_mark().ok();
            let head = async |mark| self.store.head(&mark).await.is_ok();
            futures::future::OptionFuture::from(mark.map(head)).await == Some(true)
        };
        self.problem(if is_begun {
            NO_VERSION
        } else {
            "is not a Delta table: there is no _delta_log"
        })
    }

    fn begin_mark(&self) -> Result<Path> {
        Ok(self.log_folder()?.join(format!("{MARK_PREFIX}begun")))
    }

    /// True if the log has a version, or what is left of one.
    ///
    /// # Errors
    /// If the store refuses.
    pub(super) async fn has_versions(&self) -> Result<bool> {
        let log = self.log_folder()?;
        let entries = self.store.list(Some(&log));
        let found = entries.try_any(|object| {
            let name = object.location.filename().unwrap_or_default();
            std::future::ready(!name.starts_with(MARK_PREFIX))
        });
        found
            .await
            .map_err(|error| store_error(&self.label, &error))
    }

    /// Path of the folder of the log.
    ///
    /// # Errors
    /// Those of [`folder`](Self::folder).
    pub(super) fn log_folder(&self) -> Result<Path> {
        Ok(self.folder()?.join("_delta_log"))
    }

    /// Path in the store of `url`.
    ///
    /// # Errors
    /// If it cannot be one of a store.
    pub(super) fn store_path(&self, url: &Url) -> Result<Path> {
        Path::from_url_path(url.path()).map_err(|error| self.problem(error.to_string()))
    }

    /// True if the table is in the local file system.
    pub(crate) fn is_local(&self) -> bool {
        self.root.scheme() == "file"
    }

    /// Runs `call` of the kernel, all of which block, on a thread that may.
    ///
    /// # Errors
    /// Those of the call, in the words of this project.
    pub(super) async fn blocking<T, F>(&self, call: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&dyn KernelEngine) -> KernelResult<T> + Send + 'static,
    {
        let engine = Arc::clone(&self.engine);
        let run = tokio::task::spawn_blocking(move || caught(|| call(engine.as_ref())));
        match run.await {
            Ok(Ok(Ok(value))) => Ok(value),
            Ok(Ok(Err(error))) => Err(kernel_problem(&self.label, error)),
            // A damaged log must not end the program.
            Ok(Err(_)) | Err(_) => Err(self.problem(
                "the log of the Delta table is damaged: restore it, or read an older version",
            )),
        }
    }

    /// An error about this table.
    pub(super) fn problem(&self, problem: impl Into<String>) -> Error {
        Error::location(&self.label, problem)
    }
}

//! DataFusion's source of CSV files over checked text.

use std::fmt;
use std::sync::Arc;

use datafusion::common::config::CsvOptions;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{
    CsvSource, FileOpenFuture, FileOpener, FileScanConfig, FileSource,
};
use datafusion::datasource::table_schema::TableSchema;
use datafusion::error::{DataFusionError, Result};
use datafusion::physical_plan::metrics::ExecutionPlanMetricsSet;
use datafusion::physical_plan::projection::ProjectionExprs;
use datafusion::physical_plan::{DisplayFormatType, PhysicalExpr};
use futures::{FutureExt, StreamExt, TryStreamExt};
use object_store::path::Path;
use object_store::{GetOptions, GetRange, ObjectStore};

use super::check::lines_in;
use super::form::TextForm;
use super::problem::TextProblem;
use super::store::TextReadingStore;
use crate::error::Error;

/// The stock source, which reads files as the text that `form` makes of them.
#[derive(Debug, Clone)]
pub(crate) struct DelimitedSource {
    csv: CsvSource,
    form: TextForm,
}

impl DelimitedSource {
    pub(super) fn new(csv: CsvSource, form: TextForm) -> Self {
        Self { csv, form }
    }

    /// The stock source, which has the options.
    pub(crate) fn csv(&self) -> &CsvSource {
        &self.csv
    }

    pub(crate) fn form(&self) -> &TextForm {
        &self.form
    }

    pub(super) fn with_options(&self, options: CsvOptions) -> Self {
        Self {
            csv: self.csv.clone().with_csv_options(options),
            form: self.form.clone(),
        }
    }

    fn around(&self, csv: Arc<dyn FileSource>) -> Arc<dyn FileSource> {
        match csv.downcast_ref::<CsvSource>() {
            Some(stock) => Arc::new(Self::new(stock.clone(), self.form.clone())),
            None => csv,
        }
    }
}

impl FileSource for DelimitedSource {
    fn create_file_opener(
        &self,
        object_store: Arc<dyn ObjectStore>,
        base_config: &FileScanConfig,
        partition: usize,
    ) -> Result<Arc<dyn FileOpener>> {
        let store = TextReadingStore {
            inner: Arc::clone(&object_store),
            compression: base_config.file_compression_type,
            form: self.form.clone(),
        };
        let mut plain = base_config.clone();
        plain.file_compression_type = FileCompressionType::UNCOMPRESSED;
        let inner = self
            .csv
            .create_file_opener(Arc::new(store), &plain, partition)?;
        Ok(Arc::new(DelimitedOpener {
            inner,
            store: object_store,
        }))
    }

    fn table_schema(&self) -> &TableSchema {
        self.csv.table_schema()
    }

    fn with_batch_size(&self, batch_size: usize) -> Arc<dyn FileSource> {
        self.around(self.csv.with_batch_size(batch_size))
    }

    fn projection(&self) -> Option<&ProjectionExprs> {
        self.csv.projection()
    }

    fn metrics(&self) -> &ExecutionPlanMetricsSet {
        self.csv.metrics()
    }

    fn file_type(&self) -> &str {
        self.csv.file_type()
    }

    fn supports_repartitioning(&self) -> bool {
        self.csv.supports_repartitioning()
    }

    fn fmt_extra(&self, t: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.csv.fmt_extra(t, f)
    }

    fn try_pushdown_projection(
        &self,
        projection: &ProjectionExprs,
    ) -> Result<Option<Arc<dyn FileSource>>> {
        let pushed = self.csv.try_pushdown_projection(projection)?;
        Ok(pushed.map(|csv| self.around(csv)))
    }

    fn apply_expressions(
        &self,
        f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        self.csv.apply_expressions(f)
    }
}

/// Names the file, and the line in it, of a text that cannot be read.
struct DelimitedOpener {
    inner: Arc<dyn FileOpener>,
    store: Arc<dyn ObjectStore>,
}

impl FileOpener for DelimitedOpener {
    fn open(&self, file: PartitionedFile) -> Result<FileOpenFuture> {
        let store = Arc::clone(&self.store);
        let location = file.object_meta.location.clone();
        // The part's own lines begin behind the first line break from the byte before it on.
        let start = file.range.as_ref().map_or(0, |range| range.start);
        let start = u64::try_from(start).unwrap_or_default();
        let opened = self.inner.open(file)?;
        Ok(async move {
            let batches = opened.await?;
            let worded = batches.or_else(move |error| {
                let (store, location) = (Arc::clone(&store), location.clone());
                async move { Err(worded(error, &store, &location, start).await) }
            });
            Ok(worded.boxed())
        }
        .boxed())
    }
}

async fn worded(
    error: DataFusionError,
    store: &Arc<dyn ObjectStore>,
    location: &Path,
    start: u64,
) -> DataFusionError {
    let Some(problem) = TextProblem::among_causes(&error) else {
        return error;
    };
    let before = if start == 0 {
        0
    } else {
        lines_before(store, location, start - 1).await + 1
    };
    let name = location.filename().unwrap_or_default();
    Error::location(name, problem.behind(before).to_string()).into()
}

async fn lines_before(store: &Arc<dyn ObjectStore>, location: &Path, end: u64) -> u64 {
    if end == 0 {
        return 0;
    }
    let options = GetOptions {
        range: Some(GetRange::Bounded(0..end)),
        ..GetOptions::default()
    };
    let Ok(got) = store.get_opts(location, options).await else {
        return 0;
    };
    let chunks = got.into_stream();
    let lines = chunks.try_fold(
        0,
        |lines, chunk| async move { Ok(lines + lines_in(&chunk)) },
    );
    lines.await.unwrap_or_default()
}

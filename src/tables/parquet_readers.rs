//! Readers of Parquet files: of local files as they were listed, without statistics that have no count of NULLs, and
//! with footers that have been checked.

use std::any::Any;
use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use datafusion::catalog::Session;
use datafusion::common::Result;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::parquet::{
    CachedParquetFileReaderFactory, ParquetFileReaderFactory,
};
use datafusion::datasource::physical_plan::{
    FileGroup, FileScanConfig, FileScanConfigBuilder, ParquetSource,
};
use datafusion::datasource::source::DataSourceExec;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::metrics::ExecutionPlanMetricsSet;
use futures::FutureExt;
use futures::future::BoxFuture;
use object_store::{ObjectMeta, ObjectStore};
use parquet::arrow::arrow_reader::ArrowReaderOptions;
use parquet::arrow::async_reader::AsyncFileReader;
use parquet::errors::ParquetError;
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData};

use super::checked_footer::{self, damaged};
use crate::runtime::{LocalFiles, caught_future};

/// The files of a local scan, which stay as they are now: the reader opens a file for each range that it reads.
pub(super) fn local_files(scan: &FileScanConfig) -> Option<Arc<dyn ObjectStore>> {
    if scan.object_store_url != ObjectStoreUrl::local_filesystem() {
        return None;
    }
    let files = scan.file_groups.iter().flat_map(FileGroup::iter);
    let files = LocalFiles::listed(files.map(|file| file.object_meta.clone()), false);
    files.open_all();
    Some(Arc::new(files))
}

/// `scan` with readers of `files` whose footers have no statistics without a count of NULLs.
pub(super) fn with_readers(
    state: &dyn Session,
    scan: &Arc<dyn ExecutionPlan>,
    files: Option<Arc<dyn ObjectStore>>,
) -> Option<Arc<dyn ExecutionPlan>> {
    let exec = (scan.as_ref() as &dyn Any).downcast_ref::<DataSourceExec>()?;
    let (config, source) = exec.downcast_to_file_source::<ParquetSource>()?;
    let readers: Arc<dyn ParquetFileReaderFactory> = match files {
        Some(files) => {
            let cache = state.runtime_env().cache_manager.get_file_metadata_cache();
            Arc::new(CachedParquetFileReaderFactory::new(files, cache))
        }
        None => Arc::clone(source.parquet_file_reader_factory()?),
    };
    let source = source
        .clone()
        .with_parquet_file_reader_factory(Arc::new(NullSafeReaders(readers)));
    let config = FileScanConfigBuilder::from(config.clone()).with_source(Arc::new(source));
    Some(DataSourceExec::from_data_source(config.build()))
}

#[derive(Debug)]
struct NullSafeReaders(Arc<dyn ParquetFileReaderFactory>);

impl ParquetFileReaderFactory for NullSafeReaders {
    fn create_reader(
        &self,
        partition_index: usize,
        file: PartitionedFile,
        metadata_size_hint: Option<usize>,
        metrics: &ExecutionPlanMetricsSet,
    ) -> Result<Box<dyn AsyncFileReader + Send>> {
        let object = file.object_meta.clone();
        let reader = self
            .0
            .create_reader(partition_index, file, metadata_size_hint, metrics)?;
        Ok(Box::new(NullSafeReader { reader, object }))
    }
}

struct NullSafeReader {
    reader: Box<dyn AsyncFileReader + Send>,
    object: ObjectMeta,
}

impl AsyncFileReader for NullSafeReader {
    fn get_bytes(&mut self, range: Range<u64>) -> BoxFuture<'_, parquet::errors::Result<Bytes>> {
        self.reader.get_bytes(range)
    }

    fn get_byte_ranges(
        &mut self,
        ranges: Vec<Range<u64>>,
    ) -> BoxFuture<'_, parquet::errors::Result<Vec<Bytes>>> {
        self.reader.get_byte_ranges(ranges)
    }

    fn get_metadata<'a>(
        &'a mut self,
        options: Option<&'a ArrowReaderOptions>,
    ) -> BoxFuture<'a, parquet::errors::Result<Arc<ParquetMetaData>>> {
        async move {
            let is_damaged = |problem: &str| {
                let error = damaged(&self.object, problem);
                ParquetError::External(Box::new(error))
            };
            let footer = caught_future(self.reader.get_metadata(options)).await;
            let footer = footer.map_err(|_panic| is_damaged("its footer cannot be decoded"))??;
            checked_footer::check(&footer, self.object.size)
                .map_err(|problem| is_damaged(&problem))?;
            without_unknown_counts(footer)
        }
        .boxed()
    }
}

pub(super) fn has_unknown_nulls(chunk: &ColumnChunkMetaData) -> bool {
    let statistics = chunk.statistics();
    statistics.is_some_and(|known| known.null_count_opt().is_none())
}

fn without_unknown_counts(
    footer: Arc<ParquetMetaData>,
) -> parquet::errors::Result<Arc<ParquetMetaData>> {
    let groups = footer.row_groups();
    if !groups
        .iter()
        .any(|group| group.columns().iter().any(has_unknown_nulls))
    {
        return Ok(footer);
    }
    let groups = groups.iter().map(|group| {
        let columns = group.columns().iter().map(|chunk| {
            if has_unknown_nulls(chunk) {
                chunk.clone().into_builder().clear_statistics().build()
            } else {
                Ok(chunk.clone())
            }
        });
        let columns = columns.collect::<parquet::errors::Result<_>>()?;
        let group = group.clone().into_builder();
        group.set_column_metadata(columns).build()
    });
    let groups = groups.collect::<parquet::errors::Result<_>>()?;
    let rebuilt = ParquetMetaData::clone(&footer).into_builder();
    Ok(Arc::new(rebuilt.set_row_groups(groups).build()))
}

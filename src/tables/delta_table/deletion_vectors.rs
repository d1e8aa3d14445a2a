//! Rows of a file that are deleted, as the places that a Parquet scan leaves out.

use datafusion::catalog::Session;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::parquet::ParquetAccessPlan;
use datafusion::datasource::physical_plan::parquet::metadata::DFParquetMetadata;
use datafusion::error::Result;
use parquet::arrow::arrow_reader::{RowSelection, RowSelector};
use parquet::file::metadata::RowGroupMetaData;

use crate::delta::{DeltaFile, DeltaSnapshot};
use crate::error::Error;

/// The rows of `file` that are not deleted.
///
/// # Errors
/// If its footer or its deletion vector cannot be read, or the two do not fit.
pub(super) async fn access_plan(
    session: &dyn Session,
    snapshot: &DeltaSnapshot,
    file: &DeltaFile,
    scanned: &PartitionedFile,
) -> Result<ParquetAccessPlan> {
    let store = &snapshot.location().store;
    let cache = session
        .runtime_env()
        .cache_manager
        .get_file_metadata_cache();
    let footer = DFParquetMetadata::new(store.as_ref(), &scanned.object_meta)
        .with_file_metadata_cache(Some(cache))
        .fetch_metadata()
        .await?;
    let rows: i64 = footer
        .row_groups()
        .iter()
        .map(RowGroupMetaData::num_rows)
        .sum();
    let rows = u64::try_from(rows).unwrap_or_default();
    let deleted = snapshot.deleted_rows(file).await?;
    let selection = kept_rows(&deleted, rows).ok_or_else(|| {
        let problem = format!(
            "the deletion vector of {} names rows that the file does not have: the table is damaged",
            file.log_path
        );
        Error::location(&snapshot.location().label, problem)
    })?;
    ParquetAccessPlan::try_new_from_overall_row_selection(selection, footer.row_groups())
}

/// All of `rows` rows but the `deleted`, which are ascending positions; `None` if one is not a row.
fn kept_rows(deleted: &[u64], rows: u64) -> Option<RowSelection> {
    let mut selectors = Vec::new();
    let mut next = 0;
    for row in deleted {
        if *row >= rows || *row < next {
            return None;
        }
        selectors.push(RowSelector::select(usize::try_from(row - next).ok()?));
        selectors.push(RowSelector::skip(1));
        next = row + 1;
    }
    selectors.push(RowSelector::select(usize::try_from(rows - next).ok()?));
    Some(selectors.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(deleted: &[u64], rows: u64) -> Option<Vec<usize>> {
        let selection = kept_rows(deleted, rows)?;
        let (mut kept, mut at) = (Vec::new(), 0);
        for selector in selection.iter() {
            if !selector.skip {
                kept.extend(at..at + selector.row_count);
            }
            at += selector.row_count;
        }
        assert_eq!(at as u64, rows);
        Some(kept)
    }

    #[test]
    fn deleted_rows_are_left_out() {
        assert_eq!(kept(&[], 3), Some(vec![0, 1, 2]));
        assert_eq!(kept(&[0, 2], 4), Some(vec![1, 3]));
        assert_eq!(kept(&[0, 1, 2], 3), Some(vec![]));
        assert_eq!(kept(&[1], 2), Some(vec![0]));
    }

    #[test]
    fn a_vector_of_another_file_is_noticed() {
        assert_eq!(kept(&[3], 3), None);
        assert_eq!(kept(&[1, 1], 3), None);
    }
}

//! Entries of the log for files that leave a table.

use std::collections::HashSet;

use datafusion::arrow::array::{Array, AsArray};
use delta_kernel::engine::arrow_data::ArrowEngineData;
use delta_kernel::snapshot::SnapshotRef;
use delta_kernel::{Engine as KernelEngine, FilteredEngineData, KernelResult};
use std::sync::Arc;

/// The files of `snapshot` by these paths, as the kernel takes them; `None` if one is not there.
pub(super) fn removed(
    engine: &dyn KernelEngine,
    snapshot: &SnapshotRef,
    paths: &[String],
) -> KernelResult<Option<Vec<FilteredEngineData>>> {
    let mut wanted: HashSet<&str> = paths.iter().map(String::as_str).collect();
    let scan = Arc::clone(snapshot).scan_builder().build()?;
    let mut found = Vec::new();
    for metadata in scan.scan_metadata(engine)? {
        let (data, selection) = metadata?.scan_files.into_parts();
        let data = ArrowEngineData::try_from_engine_data(data)?;
        let batch = data.record_batch();
        let names = batch
            .column_by_name("path")
            .and_then(|names| names.as_string_opt::<i32>());
        let Some(names) = names else {
            continue;
        };
        let chosen: Vec<bool> = (0..batch.num_rows())
            .map(|row| {
                // A selection that is too short goes on with true.
                let is_file = selection.get(row).copied().unwrap_or(true) && names.is_valid(row);
                is_file && wanted.remove(names.value(row))
            })
            .collect();
        if chosen.contains(&true) {
            found.push(FilteredEngineData::try_new(data, chosen)?);
        }
    }
    Ok(wanted.is_empty().then_some(found))
}

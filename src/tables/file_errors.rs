//! Wording of errors about files.

use datafusion::error::DataFusionError;

use super::listing::DataFile;
use super::source::TableSource;
use crate::sql;

/// Error in one line, with the wording of query errors.
pub(crate) fn one_line(error: &DataFusionError) -> String {
    sql::explain(error, None)
}

/// Label of a file: the source's label, plus the path of the file unless the label ends with its
/// name.
pub(crate) fn label(source: &TableSource, file: &DataFile) -> String {
    if source.label.ends_with(&file.name) {
        return source.label.clone();
    }
    let mut parts = file.folders.clone();
    parts.push(file.name.clone());
    format!("{}/{}", source.label.trim_end_matches('/'), parts.join("/"))
}

//! How errors about files are worded.

use datafusion::error::DataFusionError;

use super::listing::DataFile;
use super::source::TableSource;
use crate::sql;

/// The error in one line of the words that queries use.
pub(crate) fn one_line(error: &DataFusionError) -> String {
    sql::explain(error, None)
}

/// The file's own name beside a label that names more than the file.
pub(crate) fn label(source: &TableSource, file: &DataFile) -> String {
    if source.label.ends_with(&file.name) {
        return source.label.clone();
    }
    let mut parts = file.folders.clone();
    parts.push(file.name.clone());
    format!("{}/{}", source.label.trim_end_matches('/'), parts.join("/"))
}

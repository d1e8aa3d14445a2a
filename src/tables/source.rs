//! What one table is made of: where its files are and how they are to be read.

use std::collections::BTreeSet;

use datafusion::arrow::datatypes::DataType;
use datafusion::logical_expr::SortExpr;
use url::Url;

use super::kind::DataFileFormat;

/// The files of one table.
#[derive(Debug, Clone)]
pub(crate) struct TableSource {
    /// What to call the table's files in messages: the location as the user wrote it.
    pub(crate) label: String,
    /// Where the files are. All in one object store.
    pub(crate) places: Vec<FilePattern>,
    /// The files' format; told by their names when absent.
    pub(crate) format: Option<DataFileFormat>,
    /// The columns that folder names give; found in the names when absent, none when empty.
    pub(crate) partitions: Option<Vec<PartitionColumn>>,
    /// The order the rows of each file are in.
    pub(crate) sort_order: Vec<Vec<SortExpr>>,
    /// Format options as in `CREATE EXTERNAL TABLE .. OPTIONS (..)`.
    pub(crate) options: Vec<(String, String)>,
    /// Texts that mean NULL in CSV files, beside the empty one.
    pub(crate) null_words: Vec<String>,
    /// Columns of CSV files that stay text, whatever their values look like.
    pub(crate) text_columns: BTreeSet<String>,
}

/// A file, or the files of a folder whose names match a glob.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FilePattern {
    /// A folder (its path ends in `/`) or a file.
    pub(crate) url: Url,
    /// Matched against the names of the files in the folder.
    pub(crate) glob: Option<String>,
}

/// A column whose values are folder names (`month=01/`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PartitionColumn {
    pub(crate) name: String,
    /// Told by the values when absent.
    pub(crate) data_type: Option<DataType>,
}

impl TableSource {
    /// The files at `place`, with everything else told by the files themselves.
    pub(crate) fn new(label: impl Into<String>, place: FilePattern) -> Self {
        Self {
            label: label.into(),
            places: vec![place],
            format: None,
            partitions: None,
            sort_order: Vec::new(),
            options: Vec::new(),
            null_words: Vec::new(),
            text_columns: BTreeSet::new(),
        }
    }
}

impl FilePattern {
    /// The whole of a file or folder.
    pub(crate) fn whole(url: Url) -> Self {
        Self { url, glob: None }
    }
}

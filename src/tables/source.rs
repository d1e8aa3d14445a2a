//! Source of one table: location of its files and reader options.

use std::collections::BTreeSet;

use datafusion::arrow::datatypes::DataType;
use datafusion::logical_expr::SortExpr;
use url::Url;

use super::kind::DataFileFormat;
use super::number_form::NumberForm;
use super::path_glob::PathGlob;
use crate::delta::TableVersion;
use crate::json::ListPath;
use crate::text_files::TextEncoding;

/// Files of one table.
#[derive(Debug, Clone)]
pub(crate) struct TableSource {
    /// Name of the table's files in messages: the location as the user wrote it.
    pub(crate) label: String,
    /// Places of the files, all in one object store.
    pub(crate) places: Vec<FilePattern>,
    /// Version of the Delta table that the place is; `None` for other files.
    pub(crate) delta: Option<TableVersion>,
    /// Format of the files; `None` derives it from their names.
    pub(crate) format: Option<DataFileFormat>,
    /// Partition columns of the folder names; `None` detects them, an empty list disables them.
    pub(crate) partitions: Option<Vec<PartitionColumn>>,
    /// Order of the rows in each file.
    pub(crate) sort_order: Vec<Vec<SortExpr>>,
    /// Format options as in `CREATE EXTERNAL TABLE .. OPTIONS (..)`.
    pub(crate) options: Vec<(String, String)>,
    /// List of each JSON document that holds the rows; `None` looks for it.
    pub(crate) json_list: Option<ListPath>,
    /// Texts that mean NULL in CSV files, besides the empty one.
    pub(crate) null_words: Vec<String>,
    /// Encoding of text files; `None` tells it from them.
    pub(crate) encoding: Option<TextEncoding>,
    /// Lines above the header of CSV files, or rows above that of a sheet; `None` tells them from the file.
    pub(crate) skip: Option<u64>,
    /// Form of the numbers of CSV files; `None` tells it from the values.
    pub(crate) numbers: Option<NumberForm>,
    /// Columns among `text_columns` that become numbers: marks in them are told from the values too.
    pub(crate) number_columns: BTreeSet<String>,
    /// True if the user has said what columns of bytes are.
    pub(crate) has_meant_bytes: bool,
    /// False for a sheet without a header; CSV files have an option for it.
    pub(crate) header: Option<bool>,
    /// Sheet of a workbook; `None` for the first.
    pub(crate) sheet: Option<String>,
    /// Columns of a workbook in which an error such as `#N/A` is NULL.
    pub(crate) null_errors: BTreeSet<String>,
    /// Columns of a workbook in which numbers may be rounded.
    pub(crate) doubles: BTreeSet<String>,
    /// Columns of CSV files that stay text, regardless of their values.
    pub(crate) text_columns: BTreeSet<String>,
}

/// A file, or the files of a folder whose names match a glob.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FilePattern {
    /// Folder (its path ends in `/`) or file.
    pub(crate) url: Url,
    /// Glob for the names of the files in the folder.
    pub(crate) glob: Option<String>,
    /// Glob for the paths of the files, where it chooses among folders `key=value` below `url`.
    pub(crate) selection: Option<PathGlob>,
}

/// Column whose values are folder names (`month=01/`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PartitionColumn {
    pub(crate) name: String,
    /// Type; `None` infers it from the values.
    pub(crate) data_type: Option<DataType>,
}

impl TableSource {
    /// Source of the files at `place`; everything else is inferred from the files.
    pub(crate) fn new(label: impl Into<String>, place: FilePattern) -> Self {
        Self {
            label: label.into(),
            places: vec![place],
            delta: None,
            format: None,
            partitions: None,
            sort_order: Vec::new(),
            options: Vec::new(),
            json_list: None,
            null_words: Vec::new(),
            encoding: None,
            skip: None,
            numbers: None,
            number_columns: BTreeSet::new(),
            has_meant_bytes: false,
            header: None,
            sheet: None,
            null_errors: BTreeSet::new(),
            doubles: BTreeSet::new(),
            text_columns: BTreeSet::new(),
        }
    }

    /// True if the user has set the format option `name`.
    pub(crate) fn has_option(&self, name: &str) -> bool {
        let is_it = |key: &str| {
            key.rsplit('.')
                .next()
                .is_some_and(|last| last.eq_ignore_ascii_case(name))
        };
        self.options.iter().any(|(key, _)| is_it(key))
    }
}

impl FilePattern {
    /// The whole file or folder.
    pub(crate) fn whole(url: Url) -> Self {
        Self {
            url,
            glob: None,
            selection: None,
        }
    }
}

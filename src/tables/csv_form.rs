//! Form of the CSV files of a table.

use datafusion::common::config::CsvOptions;

use crate::text_files::TextForm;

/// Form of the files of a table: the text of their records, and how these are written.
#[derive(Debug, Clone)]
pub(crate) struct CsvForm {
    pub(crate) options: CsvOptions,
    pub(crate) text: TextForm,
}

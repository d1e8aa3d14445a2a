//! One schema for all CSV files of a table.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::catalog::Session;
use datafusion::common::config::CsvOptions;
use futures::{StreamExt, TryStreamExt};
use object_store::ObjectStore;

use super::csv_form::{CsvForm, form};
use super::csv_forms;
use super::csv_numbers;
use super::csv_types::{self, CsvColumns};
use super::listing::DataFile;
use super::notes::TableNotes;
use super::number_form::NumberForm;
use super::schema::{concurrency, not_empty, store};
use super::source::TableSource;
use super::spellings;
use super::text_type::ObservedValueKinds;
use super::western;
use crate::error::{Error, Result};

/// Maximum number of bytes of a table for type inference, spread over its files.
const BYTES: usize = 1 << 30;

/// Types of the columns of CSV files, and the types with which they are read first.
#[derive(Debug)]
pub(crate) struct CsvSchema {
    pub(crate) form: CsvForm,
    pub(crate) types: SchemaRef,
    /// Like `types`, but text for times and numbers in forms that arrow's reader does not support.
    pub(crate) read_as: SchemaRef,
    /// Form of the numbers of columns that are read as text and become numbers.
    pub(crate) numbers: Vec<Option<NumberForm>>,
}

/// Reads the columns of every CSV file, and tells the form of the files where the user has not.
///
/// # Errors
/// If a file cannot be read, or two files have other columns: CSV is read by position.
pub(crate) async fn infer(
    session: &dyn Session,
    source: &TableSource,
    options: CsvOptions,
    files: &[DataFile],
) -> Result<CsvSchema> {
    let files = not_empty(source, files)?;
    let store = store(session, source)?;
    let mut said = Vec::new();
    let mut form = form(source, options.clone(), &store, files[0], &mut said).await?;
    let read = match all_columns(session, source, &form, &store, &files).await {
        Err(_)
            if source.encoding.is_none()
                && western::are_western(form.options.compression.into(), &store, &files).await =>
        {
            said.clear();
            form = western_form(source, options.clone(), &store, files[0], &mut said).await?;
            all_columns(session, source, &form, &store, &files).await
        }
        read => read,
    };
    if read.is_err() && source.encoding.is_none() {
        csv_forms::check_encodings(source, &form, &store, &files).await?;
    }
    let joined = read.and_then(|columns| one_header(source, &files, columns));
    let is_certain = joined.is_ok() && form.options.has_header.unwrap_or(true);
    if !is_certain {
        csv_forms::check_alike(source, &options, &form, &store, &files).await?;
    }
    let mut columns = joined?;
    said.extend(columns.renamed.take());
    if columns.has_line_breaks || form.text.skip > 0 || form.text.encoding.is_some() {
        form.options.newlines_in_values = Some(true);
    }
    let schema = schema(source, form, columns, &mut said);
    if !said.is_empty() {
        let note = format!("{}: {}", source.label, said.join("; "));
        TableNotes::add(session.config(), note);
    }
    Ok(schema)
}

/// The names of the columns of one file, whose form is told from it alone.
///
/// # Errors
/// If the file cannot be read.
pub(crate) async fn header_of(
    source: &TableSource,
    options: CsvOptions,
    store: &Arc<dyn ObjectStore>,
    file: &DataFile,
) -> Result<Vec<String>> {
    let form = form(source, options, store, file, &mut Vec::new()).await?;
    let columns = csv_types::columns(source, &form, store, file, 0).await?;
    Ok(columns.names)
}

/// The form of files that are not UTF-8 but of Western Europe.
async fn western_form(
    source: &TableSource,
    options: CsvOptions,
    store: &Arc<dyn ObjectStore>,
    file: &DataFile,
    said: &mut Vec<String>,
) -> Result<CsvForm> {
    let encoded = western::as_western(source);
    said.push(western::NOTE.to_owned());
    form(&encoded, options, store, file, said).await
}

async fn all_columns(
    session: &dyn Session,
    source: &TableSource,
    form: &CsvForm,
    store: &Arc<dyn ObjectStore>,
    files: &[&DataFile],
) -> Result<Vec<CsvColumns>> {
    let limit = western::BYTES_PER_FILE.min(BYTES / files.len());
    futures::stream::iter(files.iter().copied())
        .map(|file| {
            let (store, form) = (Arc::clone(store), form.clone());
            async move { csv_types::columns(source, &form, &store, file, limit).await }
        })
        .boxed() // https://github.com/rust-lang/rust/issues/64552
        .buffered(concurrency(session))
        .try_collect()
        .await
}

fn schema(
    source: &TableSource,
    form: CsvForm,
    columns: CsvColumns,
    said: &mut Vec<String>,
) -> CsvSchema {
    let CsvColumns {
        names,
        mut seen,
        odd,
        ..
    } = columns;
    let mut forms = csv_numbers::settle(source, &form, &names, &mut seen, said);
    for ((name, kinds), odd) in names.iter().zip(&seen).zip(odd) {
        if kinds.is_text() && source.numbers.is_none() && !source.text_columns.contains(name) {
            said.extend(odd.reason(name));
        }
    }
    for (name, (kinds, form)) in names.iter().zip(seen.iter_mut().zip(&mut forms)) {
        *form = form.filter(|_| kinds.has_written_numbers());
        if source.number_columns.contains(name) {
            // Rewritten as text, for the type that the user gives.
            *kinds = ObservedValueKinds::text();
            *form = form.or(source.numbers);
        }
    }
    let typed = |of: fn(ObservedValueKinds) -> DataType| {
        let fields = names.iter().zip(&seen);
        let fields = fields.map(|(name, seen)| Field::new(name, of(*seen), true));
        Arc::new(Schema::new(fields.collect::<Vec<_>>()))
    };
    CsvSchema {
        numbers: forms,
        types: typed(ObservedValueKinds::data_type),
        read_as: typed(|seen| {
            if seen.is_read_as_text() {
                DataType::Utf8
            } else {
                seen.data_type()
            }
        }),
        form,
    }
}

/// Checks that all files have the same header, since CSV is read by position.
fn one_header(
    source: &TableSource,
    files: &[&DataFile],
    all: Vec<CsvColumns>,
) -> Result<CsvColumns> {
    let mut files_and_columns = files.iter().zip(all);
    let Some((first, mut columns)) = files_and_columns.next() else {
        return Err(Error::location(&source.label, "no data file there"));
    };
    for (file, other) in files_and_columns {
        if !spellings::is_same_header(&columns.names, &other.names) {
            let names = (&columns.names, &other.names);
            return Err(other_columns(
                &source.label,
                &first.name,
                names.0,
                &file.name,
                names.1,
            ));
        }
        columns.has_line_breaks |= other.has_line_breaks;
        for (seen, more) in columns.seen.iter_mut().zip(&other.seen) {
            *seen = seen.or(*more);
        }
    }
    Ok(columns)
}

/// Error for two files with different headers.
pub(crate) fn other_columns(
    label: &str,
    one: &str,
    names: &[String],
    other: &str,
    other_names: &[String],
) -> Error {
    let (names, other_names) = (names.join(", "), other_names.join(", "));
    Error::location(
        label,
        format!(
            "CSV files of one table need the same columns in the same order, but {one} has \
             ({names}) and {other} has ({other_names})"
        ),
    )
}

//! Checks that the CSV files of a table are written alike, since all are read in the form of the first.

use std::sync::Arc;

use datafusion::common::config::CsvOptions;
use object_store::ObjectStore;

use super::csv_form::{CsvForm, form};
use super::csv_types;
use super::file_errors::label;
use super::listing::DataFile;
use super::source::TableSource;
use crate::error::{Error, Result};
use crate::text_files::western_text;

/// Text of each file that is looked at.
const BYTES: usize = 64 << 20;

/// Compares the form of the first file with those of the others.
///
/// # Errors
/// If one has another delimiter, other lines above the header, or a header where the first has none. Files that
/// cannot be read are left to who reads them.
pub(super) async fn check_alike(
    source: &TableSource,
    options: &CsvOptions,
    first: &CsvForm,
    store: &Arc<dyn ObjectStore>,
    files: &[&DataFile],
) -> Result<()> {
    for file in files.iter().skip(1) {
        let said = &mut Vec::new();
        let Ok(form) = form(source, options.clone(), store, file, said).await else {
            continue;
        };
        let (one, other) = (words(first), words(&form));
        let differing = one.into_iter().zip(other).find(|(one, other)| one != other);
        if let Some((one, other)) = differing {
            return Err(Error::location(
                &source.label,
                format!(
                    "CSV files of one table are read alike, but {} has {one} and {} has {other}: make them alike, \
                     or name them as tables of their own",
                    files[0].name, file.name
                ),
            ));
        }
    }
    Ok(())
}

/// What is told of a file, in words.
fn words(form: &CsvForm) -> [String; 2] {
    let delimiter = char::from(form.options.delimiter).to_string();
    let header = if form.options.has_header.unwrap_or(true) {
        format!("its header in line {}", form.text.skip + 1)
    } else {
        "no header".to_owned()
    };
    [format!("the delimiter {delimiter:?}"), header]
}

/// Refuses files of which some are UTF-8 and others of Western Europe: no encoding is that of all.
///
/// # Errors
/// If there are such files.
pub(super) async fn check_encodings(
    source: &TableSource,
    form: &CsvForm,
    store: &Arc<dyn ObjectStore>,
    files: &[&DataFile],
) -> Result<()> {
    let compression = form.options.compression.into();
    let (mut utf8, mut western) = (None, None);
    for file in files {
        let location = &file.meta.location;
        let counted = western_text(store.as_ref(), location, compression, BYTES).await;
        match counted {
            Ok(counts) if counts.is_plausible() => western = Some(file),
            Ok(counts) if !counts.is_ascii() => {
                let read = csv_types::columns(source, form, store, file, BYTES).await;
                utf8 = read.is_ok().then_some(file).or(utf8);
            }
            _ => {}
        }
    }
    match (utf8, western) {
        (Some(utf8), Some(western)) => Err(Error::location(
            label(source, western),
            format!(
                "it is not UTF-8, and {} is: convert it first, as in iconv -f windows-1252 -t utf-8",
                utf8.name
            ),
        )),
        _ => Ok(()),
    }
}

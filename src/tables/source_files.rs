//! Files of a table.

use datafusion::catalog::Session;
use glob::Pattern;

use super::kind::FileName;
use super::listing::{DataFile, data_files, store_of};
use super::source::{FilePattern, TableSource};
use super::{folder_contents, label_of};
use crate::error::Result;

/// Lists the current data files of a table.
pub(crate) async fn list(session: &dyn Session, source: &TableSource) -> Result<Vec<DataFile>> {
    let mut files = Vec::new();
    for place in &source.places {
        let store = store_of(session, &source.label, &place.url)?;
        refuse_unreadable(source, place)?;
        let mut here = data_files(store.as_ref(), &source.label, place).await?;
        if place.url.path().ends_with('/') && place.glob.is_none() {
            here.retain(|file| is_wanted(source, &file.name));
        }
        files.append(&mut here);
    }
    Ok(files)
}

/// Refuses a local folder in which a link to nothing or the like may be a file of the table.
fn refuse_unreadable(source: &TableSource, place: &FilePattern) -> Result<()> {
    let is_folder = place.url.scheme() == "file" && place.url.path().ends_with('/');
    let Some(folder) = is_folder.then(|| place.url.to_file_path().ok()).flatten() else {
        return Ok(());
    };
    let glob = place
        .glob
        .as_deref()
        .and_then(|glob| Pattern::new(glob).ok());
    let is_of_table = |name: &str| match &glob {
        Some(glob) => glob.matches(name),
        None => is_wanted(source, name),
    };
    folder_contents::refuse_unreadable(&label_of(&place.url), &folder, &is_of_table)
}

/// In a folder, only files with the name of a data file belong to the table.
fn is_wanted(source: &TableSource, name: &str) -> bool {
    let kind = FileName::parse(name).map(|parsed| parsed.kind.format);
    match (source.format, kind) {
        (Some(format), Some(kind)) => format == kind,
        (None, Some(_)) => true,
        (_, None) => false,
    }
}

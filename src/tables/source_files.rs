//! Files of a table.

use datafusion::catalog::Session;

use super::kind::FileName;
use super::listing::{DataFile, data_files, store_of};
use super::source::TableSource;
use crate::error::Result;

/// Lists the current data files of a table.
pub(crate) async fn list(session: &dyn Session, source: &TableSource) -> Result<Vec<DataFile>> {
    let mut files = Vec::new();
    for place in &source.places {
        let store = store_of(session, &source.label, &place.url)?;
        let mut here = data_files(store.as_ref(), &source.label, place).await?;
        if place.url.path().ends_with('/') && place.glob.is_none() {
            here.retain(|file| is_wanted(source, &file.name));
        }
        files.append(&mut here);
    }
    Ok(files)
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

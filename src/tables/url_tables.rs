//! `SELECT .. FROM 'file.parquet'`: a table for a quoted path, glob or URL.

use std::fmt;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use datafusion::catalog::{TableProvider, UrlTableFactory};
use datafusion::error::Result;
use datafusion::execution::SessionState;
use datafusion::prelude::SessionContext;

use super::kind::FileName;
use super::location::DataLocation;
use super::source::TableSource;
use super::workbook::is_workbook;
use super::{build, places, version_suffix};
use crate::delta::TableVersion;

type GetState = Box<dyn Fn() -> Option<SessionState> + Send + Sync>;

/// Creates tables for names that look like files.
#[derive(Default)]
pub(crate) struct UrlTables {
    state: OnceLock<GetState>,
}

impl UrlTables {
    /// Sets the session whose stores and settings the tables use.
    pub(crate) fn attach(&self, context: &SessionContext) {
        let weak = context.state_weak_ref();
        let state = move || weak.upgrade().map(|state| state.read().clone());
        // A second call would set the same session.
        let _ = self.state.set(Box::new(state));
    }
}

impl fmt::Debug for UrlTables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UrlTables").finish_non_exhaustive()
    }
}

#[async_trait]
impl UrlTableFactory for UrlTables {
    async fn try_new(&self, url: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        let state = self.state.get().and_then(|state| state());
        let Some(state) = state.filter(|_| looks_like_a_file(url)) else {
            return Ok(None);
        };
        let (file, sheet) = with_sheet(url);
        let (file, version) = with_version(file);
        let location = DataLocation::parse(file, None)?;
        let mut source = TableSource::new(file, places::whole(&location));
        source.delta = version;
        source.sheet = sheet.map(str::to_owned);
        source.places = places::resolve(&state, &location).await?;
        Ok(Some(build::build(&state, source).await?))
    }
}

/// True for a file name; other unregistered names are reported as missing tables, not as missing
/// files.
fn looks_like_a_file(name: &str) -> bool {
    let (file, _) = with_sheet(name);
    name.contains(['/', '*']) || FileName::parse(name).is_some() || is_workbook(file)
}

/// Splits `lake/tickets@v3` into the table and the version, unless a file has that name.
fn with_version(name: &str) -> (&str, Option<TableVersion>) {
    match version_suffix::split(name) {
        Some((table, version)) if !Path::new(name).exists() => (table, Some(version)),
        _ => (name, None),
    }
}

/// Splits `book.xlsx#Sheet` into the workbook and the sheet.
fn with_sheet(name: &str) -> (&str, Option<&str>) {
    match name.rsplit_once('#') {
        Some((file, sheet)) if is_workbook(file) => (file, Some(sheet)),
        _ => (name, None),
    }
}

//! Case-insensitive lookup of table names.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use datafusion::catalog::{SchemaProvider, TableProvider, UrlTableFactory};
use datafusion::common::exec_err;
use datafusion::error::Result;

use super::delta_table::{at_version, refreshed};
use super::url_tables::UrlTables;
use super::version_suffix;
use crate::error::Error;

/// Tables of a session: `FROM tickets` also finds `Tickets.parquet` if nothing else matches.
///
/// An exact match has priority; a name that matches two tables only by ignoring case matches none.
///
/// A name that is not a registered table may be that of a file.
#[derive(Debug)]
pub(crate) struct CaseInsensitiveSchemaProvider {
    tables: RwLock<BTreeMap<String, Arc<dyn TableProvider>>>,
    /// Reasons why tables cannot be read, by name.
    left_out: RwLock<BTreeMap<String, String>>,
    files: Arc<UrlTables>,
}

impl CaseInsensitiveSchemaProvider {
    pub(crate) fn new(files: Arc<UrlTables>) -> Self {
        Self {
            tables: RwLock::default(),
            left_out: RwLock::default(),
            files,
        }
    }

    /// Makes `reason` the error of queries that name the table.
    pub(crate) fn leave_out(&self, name: &str, reason: &str) {
        let mut left_out = self
            .left_out
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        left_out.insert(name.to_owned(), reason.to_owned());
    }

    fn reason(&self, name: &str) -> Option<Error> {
        let left_out = self.left_out.read().unwrap_or_else(PoisonError::into_inner);
        let exact = left_out.get(name);
        let lower = name.to_lowercase();
        let near = || {
            left_out
                .iter()
                .find(|(known, _)| known.to_lowercase() == lower)
        };
        let reason = exact.or_else(|| near().map(|(_, reason)| reason))?;
        Some(Error::Sql(reason.clone()))
    }

    /// The table as it is now: what was committed to a Delta table is seen by the next statement.
    async fn fresh(
        &self,
        name: &str,
        table: Arc<dyn TableProvider>,
    ) -> Result<Arc<dyn TableProvider>> {
        let Some(newer) = refreshed(&table).await? else {
            return Ok(table);
        };
        let mut tables = self.tables.write().unwrap_or_else(PoisonError::into_inner);
        // Another statement may have dropped or replaced it meanwhile.
        if let Some(known) = tables.get_mut(name)
            && Arc::ptr_eq(known, &table)
        {
            *known = Arc::clone(&newer);
        }
        Ok(newer)
    }

    fn find(&self, name: &str) -> Option<(String, Arc<dyn TableProvider>)> {
        let tables = self.tables.read().unwrap_or_else(PoisonError::into_inner);
        if let Some((name, table)) = tables.get_key_value(name) {
            return Some((name.clone(), Arc::clone(table)));
        }
        let lower = name.to_lowercase();
        let mut near = tables
            .iter()
            .filter(|(known, _)| known.to_lowercase() == lower);
        match (near.next(), near.next()) {
            (Some((name, table)), None) => Some((name.clone(), Arc::clone(table))),
            _ => None,
        }
    }
}

fn without_versions(name: &str) -> Error {
    let problem = format!("table {name:?} has no versions: only Delta tables have");
    Error::Sql(problem)
}

#[async_trait]
impl SchemaProvider for CaseInsensitiveSchemaProvider {
    fn table_names(&self) -> Vec<String> {
        let tables = self.tables.read().unwrap_or_else(PoisonError::into_inner);
        tables.keys().cloned().collect()
    }

    async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        if let Some((name, table)) = self.find(name) {
            return self.fresh(&name, table).await.map(Some);
        }
        if let Some(reason) = self.reason(name) {
            return Err(reason.into());
        }
        if let Some((base, version)) = version_suffix::split(name)
            && let Some((_, table)) = self.find(base)
        {
            let older = at_version(&table, version).await?;
            return older.map(Some).ok_or_else(|| without_versions(base).into());
        }
        self.files.try_new(name).await
    }

    fn register_table(
        &self,
        name: String,
        table: Arc<dyn TableProvider>,
    ) -> Result<Option<Arc<dyn TableProvider>>> {
        let mut tables = self.tables.write().unwrap_or_else(PoisonError::into_inner);
        if tables.contains_key(&name) {
            return exec_err!("The table {name} already exists");
        }
        Ok(tables.insert(name, table))
    }

    fn deregister_table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        let Some((name, _)) = self.find(name) else {
            return Ok(None);
        };
        let mut tables = self.tables.write().unwrap_or_else(PoisonError::into_inner);
        Ok(tables.remove(&name))
    }

    /// True if exactly this name is in use: `T1` does not prevent the creation of `t1`.
    fn table_exist(&self, name: &str) -> bool {
        let tables = self.tables.read().unwrap_or_else(PoisonError::into_inner);
        tables.contains_key(name)
    }
}

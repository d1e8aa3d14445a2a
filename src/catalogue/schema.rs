//! The schema `deskql`, which holds what the engine knows about itself.

use std::any::Any;
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use datafusion::catalog::{SchemaProvider, TableProvider};
use datafusion::common::exec_err;
use datafusion::error::Result;
use datafusion::prelude::SessionContext;

use super::listing::Listing;
use super::tables;

/// The name of the schema. Users may have tables of any name, `kpis` too, since theirs are in
/// another schema; this one is read-only.
pub const NAME: &str = "deskql";

/// Read-only tables, found whatever their case.
#[derive(Debug, Default)]
struct Own {
    tables: RwLock<BTreeMap<String, Arc<Listing>>>,
}

/// Adds the schema with its tables to the default catalog of `context`; no row is made before one is
/// asked for.
///
/// # Errors
/// When the catalog takes no schema.
pub fn register(context: &SessionContext) -> Result<()> {
    let own = Own::default();
    own.add("kpis", tables::of_kpis());
    own.add("functions", tables::of_functions());
    let options = context.copied_config();
    let catalog = &options.options().catalog.default_catalog;
    if let Some(catalog) = context.catalog(catalog) {
        catalog.register_schema(NAME, Arc::new(own))?;
    }
    Ok(())
}

/// Adds a table to the schema of `context`; one of that name is replaced.
///
/// # Errors
/// When `context` does not have the schema.
pub fn add(context: &SessionContext, name: &str, listing: Listing) -> Result<()> {
    for catalog in context.catalog_names() {
        let schema = context
            .catalog(&catalog)
            .and_then(|found| found.schema(NAME));
        if let Some(own) = schema.as_deref().and_then(own) {
            own.add(name, listing);
            return Ok(());
        }
    }
    exec_err!("this session has no schema {NAME}")
}

/// Whether `schema` is the read-only one of the engine.
#[must_use]
pub fn is_own(schema: &dyn SchemaProvider) -> bool {
    own(schema).is_some()
}

fn own(schema: &dyn SchemaProvider) -> Option<&Own> {
    (schema as &dyn Any).downcast_ref()
}

impl Own {
    fn add(&self, name: &str, listing: Listing) {
        let mut tables = self.tables.write().unwrap_or_else(PoisonError::into_inner);
        tables.insert(name.to_owned(), Arc::new(listing));
    }

    fn find(&self, name: &str) -> Option<Arc<Listing>> {
        let tables = self.tables.read().unwrap_or_else(PoisonError::into_inner);
        tables.get(&name.to_lowercase()).cloned()
    }
}

#[async_trait]
impl SchemaProvider for Own {
    fn table_names(&self) -> Vec<String> {
        let tables = self.tables.read().unwrap_or_else(PoisonError::into_inner);
        tables.keys().cloned().collect()
    }

    async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        Ok(self.find(name).map(|listing| listing as _))
    }

    fn table_exist(&self, name: &str) -> bool {
        self.find(name).is_some()
    }
}

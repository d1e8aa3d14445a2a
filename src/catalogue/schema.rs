//! The schema `deskql` with metadata of the engine.

use std::any::Any;
use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::catalog::{SchemaProvider, TableProvider};
use datafusion::error::Result;
use datafusion::prelude::SessionContext;

use super::listing::CatalogueTable;
use super::tables;

/// Name of the schema. Users may have tables of any name, including `kpis`, because theirs are in
/// another schema; this one is read-only.
pub const NAME: &str = "deskql";

/// Read-only tables, found by name ignoring case.
#[derive(Debug, Default)]
struct DeskqlSchema {
    tables: BTreeMap<&'static str, Arc<CatalogueTable>>,
}

/// Adds the schema to the default catalog of `context`, with its tables and `more` by name; rows are
/// computed only when a table is scanned.
///
/// # Errors
/// When the catalog rejects the schema.
pub(crate) fn register(
    context: &SessionContext,
    more: impl IntoIterator<Item = (&'static str, CatalogueTable)>,
) -> Result<()> {
    let mut own = DeskqlSchema::default();
    own.add("kpis", tables::of_kpis());
    own.add("functions", tables::of_functions());
    for (name, listing) in more {
        own.add(name, listing);
    }
    let options = context.copied_config();
    let catalog = &options.options().catalog.default_catalog;
    if let Some(catalog) = context.catalog(catalog) {
        catalog.register_schema(NAME, Arc::new(own))?;
    }
    Ok(())
}

/// True if `schema` is the engine's read-only schema.
#[must_use]
pub(crate) fn is_own(schema: &dyn SchemaProvider) -> bool {
    own(schema).is_some()
}

fn own(schema: &dyn SchemaProvider) -> Option<&DeskqlSchema> {
    (schema as &dyn Any).downcast_ref()
}

impl DeskqlSchema {
    fn add(&mut self, name: &'static str, listing: CatalogueTable) {
        self.tables.insert(name, Arc::new(listing));
    }

    fn find(&self, name: &str) -> Option<&Arc<CatalogueTable>> {
        self.tables.get(name.to_lowercase().as_str())
    }
}

#[async_trait]
impl SchemaProvider for DeskqlSchema {
    fn table_names(&self) -> Vec<String> {
        self.tables.keys().map(ToString::to_string).collect()
    }

    async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        Ok(self.find(name).map(|listing| Arc::clone(listing) as _))
    }

    fn table_exist(&self, name: &str) -> bool {
        self.find(name).is_some()
    }
}

//! Session settings with which deskql finds, reads and writes tables.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::catalog::TableProviderFactory;
use datafusion::execution::SessionStateBuilder;
use datafusion::execution::cache::cache_manager::CacheManagerConfig;
use datafusion::execution::object_store::ObjectStoreRegistry;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::prelude::SessionContext;

use crate::error::Result;

use super::factory::{ExternalTables, FORMATS};
use super::names::CaseInsensitiveSchemaProvider;
use super::stores::LazyObjectStoreRegistry;
use super::url_tables::UrlTables;

/// Creates object stores on demand, and turns off caching of folder listings.
#[must_use]
pub(crate) fn with_stores(builder: RuntimeEnvBuilder) -> RuntimeEnvBuilder {
    // By default entries of the listing cache never expire: a file added to a table would stay
    // invisible, an overwritten one would be read with its old length.
    let caches = CacheManagerConfig::default().with_list_files_cache_limit(0);
    builder
        .with_cache_manager(caches)
        .with_object_store_registry(Arc::new(LazyObjectStoreRegistry::new()))
}

/// Object stores that are made on demand, outside a session.
#[must_use]
pub(crate) fn object_stores() -> Arc<dyn ObjectStoreRegistry> {
    Arc::new(LazyObjectStoreRegistry::new())
}

/// Adds deskql's `CREATE EXTERNAL TABLE` and `FROM 'file'`.
///
/// The second part must be [attached](TableNames::attach) once a context exists.
#[must_use]
pub(crate) fn with_tables(builder: SessionStateBuilder) -> (SessionStateBuilder, TableNames) {
    let factories: HashMap<String, Arc<dyn TableProviderFactory>> = FORMATS
        .iter()
        .map(|format| ((*format).to_owned(), Arc::new(ExternalTables) as _))
        .collect();
    let url_tables = Arc::new(UrlTables::default());
    (
        builder.with_table_factories(factories),
        TableNames { url_tables },
    )
}

/// Resolution of names to tables in a session.
#[derive(Debug)]
pub(crate) struct TableNames {
    url_tables: Arc<UrlTables>,
}

impl TableNames {
    /// Makes `context` find tables in any case, and files by their quoted names.
    ///
    /// # Errors
    /// If the default catalog rejects a schema.
    pub(crate) fn attach(&self, context: &SessionContext) -> Result<()> {
        let options = context.copied_config();
        let catalog = &options.options().catalog;
        let tables = CaseInsensitiveSchemaProvider::new(Arc::clone(&self.url_tables));
        if let Some(provider) = context.catalog(&catalog.default_catalog) {
            provider.register_schema(&catalog.default_schema, Arc::new(tables))?;
        }
        self.url_tables.attach(context);
        Ok(())
    }
}

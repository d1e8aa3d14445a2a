//! What a session needs so that tables are found, read and written as deskql promises.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::catalog::TableProviderFactory;
use datafusion::execution::SessionStateBuilder;
use datafusion::execution::cache::cache_manager::CacheManagerConfig;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::prelude::SessionContext;

use crate::error::Result;

use super::factory::{ExternalTables, FORMATS};
use super::names::CaseInsensitiveSchemaProvider;
use super::stores::LazyObjectStoreRegistry;
use super::url_tables::UrlTables;

/// Object stores made on demand, and no memory of what a folder held.
#[must_use]
pub fn with_stores(builder: RuntimeEnvBuilder) -> RuntimeEnvBuilder {
    // The cache of listings never forgets by default: a file added to a table would stay unseen,
    // an overwritten one would be read at its old length.
    let caches = CacheManagerConfig::default().with_list_files_cache_limit(0);
    builder
        .with_cache_manager(caches)
        .with_object_store_registry(Arc::new(LazyObjectStoreRegistry::new()))
}

/// `CREATE EXTERNAL TABLE` and `FROM 'file'` as deskql has them.
///
/// The second part must be [attached](TableNames::attach) once there is a context.
#[must_use]
pub fn with_tables(builder: SessionStateBuilder) -> (SessionStateBuilder, TableNames) {
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

/// How names become tables in a session.
#[derive(Debug)]
pub struct TableNames {
    url_tables: Arc<UrlTables>,
}

impl TableNames {
    /// Makes `context` find tables whatever their case, and files by their quoted names.
    ///
    /// # Errors
    /// When the default catalog refuses a schema.
    pub fn attach(&self, context: &SessionContext) -> Result<()> {
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

//! Object stores, created on the first use of a URL from the usual environment variables.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use datafusion::error::{DataFusionError, Result as DataFusionResult};
use datafusion::execution::object_store::ObjectStoreRegistry;
use object_store::ObjectStore;
use url::Url;

use crate::error::{Error, Result};
use crate::runtime::LocalFiles;
use crate::text::nearest;

const SCHEMES: [&str; 11] = [
    "s3", "s3a", "gs", "az", "azure", "adl", "abfs", "abfss", "http", "https", "file",
];

/// Rejects a URL with a scheme that no store supports.
pub(crate) fn check_scheme(text: &str, scheme: &str) -> Result<()> {
    let scheme = scheme.to_ascii_lowercase();
    if !SCHEMES.contains(&scheme.as_str()) {
        let hint = nearest(&scheme, SCHEMES)
            .map(|near| format!("; did you mean {near}://?"))
            .unwrap_or_default();
        return Err(Error::location(
            text,
            format!("{scheme}:// is not known: use s3, gs, az, http(s) or file{hint}"),
        ));
    }
    if scheme != "file" && cfg!(not(feature = "cloud")) {
        return Err(Error::location(
            text,
            format!("{scheme}:// needs a deskql built with the Cargo feature `cloud`"),
        ));
    }
    Ok(())
}

/// Stores of a session, one for each bucket or host.
///
/// All reads and writes use this registry, so `--data`, `CREATE EXTERNAL TABLE`, `FROM 's3://..'`
/// and `COPY .. TO` support the same stores.
pub(crate) struct LazyObjectStoreRegistry {
    made: Mutex<HashMap<String, Arc<dyn ObjectStore>>>,
}

impl LazyObjectStoreRegistry {
    pub(crate) fn new() -> Self {
        let local: Arc<dyn ObjectStore> = Arc::new(LocalFiles::new());
        Self {
            made: Mutex::new(HashMap::from([("file://".to_owned(), local)])),
        }
    }

    fn made(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<dyn ObjectStore>>> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for LazyObjectStoreRegistry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Keys only: a store's own Debug output may contain credentials.
        let keys: Vec<String> = self.made().keys().cloned().collect();
        f.debug_struct("LazyObjectStoreRegistry")
            .field("made", &keys)
            .finish()
    }
}

impl ObjectStoreRegistry for LazyObjectStoreRegistry {
    fn register_store(
        &self,
        url: &Url,
        store: Arc<dyn ObjectStore>,
    ) -> Option<Arc<dyn ObjectStore>> {
        self.made().insert(key(url), store)
    }

    fn deregister_store(&self, url: &Url) -> DataFusionResult<Arc<dyn ObjectStore>> {
        let store = self.made().remove(&key(url));
        store.ok_or_else(|| Error::location(url.as_str(), "no such object store is open").into())
    }

    fn get_store(&self, url: &Url) -> DataFusionResult<Arc<dyn ObjectStore>> {
        if let Some(store) = self.made().get(&key(url)) {
            return Ok(Arc::clone(store));
        }
        check_scheme(url.as_str(), url.scheme())?;
        let store = remote(url)?;
        self.made().insert(key(url), Arc::clone(&store));
        Ok(store)
    }
}

/// Scheme, host and port, and for Azure the container before the host.
fn key(url: &Url) -> String {
    let user = match url.username() {
        "" => String::new(),
        user => format!("{user}@"),
    };
    let host = &url[url::Position::BeforeHost..url::Position::AfterPort];
    format!("{}://{user}{host}", url.scheme())
}

#[cfg(feature = "cloud")]
fn remote(url: &Url) -> Result<Arc<dyn ObjectStore>, DataFusionError> {
    super::cloud::open(url)
        .map_err(|error| super::listing::store_error(url.as_str(), &error).into())
}

#[cfg(not(feature = "cloud"))]
fn remote(url: &Url) -> Result<Arc<dyn ObjectStore>, DataFusionError> {
    Err(Error::location(url.as_str(), "this deskql was built without `cloud`").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_scheme_is_refused_with_the_nearest() {
        let error = check_scheme("s4://b/x", "s4").unwrap_err().to_string();
        assert!(error.contains("did you mean s3://?"), "{error}");
    }

    #[test]
    fn one_store_for_each_bucket() {
        let key = |text: &str| key(&Url::parse(text).unwrap());
        assert_eq!(key("s3://a/x/y"), "s3://a");
        assert_ne!(key("http://h:81/x"), key("http://h:82/x"));
        assert_ne!(
            key("abfss://c@acc.dfs.core.windows.net/x"),
            key("abfss://d@acc.dfs.core.windows.net/x")
        );
    }
}

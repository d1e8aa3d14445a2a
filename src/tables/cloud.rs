//! Remote stores, configured by environment variables as in other tools of each cloud.

use std::sync::Arc;
use std::time::Duration;

use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::http::HttpBuilder;
use object_store::{BackoffConfig, ClientOptions, ObjectStore, Result, RetryConfig};
use url::Url;

/// Opens the store of `url`.
///
/// # Errors
/// If the URL or an environment variable is invalid. No request is sent yet.
pub(crate) fn open(url: &Url) -> Result<Arc<dyn ObjectStore>> {
    Ok(match url.scheme() {
        "s3" | "s3a" => Arc::new(s3(url)?),
        "gs" => Arc::new(google(url)?),
        "http" | "https" => Arc::new(http(url)?),
        _ => Arc::new(azure(url)?),
    })
}

fn s3(url: &Url) -> Result<impl ObjectStore> {
    let mut builder = AmazonS3Builder::new()
        .with_url(url.as_str())
        .with_client_options(client())
        .with_retry(retry());
    let mut plain = false;
    for (name, value) in variables("AWS_") {
        if let Ok(key) = name.parse() {
            // An endpoint written with http:// is intended.
            plain |= name.starts_with("aws_endpoint_url") && value.starts_with("http://");
            builder = builder.with_config(key, value);
        }
    }
    if plain {
        builder = builder.with_allow_http(true);
    }
    builder.build()
}

fn google(url: &Url) -> Result<impl ObjectStore> {
    let mut builder = GoogleCloudStorageBuilder::new()
        .with_url(url.as_str())
        .with_client_options(client())
        .with_retry(retry());
    for (name, value) in variables("GOOGLE_") {
        if let Ok(key) = name.parse() {
            builder = builder.with_config(key, value);
        }
    }
    builder.build()
}

fn azure(url: &Url) -> Result<impl ObjectStore> {
    let mut builder = MicrosoftAzureBuilder::new()
        .with_url(url.as_str())
        .with_client_options(client())
        .with_retry(retry());
    for (name, value) in variables("AZURE_") {
        if let Ok(key) = name.parse() {
            builder = builder.with_config(key, value);
        }
    }
    builder.build()
}

fn http(url: &Url) -> Result<impl ObjectStore> {
    HttpBuilder::new()
        .with_url(&url[..url::Position::BeforePath])
        .with_client_options(client().with_allow_http(true))
        .with_retry(retry())
        .build()
}

fn variables(prefix: &str) -> impl Iterator<Item = (String, String)> {
    std::env::vars_os().filter_map(move |(name, value)| {
        let name = name.into_string().ok()?;
        let wanted = name.starts_with(prefix);
        wanted.then_some((name.to_ascii_lowercase(), value.into_string().ok()?))
    })
}

/// Timeouts, so that a store that does not respond does not block a user for minutes.
fn client() -> ClientOptions {
    ClientOptions::new()
        .with_connect_timeout(Duration::from_secs(5))
        .with_timeout(Duration::from_secs(60))
}

fn retry() -> RetryConfig {
    RetryConfig {
        backoff: BackoffConfig {
            init_backoff: Duration::from_millis(100),
            max_backoff: Duration::from_secs(2),
            base: 2.0,
        },
        max_retries: 3,
        retry_timeout: Duration::from_secs(20),
    }
}

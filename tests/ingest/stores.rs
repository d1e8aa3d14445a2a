//! Exports in object stores.
#![cfg(feature = "cloud")]

use std::sync::Arc;

use deskql::{Engine, EngineSettings};
use object_store::ObjectStoreExt;
use object_store::memory::InMemory;
use object_store::path::Path;
use url::Url;

use super::forms::OBJECTS;
use super::support::{ROWS, TICKETS, read_in};
use crate::exports::package::archive;

#[tokio::test]
async fn object_stores() {
    let store = Arc::new(InMemory::new());
    let put = |name: &str, bytes: Vec<u8>| {
        let (store, path) = (Arc::clone(&store), Path::from(name));
        async move { store.put(&path, bytes.into()).await.unwrap() }
    };
    put("in/2026/a.json", OBJECTS[..2].join("\n").into_bytes()).await;
    put("in/b.zip", archive(&[("b.ndjson", OBJECTS[2])])).await;
    put("in/_rejects/c.json", b"{}".to_vec()).await;
    let engine = Engine::open(EngineSettings::default()).await.unwrap();
    let url = Url::parse("s3://exports").unwrap();
    engine.context().register_object_store(&url, store);
    for sources in [
        &["s3://exports/in"][..],
        &["s3://exports/in/"],
        &["s3://exports/in/2026/*.json", "s3://exports/in/b.zip"],
    ] {
        let sources: Vec<String> = sources.iter().map(|source| (*source).to_owned()).collect();
        let export = read_in(&engine, &sources, TICKETS, None).await.unwrap();
        assert_eq!(export.rows(0), ROWS, "{sources:?}");
        assert_eq!(export.outcome.files[0].label, "s3://exports/in/2026/a.json");
    }
    let missing = read_in(&engine, &["s3://exports/x.csv".to_owned()], TICKETS, None).await;
    let missing = missing.unwrap_err().to_string();
    assert!(
        missing.contains("s3://exports/x.csv: no data file there"),
        "{missing}"
    );
}

//! Error messages use SQL terms: every message is one line without names of the layers below.

mod functions;
mod instead;
mod places;
mod statements;

use std::path::Path;

use deskql::internal::sql;
use deskql::{Engine, EngineSettings, Error};
use tempfile::TempDir;

use crate::support::messages::faults;

const CSV: &str = "\
id,team,amount,day,at,note,score
1,billing,4.5,2026-03-01,2026-03-01 09:00:00,7,5
2,technical,3.0,2026-03-02,2026-03-02 10:00:00,8,11
3,sales,0,2026-03-03,2026-03-03 11:00:00,x9,3
4,,1.25,2026-03-04,2026-03-04 12:00:00,,0
";

const NDJSON: &str = r#"{"id":1,"team":"billing","amount":4.5,"tags":["a","b"],"who":{"name":"ana","age":3}}
{"id":2,"team":"technical","amount":0,"tags":[],"who":{"name":"ben","age":null}}
{"id":3,"team":null,"amount":1.5,"tags":null,"who":null}
"#;

/// An engine over a CSV, an NDJSON and a Parquet file.
async fn engine(folder: &TempDir) -> Engine {
    let path = |name: &str| folder.path().join(name).display().to_string();
    std::fs::write(path("t.csv"), CSV).unwrap();
    std::fs::write(path("n.ndjson"), NDJSON).unwrap();
    let writer = open(&[path("t.csv")]).await;
    let copy = format!(
        "COPY (SELECT *, CAST(amount AS DECIMAL(10, 2)) AS money, [1, 2, id] AS list, \
         named_struct('a', id, 'b', team) AS rec FROM t ORDER BY id) TO '{}'",
        path("p.parquet")
    );
    writer.sql(&copy).await.unwrap().collect().await.unwrap();
    open(&[path("t.csv"), path("n.ndjson"), path("p.parquet")]).await
}

async fn open(data: &[String]) -> Engine {
    let settings = EngineSettings {
        data: data.to_vec(),
        ..EngineSettings::default()
    };
    Engine::open(settings).await.unwrap()
}

async fn configured(folder: &Path, config: &str) -> Engine {
    let path = folder.join("deskql.toml");
    std::fs::write(&path, config).unwrap();
    let settings = EngineSettings {
        config: Some(path),
        ..EngineSettings::default()
    };
    Engine::open(settings).await.unwrap()
}

/// Error message of a statement, without the place in the SQL; `None` if it succeeds.
async fn message(engine: &Engine, text: &str) -> Option<String> {
    let error = error(engine, text).await?;
    Some(match error {
        Error::Query(inner) => sql::explain(&inner, None),
        own => own.to_string(),
    })
}

/// The message with the place in the SQL.
async fn located(engine: &Engine, text: &str) -> String {
    let error = error(engine, text).await;
    let error = error.unwrap_or_else(|| panic!("no error: {text}"));
    match sql::located(error, text) {
        Error::Query(inner) => sql::explain(&inner, None),
        own => own.to_string(),
    }
}

async fn error(engine: &Engine, text: &str) -> Option<Error> {
    match engine.sql(text).await {
        Err(error) => Some(error),
        Ok(frame) => frame.collect().await.err().map(Error::from),
    }
}

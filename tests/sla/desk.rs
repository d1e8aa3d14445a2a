//! Desks with policies.

use std::sync::Arc;

use datafusion::datasource::MemTable;
use deskql::{Engine, EngineSettings};

use crate::support::data::{rows, text};
use crate::ticket_facts::log::{Event, batch};

/// A desk whose `deskql.toml` is `config`, with the table `events`: a log of instants in UTC.
pub(super) async fn desk(config: &str, log: &[Event], size: usize) -> Engine {
    let engine = configured(config).await.unwrap();
    let whole = batch(log, log.iter().all(|event| event.number.is_some()));
    let starts = (0..whole.num_rows()).step_by(size.max(1));
    let parts = starts.map(|start| whole.slice(start, size.min(whole.num_rows() - start)));
    let table = MemTable::try_new(whole.schema(), vec![parts.collect()]).unwrap();
    let context = engine.context();
    context.register_table("log", Arc::new(table)).unwrap();
    let view = "CREATE VIEW events AS SELECT * REPLACE (
        arrow_cast(event_at, 'Timestamp(Second, \"UTC\")') AS event_at) FROM log";
    engine.sql(view).await.unwrap().collect().await.unwrap();
    engine
}

/// An engine with this `deskql.toml` and the sample.
pub(super) async fn configured(config: &str) -> deskql::Result<Engine> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deskql.toml");
    text(&path, config);
    Engine::open(EngineSettings {
        config: Some(path),
        data: vec![concat!(env!("CARGO_MANIFEST_DIR"), "/sample-data").to_owned()],
        ..EngineSettings::default()
    })
    .await
}

/// An instant of the first day as an option of a call.
pub(super) fn at(second: i64) -> String {
    format!("as_of => arrow_cast({second}, 'Timestamp(Second, \"UTC\")')")
}

/// The clocks of ticket 1 by start and policy: columns joined by `|`.
pub(super) async fn clocks(
    config: &str,
    log: &[Event],
    options: &str,
    columns: &str,
) -> Vec<String> {
    let engine = desk(config, log, 3).await;
    let sql = format!(
        "SELECT {columns} FROM sla_events(events, {options}) ORDER BY started_at, policy, metric"
    );
    rows(&engine, &sql).await
}

/// A policy of one metric and target, around the clock.
pub(super) fn policy(metric: &str, target: &str) -> String {
    format!("[[sla_policies]]\nname = '{metric}'\nmetric = '{metric}'\ntarget = {target}\n")
}

//! Small event logs as tables.

use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BooleanArray, Int64Array, RecordBatch, StringArray, TimestampSecondArray,
};
use datafusion::datasource::MemTable;
use deskql::{Engine, EngineSettings};

/// One event; times are seconds.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Event {
    pub(crate) ticket: Option<i64>,
    pub(crate) at: Option<i64>,
    pub(crate) number: Option<i64>,
    pub(crate) kind: Option<&'static str>,
    pub(crate) role: Option<&'static str>,
    pub(crate) public: Option<bool>,
    pub(crate) field: Option<&'static str>,
    pub(crate) old: Option<&'static str>,
    pub(crate) new: Option<&'static str>,
}

/// A message of `role` to ticket 1.
pub(crate) fn comment(at: i64, role: &'static str, public: bool) -> Event {
    Event {
        ticket: Some(1),
        at: Some(at),
        kind: Some("comment"),
        role: Some(role),
        public: Some(public),
        ..Event::default()
    }
}

/// Ticket 1 is opened.
pub(crate) fn created(at: i64, role: &'static str) -> Event {
    Event {
        kind: Some("created"),
        ..comment(at, role, true)
    }
}

/// A field of ticket 1 changes.
pub(crate) fn change(
    at: i64,
    field: &'static str,
    old: Option<&'static str>,
    new: &'static str,
) -> Event {
    Event {
        kind: Some("change"),
        field: Some(field),
        old,
        new: Some(new),
        ..comment(at, "agent", false)
    }
}

/// The status of ticket 1 changes.
pub(crate) fn status(at: i64, old: &'static str, new: &'static str) -> Event {
    change(at, "status", Some(old), new)
}

/// `events` as one batch, with their numbers or without.
pub(crate) fn batch(events: &[Event], is_numbered: bool) -> RecordBatch {
    let ints = |get: fn(&Event) -> Option<i64>| -> ArrayRef {
        Arc::new(events.iter().map(get).collect::<Int64Array>())
    };
    let texts = |get: fn(&Event) -> Option<&'static str>| -> ArrayRef {
        Arc::new(events.iter().map(get).collect::<StringArray>())
    };
    let times: TimestampSecondArray = events.iter().map(|event| event.at).collect();
    let public: BooleanArray = events.iter().map(|event| event.public).collect();
    let mut columns: Vec<(&str, ArrayRef, bool)> = vec![
        ("ticket_id", ints(|event| event.ticket), true),
        ("event_at", Arc::new(times), true),
        ("kind", texts(|event| event.kind), true),
        ("actor_role", texts(|event| event.role), true),
        ("is_public", Arc::new(public), true),
        ("field", texts(|event| event.field), true),
        ("old_value", texts(|event| event.old), true),
        ("new_value", texts(|event| event.new), true),
    ];
    if is_numbered {
        columns.push(("event_no", ints(|event| event.number), true));
    }
    RecordBatch::try_from_iter_with_nullable(columns).unwrap()
}

/// An engine with the table `log`, whose batches are as small as `size`.
pub(crate) async fn engine(events: &[Event], is_numbered: bool, size: usize) -> Engine {
    engine_with(EngineSettings::default(), events, is_numbered, size).await
}

/// The same with settings.
pub(crate) async fn engine_with(
    settings: EngineSettings,
    events: &[Event],
    is_numbered: bool,
    size: usize,
) -> Engine {
    let engine = Engine::open(settings).await.unwrap();
    let whole = batch(events, is_numbered);
    let starts = (0..whole.num_rows()).step_by(size.max(1));
    let parts = starts.map(|start| whole.slice(start, size.min(whole.num_rows() - start)));
    let table = MemTable::try_new(whole.schema(), vec![parts.collect()]).unwrap();
    engine
        .context()
        .register_table("log", Arc::new(table))
        .unwrap();
    engine
}

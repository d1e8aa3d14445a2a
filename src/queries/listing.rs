//! `deskql.queries`: the named queries as a table.

use std::path::PathBuf;

use super::library::Library;
use super::parameter::Parameter;
use super::query::{NamedQuery, Origin};
use crate::catalogue::Listing;
use crate::catalogue::listing::{Column, Value};

/// One row for each named query, those of `folders` over the shipped ones. They are read when the
/// table is, so that a broken file of the user's stops nothing else.
#[must_use]
pub fn listing(folders: Vec<PathBuf>) -> Listing {
    Listing::new(COLUMNS, move |_| {
        let library = Library::open(&folders)?;
        Ok(library.all().cloned().collect())
    })
}

const COLUMNS: &[Column<NamedQuery>] = &[
    Column {
        name: "name",
        value: Value::Text(|query| query.name.clone()),
    },
    Column {
        name: "title",
        value: Value::Text(|query| query.title.clone()),
    },
    Column {
        name: "question",
        value: Value::Text(|query| query.question.clone()),
    },
    Column {
        name: "topic",
        value: Value::Text(|query| query.topic.clone()),
    },
    Column {
        name: "dated",
        value: Value::Maybe(|query| query.dated.clone()),
    },
    Column {
        name: "parameters",
        value: Value::Texts(|query| query.parameters.iter().map(declared).collect()),
    },
    Column {
        name: "kpis",
        value: Value::Texts(|query| query.kpis.clone()),
    },
    Column {
        name: "tables",
        value: Value::Texts(|query| query.needs.keys().cloned().collect()),
    },
    Column {
        name: "chart",
        value: Value::Maybe(|query| Some(query.chart.as_ref()?.kind.name().to_owned())),
    },
    Column {
        name: "sql",
        value: Value::Text(|query| query.sql.clone()),
    },
    Column {
        name: "is_shipped",
        value: Value::Flag(|query| matches!(query.origin, Origin::Shipped(_))),
    },
];

/// `grain text default month of day, week, month`, much as the header declares it.
fn declared(parameter: &Parameter) -> String {
    let mut text = format!("{} {}", parameter.name, parameter.kind.name());
    match &parameter.default {
        Some(default) => {
            text.push_str(" default ");
            text.push_str(default);
        }
        None if parameter.is_optional => text.push_str(" optional"),
        None => text.push_str(" required"),
    }
    if !parameter.choices.is_empty() {
        let all: Vec<&str> = parameter.choices.keys().map(String::as_str).collect();
        text.push_str(" of ");
        text.push_str(&all.join(", "));
    }
    text
}

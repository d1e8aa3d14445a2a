//! `deskql.queries`: the named queries as a table.

use std::path::PathBuf;

use super::library::QueryLibrary;
use super::parameter::QueryParameter;
use super::query::{NamedQuery, QueryOrigin};
use crate::catalogue::CatalogueTable;
use crate::catalogue::listing::{CatalogueColumn, CatalogueValue};

/// One row for each named query; those of `folders` override the shipped ones. The files are read
/// when the table is scanned, so that an invalid file of the user affects nothing else.
#[must_use]
pub(crate) fn listing(folders: Vec<PathBuf>) -> CatalogueTable {
    CatalogueTable::new(COLUMNS, move |_| {
        let library = QueryLibrary::open(&folders)?;
        Ok(library.all().cloned().collect())
    })
}

const COLUMNS: &[CatalogueColumn<NamedQuery>] = &[
    CatalogueColumn {
        name: "name",
        value: CatalogueValue::Text(|query| query.name.clone()),
    },
    CatalogueColumn {
        name: "title",
        value: CatalogueValue::Text(|query| query.title.clone()),
    },
    CatalogueColumn {
        name: "question",
        value: CatalogueValue::Text(|query| query.question.clone()),
    },
    CatalogueColumn {
        name: "topic",
        value: CatalogueValue::Text(|query| query.topic.clone()),
    },
    CatalogueColumn {
        name: "dated",
        value: CatalogueValue::Maybe(|query| query.dated.clone()),
    },
    CatalogueColumn {
        name: "parameters",
        value: CatalogueValue::Texts(|query| query.parameters.iter().map(declared).collect()),
    },
    CatalogueColumn {
        name: "kpis",
        value: CatalogueValue::Texts(|query| query.kpis.clone()),
    },
    CatalogueColumn {
        name: "tables",
        value: CatalogueValue::Texts(|query| query.needs.keys().cloned().collect()),
    },
    CatalogueColumn {
        name: "chart",
        value: CatalogueValue::Maybe(|query| Some(query.chart.as_ref()?.kind.name().to_owned())),
    },
    CatalogueColumn {
        name: "sql",
        value: CatalogueValue::Text(|query| query.sql.clone()),
    },
    CatalogueColumn {
        name: "is_shipped",
        value: CatalogueValue::Flag(|query| matches!(query.origin, QueryOrigin::Shipped(_))),
    },
];

/// `grain text default month of day, week, month`, similar to the header.
fn declared(parameter: &QueryParameter) -> String {
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

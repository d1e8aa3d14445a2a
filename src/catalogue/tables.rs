//! `deskql.kpis` and `deskql.functions`.

use super::kpi::{Kpi, Reader};
use super::kpis;
use super::listing::{Column, Listing, Value};
use crate::functions::{self, Page};

/// One row for each KPI.
pub(super) fn of_kpis() -> Listing {
    Listing::new(KPIS, |_| Ok(kpis::ALL.clone()))
}

/// One row for each function of the session, deskql's own and DataFusion's.
pub(super) fn of_functions() -> Listing {
    Listing::new(FUNCTIONS, |session| Ok(functions::catalogue(session)))
}

fn texts(words: &[&str]) -> Vec<String> {
    words.iter().map(ToString::to_string).collect()
}

/// A column of one word or sentence of each KPI.
macro_rules! text {
    ($name:literal, $kpi:ident => $text:expr) => {
        Column {
            name: $name,
            value: Value::Text(|$kpi| $text.to_owned()),
        }
    };
}

const KPIS: &[Column<Kpi>] = &[
    text!("name", kpi => kpi.name),
    text!("title", kpi => kpi.title),
    text!("definition", kpi => kpi.definition),
    text!("formula", kpi => kpi.formula),
    text!("unit", kpi => kpi.unit.word()),
    text!("better", kpi => kpi.better.word()),
    text!("indicator", kpi => kpi.indicator.word()),
    text!("perspective", kpi => kpi.perspective.word()),
    text!("focus_area", kpi => kpi.focus.word()),
    text!("journey_stage", kpi => kpi.stage.word()),
    Column {
        name: "readers",
        value: Value::Texts(|kpi| kpi.readers.iter().map(|reader| word(*reader)).collect()),
    },
    Column {
        name: "function",
        value: Value::Maybe(|kpi| kpi.function.map(str::to_owned)),
    },
    text!("expression", kpi => kpi.expression),
    Column {
        name: "example",
        value: Value::Text(Kpi::example),
    },
    Column {
        name: "dates",
        value: Value::Texts(|kpi| texts(kpi.dates)),
    },
    text!("query", kpi => kpi.query),
    Column {
        name: "pitfalls",
        value: Value::Texts(|kpi| texts(kpi.pitfalls)),
    },
];

fn word(reader: Reader) -> String {
    reader.word().to_owned()
}

const FUNCTIONS: &[Column<Page>] = &[
    text!("name", page => page.name),
    text!("kind", page => page.kind),
    text!("family", page => page.family()),
    Column {
        name: "signatures",
        value: Value::Texts(signatures),
    },
    Column {
        name: "description",
        value: Value::Maybe(|page| {
            let documentation = page.documentation.as_ref()?;
            Some(documentation.description.trim().to_owned())
        }),
    },
    Column {
        name: "example",
        value: Value::Maybe(|page| page.example().map(str::to_owned)),
    },
    Column {
        name: "aliases",
        value: Value::Texts(|page| page.aliases.clone()),
    },
    Column {
        name: "is_own",
        value: Value::Flag(|page| page.is_own),
    },
];

/// One line for each way to call it.
fn signatures(page: &Page) -> Vec<String> {
    let syntax = page.documentation.as_ref().map(|page| &page.syntax_example);
    let lines = syntax.into_iter().flat_map(|text| text.lines());
    let lines = lines.map(str::trim).filter(|line| !line.is_empty());
    lines.map(str::to_owned).collect()
}

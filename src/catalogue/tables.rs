//! `deskql.kpis` and `deskql.functions`.

use super::kpi::{Kpi, ReportAudience};
use super::kpis;
use super::listing::{CatalogueColumn, CatalogueTable, CatalogueValue};
use crate::functions::{self, FunctionPage};

/// A table with one row for each KPI.
pub(super) fn of_kpis() -> CatalogueTable {
    CatalogueTable::new(KPIS, |_| Ok(kpis::ALL.clone()))
}

/// A table with one row for each function of the session, deskql's own and DataFusion's.
pub(super) fn of_functions() -> CatalogueTable {
    CatalogueTable::new(FUNCTIONS, |session| Ok(functions::function_pages(session)))
}

fn texts(words: &[&str]) -> Vec<String> {
    words.iter().map(ToString::to_string).collect()
}

/// A text column of the KPIs.
macro_rules! text {
    ($name:literal, $kpi:ident => $text:expr) => {
        CatalogueColumn {
            name: $name,
            value: CatalogueValue::Text(|$kpi| $text.to_owned()),
        }
    };
}

const KPIS: &[CatalogueColumn<Kpi>] = &[
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
    CatalogueColumn {
        name: "readers",
        value: CatalogueValue::Texts(|kpi| {
            kpi.readers.iter().map(|reader| word(*reader)).collect()
        }),
    },
    CatalogueColumn {
        name: "function",
        value: CatalogueValue::Maybe(|kpi| kpi.function.map(str::to_owned)),
    },
    text!("expression", kpi => kpi.expression),
    CatalogueColumn {
        name: "example",
        value: CatalogueValue::Text(Kpi::example),
    },
    CatalogueColumn {
        name: "dates",
        value: CatalogueValue::Texts(|kpi| texts(kpi.dates)),
    },
    text!("query", kpi => kpi.query),
    CatalogueColumn {
        name: "pitfalls",
        value: CatalogueValue::Texts(|kpi| texts(kpi.pitfalls)),
    },
];

fn word(reader: ReportAudience) -> String {
    reader.word().to_owned()
}

const FUNCTIONS: &[CatalogueColumn<FunctionPage>] = &[
    text!("name", page => page.name),
    text!("kind", page => page.kind),
    text!("family", page => page.family()),
    CatalogueColumn {
        name: "signatures",
        value: CatalogueValue::Texts(signatures),
    },
    CatalogueColumn {
        name: "description",
        value: CatalogueValue::Maybe(|page| {
            let documentation = page.documentation.as_ref()?;
            Some(documentation.description.trim().to_owned())
        }),
    },
    CatalogueColumn {
        name: "example",
        value: CatalogueValue::Maybe(|page| page.example().map(str::to_owned)),
    },
    CatalogueColumn {
        name: "aliases",
        value: CatalogueValue::Texts(|page| page.aliases.clone()),
    },
    CatalogueColumn {
        name: "is_own",
        value: CatalogueValue::Flag(|page| page.is_own),
    },
];

/// Call signatures, one line each.
fn signatures(page: &FunctionPage) -> Vec<String> {
    let syntax = page.documentation.as_ref().map(|page| &page.syntax_example);
    let lines = syntax.into_iter().flat_map(|text| text.lines());
    let lines = lines.map(str::trim).filter(|line| !line.is_empty());
    lines.map(str::to_owned).collect()
}

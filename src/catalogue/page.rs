//! Texts about KPIs: the list, one page, and all pages as Markdown.

use std::fmt::Write;

use super::kpi::{Kpi, KpiDirection, KpiFocus};
use super::kpis::{self, ALL};
use crate::error::Result;
use crate::text::{cut, fill, heading, page_width};

/// One line for each KPI under the heading of its focus area.
#[must_use]
pub(crate) fn list(width: Option<usize>) -> String {
    lines(&ALL.iter().collect::<Vec<_>>(), width)
}

fn lines(shown: &[&Kpi], width: Option<usize>) -> String {
    let widest = shown.iter().map(|kpi| kpi.name.len()).max().unwrap_or(0);
    let mut out = String::new();
    for focus in KpiFocus::ALL {
        let mut under = shown.iter().filter(|kpi| kpi.focus == *focus).peekable();
        if under.peek().is_none() {
            continue;
        }
        if !out.is_empty() {
            out.push('\n');
        }
        let _ = writeln!(out, "{}", heading(focus.word()));
        for kpi in under {
            let line = format!("  {:widest$}  {} ({})", kpi.name, kpi.title, measure(kpi));
            let _ = writeln!(out, "{}", cut(&line, width));
        }
    }
    out
}

/// The page of the KPI called `name`; else the list of those that have it in their name, and else, if
/// it misspells none, in their title or definition. `list` is the command that lists all KPIs.
///
/// # Errors
/// When there is none; the error text suggests the nearest name.
pub(crate) fn lookup(name: &str, list: &str, width: Option<usize>) -> Result<String> {
    let found = kpis::find(name, list);
    if let Ok(kpi) = found {
        return Ok(page(kpi, width));
    }
    match (kpis::search(name).as_slice(), found) {
        ([], found) => found.map(|kpi| page(kpi, width)),
        ([only], _) => Ok(page(only, width)),
        (several, _) => Ok(lines(several, width)),
    }
}

/// The full page of one KPI.
#[must_use]
pub(crate) fn page(kpi: &Kpi, width: Option<usize>) -> String {
    let width = page_width(width);
    let fill = |text: &str, first: &str, rest: &str| fill(text, width, first, rest);
    let mut out = format!("{}: {}\n\n", kpi.name, kpi.title);
    let _ = writeln!(out, "{}\n", fill(kpi.definition, "", ""));
    for (label, text) in facts(kpi) {
        let label = format!("  {label:LABEL$}");
        let rest = " ".repeat(LABEL + 2);
        let _ = writeln!(out, "{}", fill(&text, &label, &rest));
    }
    // Not wrapped, so that it can be copied.
    let (select, from) = example(kpi);
    let _ = writeln!(out, "\nExample\n  {select}\n  {from}");
    let _ = writeln!(out, "  -- {} on sample-data", valued(kpi));
    let _ = writeln!(out, "\nMind");
    for pitfall in kpi.pitfalls {
        let _ = writeln!(out, "{}", fill(pitfall, "  - ", "    "));
    }
    out
}

/// Width of the labels of [`facts`], including the space after them.
const LABEL: usize = 13;

/// Short properties, in the order of the page.
fn facts(kpi: &Kpi) -> Vec<(&'static str, String)> {
    let readers: Vec<_> = kpi.readers.iter().map(|reader| reader.word()).collect();
    let mut facts = vec![
        ("formula", kpi.formula.to_owned()),
        ("unit", measure(kpi)),
        ("indicator", kpi.indicator.word().to_owned()),
        ("perspective", kpi.perspective.word().to_owned()),
        ("focus area", kpi.focus.word().to_owned()),
        ("stage", kpi.stage.word().to_owned()),
        ("read by", readers.join(", ")),
        ("dated by", kpi.dates.join(", or ")),
    ];
    if let Some(function) = kpi.function {
        facts.push((
            "function",
            format!("{function} (deskql functions {function})"),
        ));
    }
    facts.push(("query", format!("{} (deskql run {0})", kpi.query)));
    facts
}

fn example(kpi: &Kpi) -> (String, String) {
    (
        format!("SELECT {} AS {}", kpi.expression, kpi.name),
        format!("FROM {};", kpi.from),
    )
}

/// Value on the sample with its unit.
fn valued(kpi: &Kpi) -> String {
    let space = if kpi.unit.word() == "%" { "" } else { " " };
    format!("{}{space}{}", kpi.sample, kpi.unit.word())
}

fn measure(kpi: &Kpi) -> String {
    let better = match kpi.better {
        KpiDirection::Up => "higher is better",
        KpiDirection::Down => "lower is better",
    };
    format!("{}, {better}", kpi.unit.word())
}

fn in_focus(focus: KpiFocus) -> impl Iterator<Item = &'static Kpi> {
    ALL.iter().filter(move |kpi| kpi.focus == focus)
}

/// Pages of all KPIs, with a table of contents.
#[must_use]
pub(crate) fn markdown() -> String {
    let mut out = String::from(
        "# KPIs\n\n<!-- Written by `deskql kpis --markdown > docs/kpis.md`; edit \
         src/catalogue/kpis instead. -->\n\nWhat each number means, how it is computed, and how it \
         misleads. The same is in SQL: `SELECT * FROM deskql.kpis`. Values are those of \
         `sample-data`, whose columns [data-model.md](data-model.md) explains; \
         [functions.md](functions.md) has the functions.\n",
    );
    for focus in KpiFocus::ALL {
        let _ = write!(
            out,
            "\n## {}\n\n| KPI | what | unit | better | on the sample |\n|---|---|---|---|---:|\n",
            heading(focus.word())
        );
        for kpi in in_focus(*focus) {
            let _ = writeln!(
                out,
                "| [`{0}`](#{0}) | {1} | {2} | {3} | {4} |",
                kpi.name,
                kpi.title,
                kpi.unit.word(),
                kpi.better.word(),
                kpi.sample
            );
        }
    }
    for kpi in KpiFocus::ALL.iter().flat_map(|focus| in_focus(*focus)) {
        entry(&mut out, kpi);
    }
    out
}

fn entry(out: &mut String, kpi: &Kpi) {
    let _ = write!(
        out,
        "\n### {}\n\n**{}.** {}\n\n",
        kpi.name, kpi.title, kpi.definition
    );
    for (label, text) in facts(kpi) {
        let text = match (label, kpi.function) {
            ("function", Some(function)) => format!("[`{function}`](functions.md#{function})"),
            ("query", _) => format!("`deskql run {}`", kpi.query),
            ("dated by", _) => format!("`{}`", kpi.dates.join("`, or `")),
            _ => text,
        };
        let _ = writeln!(out, "- {label}: {text}");
    }
    let (select, from) = example(kpi);
    let _ = write!(
        out,
        "\n```sql\n{select}\n{from}\n-- {}\n```\n\n",
        valued(kpi)
    );
    for pitfall in kpi.pitfalls {
        let _ = writeln!(out, "- {pitfall}");
    }
}

//! Charts as figures, each with its numbers.

use maud::{Markup, PreEscaped, html};

use super::anchors::PageContext;
use super::{tables, text};
use crate::error::Result;
use crate::report::model::{ReportChart, ReportTable};

/// A chart as wide as the page.
///
/// # Errors
/// When it cannot be drawn.
pub(super) fn chart(context: &PageContext<'_>, chart: &ReportChart) -> Result<Markup> {
    let id = context.anchors.claim_numbered(&chart.id);
    let drawing = drawing(context, &id, chart)?;
    Ok(html! {
        figure id=(id) {
            figcaption {
                (text::sentence(&chart.title)) " "
                (tables::statement(context, &chart.table))
            }
            (drawing)
            @if !chart.table.rows.is_empty() { (numbers(context, &chart.table)) }
        }
    })
}

/// Small charts side by side.
///
/// # Errors
/// When one of them cannot be drawn.
pub(super) fn side_by_side(context: &PageContext<'_>, charts: &[ReportChart]) -> Result<Markup> {
    let figures = charts.iter().map(|small| chart(context, small));
    let figures: Vec<Markup> = figures.collect::<Result<_>>()?;
    Ok(html! {
        div.small-charts { @for figure in &figures { (figure) } }
    })
}

/// A desk without rows has nothing to draw, and its report is to be read all the same.
fn drawing(context: &PageContext<'_>, id: &str, chart: &ReportChart) -> Result<Markup> {
    if chart.table.rows.is_empty() {
        return Ok(html! { p.quiet { "No rows: nothing to draw." } });
    }
    let svg = chart
        .drawing
        .svg(&format!("{id}-svg"), &chart.description)?;
    let label = format!("Chart: {}", chart.title);
    Ok(html! {
        div.drawing { (tables::scrolling(context, &label, &PreEscaped(svg))) }
    })
}

fn numbers(context: &PageContext<'_>, table: &ReportTable) -> Markup {
    html! {
        details.numbers {
            summary { "The numbers" }
            (tables::rows(context, table, &Markup::default()))
            (tables::omitted(table))
        }
    }
}

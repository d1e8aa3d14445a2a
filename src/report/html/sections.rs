//! The sections of the report, and in each its blocks.

use maud::{Markup, html};

use super::anchors::PageContext;
use super::{actions, charts, findings, kpis, markdown, summary, tables, text};
use crate::error::Result;
use crate::report::model::{ReportBlock, ReportSection};

/// All sections in their order.
///
/// # Errors
/// When a chart cannot be drawn.
pub(super) fn sections(context: &PageContext<'_>) -> Result<Markup> {
    let sections = context.report.sections.iter();
    let sections = sections.map(|part| section(context, part));
    let sections: Vec<Markup> = sections.collect::<Result<_>>()?;
    Ok(html! { @for section in &sections { (section) } })
}

fn section(context: &PageContext<'_>, section: &ReportSection) -> Result<Markup> {
    let id = context.anchors.claim(&section.id);
    let blocks = section.blocks.iter().map(|part| block(context, part));
    let blocks: Vec<Markup> = blocks.collect::<Result<_>>()?;
    Ok(html! {
        section id=[id] {
            h2 { (text::sentence(&section.heading)) }
            @for block in &blocks { (block) }
        }
    })
}

fn block(context: &PageContext<'_>, block: &ReportBlock) -> Result<Markup> {
    Ok(match block {
        ReportBlock::Summary(content) => summary::summary(context, content),
        ReportBlock::Text { markdown } => markdown::text(context, markdown),
        ReportBlock::Kpis { groups } => kpis::groups(context, groups),
        ReportBlock::Chart(chart) => charts::chart(context, chart)?,
        ReportBlock::Charts { charts } => charts::side_by_side(context, charts)?,
        ReportBlock::Table(table) => tables::table(context, table),
        ReportBlock::Findings(list) => findings::list(context, list),
        ReportBlock::Actions { actions } => actions::table(context, actions),
    })
}

//! The terminal face of a report: summary, tables in the style of the result tables, and charts of text. Verdicts are
//! words, so nothing is lost without colour or in a pipe.

mod appendix;
mod blocks;
mod clean;
mod fit;
mod kpis;
mod page;
mod prose;
mod section;
mod table;
#[cfg(test)]
mod tests;

pub(in crate::report) use clean::{lines, one_line};
use page::TerminalPage;
use section::NamedSection;

use super::model::Report;
use super::sentences;
use crate::error::Result;

/// Number of charts that are drawn; the others are said in words, and drawn in their section alone.
const CHARTS: usize = 2;

/// Writes the report for a terminal of `width` characters, or only the section called `section`.
///
/// # Errors
/// If the report has no section of that name; the error lists those that it has.
pub(crate) fn render(
    report: &Report,
    width: usize,
    color: bool,
    section: Option<&str>,
) -> Result<String> {
    let mut page = TerminalPage::new(width, color);
    page.title(&report.title);
    page.paragraph(&report.subtitle);
    page.paragraph(&sentences::scope_sentence(report));
    let sections = section::named_sections(report);
    if let Some(name) = section {
        write_section(&mut page, section::find(&sections, name)?, report);
        return Ok(page.into_text());
    }
    page.draw_charts(CHARTS);
    for section in sections.iter().filter(|section| !section.is_on_request) {
        write_section(&mut page, section, report);
    }
    appendix::write_footer(&mut page, report);
    Ok(page.into_text())
}

fn write_section(page: &mut TerminalPage, section: &NamedSection<'_>, report: &Report) {
    page.heading(section.heading);
    match section.content {
        section::SectionContent::Blocks(blocks) => {
            for block in blocks {
                blocks::write_block(page, block, report);
            }
        }
        section::SectionContent::Appendix(part) => appendix::write_part(page, part, report),
    }
}

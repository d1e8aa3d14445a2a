//! The Markdown face of a report, for merge requests and chat: `CommonMark` with pipe tables, without HTML.

mod appendix;
mod blocks;
mod escape;
mod kpis;
mod page;
#[cfg(test)]
pub(in crate::report) mod renamed;
#[cfg(test)]
mod tests;

use escape::escape;
use page::{MarkdownPage, heading_words};

use super::model::{Report, ReportSection};
use super::sentences;

/// Writes the report. Headings have the anchors that GitHub and GitLab make of them, so that a link to a section
/// stays good as long as its name does.
pub(crate) fn render(report: &Report) -> String {
    let mut page = MarkdownPage::default();
    page.heading(1, &report.title);
    page.paragraph(&report.subtitle);
    page.paragraph(&sentences::scope_sentence(report));
    let head = page.position();
    let mut contents = Vec::new();
    for section in &report.sections {
        contents.push(write_section(&mut page, section, report));
    }
    appendix::write_appendix(&mut page, report);
    page.insert_list(head, &contents);
    page.into_text()
}

/// Writes a section and returns the line of the contents that leads to it.
fn write_section(page: &mut MarkdownPage, section: &ReportSection, report: &Report) -> String {
    let anchor = page.heading(2, &section.heading);
    for block in &section.blocks {
        blocks::write_block(page, block, report);
    }
    format!("[{}](#{anchor})", escape(&heading_words(&section.heading)))
}

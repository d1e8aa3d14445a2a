//! Reports as one HTML file: no network, no script, no font, no picture beside it.
//!
//! One file a part of the page. [`anchors::PageAnchors`] knows every address, so that no link leads nowhere and no
//! id is given twice. Text of the data is escaped by maud; the only markup that it takes as it stands is that of the
//! charts, of the style sheet and of [`markdown`].

mod actions;
mod anchors;
mod charts;
mod closing;
mod findings;
mod kpis;
mod markdown;
mod page;
mod sections;
mod statements;
mod summary;
mod tables;
mod text;
mod values;

#[cfg(test)]
mod tests;

use self::anchors::PageContext;
use super::model::Report;
use crate::error::Result;

/// The whole page.
///
/// # Errors
/// When a chart cannot be drawn.
pub(crate) fn render(report: &Report) -> Result<String> {
    let page = page::document(&PageContext::new(report))?;
    Ok(page.into_string())
}

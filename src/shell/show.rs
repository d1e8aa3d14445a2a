//! Display of a statement's outcome.

use std::sync::Arc;
use std::time::Duration;

use indicatif::HumanCount;

use super::command::ExpandedMode;
use super::execute::StatementOutcome;
use super::held::RetainedResult;
use super::phrases::{count, reach, seconds};
use super::render::{RenderOptions, render};
use super::session::ShellSession;
use super::start::most_rows;
use super::{describe, print};
use crate::error::Result;
use crate::output::ResultFormat;

impl ShellSession {
    /// Shows the outcome of a statement, and a closing line with its kind and duration.
    ///
    /// # Errors
    /// When the format does not support it.
    pub(super) fn show(
        &mut self,
        outcome: StatementOutcome,
        tag: &str,
        time: Duration,
    ) -> Result<()> {
        let said = match outcome {
            StatementOutcome::Rows(held) => {
                let shown = self.show_rows(&held)?;
                self.hint = None;
                self.remember(held);
                shown
            }
            StatementOutcome::Saved(rows, path) => {
                format!(
                    "{} written to {}; results show here again",
                    count(rows),
                    path.display()
                )
            }
            StatementOutcome::Written(rows) => {
                format!(
                    "{} written",
                    count(usize::try_from(rows).unwrap_or(usize::MAX))
                )
            }
            StatementOutcome::Done => {
                self.refresh()?;
                tag.to_owned()
            }
        };
        let time = if self.display.has_times {
            format!(" ({})", seconds(time))
        } else {
            String::new()
        };
        print::line(&self.looks.aside(&format!("{said}{time}")));
        Ok(())
    }

    /// Shows rows up to the limit and returns a text with the number of rows shown.
    ///
    /// # Errors
    /// When the format does not support it.
    pub(super) fn show_rows(&self, held: &RetainedResult) -> Result<String> {
        let (width, _) = print::screen();
        let most = most_rows(self.display.rows, self.display.pages);
        let text = render(held, self.view(most, Some(width)))?;
        self.page(&text);
        let (seen, shown) = (held.seen(), held.rows().min(most));
        Ok(if shown < seen {
            let (shown, seen) = (HumanCount(shown as u64), HumanCount(seen as u64));
            format!(
                "{shown} of {seen} rows shown (\\last shows {})",
                reach(held)
            )
        } else {
            count(seen)
        })
    }

    /// Shows all retained rows and all columns.
    ///
    /// # Errors
    /// When the format does not support them.
    pub(super) fn show_all(&self, held: &RetainedResult) -> Result<String> {
        let text = render(held, self.view(usize::MAX, None))?;
        self.page(&text);
        let (seen, kept) = (held.seen(), held.rows());
        Ok(if kept < seen {
            let (kept, seen) = (HumanCount(kept as u64), HumanCount(seen as u64));
            format!(
                "{kept} of {seen} rows shown, no more were kept (\\o FILE, then the statement, writes all)"
            )
        } else {
            count(seen)
        })
    }

    fn view(&self, rows: usize, width: Option<usize>) -> RenderOptions {
        RenderOptions {
            format: self.display.format,
            expanded: self.display.expanded,
            rows,
            width,
            is_exact: self.display.is_exact,
        }
    }

    /// Prints text, through the pager if it is longer than the screen.
    pub(super) fn page(&self, text: &str) {
        let (_, height) = print::screen();
        let is_long = text.lines().count() >= height;
        match &self.pager {
            Some(pager) if is_long && self.display.pages => {
                if let Err(error) = pager.show(text) {
                    self.report(&error);
                    print::text(text);
                }
            }
            _ => print::text(text),
        }
    }

    /// Shows the tables, or the columns of `table`.
    ///
    /// # Errors
    /// When there is no such table.
    pub(super) fn describe(&mut self, table: Option<String>) -> Result<()> {
        let (engine, known) = (Arc::clone(&self.engine), self.catalog.get());
        let (held, about) = self.runner.run(move || async move {
            match table {
                Some(table) => describe::columns(&engine, &known, &table).await,
                None => {
                    let held = describe::tables(&engine, &known).await?;
                    let about = count(held.seen()).replace("row", "table");
                    Ok((held, about))
                }
            }
        })?;
        let (width, _) = print::screen();
        let view = RenderOptions {
            format: ResultFormat::Table,
            expanded: ExpandedMode::Off,
            rows: usize::MAX,
            width: Some(width),
            is_exact: false,
        };
        self.page(&render(&held, view)?);
        print::line(&self.looks.aside(&about));
        Ok(())
    }
}

//! Renders a result as text.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::RecordBatch;
use unicode_width::UnicodeWidthStr;

use super::command::ExpandedMode;
use super::held::RetainedResult;
use crate::error::Result;
use crate::output::{self, ResultFormat, ScreenOptions};

/// Layout of a result.
#[derive(Debug, Clone, Copy)]
pub(super) struct RenderOptions {
    pub(super) format: ResultFormat,
    pub(super) expanded: ExpandedMode,
    /// Maximum number of rows.
    pub(super) rows: usize,
    /// Width of the screen; `None` shows every column at full width.
    pub(super) width: Option<usize>,
    /// Shows every digit instead of rounded values.
    pub(super) is_exact: bool,
}

/// Renders the first rows of `held`.
///
/// # Errors
/// When the format does not support a type.
pub(super) fn render(held: &RetainedResult, view: RenderOptions) -> Result<String> {
    let batches = held.first(view.rows);
    let as_is = RenderOptions {
        width: None,
        ..view
    };
    match view.expanded {
        _ if view.format != ResultFormat::Table => write(view.format, held, &batches, view),
        ExpandedMode::On => write(ResultFormat::Expanded, held, &batches, view),
        ExpandedMode::Off => write(ResultFormat::Table, held, &batches, view),
        ExpandedMode::Auto => {
            let whole = write(ResultFormat::Table, held, &batches, as_is)?;
            let is_wide = |width: usize| {
                whole
                    .lines()
                    .next()
                    .is_some_and(|line| line.width() > width)
            };
            if view.width.is_some_and(is_wide) {
                write(ResultFormat::Expanded, held, &batches, view)
            } else {
                Ok(whole)
            }
        }
    }
}

fn write(
    format: ResultFormat,
    held: &RetainedResult,
    batches: &[RecordBatch],
    view: RenderOptions,
) -> Result<String> {
    let text = CapturedOutput::default();
    let screen = ScreenOptions {
        rows: None,
        is_exact: view.is_exact,
        more_columns: "\\x for one line a column, \\last for all",
        ..ScreenOptions::new(view.width.unwrap_or(usize::MAX))
    };
    let sink = Box::new(text.clone());
    let mut writer = output::writer(format, held.schema(), sink, Some(screen))?;
    for batch in batches {
        writer.write(batch)?;
    }
    writer.finish()?;
    drop(writer);
    Ok(text.take())
}

/// A sink that returns the written bytes.
#[derive(Debug, Clone, Default)]
struct CapturedOutput(Arc<Mutex<Vec<u8>>>);

impl CapturedOutput {
    fn take(&self) -> String {
        let mut bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&std::mem::take(&mut *bytes)).into_owned()
    }
}

impl Write for CapturedOutput {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

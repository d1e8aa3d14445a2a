//! Colours of messages, and whether the terminal supports them.

use nu_ansi_term::{Color, Style};

use crate::terminal;

/// Capabilities of the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TerminalCapabilities {
    pub(super) has_colours: bool,
    /// True if the cursor can be moved, as the line editor requires.
    pub(super) has_cursor: bool,
}

impl TerminalCapabilities {
    pub(super) fn detect() -> Self {
        Self {
            has_colours: terminal::has_colours(),
            has_cursor: terminal::has_cursor(),
        }
    }

    /// Style of the word before an error.
    pub(super) fn alarm(self, text: &str) -> String {
        self.paint(Style::new().bold().fg(Color::Red), text)
    }

    /// Style of remarks about a result, less prominent than the result.
    pub(super) fn aside(self, text: &str) -> String {
        self.paint(Style::new().fg(Color::DarkGray), text)
    }

    fn paint(self, style: Style, text: &str) -> String {
        if self.has_colours {
            style.paint(text).to_string()
        } else {
            text.to_owned()
        }
    }
}

//! Whether colours may be used, and the few that messages have.

use nu_ansi_term::{Color, Style};

use crate::terminal;

/// What the terminal can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TerminalCapabilities {
    pub(super) has_colours: bool,
    /// Whether the cursor can be moved about, as the line editor does.
    pub(super) has_cursor: bool,
}

impl TerminalCapabilities {
    pub(super) fn detect() -> Self {
        Self {
            has_colours: terminal::has_colours(),
            has_cursor: terminal::has_cursor(),
        }
    }

    /// The beginning of an error.
    pub(super) fn alarm(self, text: &str) -> String {
        self.paint(Style::new().bold().fg(Color::Red), text)
    }

    /// What is said about a result, less loud than the result.
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

//! Input lines: from the line editor, or plain lines if the terminal is too simple for it.

use std::io::Write;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use nu_ansi_term::{Color, Style};
use reedline::{
    ColumnarMenu, DefaultHinter, FileBackedHistory, History, InputMode, MenuBuilder, Reedline,
    ReedlineMenu, Signal,
};

use super::catalog::SharedShellCatalog;
use super::complete::ShellCompleter;
use super::highlight::ShellHighlighter;
use super::input;
use super::keys::{MENU, ShellKeys};
use super::menu::QuietMenu;
use super::prompt::{CONTINUED, PROMPT, ShellPrompt, ShellValidator};
use super::style::TerminalCapabilities;
use super::{editor, history};
use crate::error::{Error, Result};

/// Event at the prompt.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum PromptSignal {
    Text(String),
    /// Ctrl-C: the input is discarded.
    Cancelled,
    /// Ctrl-D, or the terminal is closed.
    End,
}

/// Source of input lines.
pub(super) enum ShellLineReader {
    /// The line editor, and the file that its text editor leaves behind.
    Editor(Box<Reedline>, PathBuf),
    Plain(FileBackedHistory),
}

impl ShellLineReader {
    /// `leave` becomes true when the system requests the program to terminate.
    pub(super) fn new(
        looks: TerminalCapabilities,
        catalog: &SharedShellCatalog,
        history: FileBackedHistory,
        scratch: PathBuf,
        leave: Arc<AtomicBool>,
    ) -> Self {
        if !looks.has_cursor {
            return Self::Plain(history);
        }
        let completer = ShellCompleter {
            catalog: catalog.clone(),
        };
        let highlighter = ShellHighlighter {
            catalog: catalog.clone(),
            has_colours: looks.has_colours,
        };
        let hint = Style::new().italic().fg(Color::DarkGray);
        let mut editor = Reedline::create()
            .with_ansi_colors(looks.has_colours)
            .use_bracketed_paste(true)
            .with_history(Box::new(history))
            .with_validator(Box::new(ShellValidator))
            .with_completer(Box::new(completer))
            .with_partial_completions(true)
            .with_quick_completions(true)
            .with_highlighter(Box::new(highlighter))
            .with_menu(menu())
            .with_edit_mode(Box::new(ShellKeys::new()))
            .with_break_signal(leave);
        if looks.has_colours {
            // Without grey, suggested text looks like typed text.
            editor = editor.with_hinter(Box::new(DefaultHinter::default().with_style(hint)));
        }
        if let Some((program, arguments)) = editor::program().split_first() {
            let mut command = Command::new(program);
            command.args(arguments);
            editor = editor.with_buffer_editor(command, scratch.clone());
        }
        Self::Editor(Box::new(editor), scratch)
    }

    /// Waits for the next input.
    ///
    /// # Errors
    /// When the terminal cannot be read.
    pub(super) fn next(&mut self) -> Result<PromptSignal> {
        let failed = |source| Error::io("the terminal", source);
        match self {
            Self::Editor(editor, scratch) => {
                let signal = editor.read_line(&ShellPrompt).map_err(failed)?;
                // There is one if the text editor was used.
                std::fs::remove_file(scratch).ok();
                match signal {
                    Signal::Success(text) => {
                        // Immediately: the program may be killed during a query.
                        editor.sync_history().ok();
                        Ok(PromptSignal::Text(text))
                    }
                    Signal::CtrlC => Ok(PromptSignal::Cancelled),
                    _ => Ok(PromptSignal::End),
                }
            }
            Self::Plain(history) => {
                let typed = plain().map_err(failed)?;
                if let PromptSignal::Text(text) = &typed {
                    history::add(history, text);
                }
                Ok(typed)
            }
        }
    }

    pub(super) fn history(&self) -> &dyn History {
        match self {
            Self::Editor(editor, _) => editor.history(),
            Self::Plain(history) => history,
        }
    }

    pub(super) fn history_mut(&mut self) -> &mut dyn History {
        match self {
            Self::Editor(editor, _) => editor.history_mut(),
            Self::Plain(history) => history,
        }
    }
}

/// Reads lines until the input is complete.
fn plain() -> std::io::Result<PromptSignal> {
    let mut text = String::new();
    loop {
        let prompt = if text.is_empty() { PROMPT } else { CONTINUED };
        let mut out = std::io::stdout();
        out.write_all(prompt.as_bytes())?;
        out.flush()?;
        if std::io::stdin().read_line(&mut text)? == 0 {
            return Ok(match text.trim() {
                "" => PromptSignal::End,
                _ => PromptSignal::Text(text),
            });
        }
        if input::cut(&text).is_complete {
            return Ok(PromptSignal::Text(text.trim_end().to_owned()));
        }
    }
}

fn menu() -> ReedlineMenu {
    let menu = ColumnarMenu::default()
        .with_name(MENU)
        .with_columns(4)
        .with_column_padding(2)
        .with_marker(PROMPT)
        // The tables of a statement usually follow the cursor.
        .with_input_mode(InputMode::FullBuffer)
        .with_text_style(Style::new())
        .with_description_text_style(Style::new().fg(Color::DarkGray))
        .with_selected_text_style(Style::new().reverse())
        .with_match_text_style(Style::new().bold())
        .with_selected_match_text_style(Style::new().reverse().bold());
    ReedlineMenu::EngineCompleter(Box::new(QuietMenu(menu)))
}

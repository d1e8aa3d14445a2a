//! The prompt, and the validator that lets Enter continue in the next line.

use std::borrow::Cow;

use reedline::{
    Color, Prompt, PromptEditMode, PromptHistorySearch, PromptHistorySearchStatus,
    ValidationResult, Validator,
};

use super::input;

pub(super) const PROMPT: &str = "deskql> ";
/// As wide as the prompt, so that the lines of a statement are aligned.
pub(super) const CONTINUED: &str = "   ...> ";

/// `deskql> `
pub(super) struct ShellPrompt;

impl Prompt for ShellPrompt {
    fn render_prompt_left(&self) -> Cow<'_, str> {
        Cow::Borrowed("")
    }

    fn render_prompt_right(&self) -> Cow<'_, str> {
        Cow::Borrowed("")
    }

    fn render_prompt_indicator(&self, _mode: PromptEditMode) -> Cow<'_, str> {
        Cow::Borrowed(PROMPT)
    }

    fn render_prompt_multiline_indicator(&self) -> Cow<'_, str> {
        Cow::Borrowed(CONTINUED)
    }

    fn render_prompt_history_search_indicator(&self, search: PromptHistorySearch) -> Cow<'_, str> {
        let found = match search.status {
            PromptHistorySearchStatus::Passing => "",
            PromptHistorySearchStatus::Failing => "nothing found: ",
        };
        Cow::Owned(format!("({found}search: {}) ", search.term))
    }

    fn get_indicator_color(&self) -> Color {
        Color::Green
    }

    fn get_prompt_multiline_color(&self) -> nu_ansi_term::Color {
        nu_ansi_term::Color::DarkGray
    }
}

/// An input is complete with its semicolon.
pub(super) struct ShellValidator;

impl Validator for ShellValidator {
    fn validate(&self, line: &str) -> ValidationResult {
        if input::cut(line).is_complete {
            ValidationResult::Complete
        } else {
            ValidationResult::Incomplete
        }
    }
}

//! Keys, and what is pasted.

use reedline::{
    EditCommand, EditMode, Emacs, KeyCode, KeyModifiers, Keybindings, PromptEditMode,
    ReedlineEvent, ReedlineRawEvent, default_emacs_keybindings,
};

/// Name of the completion menu.
pub(super) const MENU: &str = "completion";

/// Emacs keys. Text that is pasted with the line break behind it runs if it is complete: whoever copied
/// whole lines has pressed Enter already.
pub(super) struct ShellKeys(Emacs);

impl ShellKeys {
    pub(super) fn new() -> Self {
        Self(Emacs::new(bindings()))
    }
}

impl EditMode for ShellKeys {
    fn parse_event(&mut self, event: ReedlineRawEvent) -> ReedlineEvent {
        match self.0.parse_event(event) {
            // Only a paste inserts a text.
            ReedlineEvent::Edit(commands) => match commands.as_slice() {
                [EditCommand::InsertString(text)] => pasted(text),
                _ => ReedlineEvent::Edit(commands),
            },
            other => other,
        }
    }

    fn edit_mode(&self) -> PromptEditMode {
        self.0.edit_mode()
    }
}

fn pasted(text: &str) -> ReedlineEvent {
    let insert = |text: &str| ReedlineEvent::Edit(vec![EditCommand::InsertString(text.to_owned())]);
    match text.trim_end_matches([' ', '\t']).strip_suffix('\n') {
        // Enter goes on in the next line where the statement does.
        Some(lines) => ReedlineEvent::Multiple(vec![insert(lines), ReedlineEvent::Enter]),
        None => insert(text),
    }
}

fn bindings() -> Keybindings {
    let mut keys = default_emacs_keybindings();
    keys.add_binding(
        KeyModifiers::NONE,
        KeyCode::Tab,
        ReedlineEvent::UntilFound(vec![
            ReedlineEvent::Menu(MENU.to_owned()),
            ReedlineEvent::MenuNext,
            ReedlineEvent::Edit(vec![EditCommand::Complete]),
        ]),
    );
    keys.add_binding(
        KeyModifiers::SHIFT,
        KeyCode::BackTab,
        ReedlineEvent::MenuPrevious,
    );
    // Inserts a line break even if the statement is complete.
    keys.add_binding(
        KeyModifiers::ALT,
        KeyCode::Enter,
        ReedlineEvent::Edit(vec![EditCommand::InsertNewline]),
    );
    keys
}

//! The help, made from the table of commands.

use std::fmt::Write;

use textwrap::Options;

use super::{ALL, CommandSpec};

const KEYS: &[(&str, &str)] = &[
    (
        "Enter",
        "run when the statement ends in ';', else go on in the next line",
    ),
    (
        "Tab",
        "complete, or show what there is; Tab and Shift-Tab walk through the list",
    ),
    ("Right, End", "take the grey suggestion from the history"),
    ("Up, Down", "earlier and later inputs"),
    ("Ctrl-R", "search the history"),
    ("Ctrl-C", "stop the running statement; clear the input"),
    ("Ctrl-O", "edit the input in $VISUAL or $EDITOR"),
    ("Ctrl-L", "clear the screen"),
    ("Ctrl-D", "leave, on an empty line"),
];

/// The command with its arguments.
pub(crate) fn usage(spec: &CommandSpec) -> String {
    format!("\\{} {}", spec.name, spec.arguments)
        .trim_end()
        .to_owned()
}

/// Longest line of the help, so that it fits any screen.
const WIDTH: usize = 80;
/// Column at which the description of a command begins.
const INDENT: usize = 24;

/// For `\?`.
pub(crate) fn text() -> String {
    let mut out =
        String::from("SQL ends with a semicolon. A line that begins with \\ is a command.\n");
    for group in groups() {
        let _ = write!(out, "\n{group}\n");
        for spec in ALL.iter().filter(|spec| spec.group == group) {
            push(&mut out, &usage(spec), spec.about);
        }
    }
    out.push_str("\nKeys\n");
    for (key, about) in KEYS {
        push(&mut out, key, about);
    }
    out
}

fn push(out: &mut String, what: &str, about: &str) {
    let indent = " ".repeat(INDENT);
    let mut first = format!("  {what}");
    if first.len() + 2 > INDENT {
        let _ = writeln!(out, "{first}");
        first.clear();
    }
    let first = format!("{first:INDENT$}");
    let options = Options::new(WIDTH)
        .initial_indent(&first)
        .subsequent_indent(&indent);
    let _ = writeln!(out, "{}", textwrap::fill(about, options));
}

/// For `docs/shell.md`.
#[cfg(test)]
pub(crate) fn markdown() -> String {
    let cell = |text: &str| text.replace('|', "\\|");
    let mut out = String::from("| command | what it does |\n|---|---|\n");
    for spec in ALL {
        let _ = writeln!(out, "| `{}` | {} |", cell(&usage(spec)), cell(spec.about));
    }
    out.push_str("\n| key | what it does |\n|---|---|\n");
    for (key, about) in KEYS {
        let _ = writeln!(out, "| {key} | {} |", cell(about));
    }
    out
}

fn groups() -> Vec<&'static str> {
    let mut groups: Vec<&str> = ALL.iter().map(|spec| spec.group).collect();
    groups.dedup();
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_fits_a_narrow_screen_and_names_every_command() {
        let text = text();
        for spec in ALL {
            assert!(
                text.contains(&format!("  {}", usage(spec))),
                "{}",
                spec.name
            );
        }
        for line in text.lines() {
            assert!(line.chars().count() <= WIDTH, "{line}");
        }
    }

    #[test]
    fn the_page_of_the_shell_has_the_same_commands() {
        let page = include_str!("../../../docs/shell.md").replace("\r\n", "\n");
        assert!(
            page.contains(&markdown()),
            "docs/shell.md must hold:\n{}",
            markdown()
        );
    }
}

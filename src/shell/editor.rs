//! Editing a statement in the user's text editor.

use std::io::{self, ErrorKind};
use std::path::Path;
use std::process::Command;

use crate::error::{Error, Result};

/// Editor command and its arguments: `$VISUAL`, `$EDITOR` or `vi`.
pub(super) fn program() -> Vec<String> {
    let named = ["VISUAL", "EDITOR"].into_iter().find_map(|name| {
        let value = std::env::var(name).ok()?;
        shlex::split(&value).filter(|words| !words.is_empty())
    });
    named.unwrap_or_else(|| vec!["vi".to_owned()])
}

/// Lets the user edit `text` in `file`, which is removed afterwards, and returns it as saved.
///
/// # Errors
/// When the editor cannot be started or fails, or the file cannot be read again.
pub(super) fn change(text: &str, file: &Path) -> Result<String> {
    let changed = change_in(text, file);
    std::fs::remove_file(file).ok();
    changed
}

fn change_in(text: &str, file: &Path) -> Result<String> {
    std::fs::write(file, format!("{text}\n")).map_err(|source| Error::io(file, source))?;
    let program = program();
    let Some((name, arguments)) = program.split_first() else {
        return Ok(text.to_owned());
    };
    let status = Command::new(name).args(arguments).arg(file).status();
    let status = status.map_err(|source| cannot_start(name, source))?;
    if !status.success() {
        return Err(Error::Usage(format!(
            "{name} ended with {status}: nothing was run"
        )));
    }
    std::fs::read_to_string(file).map_err(|source| Error::io(file, source))
}

fn cannot_start(name: &str, source: io::Error) -> Error {
    if source.kind() == ErrorKind::NotFound {
        return Error::Usage(format!(
            "there is no editor {name}: set VISUAL or EDITOR to the one you use"
        ));
    }
    Error::io(name, source)
}

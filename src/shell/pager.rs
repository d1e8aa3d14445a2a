//! Shows text that is longer than the screen in a pager.

use std::io::{self, ErrorKind, Write};
use std::process::{Command, Stdio};

use crate::error::{Error, Result};

/// A pager program with its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pager {
    words: Vec<String>,
}

impl Pager {
    /// `$DESKQL_PAGER`, `$PAGER`, or `less` where it is installed.
    pub(super) fn from_env() -> Option<Self> {
        for name in ["DESKQL_PAGER", "PAGER"] {
            if let Ok(value) = std::env::var(name) {
                // Empty or `cat` disables the pager.
                let words = shlex::split(&value).unwrap_or_default();
                let is_wanted = words.first().is_some_and(|program| program != "cat");
                return is_wanted.then_some(Self { words });
            }
        }
        let paths = std::env::var_os("PATH")?;
        let has_less = std::env::split_paths(&paths).any(|folder| folder.join("less").is_file());
        let words = ["less", "-SRFX"].map(str::to_owned).to_vec();
        has_less.then_some(Self { words })
    }

    /// Shows `text` until the user leaves the pager.
    ///
    /// # Errors
    /// When the pager cannot be started.
    pub(super) fn show(&self, text: &str) -> Result<()> {
        let Some((program, arguments)) = self.words.split_first() else {
            return Ok(());
        };
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::piped());
        if std::env::var_os("LESS").is_none() {
            // For a plain PAGER=less: truncate long lines, show colours, exit at once if the text fits
            // one screen.
            command.env("LESS", "SRFX");
        }
        let failed = |source: io::Error| {
            Error::Usage(format!(
                "pager {program}: {source}: \\pager off prints directly"
            ))
        };
        let mut child = command.spawn().map_err(failed)?;
        if let Some(mut pipe) = child.stdin.take() {
            match pipe.write_all(text.as_bytes()) {
                // The user has left before the end.
                Err(error) if error.kind() == ErrorKind::BrokenPipe => {}
                other => other.map_err(failed)?,
            }
        }
        child.wait().map_err(failed)?;
        Ok(())
    }
}

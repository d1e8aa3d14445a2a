//! Runs an input piece by piece: typed text, a file, `~/.deskqlrc`.

use std::ops::Range;
use std::path::Path;

use super::command::{self, ShellCommand};
use super::input::{self, InputPiece};
use super::line::ShellLineReader;
use super::session::{ShellControlFlow, ShellSession};
use super::{editor, history, print};
use crate::error::{Error, Result};
use crate::sql;
use crate::terminal::wording;

/// Maximum depth of files that include each other.
const DEEPEST: usize = 16;

/// An error with its line in the input, and the number of statements and commands that were not run
/// because of it.
struct ScriptFailure {
    error: Error,
    line: usize,
    left: usize,
}

/// Runs the typed input and reports its errors.
pub(super) fn run(
    session: &mut ShellSession,
    lines: &mut ShellLineReader,
    text: &str,
) -> ShellControlFlow {
    if gives_up(text) {
        return ShellControlFlow::Quit;
    }
    match pieces(session, lines, text, 0) {
        Ok(flow) => flow,
        Err(failed) => {
            session.report(&failed.error);
            if let Some(left) = left_out(failed.left) {
                session.remark(&left);
            }
            ShellControlFlow::Stay
        }
    }
}

/// True if `\q` follows a statement without its end, which is not run then.
fn gives_up(text: &str) -> bool {
    let cut = input::cut(text);
    let [.., InputPiece::Sql(sql), InputPiece::Command(last)] = cut.pieces.as_slice() else {
        return false;
    };
    let leaves = matches!(command::parse(&text[last.clone()]), Ok(ShellCommand::Quit));
    leaves && !input::cut(&text[sql.clone()]).is_complete
}

/// Runs `~/.deskqlrc` if it exists.
pub(super) fn run_rc(session: &mut ShellSession, lines: &mut ShellLineReader) -> ShellControlFlow {
    let path = std::env::home_dir().map(|home| home.join(".deskqlrc"));
    let Some(path) = path.filter(|path| path.is_file()) else {
        return ShellControlFlow::Stay;
    };
    file(session, lines, &path, 0).unwrap_or_else(|error| {
        session.report(&error);
        ShellControlFlow::Stay
    })
}

/// Runs the statements and commands of a file; `depth` counts the files that include it.
fn file(
    session: &mut ShellSession,
    lines: &mut ShellLineReader,
    path: &Path,
    depth: usize,
) -> Result<ShellControlFlow> {
    if depth >= DEEPEST {
        return Err(Error::Usage(format!(
            "{}: {DEEPEST} files include each other: does one include itself?",
            path.display()
        )));
    }
    let text = std::fs::read_to_string(path).map_err(|source| Error::io(path, source))?;
    pieces(session, lines, &text, depth + 1).map_err(|failed| in_file(failed, path))
}

/// The error with its place and the number of statements that were not run.
fn in_file(failed: ScriptFailure, path: &Path) -> Error {
    if matches!(failed.error, Error::Interrupted) {
        return failed.error;
    }
    let text = wording(&failed.error);
    let place = if text.contains("(line ") {
        path.display().to_string()
    } else {
        format!("{}:{}", path.display(), failed.line)
    };
    let left = left_out(failed.left).map_or_else(String::new, |left| format!("\n{left}"));
    Error::Sql(format!("{place}: {text}{left}"))
}

fn left_out(count: usize) -> Option<String> {
    match count {
        0 => None,
        1 => Some("1 other statement of this input was not run".to_owned()),
        _ => Some(format!(
            "{count} other statements of this input were not run"
        )),
    }
}

fn pieces(
    session: &mut ShellSession,
    lines: &mut ShellLineReader,
    text: &str,
    depth: usize,
) -> Result<ShellControlFlow, ScriptFailure> {
    let mut pieces = input::cut(text).pieces.into_iter();
    while let Some(piece) = pieces.next() {
        let done = match piece {
            InputPiece::Command(range) => {
                let line = line_of(text, range.start);
                let done = command(session, lines, &text[range], depth);
                done.map_err(|error| ScriptFailure {
                    error,
                    line,
                    left: 0,
                })
            }
            InputPiece::Sql(range) => statements(session, text, range),
        };
        match done {
            Ok(ShellControlFlow::Stay) => {}
            Ok(ShellControlFlow::Quit) => return Ok(ShellControlFlow::Quit),
            Err(mut failed) => {
                failed.left += pieces.map(|piece| count(text, &piece)).sum::<usize>();
                return Err(failed);
            }
        }
    }
    Ok(ShellControlFlow::Stay)
}

fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

fn count(text: &str, piece: &InputPiece) -> usize {
    match piece {
        InputPiece::Command(_) => 1,
        InputPiece::Sql(range) => sql::parse(&text[range.clone()]).map_or(1, |all| all.len()),
    }
}

/// Parses everything before anything runs, as in one-shot runs.
fn statements(
    session: &mut ShellSession,
    text: &str,
    range: Range<usize>,
) -> Result<ShellControlFlow, ScriptFailure> {
    // Padded with line breaks, so that errors report lines of the whole input.
    let before = line_of(text, range.start) - 1;
    let script = format!("{}{}", "\n".repeat(before), &text[range.clone()]);
    let parsed = session.parse(&script).map_err(|error| ScriptFailure {
        error: sql::located(error, &script),
        line: before + 1,
        left: input::statements(&text[range]).saturating_sub(1),
    })?;
    let count = parsed.len();
    for (index, statement) in parsed.into_iter().enumerate() {
        let line = usize::try_from(statement.line()).unwrap_or(before + 1);
        session
            .statement(statement)
            .map_err(|error| ScriptFailure {
                error,
                line,
                left: count - index - 1,
            })?;
    }
    Ok(ShellControlFlow::Stay)
}

fn command(
    session: &mut ShellSession,
    lines: &mut ShellLineReader,
    line: &str,
    depth: usize,
) -> Result<ShellControlFlow> {
    match command::parse(line)? {
        ShellCommand::Include(path) => file(session, lines, &path, depth),
        ShellCommand::Edit => edit(session, lines, depth),
        ShellCommand::History(count) => {
            for (number, text) in history::last(lines.history(), count) {
                // Aligns the lines of one input.
                print::line(&format!("{number:>5}  {}", text.replace('\n', "\n       ")));
            }
            Ok(ShellControlFlow::Stay)
        }
        ShellCommand::Quit => Ok(ShellControlFlow::Quit),
        other => session.perform(other).map(|()| ShellControlFlow::Stay),
    }
}

/// Opens the last statement in the editor and runs the edited text.
fn edit(
    session: &mut ShellSession,
    lines: &mut ShellLineReader,
    depth: usize,
) -> Result<ShellControlFlow> {
    let before = match session.last_statement() {
        "" => history::last_sql(lines.history()).unwrap_or_default(),
        before => before.to_owned(),
    };
    let text = editor::change(&before, session.edited_file())?;
    let text = text.trim();
    if text.is_empty() || text == before.trim() {
        session.remark("nothing was changed, nothing was run");
        return Ok(ShellControlFlow::Stay);
    }
    print::line(text);
    history::add(lines.history_mut(), text);
    pieces(session, lines, text, depth + 1).map_err(|failed| failed.error)
}

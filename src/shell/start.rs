//! Starts the shell and runs its loop.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::command::ShellRowLimit;
use super::line::{PromptSignal, ShellLineReader};
use super::options::ShellOptions;
use super::session::{ShellControlFlow, ShellSession};
use super::style::TerminalCapabilities;
use super::{history, print, script};
use crate::error::{Error, Result};
use crate::runtime::ScratchFiles;

/// Time for the prompt to restore the terminal when the system requests the program to terminate.
const PATIENCE: Duration = Duration::from_millis(500);

/// Runs the shell until the user leaves it.
///
/// # Errors
/// When the tables cannot be opened; later errors are printed and do not end the shell.
pub(crate) fn run(options: ShellOptions) -> Result<()> {
    let looks = TerminalCapabilities::detect();
    let kept = options.history.clone().or_else(history::default_file);
    let scratch = options.scratch.clone();
    let (reads_rc, is_quiet) = (options.reads_rc, options.is_quiet);
    let greeting_of = options.settings.data.clone();
    let leave = Arc::new(AtomicBool::new(false));
    end_when_asked(&scratch, &leave)?;
    let mut session = ShellSession::open(options, looks)?;
    let past = history::open(kept).unwrap_or_else(|error| {
        session.report(&error);
        reedline::FileBackedHistory::default()
    });
    let edited = tempfile::Builder::new()
        .prefix("deskql-")
        .suffix(".sql")
        .tempfile()
        .map_err(|source| Error::io(std::env::temp_dir(), source))?;
    let file = edited.path().to_owned();
    let mut lines = ShellLineReader::new(looks, session.catalog(), past, file.clone(), leave);
    session.edit_in(file);
    if !is_quiet {
        print::line(&session.greeting(&greeting_of));
    }
    session.notes();
    if let Err(error) = session.engine().queries() {
        session.report(&error);
    }
    if reads_rc && let ShellControlFlow::Quit = script::run_rc(&mut session, &mut lines) {
        return Ok(());
    }
    serve(&mut session, &mut lines)
}

fn serve(session: &mut ShellSession, lines: &mut ShellLineReader) -> Result<()> {
    loop {
        match lines.next()? {
            PromptSignal::Cancelled => {}
            PromptSignal::End => return Ok(()),
            PromptSignal::Text(text) => {
                if let ShellControlFlow::Quit = script::run(session, lines, &text) {
                    return Ok(());
                }
            }
        }
    }
}

/// Maximum number of rows shown.
pub(super) fn most_rows(rows: ShellRowLimit, has_pager: bool) -> usize {
    match rows {
        ShellRowLimit::All => usize::MAX,
        ShellRowLimit::Most(most) => most,
        ShellRowLimit::Auto if has_pager => 1000,
        ShellRowLimit::Auto => 100,
    }
}

/// On SIGTERM, deletes unfinished files and lets the prompt restore the terminal.
#[cfg(unix)]
fn end_when_asked(scratch: &ScratchFiles, leave: &Arc<AtomicBool>) -> Result<()> {
    use tokio::signal::unix::{SignalKind, signal};

    let failed = |source| Error::io("starting threads", source);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(failed)?;
    let entered = runtime.enter();
    let mut asked = signal(SignalKind::terminate()).map_err(failed)?;
    drop(entered);
    let (scratch, leave) = (scratch.clone(), Arc::clone(leave));
    std::thread::spawn(move || {
        runtime.block_on(asked.recv());
        leave.store(true, Ordering::Relaxed);
        scratch.discard();
        std::thread::sleep(PATIENCE);
        std::process::exit(143);
    });
    Ok(())
}

#[cfg(not(unix))]
fn end_when_asked(_scratch: &ScratchFiles, _leave: &Arc<AtomicBool>) -> Result<()> {
    Ok(())
}

//! From the command line to the prompt, and the loop around it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::command::Rows;
use super::line::{Lines, Typed};
use super::options::Options;
use super::session::{Flow, Session};
use super::style::Looks;
use super::{history, print, script};
use crate::error::{Error, Result};
use crate::runtime::Scratch;

/// Time that the prompt gets to leave in good order when the system asks the program to end.
const PATIENCE: Duration = Duration::from_millis(500);

/// Runs the shell until the user leaves it.
///
/// # Errors
/// When the tables cannot be opened; what goes wrong later is reported and does not end the shell.
pub(crate) fn run(options: Options) -> Result<()> {
    let looks = Looks::of_terminal();
    let kept = options.history.clone().or_else(history::default_file);
    let scratch = options.scratch.clone();
    let (reads_rc, is_quiet) = (options.reads_rc, options.is_quiet);
    let greeting_of = options.settings.data.clone();
    let leave = Arc::new(AtomicBool::new(false));
    end_when_asked(&scratch, &leave)?;
    let mut session = Session::open(options, looks)?;
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
    let mut lines = Lines::new(looks, session.catalog(), past, file.clone(), leave);
    session.edit_in(file);
    if !is_quiet {
        print::line(&session.greeting(&greeting_of));
    }
    if let Err(error) = session.engine().queries() {
        session.report(&error);
    }
    if reads_rc && let Flow::Quit = script::run_rc(&mut session, &mut lines) {
        return Ok(());
    }
    serve(&mut session, &mut lines)
}

fn serve(session: &mut Session, lines: &mut Lines) -> Result<()> {
    loop {
        match lines.next()? {
            Typed::Nothing => {}
            Typed::End => return Ok(()),
            Typed::Text(text) => {
                if let Flow::Quit = script::run(session, lines, &text) {
                    return Ok(());
                }
            }
        }
    }
}

/// Rows that are shown when nothing else was asked for.
pub(super) fn most_rows(rows: Rows, has_pager: bool) -> usize {
    match rows {
        Rows::All => usize::MAX,
        Rows::Most(most) => most,
        Rows::Auto if has_pager => 1000,
        Rows::Auto => 100,
    }
}

/// On a request to end, unfinished files go and the prompt gives the terminal back.
#[cfg(unix)]
fn end_when_asked(scratch: &Scratch, leave: &Arc<AtomicBool>) -> Result<()> {
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
fn end_when_asked(_scratch: &Scratch, _leave: &Arc<AtomicBool>) -> Result<()> {
    Ok(())
}

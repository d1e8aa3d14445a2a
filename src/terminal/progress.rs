//! The progress bar of a long query, on standard error if that is a terminal.

use std::io::IsTerminal;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::runtime::ScanProgress;

/// Delay before a bar appears.
const PATIENCE: Duration = Duration::from_millis(500);
const REFRESH: Duration = Duration::from_millis(100);

/// Shows and removes progress bars; clones share one bar.
#[derive(Debug, Clone)]
pub(crate) struct QueryProgressBar {
    is_shown: bool,
    current: Arc<Mutex<Option<ProgressBarThread>>>,
}

/// A thread, not a task, because operators that do not yield may occupy every worker.
#[derive(Debug)]
struct ProgressBarThread {
    stop: Sender<()>,
    thread: JoinHandle<()>,
}

impl QueryProgressBar {
    pub(crate) fn new(is_quiet: bool) -> Self {
        Self {
            is_shown: !is_quiet && std::io::stderr().is_terminal(),
            current: Arc::default(),
        }
    }

    /// Shows the progress of a query's scans until [`Self::clear`].
    pub(crate) fn watch(&self, scan: impl FnOnce() -> Option<ScanProgress>) {
        if !self.is_shown {
            return;
        }
        let Some(scan) = scan() else {
            return;
        };
        let (stop, stopped) = channel();
        let thread = std::thread::spawn(move || {
            let mut bar: Option<ProgressBar> = None;
            let mut wait = PATIENCE;
            while stopped.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
                wait = REFRESH;
                draw(bar.get_or_insert_with(|| new_bar(&scan)), &scan);
            }
            if let Some(bar) = bar {
                bar.finish_and_clear();
            }
        });
        self.replace(Some(ProgressBarThread { stop, thread }));
    }

    /// Removes the bar from the screen, so that other text can be printed.
    pub(crate) fn clear(&self) {
        self.replace(None);
    }

    fn replace(&self, next: Option<ProgressBarThread>) {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        let previous = std::mem::replace(&mut *current, next);
        if let Some(ProgressBarThread { stop, thread }) = previous {
            drop(stop);
            thread.join().ok();
        }
    }
}

fn new_bar(scan: &ScanProgress) -> ProgressBar {
    let total = scan.total().map(|rows| rows as u64);
    let template = match total {
        Some(_) => "{bar:30} {percent:>3}% {msg} {elapsed}",
        None => "{spinner} {msg} {elapsed}",
    };
    let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr());
    // The templates are constants; an invalid one falls back to the default style.
    bar.set_style(
        ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()),
    );
    bar
}

fn draw(bar: &ProgressBar, scan: &ScanProgress) {
    let rows = scan.rows() as u64;
    bar.set_message(format!("{} rows read", HumanCount(rows)));
    match bar.length() {
        // Statistics may be estimates: never exceed 100 %.
        Some(total) => bar.set_position(rows.min(total)),
        None => bar.tick(),
    }
}

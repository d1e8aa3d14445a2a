//! Terminal support of the one-shot program and the shell: result targets, the progress bar, messages,
//! and work that Ctrl-C stops.

mod fitting;
mod progress;
mod report;
mod runner;
mod stop;
mod stored_output;
mod target;

pub(crate) use fitting::fitted;
pub(crate) use progress::QueryProgressBar;
pub(crate) use report::{has_colours, has_cursor, note, print, width, wording};
pub(crate) use runner::{InterruptibleRunner, run_until_stopped};
pub(crate) use stop::ExecutionLimits;
pub(crate) use target::OutputTarget;

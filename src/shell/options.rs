//! What the shell needs to know of the command line.

use std::path::PathBuf;

use crate::EngineSettings;
use crate::output::ResultFormat;
use crate::runtime::ScratchFiles;
use crate::terminal::ExecutionLimits;

/// What the shell needs to know of the command line.
#[derive(Debug)]
pub(crate) struct ShellOptions {
    /// Tables and memory; its scratch is [`Self::scratch`].
    pub(crate) settings: EngineSettings,
    pub(crate) scratch: ScratchFiles,
    pub(crate) limits: ExecutionLimits,
    /// How results are printed.
    pub(crate) format: ResultFormat,
    pub(crate) is_quiet: bool,
    /// Whether statements that probably do not mean what they say get a line about it.
    pub(crate) has_hints: bool,
    /// Whether numbers, times and units are shown as they are.
    pub(crate) is_exact: bool,
    /// How many rows are shown (`None`: all), if somebody said so.
    pub(crate) rows: Option<Option<usize>>,
    /// Whether `~/.deskqlrc` is read.
    pub(crate) reads_rc: bool,
    /// The history file; an empty name keeps no history.
    pub(crate) history: Option<PathBuf>,
}

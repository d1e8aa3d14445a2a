//! Options of the shell from the command line.

use std::path::PathBuf;

use crate::EngineSettings;
use crate::output::ResultFormat;
use crate::runtime::ScratchFiles;
use crate::terminal::ExecutionLimits;

/// Options of the shell from the command line.
#[derive(Debug)]
pub(crate) struct ShellOptions {
    /// Tables and memory; its scratch files are [`Self::scratch`].
    pub(crate) settings: EngineSettings,
    pub(crate) scratch: ScratchFiles,
    pub(crate) limits: ExecutionLimits,
    /// Output format of results.
    pub(crate) format: ResultFormat,
    pub(crate) is_quiet: bool,
    /// True if statements that probably do not mean what they say get a hint.
    pub(crate) has_hints: bool,
    /// True if numbers, times and units are shown unrounded.
    pub(crate) is_exact: bool,
    /// Number of rows shown (inner `None`: all), if an option sets it.
    pub(crate) rows: Option<Option<usize>>,
    /// True if `~/.deskqlrc` is run.
    pub(crate) reads_rc: bool,
    /// History file; an empty name disables the history.
    pub(crate) history: Option<PathBuf>,
}

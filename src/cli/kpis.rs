//! `deskql kpis`: which KPIs there are, and the page of one.

use std::io::Write;

use clap::Args;

use crate::catalogue::{self, kpis};
use crate::error::{Error, Result};

/// List the KPIs, or explain one of them
#[derive(Debug, Args)]
pub(crate) struct KpisArgs {
    /// The KPI to explain; all are listed when absent
    name: Option<String>,
    /// Print the pages of all KPIs as Markdown, as in docs/kpis.md
    #[arg(long, conflicts_with = "name")]
    markdown: bool,
}

pub(crate) fn run(args: &KpisArgs) -> Result<()> {
    let text = match &args.name {
        Some(name) => catalogue::page(kpis::find(name)?, width()),
        None if args.markdown => catalogue::markdown(),
        None => catalogue::list(width()),
    };
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Error::io("standard output", error))
        }
        _ => Ok(()),
    }
}

/// Into a pipe lines are as long as they are.
fn width() -> Option<usize> {
    let (width, _) = terminal_size::terminal_size_of(std::io::stdout())?;
    Some(usize::from(width.0))
}

//! `deskql kpis`: the list of KPIs, and the page of one.

use clap::Args;

use crate::catalogue;
use crate::error::Result;
use crate::terminal::{print, width};

/// List the KPIs, or explain one of them
#[derive(Debug, Args)]
pub(crate) struct KpisArgs {
    /// The KPI to explain, or a part of its name; all are listed when absent
    name: Option<String>,
    /// Print the pages of all KPIs as Markdown, as in docs/kpis.md
    #[arg(long, conflicts_with = "name")]
    markdown: bool,
}

pub(crate) fn run(args: &KpisArgs) -> Result<()> {
    let text = match &args.name {
        Some(name) => catalogue::lookup(name, "deskql kpis", width())?,
        None if args.markdown => catalogue::markdown(),
        None => {
            let list = catalogue::list(width());
            format!("{list}\ndeskql kpis NAME explains one; deskql.kpis has them all as a table.\n")
        }
    };
    print(&text)
}

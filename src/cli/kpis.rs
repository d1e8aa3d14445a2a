//! `deskql kpis`: the list of KPIs, and the page of one.

use clap::Args;

use super::option_use::{LIMITS, OptionUse};
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

impl KpisArgs {
    pub(crate) fn option_use() -> OptionUse {
        OptionUse {
            command: "kpis",
            used: &[LIMITS],
            reason: ", which reads no tables and prints text: leave it out",
        }
    }
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

//! `deskql queries`: the list of named queries, and the page of one.

use clap::Args;

use super::global_args::GlobalArgs;
use super::option_use::{LIMITS, OptionUse};
use crate::error::Result;
use crate::queries::{QueryLibrary, list, lookup};
use crate::terminal::{print, width};

/// List the named queries, or show one of them
#[derive(Debug, Args)]
pub(crate) struct QueriesArgs {
    /// The query to show, or words to look for; all are listed when absent
    words: Vec<String>,
    /// Print the SQL of the query and nothing else
    #[arg(long, requires = "words")]
    sql: bool,
}

impl QueriesArgs {
    pub(crate) fn option_use() -> OptionUse {
        OptionUse {
            command: "queries",
            used: &[&["queries"], LIMITS],
            reason: ", which shows queries and runs none: deskql run NAME runs one",
        }
    }
}

pub(crate) fn run(global: &GlobalArgs, args: &QueriesArgs) -> Result<()> {
    let library = QueryLibrary::open(&global.queries)?;
    let text = text(&library, args)?;
    print(&text)
}

fn text(library: &QueryLibrary, args: &QueriesArgs) -> Result<String> {
    let wanted = args.words.join(" ");
    if wanted.is_empty() {
        let all = list(library.all(), width());
        return Ok(format!(
            "{all}\ndeskql queries NAME shows one, deskql run NAME runs it.\n"
        ));
    }
    if args.sql {
        return library
            .find(&wanted)
            .map(|query| format!("{}\n", query.sql));
    }
    lookup(library, &wanted, width())
}

//! `deskql functions`: the list of functions, and the page of one.

use clap::Args;

use super::option_use::{LIMITS, OptionUse};
use crate::error::{Error, Result};
use crate::output::function_page;
use crate::terminal::{print, width};
use crate::{Engine, EngineSettings};

/// List the functions, or explain one of them
#[derive(Debug, Args)]
pub(crate) struct FunctionsArgs {
    /// The function to explain, a part of its name, or words about it; all of deskql's are listed when absent
    name: Option<String>,
    /// List DataFusion's functions too
    #[arg(long, conflicts_with = "name")]
    all: bool,
    /// Print the pages of deskql's functions as Markdown, as in docs/functions.md
    #[arg(long, conflicts_with_all = ["name", "all"])]
    markdown: bool,
}

impl FunctionsArgs {
    pub(crate) fn option_use() -> OptionUse {
        OptionUse {
            command: "functions",
            used: &[LIMITS],
            reason: ", which reads no tables and prints text: leave it out",
        }
    }
}

pub(crate) fn run(args: &FunctionsArgs) -> Result<()> {
    let runtime =
        tokio::runtime::Runtime::new().map_err(|source| Error::io("starting threads", source))?;
    let engine = runtime.block_on(Engine::open(EngineSettings::default()))?;
    let pages = engine.functions();
    let text = match &args.name {
        Some(name) => function_page::lookup(&pages, name, "deskql functions --all", width())?,
        None if args.markdown => function_page::markdown(&pages),
        None => {
            let list = function_page::list(&pages, args.all, width());
            let more = if args.all {
                ""
            } else {
                "; --all lists DataFusion's functions too"
            };
            format!("{list}deskql functions NAME explains one{more}.\n")
        }
    };
    print(&text)
}

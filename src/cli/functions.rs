//! `deskql functions`: which functions there are, and the page of one.

use clap::Args;

use crate::error::{Error, Result};
use crate::functions::Page;
use crate::nearest::nearest;
use crate::output::function_page;
use crate::terminal::{print, width};
use crate::{Engine, Settings};

/// List the functions, or explain one of them
#[derive(Debug, Args)]
pub(crate) struct FunctionsArgs {
    /// The function to explain; all of deskql's are listed when absent
    name: Option<String>,
    /// List DataFusion's functions too
    #[arg(long, conflicts_with = "name")]
    all: bool,
    /// Print the pages of deskql's functions as Markdown, as in docs/functions.md
    #[arg(long, conflicts_with_all = ["name", "all"])]
    markdown: bool,
}

pub(crate) fn run(args: &FunctionsArgs) -> Result<()> {
    let runtime =
        tokio::runtime::Runtime::new().map_err(|source| Error::io("starting threads", source))?;
    let engine = runtime.block_on(Engine::open(Settings::default()))?;
    let pages = engine.functions();
    let text = match &args.name {
        Some(name) => function_page::page(find(&pages, name)?, width()),
        None if args.markdown => function_page::markdown(&pages),
        None => function_page::list(&pages, args.all, width()),
    };
    print(&text)
}

fn find<'a>(pages: &'a [Page], name: &str) -> Result<&'a Page> {
    let wanted = name.to_lowercase();
    let is_wanted = |page: &&Page| page.name == wanted || page.aliases.contains(&wanted);
    pages.iter().find(is_wanted).ok_or_else(|| {
        let hint = match nearest(name, pages.iter().map(|page| page.name.as_str())) {
            Some(near) => format!("did you mean {near}?"),
            None => "deskql functions --all lists them".to_owned(),
        };
        Error::Usage(format!("no function {name}: {hint}"))
    })
}

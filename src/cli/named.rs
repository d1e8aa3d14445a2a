//! `deskql run`: runs a named query with typed parameters.

use clap::Args;

use super::args::GlobalArgs;
use super::run;
use crate::error::Result;
use crate::queries::Library;

/// Run a named query
#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    /// The query; `deskql queries` lists them
    name: String,
    /// Give a parameter a value (repeatable)
    #[arg(short, long = "param", value_name = "NAME=VALUE", value_parser = pair)]
    params: Vec<(String, String)>,
}

pub(crate) fn run(global: &GlobalArgs, args: &RunArgs) -> Result<()> {
    // Before any data is looked at: a slip in a parameter should cost no time.
    let library = Library::open(&global.queries)?;
    let query = library.find(&args.name)?.clone();
    let statement = query.bind(&args.params)?;
    run::named(global, query, statement)
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text
        .split_once('=')
        .ok_or_else(|| "write NAME=VALUE, as --param from=2026-01-01".to_owned())?;
    Ok((name.trim().to_owned(), value.to_owned()))
}

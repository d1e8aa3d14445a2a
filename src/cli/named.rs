//! `deskql run`: runs a named query with typed parameters.

use clap::Args;

use super::global_args::GlobalArgs;
use super::option_use::{LIMITS, OptionUse, RESULTS, TABLES};
use super::run;
use super::script::pair;
use super::standard_input;
use crate::error::Result;
use crate::output::chart::{self, ChartCanvas, ChartSpec};
use crate::parser::Statement;
use crate::queries::{self, NamedQuery, QueryLibrary};
use crate::runtime::ScratchFiles;
use crate::terminal::{has_colours, note, print, run_until_stopped, width};
use crate::{Engine, EngineSettings, sql};

/// Height of a chart in lines: with its axis and legend it fits a terminal of 24 lines.
const CHART_HEIGHT: usize = 20;
/// Width of a chart in characters if standard output is not a terminal.
const CHART_WIDTH: usize = 100;
/// Number of bars.
const CHART_BARS: usize = 100;

/// Run a named query
#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    /// The query; `deskql queries` lists them
    name: String,
    /// Give a parameter a value (repeatable)
    #[arg(short, long = "param", value_name = "NAME=VALUE", value_parser = pair)]
    params: Vec<(String, String)>,
    /// Draw the result as the query suggests instead of printing a table
    #[arg(long)]
    chart: bool,
}

impl RunArgs {
    pub(crate) fn option_use(&self) -> OptionUse {
        if self.chart {
            return OptionUse {
                command: "run --chart",
                used: &[TABLES, LIMITS],
                reason: ", which prints text: leave one of them out",
            };
        }
        OptionUse {
            command: "run",
            used: &[TABLES, RESULTS, LIMITS],
            reason: ": leave it out",
        }
    }
}

pub(crate) fn run(global: &GlobalArgs, args: &RunArgs) -> Result<()> {
    // Before any data is read, so that a mistake in a parameter costs no time.
    let library = QueryLibrary::open(&global.queries)?;
    let query = library.find(&args.name)?.clone();
    let statement = query.bind(&args.params)?;
    if !args.chart {
        return run::named(global, query, statement);
    }
    let scratch = ScratchFiles::default();
    let (settings, is_quiet) = (global.settings(&scratch), global.quiet);
    run_until_stopped(global.limits(), &scratch, move || async move {
        print(&draw(settings, is_quiet, &query, &statement).await?)
    })
}

/// Draws the result of `query` as a chart for this terminal.
async fn draw(
    mut settings: EngineSettings,
    is_quiet: bool,
    query: &NamedQuery,
    statement: &Statement,
) -> Result<String> {
    let _standard_input = standard_input::take(&mut settings)?;
    let engine = Engine::open(settings).await?;
    for line in engine.take_notes().iter().filter(|_| !is_quiet) {
        note(&format!("note: {line}"));
    }
    queries::check_needs(engine.context(), query).await?;
    let answer = async {
        let execution = engine.execute(statement).await?;
        let schema = execution.units().mark(&execution.schema());
        Ok((schema, execution.collect().await?))
    };
    let (schema, rows) = answer
        .await
        .map_err(|error| sql::located(error, statement.script()))?;
    let hint = query.chart.as_ref().map(ChartSpec::from);
    let spec = ChartSpec {
        title: Some(query.title.clone()),
        ..hint.unwrap_or_default()
    };
    let canvas = ChartCanvas {
        width: width().unwrap_or(CHART_WIDTH),
        height: CHART_HEIGHT,
        bars: CHART_BARS,
        more: "",
        color: has_colours(),
    };
    chart::render(&schema, &rows, &spec, canvas)
}

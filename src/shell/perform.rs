//! Commands that need only the session.

use super::command::{ExpandedMode, ShellCommand, ShellRowLimit, help};
use super::print;
use super::session::ShellSession;
use super::start::most_rows;
use crate::catalogue;
use crate::error::{Error, Result};
use crate::output::chart::{self, ChartCanvas, ChartSpec};
use crate::output::function_page;
use crate::queries;

/// Bars that are drawn on a lower screen too.
const MOST_BARS: usize = 40;

fn no_result() -> Error {
    Error::Usage("there is no result yet: run a statement first".to_owned())
}

impl ShellSession {
    /// Performs `command`; those that need the lines of the prompt are in `script`.
    ///
    /// # Errors
    /// When the command fails.
    pub(super) fn perform(&mut self, command: ShellCommand) -> Result<()> {
        match command {
            ShellCommand::Describe(table) => self.describe(table),
            ShellCommand::Functions(name) => self.functions(name.as_deref()),
            ShellCommand::Kpis(name) => self.kpis(name.as_deref()),
            ShellCommand::Queries(name) => self.queries(name.as_deref()),
            ShellCommand::Run(name, values) => self.run_query(&name, &values),
            ShellCommand::Chart(spec) => self.chart(&spec),
            ShellCommand::Summarize(table) => self.summarize(&table),
            ShellCommand::Last => self.show_last(),
            ShellCommand::Output(path) => match path {
                Some(path) => {
                    let name = path.display().to_string();
                    self.save_next_in(path)?;
                    self.remark(&format!("the next result goes to {name}"));
                    Ok(())
                }
                None => {
                    self.output = None;
                    self.remark("results show here");
                    Ok(())
                }
            },
            ShellCommand::Help => {
                self.page(&help::text());
                Ok(())
            }
            settings => self.set(&settings),
        }
    }

    fn functions(&self, name: Option<&str>) -> Result<()> {
        let pages = self.engine().functions();
        let (width, _) = print::screen();
        let text = match name {
            Some(name) => function_page::lookup(&pages, name, "\\df", Some(width))?,
            None => {
                let list = function_page::list(&pages, false, Some(width));
                format!("{list}\\df NAME explains one; SHOW FUNCTIONS lists DataFusion's too.\n")
            }
        };
        self.page(&text);
        Ok(())
    }

    fn kpis(&self, name: Option<&str>) -> Result<()> {
        let (width, _) = print::screen();
        let text = match name {
            Some(name) => catalogue::lookup(name, "\\kpi", Some(width))?,
            None => {
                let list = catalogue::list(Some(width));
                format!("{list}\n\\kpi NAME explains one; deskql.kpis has them all as a table.\n")
            }
        };
        self.page(&text);
        Ok(())
    }

    fn queries(&self, words: Option<&str>) -> Result<()> {
        let (width, _) = print::screen();
        let text = match words {
            Some(words) => queries::lookup(self.engine().queries()?, words, Some(width))?,
            None => queries::list(self.engine().queries()?.all(), Some(width)),
        };
        self.page(&text);
        Ok(())
    }

    fn run_query(&mut self, name: &str, values: &[(String, String)]) -> Result<()> {
        let query = self.engine().queries()?.find(name)?.clone();
        let statement = query.bind(values)?;
        self.check_needs(query.clone())?;
        self.statement(statement)?;
        // The next `\chart` draws the chart of the query, unless it names another.
        self.hint = query.chart.as_ref().map(|chart| ChartSpec {
            title: Some(query.title.clone()),
            ..ChartSpec::from(chart)
        });
        Ok(())
    }

    fn chart(&self, spec: &ChartSpec) -> Result<()> {
        let held = self.last().ok_or_else(no_result)?;
        let (width, height) = print::screen();
        let canvas = ChartCanvas {
            width,
            height: (height * 2 / 3).max(10),
            bars: height.max(MOST_BARS),
            more: "\\chart .. all draws all",
            color: self.has_colours(),
        };
        let asked = ChartSpec {
            all: false,
            ..spec.clone()
        };
        let meant = self.hint.as_ref().filter(|_| asked == ChartSpec::default());
        let mut spec = ChartSpec {
            all: spec.all,
            ..meant.unwrap_or(&asked).clone()
        };
        if spec.all && held.schema().field_with_name("all").is_ok() {
            // It is a column.
            spec.all = false;
            match &spec.x {
                None => spec.x = Some("all".to_owned()),
                Some(_) => spec.y.push("all".to_owned()),
            }
        }
        let rows = held.first(usize::MAX);
        self.page(&chart::render(held.schema(), &rows, &spec, canvas)?);
        Ok(())
    }

    fn summarize(&mut self, table: &str) -> Result<()> {
        let known = self.catalog().get();
        let name = match known.table(&table.replace('"', "")) {
            Some(table) => table.quoted_name(),
            // Possibly a file.
            None if table.contains(['/', '.', '*']) => format!("'{}'", table.replace('\'', "''")),
            None => return Err(Error::Usage(known.unknown_table(table))),
        };
        for statement in self.parse(&format!("SUMMARIZE {name}"))? {
            self.statement(statement)?;
        }
        Ok(())
    }

    fn show_last(&self) -> Result<()> {
        let held = self.last().ok_or_else(no_result)?;
        let said = self.show_all(held)?;
        self.remark(&said);
        Ok(())
    }

    /// Changes how results are shown and prints the new state.
    fn set(&mut self, command: &ShellCommand) -> Result<()> {
        let has_pager = self.has_pager();
        let display = &mut self.display;
        let on = |on: bool| if on { "on" } else { "off" };
        let said = match command {
            ShellCommand::Expanded(asked) => {
                display.expanded = asked.unwrap_or(match display.expanded {
                    ExpandedMode::Off => ExpandedMode::On,
                    ExpandedMode::On | ExpandedMode::Auto => ExpandedMode::Off,
                });
                match display.expanded {
                    ExpandedMode::On => "one line a column".to_owned(),
                    ExpandedMode::Off => "one line a row".to_owned(),
                    ExpandedMode::Auto => {
                        "one line a column where the screen is too narrow".to_owned()
                    }
                }
            }
            ShellCommand::Format(asked) => {
                display.format = asked.unwrap_or(display.format);
                format!("format {}", display.format.name())
            }
            ShellCommand::Rows(asked) => {
                display.rows = asked.unwrap_or(display.rows);
                match display.rows {
                    ShellRowLimit::All => "all rows are shown".to_owned(),
                    rows => format!("at most {} rows are shown", most_rows(rows, display.pages)),
                }
            }
            ShellCommand::Timing(asked) => {
                display.has_times = asked.unwrap_or(!display.has_times);
                format!("timing {}", on(display.has_times))
            }
            ShellCommand::Exact(asked) => {
                display.is_exact = asked.unwrap_or(!display.is_exact);
                format!("every digit {}", on(display.is_exact))
            }
            ShellCommand::Hints(asked) => {
                display.has_hints = asked.unwrap_or(!display.has_hints);
                format!("hints {}", on(display.has_hints))
            }
            ShellCommand::Pager(asked) => {
                let wanted = asked.unwrap_or(!display.pages);
                if wanted && !has_pager {
                    return Err(Error::Usage(
                        "there is no pager: start deskql with DESKQL_PAGER or PAGER set to one"
                            .to_owned(),
                    ));
                }
                display.pages = wanted;
                format!("pager {}", on(wanted))
            }
            _ => return Ok(()),
        };
        self.remark(&said);
        Ok(())
    }
}

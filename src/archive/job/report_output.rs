//! Steps that write reports: whether the page is up to date, and its writing.

use std::collections::{BTreeMap, BTreeSet};

use datafusion::common::TableReference;

use super::execute::{StepOutcome, StepRun};
use super::fingerprint::{StepFingerprint, StepTrace, hash, settings};
use super::record::JobEvent;
use super::report_writer::ReportOrder;
use super::scanned_tables::{ScannedFiles, scanned_files, unsteady_call};
use super::state::{JobStateFile, StepState};
use super::written_files::size;
use crate::error::{Error, Result};
use crate::runtime::memory;
use crate::settings::DeskqlOptions;
use crate::time::calendar::BusinessCalendars;

impl StepRun<'_> {
    /// Everything that the page depends on. The period is not among it: without a day it follows from the data. Nor is
    /// the time of making, by which alone a page would never be up to date.
    ///
    /// # Errors
    /// If the report or `deskql.toml` is faulty, or files cannot be listed.
    pub(super) async fn report_trace(&self, order: &ReportOrder) -> Result<StepTrace> {
        let outline = self.reports.outline(&order.report)?;
        let (mut tables, mut functions) = (BTreeSet::new(), BTreeSet::new());
        for statement in &outline.statements {
            let names = statement.names();
            tables.extend(names.tables);
            functions.extend(names.functions);
        }
        let state = self.engine.context().state();
        if let Some(function) = unsteady_call(&state, &functions) {
            return Ok(StepTrace::Unsteady(format!(
                "{function}() gives another value each time"
            )));
        }
        let (mut inputs, mut plans) = (BTreeMap::new(), Vec::new());
        for (table, is_registered) in self.all_tables(tables) {
            let frame = match self.engine.context().table(table).await {
                Ok(frame) => frame,
                // What the tables do not have is left out of shipped reports, and said when others are made.
                Err(_) if !is_registered => continue,
                Err(error) => return Err(error.into()),
            };
            let plan = state.optimize(frame.logical_plan())?;
            match scanned_files(&state, &plan).await? {
                ScannedFiles::All(files) => inputs.extend(files),
                ScannedFiles::Unknown(table) => {
                    let reason = format!("table {table} has no files that could be compared");
                    return Ok(StepTrace::Unsteady(reason));
                }
            }
            plans.push(plan.display_indent_schema().to_string());
        }
        let declared = [plans.join("\n"), self.declarations(), outline.settings];
        let asked = (&order.report, &order.params, order.day, &order.stamp);
        Ok(StepTrace::Steady(StepFingerprint::new(
            hash(&format!("{asked:?}\n{}", outline.definition)),
            hash(&target(order)),
            hash(&declared.join("\n")),
            inputs,
        )))
    }

    /// The tables of the session, and `named` ones, of which those that are not registered may be files.
    fn all_tables(&self, named: BTreeSet<TableReference>) -> Vec<(TableReference, bool)> {
        let context = self.engine.context();
        let options = context.copied_config();
        let defaults = &options.options().catalog;
        let schema = context
            .catalog(&defaults.default_catalog)
            .and_then(|catalog| catalog.schema(&defaults.default_schema));
        let mut registered = schema
            .map(|schema| schema.table_names())
            .unwrap_or_default();
        // The order of the plans is part of what is compared.
        registered.sort();
        let registered = registered
            .iter()
            .map(|name| TableReference::bare(name.as_str()));
        let mut all: Vec<_> = registered.map(|table| (table, true)).collect();
        all.extend(named.into_iter().map(|table| (table, false)));
        all
    }

    /// Settings, calendars and policies of the session, which no plan of a whole table carries.
    fn declarations(&self) -> String {
        let config = self.engine.context().copied_config();
        let options = config.options();
        let calendars = DeskqlOptions::calendars(options);
        [
            settings(self.engine),
            BusinessCalendars::definition(calendars.iter()),
            DeskqlOptions::policies(options).definition(),
            DeskqlOptions::languages(options).join(","),
        ]
        .join("\n")
    }

    /// Writes the page and keeps what it came from.
    ///
    /// # Errors
    /// If it cannot be made or written, and the output is then as it was before; or if a goal is clearly missed, and
    /// the page says so.
    pub(super) async fn write_report(
        &self,
        order: &ReportOrder,
        state: &mut JobStateFile,
        fingerprint: Option<StepFingerprint>,
        tell: &mut (dyn FnMut(JobEvent<'_>) + Send),
    ) -> Result<StepOutcome> {
        let written = self.reports.write(self.engine, order).await?;
        for hint in &written.hints {
            tell(JobEvent::Note(format!("{}: {hint}", self.bound.step.name)));
        }
        let files = self.place()?.files().await?;
        let bytes = files.values().map(|stamp| size(stamp)).sum();
        let misses_goal = order.checks_goals && written.misses_goal;
        let ended = StepState {
            fingerprint,
            files,
            misses_goal,
            ..StepState::default()
        };
        state.keep(self.bound.key(), ended).await?;
        if misses_goal {
            let problem = format!("a goal is clearly missed, as {} says", order.output);
            return Err(Error::Threshold(problem));
        }
        let runtime = self.engine.context().runtime_env();
        Ok(StepOutcome {
            rows: None,
            bytes,
            bytes_read: None,
            peak_memory: memory::peak(&runtime) as u64,
        })
    }
}

fn target(order: &ReportOrder) -> String {
    let format = order.format.as_deref().unwrap_or("by its ending");
    let checks = if order.checks_goals { ", checked" } else { "" };
    format!("report to {} ({format}){checks}", order.output)
}

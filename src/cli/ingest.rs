//! `deskql ingest`: exports of a desk into the tables of a lake.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::global_args::GlobalArgs;
use super::option_use::{LIMITS, OptionUse};
use crate::archive::ingest::{
    IngestCounts, IngestMapping, IngestPreset, IngestReading, IngestReport, IngestSource, PRESETS,
    ReadingOptions, ReadingOutcome, RejectLimit, RejectSummary, TableReport, write_tables,
};
use crate::error::{Error, Result};
use crate::runtime::ScratchFiles;
use crate::terminal::{note, print, run_until_stopped};
use crate::{Engine, EngineSettings};

const EXAMPLES: &str = "\
Examples:
  deskql ingest export.json.gz --preset zendesk --dry-run
  deskql ingest 'exports/*.csv' --mapping desk.toml --to s3://lake/desk --max-rejects 0.1%
  deskql ingest --presets
  deskql ingest --show-preset zendesk > desk.toml

Mappings are described in docs/ingest.md.";

/// Take exports of a desk (CSV, JSON, Excel, Parquet, zip) into tables, checked row by row
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct IngestArgs {
    /// Files, folders, globs or object-store URLs to read, in this order
    #[arg(value_name = "SOURCE", required_unless_present_any = ["presets", "show_preset"])]
    sources: Vec<String>,
    /// Read them by this mapping of a well-known product
    #[arg(long, value_name = "NAME", conflicts_with = "mapping")]
    preset: Option<String>,
    /// Read them by the mapping of this file
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// Folder or URL of the tables, each a folder in it
    #[arg(long, value_name = "LOCATION")]
    to: Option<String>,
    /// Write nothing if more rows than this are rejected: a number, or a share such as 0.5%
    #[arg(long, value_name = "N", value_parser = RejectLimit::parse)]
    max_rejects: Option<RejectLimit>,
    /// Read and check everything, say what would be written and rejected, and write nothing
    #[arg(long, conflicts_with = "to")]
    dry_run: bool,
    /// Read this sheet of workbooks [default: that of the mapping, or else the first]
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// List the presets
    #[arg(long, exclusive = true)]
    presets: bool,
    /// Print the mapping of this preset, to copy and change
    #[arg(long, value_name = "NAME", exclusive = true)]
    show_preset: Option<String>,
}

impl IngestArgs {
    pub(crate) fn option_use(&self) -> OptionUse {
        OptionUse {
            command: "ingest",
            used: &[LIMITS],
            reason: if self.presets || self.show_preset.is_some() {
                ", whose presets are text: leave it out"
            } else {
                ", which reads its sources and writes to --to: leave it out"
            },
        }
    }
}

pub(crate) fn run(global: &GlobalArgs, args: &IngestArgs) -> Result<()> {
    if args.presets {
        return print(&preset_list()?);
    }
    if let Some(name) = &args.show_preset {
        return print(IngestPreset::named(name)?.text);
    }
    let mapping = Arc::new(IngestMapping::load(
        args.preset.as_deref(),
        args.mapping.as_deref(),
    )?);
    if args.to.is_none() && !args.dry_run {
        let problem = "where to? name a folder or URL: --to LOCATION, or look first with --dry-run";
        return Err(Error::Usage(problem.to_owned()));
    }
    let scratch = ScratchFiles::default();
    let settings = global.settings_without_tables(&scratch);
    let job = IngestJob {
        sources: args.sources.clone(),
        mapping,
        max_rejects: args.max_rejects,
        sheet: args.sheet.clone(),
        to: args.to.clone(),
        is_quiet: global.quiet,
        scratch: scratch.clone(),
    };
    run_until_stopped(global.limits(), &scratch, move || job.run(settings))
}

fn preset_list() -> Result<String> {
    let mut text = String::new();
    for preset in PRESETS {
        let about = preset.mapping()?.about;
        text.push_str(&format!("{:<12} {about}\n", preset.name));
    }
    text.push_str("\ndeskql ingest --show-preset NAME prints one, to copy and change.\n");
    Ok(text)
}

/// One run.
struct IngestJob {
    sources: Vec<String>,
    mapping: Arc<IngestMapping>,
    max_rejects: Option<RejectLimit>,
    sheet: Option<String>,
    to: Option<String>,
    is_quiet: bool,
    scratch: ScratchFiles,
}

impl IngestJob {
    async fn run(self, settings: EngineSettings) -> Result<()> {
        let engine = Engine::open(settings).await?;
        let session = engine.context().state();
        let source = IngestSource::open(&session, &self.sources).await?;
        let options = ReadingOptions {
            threads: session.config().target_partitions(),
            max_rejects: self.max_rejects,
            sheet: self.sheet.clone(),
        };
        let reading = IngestReading::start(source, &self.mapping, &options);
        match &self.to {
            Some(to) => self.write(&engine, reading, to).await,
            None => self.look(reading).await,
        }
    }

    /// Writes what is read to the tables at `to` and prints what became of it.
    async fn write(&self, engine: &Engine, reading: IngestReading, to: &str) -> Result<()> {
        let context = engine.context();
        let written = write_tables(context, reading, &self.mapping, to, &self.scratch);
        let report = written.await?;
        if !self.is_quiet {
            report.outcome.notes.iter().for_each(|text| note(text));
        }
        print(&report_text(&report, to))
    }

    /// Reads everything and prints what would happen.
    async fn look(&self, mut reading: IngestReading) -> Result<()> {
        let mut rows = vec![0_u64; self.mapping.tables.len()];
        while let Some(batches) = reading.next().await? {
            for batch in batches {
                if let Some(rows) = rows.get_mut(batch.table) {
                    *rows += batch.lines.len() as u64;
                }
            }
        }
        let outcome = reading.finish();
        if !self.is_quiet {
            outcome.notes.iter().for_each(|text| note(text));
        }
        print(&dry_run_text(&self.mapping, &rows, &outcome))
    }
}

/// What became of the rows, by table and in all.
fn report_text(report: &IngestReport, to: &str) -> String {
    let mut text = String::new();
    for table in &report.tables {
        let TableReport { name, merged, .. } = table;
        let version = match merged.version {
            Some(version) => format!("version {version}"),
            None => "unchanged".to_owned(),
        };
        text.push_str(&format!(
            "table {name}: {} written ({} of them replace older rows) + {} duplicate, {version}\n",
            merged.written,
            merged.replaced,
            table.duplicate()
        ));
    }
    for reason in report.outcome.rejects.summary() {
        text.push_str(&reason_text(&reason));
    }
    if let Some(rejects) = &report.rejects {
        text.push_str(&format!(
            "rejected rows: {}/{rejects}\n",
            to.trim_end_matches('/')
        ));
    }
    let total = report.total();
    text.push_str(&format!(
        "{} rows in = {} written + {} duplicate + {} rejected\n",
        total.read, total.written, total.duplicate, total.rejected
    ));
    text
}

/// Counts by file and table, and the reasons of rejects.
fn dry_run_text(mapping: &IngestMapping, rows: &[u64], outcome: &ReadingOutcome) -> String {
    let mut text = String::new();
    for file in &outcome.files {
        text.push_str(&format!("{}: {}\n", file.label, counts_text(file.counts)));
    }
    if outcome.files.len() > 1 {
        let files = outcome.files.len();
        text.push_str(&format!(
            "{files} files: {}\n",
            counts_text(outcome.total())
        ));
    }
    for (table, rows) in mapping.tables.iter().zip(rows) {
        text.push_str(&format!(
            "table {}: {rows} rows, before duplicates are taken out\n",
            table.name
        ));
    }
    for reason in outcome.rejects.summary() {
        text.push_str(&reason_text(&reason));
    }
    text
}

fn counts_text(counts: IngestCounts) -> String {
    let fitting = counts.read - counts.rejected;
    let passed_over = match counts.passed_over {
        0 => String::new(),
        1 => ", and 1 source row gives none".to_owned(),
        more => format!(", and {more} source rows give none"),
    };
    let rows = if counts.read == 1 { "row" } else { "rows" };
    format!(
        "{} {rows} read = {fitting} that fit + {} rejected{passed_over}",
        counts.read, counts.rejected
    )
}

fn reason_text(reason: &RejectSummary) -> String {
    let (file, line, value) = &reason.example;
    let column = reason.column.as_deref().unwrap_or("the row");
    let value = value
        .as_ref()
        .map_or_else(String::new, |value| format!(" {value:?}"));
    format!(
        "rejected {}: {column}: {}, first{value} in {file}, line {line}\n",
        reason.rows, reason.fault
    )
}

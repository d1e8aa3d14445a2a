//! `deskql optimize`: the files of Delta tables few and sorted, and old ones deleted.

use chrono::TimeDelta;
use clap::Args;
use indicatif::HumanBytes;

use super::global_args::GlobalArgs;
use super::option_use::{LIMITS, OptionUse};
use crate::Engine;
use crate::archive::lake::{OptimizeOptions, OptimizePlan, OptimizeReport};
use crate::error::{Error, Result};
use crate::runtime::ScratchFiles;
use crate::tables::delta_location;
use crate::terminal::{print, run_until_stopped};

const EXAMPLES: &str = "\
Examples:
  deskql optimize lake/tickets --dry-run
  deskql optimize lake/tickets lake/surveys --retain 7d
  deskql optimize s3://lake/desk/tickets --retain 30d

Files and their sizes are described in docs/storage.md.";

/// Write the small files of Delta tables anew as few sorted ones, and delete what no version needs
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct OptimizeArgs {
    /// Folders or object-store URLs of Delta tables
    #[arg(value_name = "TABLE", required = true)]
    tables: Vec<String>,
    /// Say what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
    /// Delete files that only versions older than this need: 12h, 7d. They cannot be read afterwards [default: delete
    /// nothing]
    #[arg(long, value_name = "AGE", value_parser = humantime::parse_duration)]
    retain: Option<std::time::Duration>,
}

impl OptimizeArgs {
    pub(crate) fn option_use() -> OptionUse {
        OptionUse {
            command: "optimize",
            used: &[LIMITS],
            reason: ", which takes the folders of its tables, as deskql optimize lake/tickets, and prints text: leave it out",
        }
    }
}

pub(crate) fn run(global: &GlobalArgs, args: &OptimizeArgs) -> Result<()> {
    let retention = args.retain.map(TimeDelta::from_std).transpose();
    let retention = retention
        .map_err(|_error| Error::Usage("--retain is longer than any table is old".to_owned()))?;
    let scratch = ScratchFiles::default();
    let settings = global.settings_without_tables(&scratch);
    let options = OptimizeOptions { retention };
    let (tables, is_dry) = (args.tables.clone(), args.dry_run);
    run_until_stopped(global.limits(), &scratch, move || async move {
        let engine = Engine::open(settings).await?;
        for table in tables {
            let location = delta_location(&engine.context().state(), &table)?;
            let plan = OptimizePlan::new(location, options).await?;
            let text = if is_dry {
                report_text(&table, &plan.report(), true)
            } else {
                report_text(&table, &plan.run(engine.context()).await?, false)
            };
            print(&text)?;
        }
        Ok(())
    })
}

fn report_text(table: &str, report: &OptimizeReport, is_dry: bool) -> String {
    let mut text = String::new();
    let (would, bytes) = (
        if is_dry { "would become" } else { "became" },
        HumanBytes(report.bytes_before),
    );
    if report.files_before == 0 {
        text.push_str(&format!("{table}: its files are few and large enough\n"));
    } else {
        let after = match (report.files_after, report.bytes_after) {
            (Some(files), Some(bytes)) => format!("{files} ({})", HumanBytes(bytes)),
            _ => "fewer".to_owned(),
        };
        let (files, rows, partitions) = (report.files_before, report.rows, report.partitions.len());
        text.push_str(&format!(
            "{table}: {files} files ({bytes}) of {partitions} partitions with {rows} rows {would} {after}\n"
        ));
    }
    if let Some(version) = report.version {
        text.push_str(&format!("{table}: version {version}\n"));
    }
    if report.deleted_files > 0 {
        let (files, bytes) = (report.deleted_files, HumanBytes(report.deleted_bytes));
        let done = if is_dry {
            "would be deleted"
        } else {
            "deleted"
        };
        text.push_str(&format!(
            "{table}: {files} files ({bytes}) that no version needs {done}\n"
        ));
    }
    text
}

//! The synthetic desk: realistic tickets, events, surveys, customers and revenue.
//!
//! Customers are simulated one by one, each from its own stream of random numbers; every ticket is
//! a timeline of events, and its row is derived from those events. A first pass over blocks of
//! customers generates the contacts, a second pass over blocks of time writes the tickets in order.
//! Block boundaries depend only on the number of tickets, and blocks are joined in order, so the
//! same options give the same bytes on any number of threads and on any platform.

mod accounts;
mod agents;
mod by_customer;
mod by_time;
mod calendar;
mod columns;
mod comment_phrases;
mod comments;
mod contact;
mod customers;
mod desk;
mod dirty;
mod encode;
mod endings;
mod events;
mod experience;
mod facts;
mod files;
mod goodwill;
mod incidents;
mod journey;
mod known_effects;
mod life;
mod parallel;
mod plan;
mod rng;
mod spool;
mod steps;
mod subscription;
mod surveys;
mod tickets;
mod timeline;
mod traits;
mod world;

use std::path::PathBuf;

use arrow::array::RecordBatch;

pub use dirty::DataFault;
pub(crate) use files::TableSummary;

use crate::error::{Error, Result};
use encode::ParquetTableLayout;
use files::{GenerateOutputFolder, TableWriter};
use plan::BlockSizes;
use world::SimulationWorld;

/// Seed of `sample-data/`.
pub const SAMPLE_SEED: u64 = 7;
/// Number of tickets of `sample-data/`.
pub const SAMPLE_TICKETS: u64 = 20_000;

/// Options of the generator.
#[derive(Clone, Debug)]
pub struct GenerateOptions {
    /// Number of tickets; everything else grows with it.
    pub tickets: u64,
    /// Random seed; equal seeds give equal bytes.
    pub seed: u64,
    /// Folder for the tables: new or empty, unless `force` is set.
    pub output: PathBuf,
    /// Probability that a row of tickets, events or surveys gets a [`DataFault`], 0 to 1.
    pub dirty: f64,
    /// Number of threads; `None` for one per core. It does not change the output.
    pub threads: Option<usize>,
    /// Replaces the tables of an earlier run in `output`.
    pub force: bool,
}

impl GenerateOptions {
    /// Clean data on all cores into a new folder.
    pub fn new(tickets: u64, seed: u64, output: impl Into<PathBuf>) -> Self {
        Self {
            tickets,
            seed,
            output: output.into(),
            dirty: 0.0,
            threads: None,
            force: false,
        }
    }
}

/// Progress of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GenerateProgress {
    /// Steps done: each ticket is two, one when its customer is simulated, one when it is written.
    pub done: u64,
    /// Total number of steps.
    pub total: u64,
}

/// Summary of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GenerateSummary {
    /// Tables, by name.
    pub tables: Vec<TableSummary>,
    /// Number of faults by kind; all 0 for clean data.
    pub faults: Vec<(DataFault, u64)>,
}

impl GenerateSummary {
    /// Number of rows of all tables.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.rows).sum()
    }
}

/// Generates a desk. `progress` is called from time to time; an error from it stops the run.
///
/// No file gets its final name unless the whole run succeeds.
///
/// # Errors
/// If an option is out of range, the output folder is not empty, or a write fails.
pub fn run(
    options: &GenerateOptions,
    mut progress: impl FnMut(GenerateProgress) -> Result<()>,
) -> Result<GenerateSummary> {
    check(options)?;
    let folder = GenerateOutputFolder::create(&options.output, options.force)?;
    let world = SimulationWorld::new(options.seed, options.tickets);
    let cut = BlockSizes::new(options.tickets);
    let threads = options.threads.unwrap_or_else(|| {
        std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get)
    });
    let total = 2 * options.tickets;
    let mut report = |done| progress(GenerateProgress { done, total });
    let tickets = options.tickets;
    let (spool, mut tables) =
        by_customer::run(&world, cut, tickets, threads, &folder, &mut report)?;
    let mut report = |done| report(tickets + done);
    let (written, faults) = by_time::run(
        &world,
        cut,
        spool,
        options.dirty,
        threads,
        &folder,
        &mut report,
    )?;
    tables.extend(written);
    tables.push(write_table(
        &folder,
        "agents",
        &accounts::agents(world.staff.all())?,
    )?);
    tables.push(write_table(
        &folder,
        "incidents",
        &accounts::incidents(&world.incidents)?,
    )?);
    tables.sort_by_key(|table| table.table);
    folder.publish(&tables.iter().collect::<Vec<_>>())?;
    Ok(GenerateSummary {
        tables,
        faults: DataFault::ALL.into_iter().zip(faults).collect(),
    })
}

fn check(options: &GenerateOptions) -> Result<()> {
    const MOST: u64 = 1_000_000_000_000;
    if options.tickets == 0 || options.tickets > MOST {
        let tickets = options.tickets;
        return Err(Error::Usage(format!(
            "{tickets} tickets: give a number from 1 to {MOST}"
        )));
    }
    if !(0.0..=1.0).contains(&options.dirty) {
        let dirty = options.dirty;
        return Err(Error::Usage(format!(
            "a rate of {dirty} faults a row: give a number from 0 to 1"
        )));
    }
    if options.threads == Some(0) {
        return Err(Error::Usage(
            "0 threads: give at least 1, or leave it out for one a core".to_owned(),
        ));
    }
    Ok(())
}

fn write_table(
    folder: &GenerateOutputFolder,
    table: &'static str,
    batch: &RecordBatch,
) -> Result<TableSummary> {
    let layout =
        ParquetTableLayout::new(batch, &[]).map_err(datafusion::error::DataFusionError::from)?;
    let group = layout
        .encode(batch)
        .map_err(datafusion::error::DataFusionError::from)?;
    let mut writer = TableWriter::new(folder, table, layout, false);
    writer.append(group)?;
    writer.finish()
}

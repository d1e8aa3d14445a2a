//! Runs queries to their end and measures the time.

use std::time::Instant;

use datafusion::common::TableReference;

use super::machine::forget;
use super::record::{BenchSetup, QueryTiming, SkippedQuery};
use crate::error::{Error, Result};
use crate::queries::{self, NamedQuery};
use crate::runtime::ScanProgress;
use crate::{Engine, EngineSettings, sql};

/// Number of runs of each query.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BenchRunCounts {
    /// Measured runs, at least.
    pub runs: usize,
    /// Unmeasured runs before them.
    pub warmups: usize,
}

/// Measurements of one run of a query.
struct QueryRun {
    seconds: f64,
    rows: u64,
    scan: Option<ScanProgress>,
}

/// How far the median of a query may be uncertain before it gets further runs.
const UNCERTAINTY: f64 = 0.02;

/// Most further runs, as a multiple of those that were asked for.
const MOST: usize = 4;

/// Measures `queries` with their default parameters: each once cold, then all of them warm in rounds.
///
/// In rounds, because what disturbs a machine for some seconds then disturbs a run of each query, and not
/// all runs of one. Queries whose median is uncertain get further rounds. `tell` hears of the progress.
///
/// # Errors
/// When a query fails.
pub(crate) async fn time(
    settings: &EngineSettings,
    queries: &[NamedQuery],
    effort: BenchRunCounts,
    tell: impl Fn(&str),
) -> Result<Vec<QueryTiming>> {
    let failed = |error, query: &NamedQuery| sql::located(error, &query.sql);
    let mut timings = Vec::with_capacity(queries.len());
    for (done, query) in queries.iter().enumerate() {
        tell(&format!(
            "cold {}/{} {}",
            done + 1,
            queries.len(),
            query.name
        ));
        let cold = cold(settings, query)
            .await
            .map_err(|error| failed(error, query))?;
        timings.push(QueryTiming {
            name: query.name.clone(),
            cold: cold.seconds,
            warm: Vec::with_capacity(effort.runs),
            rows: cold.rows,
            rows_read: cold.scan.as_ref().map_or(0, |scan| scan.rows() as u64),
            bytes_read: cold
                .scan
                .as_ref()
                .and_then(ScanProgress::bytes)
                .map(|bytes| bytes as u64),
        });
    }
    let engine = Engine::open(settings.clone()).await?;
    for round in 0..effort.warmups + effort.runs * MOST {
        tell(&format!("round {}", round + 1));
        let counted = round.checked_sub(effort.warmups);
        let mut has_run = false;
        for (query, timing) in queries.iter().zip(&mut timings) {
            if counted.is_some_and(|counted| counted >= effort.runs) && timing.is_settled() {
                continue;
            }
            has_run = true;
            let run = run(&engine, query)
                .await
                .map_err(|error| failed(error, query))?;
            if counted.is_some() {
                timing.warm.push(run.seconds);
            }
        }
        if !has_run {
            break;
        }
    }
    Ok(timings)
}

impl QueryTiming {
    /// True if further runs would say little more.
    fn is_settled(&self) -> bool {
        // Below a few milliseconds it is the system's timer that spreads.
        self.uncertainty() < UNCERTAINTY || self.uncertainty() * self.median() < 0.000_2
    }
}

/// The first run in a new session, including its start, after the files were dropped from the page
/// cache.
async fn cold(settings: &EngineSettings, query: &NamedQuery) -> Result<QueryRun> {
    let engine = Engine::open(settings.clone()).await?;
    let execution = engine.execute(&query.bind(&[])?).await?;
    let files = execution.scan_progress().map(|scan| scan.local_files());
    drop((execution, engine));
    forget(&files.unwrap_or_default());
    let start = Instant::now();
    let engine = Engine::open(settings.clone()).await?;
    let mut done = run(&engine, query).await?;
    done.seconds = start.elapsed().as_secs_f64();
    Ok(done)
}

/// Plans and runs `query`, and discards its rows.
async fn run(engine: &Engine, query: &NamedQuery) -> Result<QueryRun> {
    let start = Instant::now();
    let mut execution = engine.execute(&query.bind(&[])?).await?;
    let scan = execution.scan_progress();
    let rows = execution.count().await?;
    Ok(QueryRun {
        seconds: start.elapsed().as_secs_f64(),
        rows,
        scan,
    })
}

/// The queries of `names` (all, if empty) that the available tables can answer, and the others.
///
/// # Errors
/// When a name is unknown, or a named query cannot run.
pub(crate) async fn choose(
    engine: &Engine,
    names: &[String],
) -> Result<(Vec<NamedQuery>, Vec<SkippedQuery>)> {
    let library = engine.queries()?;
    let mut chosen = Vec::new();
    let mut skipped = Vec::new();
    for name in names {
        let query = library.find(name)?;
        queries::check_needs(engine.context(), query).await?;
        query.bind(&[])?;
        chosen.push(query.clone());
    }
    if !names.is_empty() {
        return Ok((chosen, skipped));
    }
    for query in library.all() {
        let able = queries::check_needs(engine.context(), query).await;
        match able.and_then(|()| query.bind(&[])) {
            Ok(_) => chosen.push(query.clone()),
            Err(error) => skipped.push(SkippedQuery {
                name: query.name.clone(),
                reason: error.to_string(),
            }),
        }
    }
    if chosen.is_empty() {
        return Err(Error::Usage(
            "no named query fits these tables: name the data with --data, or your own queries with \
             --queries"
                .to_owned(),
        ));
    }
    Ok((chosen, skipped))
}

/// Description of the measurement for the report.
///
/// # Errors
/// When a table cannot be read.
pub(crate) async fn setup(
    engine: &Engine,
    settings: &EngineSettings,
    effort: BenchRunCounts,
) -> Result<BenchSetup> {
    let context = engine.context();
    let mut tables = Vec::new();
    let schema = context
        .catalog("datafusion")
        .and_then(|catalog| catalog.schema("public"));
    for name in schema.iter().flat_map(|schema| schema.table_names()) {
        let rows = context.table(TableReference::bare(name.as_str())).await?;
        let rows = u64::try_from(rows.count().await?).ok();
        tables.push((name, rows));
    }
    tables.sort();
    Ok(BenchSetup {
        data: settings.data.clone(),
        tables,
        runs: effort.runs,
        threads: context.state().config().target_partitions(),
        memory_limit: settings.memory_limit.map(|bytes| bytes as u64),
    })
}

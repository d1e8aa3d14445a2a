//! Values that a file reader does not accept.

use std::sync::Arc;

use arrow::json::ReaderBuilder;
use datafusion::datasource::physical_plan::{CsvSource, JsonSource};
use datafusion::error::DataFusionError;
use datafusion::execution::SessionState;
use datafusion::logical_expr::TableScan;
use futures::TryStreamExt;

use super::files::{self, OneFile, TableScanSource};
use super::lines;
use super::planned_query::PlannedQuery;
use super::report::FailureReport;
use super::signature::{ErrorSignature, root_message};
use crate::sql::value_problem;
use crate::text_files::DelimitedSource;

/// Prefixes of the errors of the CSV, JSON and Parquet readers.
const BEGINNINGS: [&str; 9] = [
    "Error while parsing value '",
    "Error parsing column ",
    "incorrect number of fields",
    "Encountered unequal lengths",
    "Encountered invalid UTF-8",
    "whilst decoding field",
    "Json error:",
    "Csv error:",
    "Parquet error:",
];

/// The position at which reading `scan` fails with the query's error.
pub(super) async fn failure(
    scan: &TableScan,
    query: &PlannedQuery,
    wanted: &ErrorSignature,
) -> Option<FailureReport> {
    let state = &query.state;
    let Ok(TableScanSource::Files(files)) = files::of_scan(scan, state).await else {
        return None;
    };
    for file in files {
        let (before, error) = read(&file, state).await?;
        if let Some(error) = error
            && is_of_reader(&error)
            && ErrorSignature::from_error(&error) == *wanted
        {
            return Some(report(scan, &file, before, &error, state).await);
        }
    }
    None
}

pub(super) fn is_of_reader(error: &DataFusionError) -> bool {
    let text = root_message(error);
    BEGINNINGS.iter().any(|beginning| text.contains(beginning))
}

/// Number of rows read before the first failure, and the failure.
async fn read(file: &OneFile, state: &SessionState) -> Option<(u64, Option<DataFusionError>)> {
    let mut rows = match file.rows(state) {
        Ok(rows) => rows,
        Err(error) => return Some((0, Some(error))),
    };
    let mut before = 0;
    loop {
        match rows.try_next().await {
            Ok(Some(batch)) => before += batch.num_rows() as u64,
            Ok(None) => return Some((before, None)),
            Err(error) => return Some((before, Some(error))),
        }
    }
}

async fn report(
    scan: &TableScan,
    file: &OneFile,
    before: u64,
    error: &DataFusionError,
    state: &SessionState,
) -> FailureReport {
    let source = file.config.file_source.as_ref() as &dyn std::any::Any;
    let delimited = source.downcast_ref::<DelimitedSource>();
    let csv = delimited.map(DelimitedSource::csv);
    if let Some(csv) = csv.or_else(|| source.downcast_ref::<CsvSource>()) {
        return of_csv(scan, file, csv.has_header(), error, state).await;
    }
    if source.is::<JsonSource>()
        && let Some((row, error)) = json_row(file, before, state).await
    {
        let place = lines::place(file, row, state).await;
        let problem = value_problem(&error).into_line();
        let (problem, _) = problem.split_once("; ").unwrap_or((&problem, ""));
        let advice = "correct that line, or leave out the field";
        return worded(problem, &place, Some(advice.to_owned()));
    }
    worded(&value_problem(error).into_line(), &file.name(), None)
}

fn worded(problem: &str, place: &str, advice: Option<String>) -> FailureReport {
    FailureReport::of_reader(format!("{problem} ({place})"), advice)
}

/// Column and line from the CSV reader's error: it counts records, including the header.
async fn of_csv(
    scan: &TableScan,
    file: &OneFile,
    has_header: bool,
    error: &DataFusionError,
    state: &SessionState,
) -> FailureReport {
    let text = root_message(error);
    let number = |before: &str| -> Option<u64> {
        let (_, rest) = text.rsplit_once(before)?;
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().ok()
    };
    let row = number(" at line ").and_then(|line| line.checked_sub(u64::from(has_header)));
    let index = number(" for column ").or_else(|| number("parsing column "));
    let (Some(row), Some(index)) = (row, index) else {
        return worded(&value_problem(error).into_line(), &file.name(), None);
    };
    let schema = file.config.file_schema();
    let index = usize::try_from(index).unwrap_or(usize::MAX);
    let name = schema.fields().get(index).map_or("", |field| field.name());
    let place = lines::place(file, row, state).await;
    let advice = format!(
        "the type of the column was inferred from other rows; read it as text: columns.{name} = {{ type = \
         \"text\" }} for the table {} in deskql.toml",
        scan.table_name.table()
    );
    let problem = format!("column {name}: {}", value_problem(error).what);
    worded(&problem, &place, Some(advice))
}

/// The first row after `before` whose line alone fails to parse, and its error.
async fn json_row(
    file: &OneFile,
    before: u64,
    state: &SessionState,
) -> Option<(u64, DataFusionError)> {
    let mut chunks = lines::chunks(file, state).await.ok()?;
    let schema = file.config.file_schema();
    let (mut row, mut pending) = (0_u64, Vec::new());
    loop {
        let chunk = chunks.try_next().await.ok()?;
        let is_end = chunk.is_none();
        pending.extend_from_slice(&chunk.unwrap_or_default());
        if is_end {
            pending.push(b'\n');
        }
        while let Some(end) = pending.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = pending.drain(..=end).collect();
            if line.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            if row >= before {
                let decoder = ReaderBuilder::new(Arc::clone(schema)).with_batch_size(1);
                let mut decoder = decoder.build_decoder().ok()?;
                let read = decoder.decode(&line).and_then(|_| decoder.flush());
                if let Err(error) = read {
                    return Some((row, error.into()));
                }
            }
            row += 1;
        }
        if is_end {
            return None;
        }
    }
}

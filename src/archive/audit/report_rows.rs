//! A report as rows of a result.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, Float64Array, Int64Array, ListBuilder, RecordBatch, StringArray, StringBuilder,
};
use datafusion::error::DataFusionError;

use super::finding::AuditFinding;
use crate::error::Result;

/// Examples that a terminal has room for.
const SHOWN: usize = 2;

/// Columns `severity`, `check`, `table`, `column` (NULL if a finding is about the table), `count`, `out_of`, `share`
/// (0 to 1; NULL out of nothing), `finding`, `examples` (a list), `sql`.
///
/// # Errors
/// If the rows cannot be built.
pub(crate) fn all_columns(findings: &[AuditFinding]) -> Result<RecordBatch> {
    let mut columns = common_columns(findings);
    let totals = findings.iter().map(|finding| whole(finding.total));
    columns.insert(
        5,
        ("out_of", Arc::new(Int64Array::from_iter_values(totals))),
    );
    let mut examples = ListBuilder::new(StringBuilder::new());
    for finding in findings {
        for example in &finding.examples {
            examples.values().append_value(example);
        }
        examples.append(true);
    }
    columns.push(("examples", Arc::new(examples.finish())));
    columns.push(("sql", texts(findings, |finding| &finding.sql)));
    batch(columns)
}

/// The same for a terminal: without `out_of` and `sql`, and with the first examples as one text.
///
/// # Errors
/// If the rows cannot be built.
pub(crate) fn columns_for_people(findings: &[AuditFinding]) -> Result<RecordBatch> {
    let mut columns = common_columns(findings);
    let examples = findings.iter().map(first_examples);
    let examples = StringArray::from_iter_values(examples);
    columns.push(("examples", Arc::new(examples)));
    batch(columns)
}

fn first_examples(finding: &AuditFinding) -> String {
    let first: Vec<&str> = finding
        .examples
        .iter()
        .take(SHOWN)
        .map(String::as_str)
        .collect();
    let more = if finding.examples.len() > SHOWN {
        "; …"
    } else {
        ""
    };
    format!("{}{more}", first.join("; "))
}

fn common_columns(findings: &[AuditFinding]) -> Vec<(&'static str, ArrayRef)> {
    let columns: StringArray = findings
        .iter()
        .map(|finding| finding.column.as_deref())
        .collect();
    let counts = findings.iter().map(|finding| whole(finding.count));
    let shares: Float64Array = findings.iter().map(AuditFinding::share).collect();
    vec![
        (
            "severity",
            texts(findings, |finding| finding.severity.name()),
        ),
        ("check", texts(findings, |finding| finding.check.name())),
        ("table", texts(findings, |finding| &finding.table)),
        ("column", Arc::new(columns)),
        ("count", Arc::new(Int64Array::from_iter_values(counts))),
        ("share", Arc::new(shares)),
        ("finding", texts(findings, |finding| &finding.message)),
    ]
}

fn texts<'a>(findings: &'a [AuditFinding], text: impl Fn(&'a AuditFinding) -> &'a str) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(findings.iter().map(text)))
}

fn whole(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn batch(columns: Vec<(&'static str, ArrayRef)>) -> Result<RecordBatch> {
    let nullable = |(name, array): (&'static str, ArrayRef)| (name, array, true);
    let columns = columns.into_iter().map(nullable);
    Ok(RecordBatch::try_from_iter_with_nullable(columns).map_err(DataFusionError::from)?)
}

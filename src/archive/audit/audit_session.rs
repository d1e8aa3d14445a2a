//! Context of the checks of one table: the engine, the table, its expectations and the rules.

use super::answers;
use super::audited_table::AuditedTable;
use super::check::AuditCheck;
use super::expectations::TableExpectations;
use super::finding::{AuditFinding, FindingSeverity};
use super::rules::AuditRules;
use super::sql_text::{quoted_name, quoted_names};
use crate::Engine;
use crate::error::Result;

/// Examples of a finding.
pub(crate) const EXAMPLES: usize = 5;
/// Longest value that an example shows, in characters.
const LONGEST_VALUE: usize = 60;

/// The audit of one table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TableAudit<'a> {
    pub(crate) engine: &'a Engine,
    pub(crate) table: &'a AuditedTable,
    pub(crate) expected: &'a TableExpectations,
    pub(crate) rules: &'a AuditRules,
}

impl TableAudit<'_> {
    /// A finding without examples whose measured value is its share.
    pub(crate) fn finding(
        &self,
        check: AuditCheck,
        column: Option<&str>,
        severity: FindingSeverity,
    ) -> AuditFinding {
        AuditFinding {
            severity,
            check,
            table: self.table.name.clone(),
            column: column.map(str::to_owned),
            count: 0,
            total: 0,
            message: String::new(),
            examples: Vec::new(),
            sql: String::new(),
        }
    }

    /// `SELECT * FROM ..` of the rows that fulfil `predicate`.
    pub(crate) fn rows_of(&self, predicate: &str) -> String {
        format!("SELECT * {}", self.table.source_clause(Some(predicate)))
    }

    /// The first rows that fulfil `predicate`, by key, as texts such as `ticket_id=7, channel=fax`.
    ///
    /// # Errors
    /// When the query fails.
    pub(crate) async fn examples(&self, predicate: &str, shown: &[String]) -> Result<Vec<String>> {
        let mut columns = self.identity();
        let further: Vec<String> = shown
            .iter()
            .filter(|name| !columns.contains(name))
            .cloned()
            .collect();
        columns.extend(further);
        if columns.is_empty() {
            return Ok(Vec::new());
        }
        let values: Vec<String> = columns
            .iter()
            .enumerate()
            .map(|(place, name)| format!("CAST({} AS VARCHAR) AS a{place}", quoted_name(name)))
            .collect();
        let sql = format!(
            "SELECT {} {} ORDER BY {} LIMIT {EXAMPLES}",
            values.join(", "),
            self.table.source_clause(Some(predicate)),
            quoted_names(&columns)
        );
        let mut examples = Vec::new();
        answers::each_batch(self.engine, &sql, |batch| {
            examples.extend(example_texts(batch, &columns)?);
            Ok(())
        })
        .await?;
        Ok(examples)
    }

    /// Columns that tell rows apart: the key, or else the time and the first column.
    fn identity(&self) -> Vec<String> {
        use super::audited_table::ColumnKind::Other;
        if !self.expected.key.is_empty() {
            return self.expected.key.clone();
        }
        let plain = self
            .table
            .columns
            .iter()
            .find(|column| column.kind != Other);
        let mut names: Vec<String> = self
            .table
            .time
            .iter()
            .map(|time| time.name.clone())
            .collect();
        names.extend(plain.map(|column| column.name.clone()));
        names.dedup();
        names
    }
}

/// Rows of a batch of texts as `column=value, ..`.
///
/// # Errors
/// If the batch has other columns.
pub(crate) fn example_texts(
    batch: &arrow::array::RecordBatch,
    columns: &[String],
) -> Result<Vec<String>> {
    let values = (0..columns.len()).map(|place| answers::texts(batch, place));
    let values = values.collect::<Result<Vec<_>>>()?;
    let row = |row: usize| {
        let cells = columns.iter().zip(&values).map(|(name, values)| {
            let value = values.get(row).and_then(Option::as_deref).unwrap_or("NULL");
            format!("{name}={}", crate::text::cut(value, Some(LONGEST_VALUE)))
        });
        cells.collect::<Vec<_>>().join(", ")
    };
    Ok((0..batch.num_rows()).map(row).collect())
}

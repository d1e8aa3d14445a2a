//! One query over a table for everything that needs no groups.

use super::answers;
use super::audited_table::{AuditedTable, ColumnKind};
use super::conditions::RowCondition;
use super::sql_text::quoted_name;
use crate::Engine;
use crate::error::Result;

/// Counts of one table.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct RowCounts {
    pub(crate) rows: u64,
    /// Rows of each condition, in their order.
    pub(crate) faulty: Vec<u64>,
    /// Latest time of the column that dates the rows, in microseconds since 1970.
    pub(crate) newest: Option<i64>,
    /// Text columns that seem to have few values, in the order of the table.
    pub(crate) texts: Vec<String>,
}

/// Counts the rows of `table`; text columns of more than `few` values (roughly) are not told.
///
/// # Errors
/// When the query fails.
pub(crate) async fn count(
    engine: &Engine,
    table: &AuditedTable,
    conditions: &[RowCondition],
    few: u64,
) -> Result<RowCounts> {
    let mut wanted = vec!["count(*)".to_owned()];
    wanted.extend(conditions.iter().map(RowCondition::aggregate));
    let columns = table.columns.iter();
    let texts: Vec<&String> = columns
        .filter(|column| column.kind == ColumnKind::Text && table.time.is_some())
        .map(|column| &column.name)
        .collect();
    // An estimate of fixed size for each column: exact counts follow for those that pass.
    let estimates = texts
        .iter()
        .map(|name| format!("approx_distinct({})", quoted_name(name)));
    wanted.extend(estimates);
    if let Some(time) = &table.time {
        wanted.push(format!("max({})", quoted_name(&time.name)));
    }
    let sql = format!("SELECT {} {}", aliased(&wanted), table.source_clause(None));
    let mut counts = RowCounts::default();
    answers::each_batch(engine, &sql, |batch| {
        let number = |column: usize| -> Result<u64> {
            let numbers = answers::whole_numbers(batch, column)?;
            Ok(numbers.first().copied().unwrap_or(0))
        };
        counts.rows = number(0)?;
        for place in 0..conditions.len() {
            counts.faulty.push(number(1 + place)?);
        }
        let first_text = 1 + conditions.len();
        for (place, name) in texts.iter().enumerate() {
            if number(first_text + place)? <= few {
                counts.texts.push((*name).clone());
            }
        }
        if table.time.is_some() {
            let newest = answers::instants(batch, first_text + texts.len())?;
            counts.newest = newest.first().copied().flatten();
        }
        Ok(())
    })
    .await?;
    Ok(counts)
}

/// Expressions with names of their own, since two columns of a query may not have the same.
pub(crate) fn aliased(expressions: &[String]) -> String {
    let named = expressions.iter().enumerate();
    let named: Vec<String> = named
        .map(|(place, expression)| format!("{expression} AS a{place}"))
        .collect();
    named.join(", ")
}

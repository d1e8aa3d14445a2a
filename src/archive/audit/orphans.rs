//! Rows that refer to a row that is not there: surveys without their ticket.

use super::answers;
use super::audit_session::TableAudit;
use super::check::AuditCheck;
use super::expectations::ColumnReference;
use super::finding::{AuditFinding, counted, percent, share};
use super::sql_text::quoted_name;
use crate::error::Result;

/// The rows of a reference that leads nowhere; `None` if there are none.
///
/// # Errors
/// When a query fails.
pub(crate) async fn check(
    audit: &TableAudit<'_>,
    reference: &ColumnReference,
    rows: u64,
) -> Result<Option<AuditFinding>> {
    let predicate = predicate(audit, reference);
    let sql = format!(
        "SELECT count(*) AS n {}",
        audit.table.source_clause(Some(&predicate))
    );
    let mut orphans = 0;
    answers::each_batch(audit.engine, &sql, |batch| {
        orphans += answers::whole_numbers(batch, 0)?.iter().sum::<u64>();
        Ok(())
    })
    .await?;
    if orphans == 0 {
        return Ok(None);
    }
    let measured = share(orphans, rows).unwrap_or(0.0);
    let check = AuditCheck::Orphan;
    let severity = audit.rules.severity(check, measured, reference.is_guess);
    let shown = [reference.column.clone()];
    let ColumnReference {
        column,
        table,
        target,
        ..
    } = reference;
    Ok(Some(AuditFinding {
        count: orphans,
        total: rows,
        message: format!(
            "{} ({}) with a {column} that is no {target} of {table}",
            counted(orphans, "row"),
            percent(measured)
        ),
        examples: audit.examples(&predicate, &shown).await?,
        sql: audit.rows_of(&predicate),
        ..audit.finding(check, Some(column), severity)
    }))
}

/// NOT EXISTS and not NOT IN, since a NULL among the targets would make no value an orphan.
fn predicate(audit: &TableAudit<'_>, reference: &ColumnReference) -> String {
    let ColumnReference {
        column,
        table,
        target,
        ..
    } = reference;
    let alias = quoted_name(&format!("{}_target", audit.table.name));
    let own = format!("{}.{}", quoted_name(&audit.table.name), quoted_name(column));
    format!(
        "{own} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {} AS {alias} WHERE {alias}.{} = {own})",
        quoted_name(table),
        quoted_name(target)
    )
}

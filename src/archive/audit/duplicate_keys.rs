//! Rows whose key another row has too.

use super::answers;
use super::audit_session::{EXAMPLES, TableAudit, example_texts};
use super::check::AuditCheck;
use super::finding::{AuditFinding, counted, percent, share};
use super::sql_text::{quoted_name, quoted_names};
use crate::error::Result;

/// A guessed key of which more than this share of the rows repeat is none.
const REPEATS_OF_NO_KEY: f64 = 0.2;

/// Result of the check of a key.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct KeyCheck {
    /// The rows that are more than it allows, if there are any. Rows without a key are no duplicates.
    pub(crate) finding: Option<AuditFinding>,
    /// False if there is none, or if a guessed one repeats too often to be one.
    pub(crate) has_key: bool,
}

/// Counts the rows whose key another row has.
///
/// # Errors
/// When the query fails.
pub(crate) async fn check(audit: &TableAudit<'_>, rows: u64) -> Result<KeyCheck> {
    let key = &audit.expected.key;
    if key.is_empty() {
        return Ok(KeyCheck::default());
    }
    let (mut surplus, mut keys, mut examples) = (0, 0, Vec::new());
    answers::each_batch(audit.engine, &query(audit, key), |batch| {
        let counts = answers::whole_numbers(batch, key.len())?;
        surplus += counts
            .iter()
            .map(|count| count.saturating_sub(1))
            .sum::<u64>();
        keys += batch.num_rows() as u64;
        if examples.len() < EXAMPLES {
            let first = batch.slice(0, batch.num_rows().min(EXAMPLES - examples.len()));
            let texts = example_texts(&first, key)?.into_iter().zip(counts);
            examples.extend(texts.map(|(text, count)| format!("{text} ({count} rows)")));
        }
        Ok(())
    })
    .await?;
    let measured = share(surplus, rows).unwrap_or(0.0);
    let has_key = !audit.expected.is_key_guess || measured <= REPEATS_OF_NO_KEY;
    if surplus == 0 || !has_key {
        return Ok(KeyCheck {
            finding: None,
            has_key,
        });
    }
    let check = AuditCheck::DuplicateKey;
    let severity = audit
        .rules
        .severity(check, measured, audit.expected.is_key_guess);
    let column = key.join(", ");
    let finding = AuditFinding {
        count: surplus,
        total: rows,
        message: format!(
            "{} ({}) with the {column} of another row, {} in all",
            counted(surplus, "row"),
            percent(measured),
            counted(keys, "key")
        ),
        examples,
        sql: listing(audit, key),
        ..audit.finding(check, Some(&column), severity)
    };
    Ok(KeyCheck {
        finding: Some(finding),
        has_key,
    })
}

fn has_key(key: &[String]) -> String {
    let parts = key
        .iter()
        .map(|name| format!("{} IS NOT NULL", quoted_name(name)));
    parts.collect::<Vec<_>>().join(" AND ")
}

/// Keys of several rows in order, with their number; a memory limit lets it spill.
fn query(audit: &TableAudit<'_>, key: &[String]) -> String {
    let names = quoted_names(key);
    let texts: Vec<String> = (0..key.len())
        .map(|place| format!("CAST(k{place} AS VARCHAR) AS t{place}"))
        .collect();
    let keys: Vec<String> = key
        .iter()
        .enumerate()
        .map(|(place, name)| format!("{} AS k{place}", quoted_name(name)))
        .collect();
    let order: Vec<String> = (0..key.len()).map(|place| format!("k{place}")).collect();
    format!(
        "SELECT {}, n FROM (SELECT {}, count(*) AS n {} GROUP BY {names} HAVING count(*) > 1) ORDER BY {}",
        texts.join(", "),
        keys.join(", "),
        audit.table.source_clause(Some(&has_key(key))),
        order.join(", ")
    )
}

/// All rows of a key but one.
fn listing(audit: &TableAudit<'_>, key: &[String]) -> String {
    let names = quoted_names(key);
    format!(
        "SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY {names} ORDER BY {names}) AS \"copy\" {}) \
         WHERE \"copy\" > 1 ORDER BY {names}",
        audit.table.source_clause(Some(&has_key(key)))
    )
}

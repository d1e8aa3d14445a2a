//! Checks of single rows as conditions, which one query counts together.

use super::audited_table::{AuditedTable, ColumnKind};
use super::check::AuditCheck;
use super::expectations::{AllowedValues, ColumnScale, StartEndPair, TableExpectations};
use super::sql_text::{quoted_name, quoted_text};

/// A condition that faulty rows fulfil.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RowCondition {
    pub(crate) check: AuditCheck,
    pub(crate) column: String,
    /// Other columns whose values an example shows.
    pub(crate) shown: Vec<String>,
    /// The condition in SQL.
    pub(crate) predicate: String,
    /// The finding in words, behind the number of rows.
    pub(crate) words: String,
    pub(crate) is_guess: bool,
}

impl RowCondition {
    /// Aggregate that counts the rows. Footers of Parquet files answer `count(column)`.
    pub(crate) fn aggregate(&self) -> String {
        match self.check {
            AuditCheck::Null | AuditCheck::NullRate => {
                format!("count(*) - count({})", quoted_name(&self.column))
            }
            _ => format!("count(*) FILTER (WHERE {})", self.predicate),
        }
    }
}

/// The conditions of a table; `now` is in microseconds since 1970.
pub(crate) fn conditions(
    table: &AuditedTable,
    expected: &TableExpectations,
    now: i64,
) -> Vec<RowCondition> {
    let mut found: Vec<RowCondition> = table
        .columns
        .iter()
        .map(|column| null(&column.name, expected))
        .collect();
    found.extend(expected.pairs.iter().map(end_before_start));
    found.extend(expected.scales.iter().map(off_scale));
    let listed = expected.allowed.iter();
    found.extend(listed.map(|list| unknown_value(list, table.kind(&list.column))));
    found.extend(table.time.as_ref().map(|time| RowCondition {
        check: AuditCheck::FutureTime,
        column: time.name.clone(),
        shown: vec![time.name.clone()],
        predicate: format!("{} > {}", quoted_name(&time.name), time.literal(now)),
        words: "in the future".to_owned(),
        is_guess: false,
    }));
    found
}

fn null(column: &str, expected: &TableExpectations) -> RowCondition {
    let is_required = expected.required.iter().any(|required| required == column)
        || (!expected.is_key_guess && expected.key.iter().any(|key| key == column));
    RowCondition {
        check: if is_required {
            AuditCheck::Null
        } else {
            AuditCheck::NullRate
        },
        column: column.to_owned(),
        shown: Vec::new(),
        predicate: format!("{} IS NULL", quoted_name(column)),
        words: if is_required {
            format!("without {column}, which every row should have")
        } else {
            format!("without {column}")
        },
        is_guess: false,
    }
}

fn end_before_start(pair: &StartEndPair) -> RowCondition {
    let (start, end) = (quoted_name(&pair.start), quoted_name(&pair.end));
    RowCondition {
        check: AuditCheck::EndBeforeStart,
        column: pair.end.clone(),
        shown: vec![pair.start.clone(), pair.end.clone()],
        predicate: format!("{end} < {start}"),
        words: format!("with {} before {}", pair.end, pair.start),
        is_guess: pair.is_guess,
    }
}

fn off_scale(scale: &ColumnScale) -> RowCondition {
    let score = quoted_name(&scale.column);
    let mut conditions = Vec::new();
    let mut ranges = Vec::new();
    for (value, low, high) in &scale.ranges {
        let off = format!("({score} < {low} OR {score} > {high})");
        match (value, &scale.by) {
            (Some(value), Some(by)) => {
                let by = quoted_name(by);
                conditions.push(format!("({by} = {} AND {off})", quoted_text(value)));
                ranges.push(format!("{value} {low}..{high}"));
            }
            _ => {
                conditions.push(off);
                ranges.push(format!("{low}..{high}"));
            }
        }
    }
    RowCondition {
        check: AuditCheck::OffScale,
        column: scale.column.clone(),
        shown: scale.by.iter().chain([&scale.column]).cloned().collect(),
        predicate: format!("({})", conditions.join(" OR ")),
        words: format!("with {} off the scale {}", scale.column, ranges.join(", ")),
        is_guess: scale.is_guess,
    }
}

fn unknown_value(list: &AllowedValues, kind: Option<ColumnKind>) -> RowCondition {
    let column = quoted_name(&list.column);
    let value = match kind {
        Some(ColumnKind::Text) => column.clone(),
        _ => format!("CAST({column} AS VARCHAR)"),
    };
    let values: Vec<String> = list.values.iter().map(|value| quoted_text(value)).collect();
    let predicate = if values.is_empty() {
        format!("{column} IS NOT NULL")
    } else {
        format!("{value} NOT IN ({})", values.join(", "))
    };
    RowCondition {
        check: AuditCheck::UnknownValue,
        column: list.column.clone(),
        shown: vec![list.column.clone()],
        predicate,
        words: format!(
            "with a {} other than {}",
            list.column,
            list.values.join(", ")
        ),
        is_guess: list.is_guess,
    }
}

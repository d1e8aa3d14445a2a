//! Expectations from the names of tables and columns. A guess is never more than a warning.

use super::audited_table::{AuditedColumn, AuditedTable, ColumnKind};
use super::data_model::range_of_name;
use super::expectations::{ColumnReference, ColumnScale, StartEndPair, TableExpectations};

/// Names of columns that date rows, without `_at` and the like, the best first.
const DATING: &[&str] = &[
    "created",
    "opened",
    "open",
    "event",
    "occurred",
    "submitted",
    "reported",
    "received",
    "logged",
    "offered",
    "sent",
    "started",
    "start",
    "signup",
    "timestamp",
    "time",
    "date",
    "month",
    "day",
];
const STARTS: &[&str] = &[
    "created",
    "opened",
    "open",
    "submitted",
    "reported",
    "received",
    "offered",
    "sent",
    "started",
    "start",
    "begin",
    "hired",
];
const ENDS: &[&str] = &[
    "acknowledged",
    "answered",
    "closed",
    "close",
    "completed",
    "end",
    "ended",
    "engaged",
    "finished",
    "first_reply",
    "first_resolved",
    "first_response",
    "left",
    "replied",
    "resolved",
    "responded",
    "solved",
];
/// Endings of columns with times.
const TIME_ENDINGS: &[&str] = &["_at", "_on", "_date", "_dt", "_time", "_timestamp", "_ts"];

/// Name of a column of times without its ending.
fn stem(column: &str) -> String {
    let name = column.to_ascii_lowercase();
    let ending = TIME_ENDINGS
        .iter()
        .find_map(|ending| name.strip_suffix(ending));
    ending.unwrap_or(&name).to_owned()
}

/// `ticket` of `tickets`, `category` of `categories`.
fn singular(name: &str) -> String {
    if let Some(stem) = name.strip_suffix("ies") {
        return format!("{stem}y");
    }
    name.strip_suffix('s').unwrap_or(name).to_owned()
}

/// Words for one row of a table: `support_ticket` and `ticket` of `support_tickets`.
fn row_words(table: &str) -> Vec<String> {
    let whole = singular(&table.to_ascii_lowercase());
    let last = whole.rsplit('_').next().unwrap_or(&whole).to_owned();
    if last == whole {
        vec![whole]
    } else {
        vec![whole, last]
    }
}

/// The column that is named as the key of the table.
pub(super) fn key(table: &AuditedTable) -> Option<String> {
    let words = row_words(&table.name);
    let ids = words
        .iter()
        .flat_map(|word| ["_id", "id", "_no", "_number"].map(|ending| format!("{word}{ending}")));
    let mut names = ids.chain(["id".to_owned()]);
    names.find_map(|name| {
        let is_it = |column: &&AuditedColumn| column.name.eq_ignore_ascii_case(&name);
        let found = table.columns.iter().find(is_it)?;
        Some(found.name.clone())
    })
}

/// The column that dates the rows: by its name, else the first column of times.
pub(super) fn time(table: &AuditedTable) -> Option<String> {
    let times = || table.columns.iter().filter(|column| column.kind.is_time());
    let named = DATING
        .iter()
        .find_map(|word| times().find(|column| stem(&column.name) == *word));
    named
        .or_else(|| times().next())
        .map(|column| column.name.clone())
}

/// Columns of text that are called as times are.
pub(super) fn times_in_text(table: &AuditedTable) -> Vec<String> {
    let has_ending = |column: &&AuditedColumn| {
        let name = column.name.to_ascii_lowercase();
        TIME_ENDINGS.iter().any(|ending| name.ends_with(ending))
    };
    let texts = table
        .columns
        .iter()
        .filter(|column| column.kind == ColumnKind::Text);
    let named = texts.filter(has_ending);
    named.map(|column| column.name.clone()).collect()
}

/// The only start with all ends.
pub(super) fn pairs(table: &AuditedTable) -> Vec<StartEndPair> {
    let named = |words: &'static [&str]| {
        let is_named = |column: &&AuditedColumn| {
            column.kind.is_time() && words.contains(&stem(&column.name).as_str())
        };
        table.columns.iter().filter(is_named).collect::<Vec<_>>()
    };
    let starts = named(STARTS);
    let [start] = starts.as_slice() else {
        return Vec::new();
    };
    let ends = named(ENDS).into_iter();
    ends.filter(|end| end.kind.compares_with(start.kind))
        .map(|end| StartEndPair {
            start: start.name.clone(),
            end: end.name.clone(),
            is_guess: true,
        })
        .collect()
}

/// Scales of columns that are named after their KPI.
pub(super) fn scales(table: &AuditedTable) -> Vec<ColumnScale> {
    let numbers = table.columns.iter();
    let numbers = numbers.filter(|column| column.kind == ColumnKind::Number);
    numbers
        .filter_map(|column| {
            let range = range_of_name(&column.name)?;
            Some(ColumnScale {
                column: column.name.clone(),
                by: None,
                ranges: vec![(None, f64::from(range.low), f64::from(range.high))],
                is_guess: true,
            })
        })
        .collect()
}

/// Columns called as the key of the one other table whose rows they name: `customer_id` and `customers`.
pub(super) fn references(
    table: &AuditedTable,
    all: &[(AuditedTable, TableExpectations)],
) -> Vec<ColumnReference> {
    let owns = |other: &AuditedTable, expected: &TableExpectations, column: &AuditedColumn| {
        let [key] = expected.key.as_slice() else {
            return false;
        };
        let word = key.to_ascii_lowercase();
        let word = word.strip_suffix("id").unwrap_or_default();
        key.eq_ignore_ascii_case(&column.name)
            && row_words(&other.name).contains(&word.trim_end_matches('_').to_owned())
            && other
                .kind(key)
                .is_some_and(|kind| kind.compares_with(column.kind))
    };
    let mut found = Vec::new();
    for column in &table.columns {
        let others = all.iter().filter(|(other, _)| other.name != table.name);
        let owners: Vec<_> = others
            .filter(|(other, expected)| owns(other, expected, column))
            .collect();
        if let [(other, expected)] = owners.as_slice() {
            found.push(ColumnReference {
                column: column.name.clone(),
                table: other.name.clone(),
                target: expected.key.first().cloned().unwrap_or_default(),
                is_guess: true,
            });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(name: &str, columns: &[(&str, ColumnKind)]) -> AuditedTable {
        let column = |(name, kind): &(&str, ColumnKind)| AuditedColumn {
            name: (*name).to_owned(),
            kind: *kind,
        };
        AuditedTable {
            name: name.to_owned(),
            columns: columns.iter().map(column).collect(),
            time: None,
            since: None,
        }
    }

    #[test]
    fn keys_are_named_after_their_table() {
        let number = ColumnKind::Number;
        let tickets = table(
            "support_tickets",
            &[("account_id", number), ("Ticket_ID", number)],
        );
        assert_eq!(key(&tickets).as_deref(), Some("Ticket_ID"));
        let events = table(
            "ticket_events",
            &[("ticket_id", number), ("event_no", number)],
        );
        assert_eq!(key(&events).as_deref(), Some("event_no"));
        let categories = table("categories", &[("id", number), ("category_id", number)]);
        assert_eq!(key(&categories).as_deref(), Some("category_id"));
        assert_eq!(key(&table("log", &[("number", number)])), None);
    }

    #[test]
    fn starts_pair_with_ends_of_their_kind() {
        let local = ColumnKind::LocalTime;
        let calls = table(
            "calls",
            &[
                ("target_dt", local),
                ("open_dt", local),
                ("closed_dt", local),
                ("end_date", ColumnKind::Date),
            ],
        );
        assert_eq!(time(&calls).as_deref(), Some("open_dt"));
        let found = pairs(&calls);
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].start.as_str(), found[0].end.as_str()),
            ("open_dt", "closed_dt")
        );
    }

    #[test]
    fn a_column_refers_to_the_table_of_its_rows() {
        let number = ColumnKind::Number;
        let customers = table("customers", &[("customer_id", number)]);
        let orders = table("orders", &[("order_id", number), ("customer_id", number)]);
        let notes = table(
            "notes",
            &[("note_id", number), ("order_id", ColumnKind::Text)],
        );
        let all: Vec<_> = [customers, orders, notes]
            .into_iter()
            .map(|table| {
                let key = key(&table).into_iter().collect();
                (
                    table,
                    TableExpectations {
                        key,
                        ..TableExpectations::default()
                    },
                )
            })
            .collect();
        let found = references(&all[1].0, &all);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].table, "customers");
        // A text is not looked for among numbers.
        assert!(references(&all[2].0, &all).is_empty());
    }
}

//! A table as the checks see it: its columns by kind, the column that dates its rows, and the rows that are looked at.

use arrow::datatypes::{DataType, Schema};
use chrono::NaiveDate;

use super::sql_text::{instant_text, quoted_name};

/// Kind of a column, as far as checks depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ColumnKind {
    /// Timestamp with a time zone.
    Instant {
        is_utc: bool,
    },
    /// Timestamp without a time zone.
    LocalTime,
    Date,
    Number,
    Text,
    /// Truth values, lists, structs, bytes and the like.
    Other,
}

impl ColumnKind {
    fn from_type(data_type: &DataType) -> Self {
        match data_type {
            DataType::Timestamp(_, Some(zone)) => Self::Instant {
                is_utc: matches!(zone.as_ref(), "UTC" | "+00:00" | "Z"),
            },
            DataType::Timestamp(_, None) => Self::LocalTime,
            DataType::Date32 | DataType::Date64 => Self::Date,
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Self::Text,
            DataType::Dictionary(_, values) => Self::from_type(values),
            other if other.is_numeric() => Self::Number,
            _ => Self::Other,
        }
    }

    /// True for dates and timestamps.
    pub(crate) fn is_time(self) -> bool {
        matches!(self, Self::Instant { .. } | Self::LocalTime | Self::Date)
    }

    /// True if values of both kinds can be compared.
    pub(crate) fn compares_with(self, other: Self) -> bool {
        match (self, other) {
            (Self::Instant { .. }, Self::Instant { .. }) => true,
            (Self::Other, Self::Other) => false,
            (one, other) => one == other,
        }
    }

    /// The kind in the words of a message.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Instant { .. } => "a timestamp with a time zone",
            Self::LocalTime => "a timestamp without a time zone",
            Self::Date => "a date",
            Self::Number => "a number",
            Self::Text => "text",
            Self::Other => "of another type",
        }
    }
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AuditedColumn {
    pub(crate) name: String,
    pub(crate) kind: ColumnKind,
}

/// The column that dates the rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TimeColumn {
    pub(crate) name: String,
    pub(crate) kind: ColumnKind,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AuditedTable {
    pub(crate) name: String,
    pub(crate) columns: Vec<AuditedColumn>,
    pub(crate) time: Option<TimeColumn>,
    /// Rows of an earlier day are left out; those without a time are not.
    pub(crate) since: Option<NaiveDate>,
}

impl AuditedTable {
    pub(crate) fn new(name: &str, schema: &Schema, since: Option<NaiveDate>) -> Self {
        let columns = schema.fields().iter().map(|field| AuditedColumn {
            name: field.name().clone(),
            kind: ColumnKind::from_type(field.data_type()),
        });
        Self {
            name: name.to_owned(),
            columns: columns.collect(),
            time: None,
            since,
        }
    }

    /// Kind of a column; `None` if there is no such column.
    pub(crate) fn kind(&self, column: &str) -> Option<ColumnKind> {
        let found = self.columns.iter().find(|known| known.name == column)?;
        Some(found.kind)
    }

    /// `FROM "tickets" WHERE predicate`, restricted to the rows that are looked at.
    pub(crate) fn source_clause(&self, predicate: Option<&str>) -> String {
        let mut conditions: Vec<String> = predicate.map(str::to_owned).into_iter().collect();
        conditions.extend(self.since_condition());
        let from = format!("FROM {}", quoted_name(&self.name));
        if conditions.is_empty() {
            return from;
        }
        format!("{from} WHERE {}", conditions.join(" AND "))
    }

    fn since_condition(&self) -> Option<String> {
        let (time, since) = (self.time.as_ref()?, self.since?);
        let micros = since.and_time(chrono::NaiveTime::MIN).and_utc();
        let literal = time.literal(micros.timestamp_micros());
        let name = quoted_name(&time.name);
        Some(format!("({name} >= {literal} OR {name} IS NULL)"))
    }
}

impl TimeColumn {
    /// Expression of the time on the clock by which days are counted: UTC for instants, its own otherwise.
    pub(crate) fn clock(&self) -> String {
        let name = quoted_name(&self.name);
        match self.kind {
            ColumnKind::Instant { is_utc: false } => format!("({name} AT TIME ZONE 'UTC')"),
            _ => name,
        }
    }

    /// `micros` since 1970 as a text for people: a date if the column has dates.
    pub(crate) fn text(&self, micros: i64) -> String {
        let text = instant_text(micros);
        match self.kind {
            ColumnKind::Date => text.get(..10).unwrap_or(&text).to_owned(),
            _ => text,
        }
    }

    /// `micros` since 1970 on that clock as a literal to compare the column with.
    pub(crate) fn literal(&self, micros: i64) -> String {
        let text = self.text(micros);
        match self.kind {
            ColumnKind::Date => format!("DATE '{text}'"),
            ColumnKind::Instant { .. } => format!("'{text}Z'"),
            _ => format!("'{text}'"),
        }
    }

    /// Condition for `from <= time < to`, in microseconds.
    pub(crate) fn between(&self, from: i64, to: i64) -> String {
        let name = quoted_name(&self.name);
        let (from, to) = (self.literal(from), self.literal(to));
        format!("{name} >= {from} AND {name} < {to}")
    }
}

#[cfg(test)]
mod tests {
    use arrow::datatypes::{Field, TimeUnit};

    use super::*;

    fn table() -> AuditedTable {
        let zoned = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
        let schema = Schema::new(vec![
            Field::new("at", zoned, true),
            Field::new("day", DataType::Date32, true),
        ]);
        let mut table = AuditedTable::new("a\"b", &schema, NaiveDate::from_ymd_opt(2025, 3, 1));
        table.time = Some(TimeColumn {
            name: "at".to_owned(),
            kind: ColumnKind::Instant { is_utc: true },
        });
        table
    }

    #[test]
    fn rows_are_restricted_by_both_conditions() {
        assert_eq!(
            table().source_clause(Some("\"day\" IS NULL")),
            "FROM \"a\"\"b\" WHERE \"day\" IS NULL AND (\"at\" >= '2025-03-01T00:00:00Z' OR \"at\" IS NULL)"
        );
        let mut all = table();
        all.since = None;
        assert_eq!(all.source_clause(None), "FROM \"a\"\"b\"");
    }

    #[test]
    fn dates_are_compared_with_dates() {
        let day = TimeColumn {
            name: "day".to_owned(),
            kind: ColumnKind::Date,
        };
        assert_eq!(
            day.between(0, 86_400_000_000),
            "\"day\" >= DATE '1970-01-01' AND \"day\" < DATE '1970-01-02'"
        );
        assert!(!ColumnKind::Date.compares_with(ColumnKind::LocalTime));
    }
}

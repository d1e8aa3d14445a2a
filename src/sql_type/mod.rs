//! SQL names of Arrow's types: the single implementation, for errors, `DESCRIBE` and hints.

mod in_text;
mod native;

use arrow::datatypes::{DataType, Field};

pub(crate) use in_text::in_text;

/// The type name that `CAST` accepts, if there is one.
#[must_use]
pub(crate) fn name(data_type: &DataType) -> String {
    let plain = match data_type {
        DataType::Boolean => "BOOLEAN",
        DataType::Int8 => "TINYINT",
        DataType::Int16 => "SMALLINT",
        DataType::Int32 => "INTEGER",
        DataType::Int64 => "BIGINT",
        DataType::UInt8 => "TINYINT UNSIGNED",
        DataType::UInt16 => "SMALLINT UNSIGNED",
        DataType::UInt32 => "INTEGER UNSIGNED",
        DataType::UInt64 => "BIGINT UNSIGNED",
        DataType::Float16 | DataType::Float32 => "REAL",
        DataType::Float64 => "DOUBLE",
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => "VARCHAR",
        DataType::Binary
        | DataType::LargeBinary
        | DataType::BinaryView
        | DataType::FixedSizeBinary(_) => "BYTEA",
        DataType::Date32 | DataType::Date64 => "DATE",
        DataType::Time32(_) | DataType::Time64(_) => "TIME",
        DataType::Duration(_) => "DURATION",
        DataType::Interval(_) => "INTERVAL",
        DataType::Null => "NULL",
        DataType::Timestamp(_, zone) => return timestamp(zone.as_deref()),
        DataType::Decimal32(digits, scale)
        | DataType::Decimal64(digits, scale)
        | DataType::Decimal128(digits, scale)
        | DataType::Decimal256(digits, scale) => return format!("DECIMAL({digits}, {scale})"),
        DataType::Dictionary(_, value) => return name(value),
        DataType::List(field)
        | DataType::LargeList(field)
        | DataType::ListView(field)
        | DataType::LargeListView(field)
        | DataType::FixedSizeList(field, _) => return format!("{}[]", name(field.data_type())),
        DataType::Struct(fields) => {
            let parts = fields.iter().map(|part| member(part));
            return format!("STRUCT({})", parts.collect::<Vec<_>>().join(", "));
        }
        DataType::Map(entries, _) => return map(entries),
        DataType::RunEndEncoded(_, values) => return name(values.data_type()),
        DataType::Union(members, _) => {
            let parts = members.iter().map(|(_, part)| member(part));
            return format!("UNION({})", parts.collect::<Vec<_>>().join(", "));
        }
    };
    plain.to_owned()
}

/// The SQL name of a type that Arrow or DataFusion has printed alone; some are ordinary words, which [`in_text()`]
/// leaves alone.
#[must_use]
pub(crate) fn of_printed(text: &str) -> String {
    let printed = text.trim();
    match native::data_type(printed) {
        Some(data_type) => name(&data_type),
        None => in_text(text),
    }
}

fn member(field: &Field) -> String {
    format!("{} {}", field.name(), name(field.data_type()))
}

/// A map is stored as a list of pairs.
fn map(entries: &Field) -> String {
    let parts: Vec<String> = match entries.data_type() {
        DataType::Struct(pair) => pair.iter().map(|part| name(part.data_type())).collect(),
        other => vec![name(other)],
    };
    format!("MAP({})", parts.join(", "))
}

/// Leaves out the precision: it is no concern of users.
fn timestamp(zone: Option<&str>) -> String {
    match zone {
        None => "TIMESTAMP".to_owned(),
        Some("UTC" | "+00:00") => "TIMESTAMPTZ".to_owned(),
        Some(zone) => format!("TIMESTAMPTZ ({zone})"),
    }
}

#[cfg(test)]
mod tests {
    use arrow::datatypes::TimeUnit;

    use super::*;

    #[test]
    fn types_are_in_the_words_of_sql() {
        assert_eq!(name(&DataType::Utf8View), "VARCHAR");
        assert_eq!(name(&DataType::Decimal128(12, 2)), "DECIMAL(12, 2)");
        let zoned = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
        assert_eq!(name(&zoned), "TIMESTAMPTZ");
        let list = DataType::new_list(DataType::Int64, true);
        assert_eq!(name(&list), "BIGINT[]");
        let code = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
        assert_eq!(name(&code), "VARCHAR");
        assert_eq!(of_printed("Binary"), "BYTEA");
        assert_eq!(of_printed("Timestamp(ns)"), "TIMESTAMP");
    }
}

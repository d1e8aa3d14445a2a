//! Columns and layout of a table that is written: types that Delta has, partition columns, order of rows.

use std::fmt;
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Schema, SchemaRef, TimeUnit};

use crate::error::{Error, Result};
use crate::sql_type;

/// Property of a table with the columns by which its files are sorted, separated by commas.
pub(super) const SORT_PROPERTY: &str = "deskql.sortColumns";

/// Property of a table with the columns that have bloom filters, separated by commas.
pub(super) const BLOOM_PROPERTY: &str = "deskql.bloomFilterColumns";

/// A column by which rows are sorted, NULLs last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SortColumn {
    pub(crate) name: String,
    pub(crate) is_descending: bool,
}

/// How a table is laid out.
#[derive(Debug, Clone)]
pub(crate) struct DeltaTableLayout {
    /// All columns, partition columns among them, in types that Delta has; see [`delta_schema`].
    pub(crate) schema: SchemaRef,
    /// Columns whose values name folders.
    pub(crate) partition_columns: Vec<String>,
    /// Columns by which the rows of a file are sorted.
    pub(crate) sort_columns: Vec<SortColumn>,
    /// Columns that are looked up by equality: ids.
    pub(crate) bloom_columns: Vec<String>,
}

impl DeltaTableLayout {
    /// Properties of the table that remember the layout for when its files are written anew.
    pub(super) fn properties(&self) -> Vec<(&'static str, String)> {
        let sorted = self.sort_columns.iter().map(SortColumn::to_string);
        let sorted: Vec<String> = sorted.collect();
        let lists = [
            (SORT_PROPERTY, sorted.join(",")),
            (BLOOM_PROPERTY, self.bloom_columns.join(",")),
        ];
        lists
            .into_iter()
            .filter(|(_, columns)| !columns.is_empty())
            .collect()
    }
}

impl SortColumn {
    /// Reads `created_at` or `priority desc`.
    pub(super) fn read(text: &str) -> Self {
        let name = text.strip_suffix(" desc");
        Self {
            name: name.unwrap_or(text).to_owned(),
            is_descending: name.is_some(),
        }
    }
}

impl fmt::Display for SortColumn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let direction = if self.is_descending { " desc" } else { "" };
        write!(f, "{}{direction}", self.name)
    }
}

/// `schema` in types that Delta has: times are in microseconds, lengths of time in whole seconds, unsigned numbers in the
/// next type that holds them.
///
/// # Errors
/// If a column has no such type; the error names it.
pub(crate) fn delta_schema(label: &str, schema: &Schema) -> Result<SchemaRef> {
    let fields = schema.fields().iter().map(|field| {
        let data_type = delta_type(field.data_type()).ok_or_else(|| {
            let kind = sql_type::name(field.data_type());
            let problem = format!(
                "column {:?} is {kind}, which Delta tables do not have: CAST it to another type",
                field.name()
            );
            Error::location(label, problem)
        })?;
        Ok(Field::new(field.name(), data_type, true))
    });
    Ok(Arc::new(Schema::new(fields.collect::<Result<Vec<_>>>()?)))
}

fn delta_type(data_type: &DataType) -> Option<DataType> {
    Some(match data_type {
        DataType::Dictionary(_, value) => delta_type(value)?,
        DataType::RunEndEncoded(_, value) => delta_type(value.data_type())?,
        DataType::Utf8View | DataType::LargeUtf8 | DataType::Utf8 | DataType::Null => {
            DataType::Utf8
        }
        DataType::BinaryView
        | DataType::LargeBinary
        | DataType::Binary
        | DataType::FixedSizeBinary(_) => DataType::Binary,
        DataType::Timestamp(_, Some(_)) => {
            DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
        }
        DataType::Timestamp(_, None) | DataType::Date64 => {
            DataType::Timestamp(TimeUnit::Microsecond, None)
        }
        DataType::UInt8 => DataType::Int16,
        DataType::UInt16 => DataType::Int32,
        DataType::UInt32 | DataType::Duration(_) => DataType::Int64,
        DataType::UInt64 => DataType::Decimal128(20, 0),
        DataType::Float16 => DataType::Float32,
        DataType::Decimal32(precision, scale) | DataType::Decimal64(precision, scale) => {
            DataType::Decimal128(*precision, *scale)
        }
        DataType::Boolean
        | DataType::Int8
        | DataType::Int16
        | DataType::Int32
        | DataType::Int64
        | DataType::Float32
        | DataType::Float64
        | DataType::Date32 => data_type.clone(),
        DataType::Decimal128(_, scale) if *scale >= 0 => data_type.clone(),
        DataType::List(item)
        | DataType::LargeList(item)
        | DataType::ListView(item)
        | DataType::FixedSizeList(item, _) => DataType::List(delta_field(item)?),
        DataType::Struct(fields) => {
            let fields = fields.iter().map(delta_field);
            DataType::Struct(fields.collect::<Option<Vec<FieldRef>>>()?.into())
        }
        _ => return None,
    })
}

fn delta_field(field: &FieldRef) -> Option<FieldRef> {
    let data_type = delta_type(field.data_type())?;
    Some(Arc::new(Field::new(field.name(), data_type, true)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_become_those_of_delta() {
        let micros =
            |zone: Option<&str>| DataType::Timestamp(TimeUnit::Microsecond, zone.map(Into::into));
        let seconds = DataType::Timestamp(TimeUnit::Second, Some("Europe/Berlin".into()));
        assert_eq!(delta_type(&seconds), Some(micros(Some("UTC"))));
        assert_eq!(delta_type(&DataType::Date64), Some(micros(None)));
        assert_eq!(delta_type(&DataType::Utf8View), Some(DataType::Utf8));
        assert_eq!(
            delta_type(&DataType::UInt64),
            Some(DataType::Decimal128(20, 0))
        );
        assert_eq!(delta_type(&DataType::Time32(TimeUnit::Second)), None);
    }

    #[test]
    fn a_column_without_a_type_is_named() {
        let field = Field::new("opens", DataType::Time64(TimeUnit::Microsecond), true);
        let error = delta_schema("lake/t", &Schema::new(vec![field])).unwrap_err();
        let text = error.to_string();
        assert!(text.starts_with("lake/t: column \"opens\" is"), "{text}");
    }
}

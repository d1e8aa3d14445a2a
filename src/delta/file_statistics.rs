//! What the log says about the values in a data file.

use datafusion::arrow::array::{Array, ArrayRef, AsArray, StructArray};
use datafusion::arrow::datatypes::{DataType, Int64Type};
use datafusion::scalar::ScalarValue;

/// Number of rows of a file, and bounds of the values of its columns.
#[derive(Debug, Clone, Default)]
pub(crate) struct FileBounds {
    /// Rows in the file, deleted ones included.
    pub(crate) rows: Option<u64>,
    /// One entry for each column of the file, in the order of the table.
    pub(crate) columns: Vec<ColumnBounds>,
}

/// Bounds of the values of a column in a file.
#[derive(Debug, Clone, Default)]
pub(crate) struct ColumnBounds {
    /// NULLs; `None` if unknown.
    pub(crate) nulls: Option<u64>,
    /// A value that none is below.
    pub(crate) min: Option<ScalarValue>,
    /// A value that none is above.
    pub(crate) max: Option<ScalarValue>,
    /// True if both are values of the column and not only bounds.
    pub(crate) is_exact: bool,
}

impl FileBounds {
    /// Nothing is known of the `columns` columns.
    pub(super) fn unknown(columns: usize) -> Self {
        Self {
            rows: None,
            columns: vec![ColumnBounds::default(); columns],
        }
    }

    /// Reads row `row` of `stats`, the parsed statistics of scanned files; `columns` are the names in files.
    pub(super) fn read(stats: &StructArray, row: usize, columns: &[String]) -> Self {
        if stats.is_null(row) {
            return Self::unknown(columns.len());
        }
        let rows = count(stats.column_by_name("numRecords"), row);
        let tight = stats.column_by_name("tightBounds");
        let is_tight = tight.is_none_or(|tight| {
            let tight = tight.as_boolean();
            tight.is_null(row) || tight.value(row)
        });
        let section = |name: &str| {
            stats
                .column_by_name(name)
                .and_then(|column| column.as_struct_opt())
        };
        let (nulls, min, max) = (
            section("nullCount"),
            section("minValues"),
            section("maxValues"),
        );
        let columns = columns.iter().map(|name| ColumnBounds {
            nulls: nulls
                .filter(|_| is_tight)
                .and_then(|section| count(section.column_by_name(name), row)),
            min: value(min, name, row),
            max: value(max, name, row).map(upper_bound),
            is_exact: is_tight && is_written_whole(min, name),
        });
        Self {
            rows,
            columns: columns.collect(),
        }
    }
}

fn count(column: Option<&ArrayRef>, row: usize) -> Option<u64> {
    let counts = column?.as_primitive_opt::<Int64Type>()?;
    let count = counts.is_valid(row).then(|| counts.value(row))?;
    u64::try_from(count).ok()
}

fn value(section: Option<&StructArray>, name: &str, row: usize) -> Option<ScalarValue> {
    let section = section.filter(|section| section.is_valid(row))?;
    let values = section.column_by_name(name)?;
    // Bounds of nested columns are those of their parts.
    if values.data_type().is_nested() || values.is_null(row) {
        return None;
    }
    let value = ScalarValue::try_from_array(values, row).ok()?;
    // NaN is no bound: some writers count it as the greatest value, others leave it out.
    let is_nan = matches!(&value, ScalarValue::Float64(Some(x)) if x.is_nan())
        || matches!(&value, ScalarValue::Float32(Some(x)) if x.is_nan());
    (!is_nan).then_some(value)
}

/// Times are written in whole milliseconds, cut off: the greatest may be almost one more.
fn upper_bound(max: ScalarValue) -> ScalarValue {
    match max {
        ScalarValue::TimestampMicrosecond(Some(micros), zone) => {
            ScalarValue::TimestampMicrosecond(Some(micros.saturating_add(999)), zone)
        }
        other => other,
    }
}

/// Texts may be cut off, times are, and a double may have had a NaN beside it.
fn is_written_whole(section: Option<&StructArray>, name: &str) -> bool {
    let column = section.and_then(|section| section.column_by_name(name));
    column.is_some_and(|column| {
        let data_type = column.data_type();
        data_type.is_integer()
            || data_type.is_decimal()
            || matches!(data_type, DataType::Boolean | DataType::Date32)
    })
}

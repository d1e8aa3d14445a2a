//! Columns that accompany a line: the interval around its values, and the rows that stand out.

use arrow::array::{Array, AsArray};
use arrow::datatypes::DataType;

use super::columns::ChartColumn;

/// Truth values that say that a row stands out, as `anomalies` and `control_chart` give them.
const MARKS: [&str; 2] = ["is_anomaly", "is_out"];

/// The least and the greatest value that go with those of `y`: `low` and `high`, `csat_low` and `csat_high` of
/// `csat` or `csat_pct`, `low_pct` and `high_pct` of `csat_pct`, `d.low` and `d.high` of `d.csat`.
pub(super) fn interval(columns: &[ChartColumn], y: &ChartColumn) -> Option<[ChartColumn; 2]> {
    let number = |name: String| {
        let found = columns
            .iter()
            .find(|column| column.is_number() && column.name() == name);
        found.cloned()
    };
    let pair = |before: &str, after: &str| {
        let [low, high] = ["low", "high"].map(|end| number(format!("{before}{end}{after}")));
        Some([low?, high?])
    };
    let name = y.name();
    if let Some((detail, _)) = name.rsplit_once('.') {
        return pair(&format!("{detail}."), "");
    }
    let parts = name.rsplit_once('_');
    pair(&format!("{name}_"), "")
        .or_else(|| parts.and_then(|(stem, _)| pair(&format!("{stem}_"), "")))
        .or_else(|| parts.and_then(|(_, unit)| pair("", &format!("_{unit}"))))
        .or_else(|| pair("", ""))
}

/// The column that says which rows stand out.
pub(super) fn mark(columns: &[ChartColumn]) -> Option<ChartColumn> {
    let is_mark = |column: &&ChartColumn| {
        *column.field.data_type() == DataType::Boolean && MARKS.contains(&column.name())
    };
    columns.iter().find(is_mark).cloned()
}

/// For each row, whether it stands out.
pub(super) fn marked(mark: &ChartColumn) -> Vec<bool> {
    let values = mark.values.as_boolean_opt();
    let rows = 0..mark.values.len();
    let is_marked = |row| values.is_some_and(|values| values.is_valid(row) && values.value(row));
    rows.map(is_marked).collect()
}

//! Result of a KPI: its value, or its `_detail` with the parts and a confidence interval.

use std::fmt::Write;
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int64Array, StructArray};
use arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::{Result, ScalarValue};

/// Type of a value or part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KpiValueType {
    /// A number of rows, `BIGINT`.
    Count,
    /// A measurement, `DOUBLE`.
    Measure,
}

impl KpiValueType {
    pub(crate) fn data_type(self) -> DataType {
        match self {
            Self::Count => DataType::Int64,
            Self::Measure => DataType::Float64,
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "counts are far below 2^53")]
    fn array(self, values: impl Iterator<Item = Option<f64>>) -> ArrayRef {
        match self {
            Self::Count => Arc::new(values.map(|v| v.map(|v| v as i64)).collect::<Int64Array>()),
            Self::Measure => Arc::new(values.collect::<Float64Array>()),
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "counts are far below 2^53")]
    fn scalar(self, value: Option<f64>) -> ScalarValue {
        match self {
            Self::Count => ScalarValue::Int64(value.map(|v| v as i64)),
            Self::Measure => ScalarValue::Float64(value),
        }
    }
}

/// Kind of quantity of a KPI's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KpiQuantity {
    /// Counts, answers on a scale, money: no unit is displayed beside the number.
    Plain,
    /// Hundredths, `0` to `100`.
    Percent,
    /// The difference of two shares, `-100` to `100`.
    Points,
    /// Time in the unit of the call; the measured parts have the same unit.
    Duration,
}

/// Result type of a KPI and of its detail.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KpiResultShape {
    pub(crate) value: KpiValueType,
    pub(crate) quantity: KpiQuantity,
    /// Description of the rows that `n` counts.
    pub(crate) n: &'static str,
    /// Counted parts between `n` and the value: name, type, meaning.
    pub(crate) parts: &'static [(&'static str, KpiValueType, &'static str)],
    /// Description of the interval.
    pub(crate) interval: &'static str,
}

impl KpiResultShape {
    /// Fields of the `_detail` struct of the KPI called `name`.
    pub(crate) fn detail_fields(&self, name: &str) -> Fields {
        let field = |name: &str, of: KpiValueType| Field::new(name, of.data_type(), true);
        let mut fields = vec![field("n", KpiValueType::Count)];
        fields.extend(self.parts.iter().map(|(part, of, _)| field(part, *of)));
        fields.push(field(name, self.value));
        fields.extend([
            field("low", KpiValueType::Measure),
            field("high", KpiValueType::Measure),
        ]);
        fields.into()
    }

    /// Description of the `_detail` function of the KPI called `name`.
    pub(crate) fn description(&self, name: &str) -> String {
        let mut text = format!(
            "`{name}` with its components, as a STRUCT: `n` ({})",
            self.n
        );
        for (part, _, meaning) in self.parts {
            // Writing to a String cannot fail.
            let _ = write!(text, ", `{part}` ({meaning})");
        }
        let _ = write!(
            text,
            ", `{name}`, and `low` and `high`, {} Where no row is eligible `n` is 0 and the value \
             and the interval are NULL.",
            self.interval
        );
        text
    }
}

/// Result of one tally.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct KpiMeasurement {
    pub(crate) n: i64,
    /// In the order of [`KpiResultShape::parts`].
    pub(crate) parts: Vec<Option<f64>>,
    pub(crate) value: Option<f64>,
    pub(crate) interval: Option<(f64, f64)>,
}

/// Result that a call returns.
#[derive(Debug, Clone, Copy)]
pub(crate) enum KpiOutput {
    /// The value alone.
    Value(KpiValueType),
    /// The struct of the KPI called `name`.
    Detail {
        name: &'static str,
        shape: KpiResultShape,
        level: f64,
    },
}

impl KpiOutput {
    /// Results of many tallies as a column.
    pub(crate) fn column<T>(
        &self,
        tallies: &[T],
        value: impl Fn(&T) -> Option<f64>,
        measure: impl Fn(&T, f64) -> KpiMeasurement,
    ) -> Result<ArrayRef> {
        match self {
            Self::Value(of) => Ok(of.array(tallies.iter().map(value))),
            Self::Detail { name, shape, level } => {
                let measured: Vec<_> = tallies.iter().map(|tally| measure(tally, *level)).collect();
                detail_column(name, shape, &measured)
            }
        }
    }

    /// Result of one tally.
    pub(crate) fn scalar<T>(
        &self,
        tally: &T,
        value: impl Fn(&T) -> Option<f64>,
        measure: impl Fn(&T, f64) -> KpiMeasurement,
    ) -> Result<ScalarValue> {
        match self {
            Self::Value(of) => Ok(of.scalar(value(tally))),
            Self::Detail { name, shape, level } => {
                let column = detail_column(name, shape, &[measure(tally, *level)])?;
                ScalarValue::try_from_array(&column, 0)
            }
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
fn detail_column(
    name: &str,
    shape: &KpiResultShape,
    measured: &[KpiMeasurement],
) -> Result<ArrayRef> {
    let mut columns = vec![KpiValueType::Count.array(measured.iter().map(|m| Some(m.n as f64)))];
    for (position, (_, of, _)) in shape.parts.iter().enumerate() {
        columns.push(of.array(measured.iter().map(|m| m.parts[position])));
    }
    columns.push(shape.value.array(measured.iter().map(|m| m.value)));
    columns
        .push(KpiValueType::Measure.array(measured.iter().map(|m| m.interval.map(|(low, _)| low))));
    columns.push(
        KpiValueType::Measure.array(measured.iter().map(|m| m.interval.map(|(_, high)| high))),
    );
    Ok(Arc::new(StructArray::try_new(
        shape.detail_fields(name),
        columns,
        None,
    )?))
}

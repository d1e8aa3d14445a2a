//! What is gathered of one column.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef};
use arrow::compute::{CastOptions, cast, cast_with_options};
use arrow::datatypes::{DataType, Field, FieldRef, Schema, TimeUnit};
use datafusion::error::Result;
use datafusion::functions_aggregate::approx_distinct::approx_distinct_udaf;
use datafusion::functions_aggregate::approx_percentile_cont::ApproxPercentileAccumulator;
use datafusion::functions_aggregate::average::avg_udaf;
use datafusion::functions_aggregate::min_max::{max_udaf, min_udaf};
use datafusion::functions_aggregate::stddev::stddev_udaf;
use datafusion::logical_expr::{Accumulator, AggregateUDF};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::aggregate::AggregateExprBuilder;
use datafusion::physical_expr::expressions::Column;
use datafusion::scalar::ScalarValue;

use crate::encoding::{nested_options, text_column};
use crate::functions::datetime::lengths::{INTERVAL, LengthAggregate, LengthAggregateKind};

/// Aggregates over one column; each looks at one form of it.
pub(super) struct ColumnSummary {
    data_type: DataType,
    rows: i64,
    filled: i64,
    parts: Vec<SummaryPart>,
}

struct SummaryPart {
    measure: SummaryMeasure,
    form: SummaryForm,
    accumulator: Box<dyn Accumulator>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum SummaryMeasure {
    Least,
    Most,
    Distinct,
    Mean,
    Deviation,
    /// 1, 2 or 3.
    Quartile(u8),
}

/// What an aggregate gets of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SummaryForm {
    /// As it is; lengths of time in the form whose order is right.
    Ordered,
    /// Without dictionaries; doubles as texts, which the sketch of distinct values can take.
    Hashable,
    /// As doubles; times as a count of their units.
    Number,
}

/// The finished row of one column; `None` is NULL.
#[derive(Debug, Default)]
pub(super) struct SummaryRow {
    pub(super) least: Option<String>,
    pub(super) most: Option<String>,
    pub(super) distinct: Option<i64>,
    pub(super) mean: Option<f64>,
    pub(super) deviation: Option<f64>,
    pub(super) quartiles: [Option<String>; 3],
    pub(super) rows: i64,
    pub(super) null_percentage: Option<f64>,
}

impl ColumnSummary {
    pub(super) fn new(data_type: &DataType) -> Result<Self> {
        let mut summary = Self {
            data_type: data_type.clone(),
            rows: 0,
            filled: 0,
            parts: Vec::new(),
        };
        if is_ordered(data_type) {
            let least = extreme(min_udaf(), LengthAggregateKind::Least, data_type);
            let most = extreme(max_udaf(), LengthAggregateKind::Greatest, data_type);
            summary.add(SummaryMeasure::Least, SummaryForm::Ordered, &least)?;
            summary.add(SummaryMeasure::Most, SummaryForm::Ordered, &most)?;
        }
        if is_hashed(data_type) {
            let distinct = approx_distinct_udaf();
            summary.add(SummaryMeasure::Distinct, SummaryForm::Hashable, &distinct)?;
        }
        if data_type.is_numeric() {
            summary.add(SummaryMeasure::Mean, SummaryForm::Number, &avg_udaf())?;
            summary.add(
                SummaryMeasure::Deviation,
                SummaryForm::Number,
                &stddev_udaf(),
            )?;
        }
        if has_quartiles(data_type) {
            for quarter in 1..=3 {
                let share = f64::from(quarter) / 4.0;
                let digest = ApproxPercentileAccumulator::new(share, DataType::Float64);
                summary.parts.push(SummaryPart {
                    measure: SummaryMeasure::Quartile(quarter),
                    form: SummaryForm::Number,
                    accumulator: Box::new(digest),
                });
            }
        }
        Ok(summary)
    }

    fn add(
        &mut self,
        measure: SummaryMeasure,
        form: SummaryForm,
        function: &Arc<AggregateUDF>,
    ) -> Result<()> {
        let schema = Schema::new(vec![Field::new("x", form.of_type(&self.data_type), true)]);
        let arguments: Vec<Arc<dyn PhysicalExpr>> = vec![Arc::new(Column::new("x", 0))];
        let built = AggregateExprBuilder::new(Arc::clone(function), arguments)
            .schema(Arc::new(schema))
            .alias("x")
            .build()?;
        self.parts.push(SummaryPart {
            measure,
            form,
            accumulator: built.create_accumulator()?,
        });
        Ok(())
    }

    pub(super) fn update(&mut self, column: &ArrayRef) -> Result<()> {
        self.rows += i64::try_from(column.len()).unwrap_or(i64::MAX);
        self.filled +=
            i64::try_from(column.len() - column.logical_null_count()).unwrap_or(i64::MAX);
        let mut made: Vec<(SummaryForm, ArrayRef)> = Vec::new();
        for part in &mut self.parts {
            let known = made.iter().find(|(form, _)| *form == part.form);
            let values = match known {
                Some((_, values)) => Arc::clone(values),
                None => {
                    let values = part.form.of_column(column)?;
                    made.push((part.form, Arc::clone(&values)));
                    values
                }
            };
            part.accumulator.update_batch(&[values])?;
        }
        Ok(())
    }

    pub(super) fn merge(&mut self, mut other: Self) -> Result<()> {
        self.rows += other.rows;
        self.filled += other.filled;
        for (mine, theirs) in self.parts.iter_mut().zip(&mut other.parts) {
            let state = theirs.accumulator.state()?;
            let state: Vec<ArrayRef> = state
                .iter()
                .map(ScalarValue::to_array)
                .collect::<Result<_>>()?;
            mine.accumulator.merge_batch(&state)?;
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<SummaryRow> {
        let mut row = SummaryRow {
            rows: self.rows,
            ..SummaryRow::default()
        };
        if self.rows > 0 {
            #[expect(clippy::cast_precision_loss, reason = "a percentage")]
            let (nulls, rows) = ((self.rows - self.filled) as f64, self.rows as f64);
            row.null_percentage = Some(100.0 * nulls / rows);
        }
        for part in &mut self.parts {
            let value = part.accumulator.evaluate()?;
            match part.measure {
                SummaryMeasure::Least => row.least = text(&value)?,
                SummaryMeasure::Most => row.most = text(&value)?,
                SummaryMeasure::Distinct => row.distinct = whole(&value)?,
                SummaryMeasure::Mean => row.mean = double(&value)?,
                SummaryMeasure::Deviation => row.deviation = double(&value)?,
                SummaryMeasure::Quartile(quarter) => {
                    let value = in_type(&value, &self.data_type)?;
                    row.quartiles[usize::from(quarter) - 1] = text(&value)?;
                }
            }
        }
        Ok(row)
    }
}

impl SummaryForm {
    fn of_type(self, data_type: &DataType) -> DataType {
        match (self, data_type) {
            (Self::Number, _) => DataType::Float64,
            (Self::Hashable, of) if of.is_floating() => DataType::Utf8,
            (Self::Hashable, DataType::Dictionary(_, value)) => self.of_type(value),
            (Self::Ordered, DataType::Interval(_)) => INTERVAL,
            (_, of) => of.clone(),
        }
    }

    fn of_column(self, column: &ArrayRef) -> Result<ArrayRef> {
        let wanted = self.of_type(column.data_type());
        if wanted == *column.data_type() {
            return Ok(Arc::clone(column));
        }
        Ok(match (self, column.data_type()) {
            (Self::Number, DataType::Date32) => cast(&cast(column, &DataType::Int32)?, &wanted)?,
            (Self::Number, of) if !of.is_numeric() => {
                cast(&cast(column, &DataType::Int64)?, &wanted)?
            }
            (Self::Hashable, of) if of.is_floating() => {
                cast(&cast(column, &DataType::Float64)?, &wanted)?
            }
            _ => cast(column, &wanted)?,
        })
    }
}

/// A quartile, which was computed over numbers, in the column's own type.
fn in_type(value: &ScalarValue, data_type: &DataType) -> Result<ScalarValue> {
    if data_type.is_numeric() {
        return Ok(value.clone());
    }
    let array = cast(&value.to_array()?, &DataType::Int64)?;
    let lenient = CastOptions::default();
    let converted = match data_type {
        DataType::Date32 => {
            let days = cast(&array, &DataType::Int32)?;
            cast_with_options(&days, data_type, &lenient)?
        }
        DataType::Date64 => {
            let millis = DataType::Timestamp(TimeUnit::Millisecond, None);
            cast(
                &cast_with_options(&array, &millis, &lenient)?,
                &DataType::Date32,
            )?
        }
        DataType::Timestamp(..) | DataType::Duration(_) => {
            cast_with_options(&array, data_type, &lenient)?
        }
        _ => array,
    };
    ScalarValue::try_from_array(&converted, 0)
}

fn text(value: &ScalarValue) -> Result<Option<String>> {
    if value.is_null() {
        return Ok(None);
    }
    let array = value.to_array()?;
    let field: FieldRef = Arc::new(Field::new("x", array.data_type().clone(), true));
    let texts = text_column(&field, &array, &nested_options())?;
    Ok(texts.into_iter().next().flatten())
}

fn whole(value: &ScalarValue) -> Result<Option<i64>> {
    match value.cast_to(&DataType::Int64)? {
        ScalarValue::Int64(number) => Ok(number),
        _ => Ok(None),
    }
}

fn double(value: &ScalarValue) -> Result<Option<f64>> {
    match value.cast_to(&DataType::Float64)? {
        ScalarValue::Float64(number) => Ok(number),
        _ => Ok(None),
    }
}

/// `min` or `max`; intervals need one that compares what they last.
fn extreme(
    function: Arc<AggregateUDF>,
    kind: LengthAggregateKind,
    data_type: &DataType,
) -> Arc<AggregateUDF> {
    match data_type {
        DataType::Interval(_) => Arc::new(AggregateUDF::from(LengthAggregate::new(function, kind))),
        _ => function,
    }
}

fn has_quartiles(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Timestamp(..) | DataType::Date32 | DataType::Date64 | DataType::Duration(_)
    ) || data_type.is_numeric()
}

/// Bytes are ordered but have no text form.
fn is_ordered(data_type: &DataType) -> bool {
    !data_type.is_nested() && !data_type.is_null() && !data_type.is_binary()
}

fn is_hashed(data_type: &DataType) -> bool {
    !data_type.is_null() && !matches!(data_type, DataType::RunEndEncoded(..))
}

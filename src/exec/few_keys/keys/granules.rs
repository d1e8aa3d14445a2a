//! Codes of functions of an instant that are constant within a day or an hour of UTC, such as
//! `date_trunc('month', created_at)`: the function is evaluated once per day, by the stock engine.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Int64Array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use arrow::record_batch::RecordBatch;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{HashMap, Result, ScalarValue};
use datafusion::logical_expr::Volatility;
use datafusion::physical_expr::ScalarFunctionExpr;
use datafusion::physical_expr::expressions::{CastExpr, Column, Literal};
use datafusion::physical_expr_common::physical_expr::is_volatile;
use datafusion::physical_plan::PhysicalExpr;

use super::super::pipeline::columns_read;
use super::Coder;
use crate::functions::times::ticks;

/// Within which lengths a function of an instant is constant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Length {
    Hour,
    Day,
}

/// A function of an instant and the lengths within which it is constant.
#[derive(Debug, Clone)]
pub(in crate::exec::few_keys) struct Granules {
    /// Over one column: the instant.
    function: Arc<dyn PhysicalExpr>,
    schema: SchemaRef,
    /// In the ticks of the instant.
    length: i64,
    data_type: DataType,
}

impl Granules {
    /// The instant that `expression` is a function of, where that is constant within granules.
    ///
    /// # Errors
    /// When a type is not known.
    pub(super) fn of(
        expression: &Arc<dyn PhysicalExpr>,
        schema: &Schema,
    ) -> Result<Option<(Arc<dyn PhysicalExpr>, Self)>> {
        let mut found = None;
        let (Some(length), Some(instant)) = (length(expression, &mut found), found) else {
            return Ok(None);
        };
        let data_type = instant.data_type(schema)?;
        let DataType::Timestamp(unit, zone) = &data_type else {
            return Ok(None);
        };
        // Elsewhere days start at other instants, and some hours are not whole.
        if !matches!(zone.as_deref(), None | Some("UTC" | "+00:00")) || is_volatile(&instant) {
            return Ok(None);
        }
        let length = length.ticks(*unit);
        let alone = Arc::new(Schema::new(vec![Field::new("instant", data_type, true)]));
        let function = of_column(expression, &instant)?;
        let data_type = function.data_type(&alone)?;
        let granules = Self {
            function,
            schema: alone,
            length,
            data_type,
        };
        Ok(Some((instant, granules)))
    }

    pub(super) fn coder(&self) -> Coded {
        Coded {
            granules: self.clone(),
            values: vec![],
            codes: HashMap::new(),
            of_granules: HashMap::new(),
            runs: vec![],
            null: None,
            last: (0, 0, 0),
        }
    }

    fn at(&self, instant: Option<i64>) -> Result<ScalarValue> {
        let ticks = Int64Array::from(vec![instant]);
        let column = cast(&ticks, self.schema.field(0).data_type())?;
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), vec![column])?;
        let value = self.function.evaluate(&batch)?.into_array(1)?;
        ScalarValue::try_from_array(&value, 0)
    }
}

impl Length {
    fn ticks(self, unit: TimeUnit) -> i64 {
        let seconds = match self {
            Self::Hour => 3_600,
            Self::Day => 86_400,
        };
        match unit {
            TimeUnit::Second => seconds,
            TimeUnit::Millisecond => seconds * 1_000,
            TimeUnit::Microsecond => seconds * 1_000_000,
            TimeUnit::Nanosecond => seconds * 1_000_000_000,
        }
    }

    fn of_part(part: &str) -> Option<Self> {
        match part {
            "year" | "quarter" | "month" | "week" | "day" | "dow" | "doy" | "isodow"
            | "isoyear" => Some(Self::Day),
            "hour" => Some(Self::Hour),
            _ => None,
        }
    }
}

/// `expression` with a column of its own in the place of `instant`.
fn of_column(
    expression: &Arc<dyn PhysicalExpr>,
    instant: &Arc<dyn PhysicalExpr>,
) -> Result<Arc<dyn PhysicalExpr>> {
    let replaced = Arc::clone(expression).transform_down(|node| {
        Ok(match node.eq(instant) {
            true => {
                let column: Arc<dyn PhysicalExpr> = Arc::new(Column::new("instant", 0));
                Transformed::new(column, true, TreeNodeRecursion::Jump)
            }
            false => Transformed::no(node),
        })
    })?;
    Ok(replaced.data)
}

/// How long `expression` stays constant: truncations, parts and dates of an instant, and what other
/// immutable functions make of those alone. The instant, the same everywhere, goes to `instant`.
fn length(
    expression: &Arc<dyn PhysicalExpr>,
    instant: &mut Option<Arc<dyn PhysicalExpr>>,
) -> Option<Length> {
    if let Some(cast) = expression.downcast_ref::<CastExpr>() {
        let is_date = *cast.cast_type() == DataType::Date32;
        return length(cast.expr(), instant)
            .or_else(|| (is_date && is_the(cast.expr(), instant)).then_some(Length::Day));
    }
    let call = expression.downcast_ref::<ScalarFunctionExpr>()?;
    if call.fun().signature().volatility != Volatility::Immutable {
        return None;
    }
    if let ("date_trunc" | "date_part", [part, of]) = (call.name(), call.args()) {
        let part = part.downcast_ref::<Literal>()?.value().try_as_str()??;
        let part = Length::of_part(&part.to_ascii_lowercase());
        return match length(of, instant) {
            // A function of what is constant within a length is so too.
            Some(length) => Some(length),
            None => part.filter(|_| is_the(of, instant)),
        };
    }
    let arguments = call.args().iter();
    let varying = arguments.filter(|argument| !argument.is::<Literal>());
    let lengths: Option<Vec<Length>> = varying.map(|argument| length(argument, instant)).collect();
    lengths?.into_iter().min()
}

/// Whether `expression` can be the instant: nothing that is a granule is about another one.
fn is_the(expression: &Arc<dyn PhysicalExpr>, instant: &mut Option<Arc<dyn PhysicalExpr>>) -> bool {
    let the = instant.get_or_insert_with(|| Arc::clone(expression));
    **the == **expression && !columns_read(expression).is_empty()
}

/// The values seen, by granule.
#[derive(Debug)]
pub(super) struct Coded {
    granules: Granules,
    values: Vec<ScalarValue>,
    codes: HashMap<ScalarValue, u32>,
    of_granules: HashMap<i64, u32>,
    /// By code: granules in a row that are known to have it, as the first and the one after the last.
    runs: Vec<(i64, i64)>,
    null: Option<u32>,
    /// The run before: its first tick, the tick after its last, its code.
    last: (i64, i64, u32),
}

impl Coded {
    /// Looks `instant` up and remembers the run that its granule is in.
    #[cold]
    fn look_up(&mut self, instant: i64) -> Result<u32> {
        let length = self.granules.length;
        let granule = instant.div_euclid(length);
        let code = match self.of_granules.get(&granule) {
            Some(&code) => code,
            None => {
                let code = self.code_of(self.granules.at(Some(instant))?);
                self.of_granules.insert(granule, code);
                code
            }
        };
        let (first, end) = &mut self.runs[code as usize];
        if granule == *end {
            *end += 1;
        } else if granule + 1 == *first {
            *first = granule;
        } else if !(*first..*end).contains(&granule) {
            (*first, *end) = (granule, granule + 1);
        }
        let ticks = |granule: i64| granule.saturating_mul(length);
        self.last = (ticks(*first), ticks(*end), code);
        Ok(code)
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "fewer than the rows of a batch and 2^20"
    )]
    fn code_of(&mut self, value: ScalarValue) -> u32 {
        if let Some(&code) = self.codes.get(&value) {
            return code;
        }
        let code = self.values.len() as u32;
        self.values.push(value.clone());
        self.runs.push((0, 0));
        self.codes.insert(value, code);
        code
    }

    fn code_of_null(&mut self) -> Result<u32> {
        if self.null.is_none() {
            let value = self.granules.at(None)?;
            self.null = Some(self.code_of(value));
        }
        Ok(self.null.unwrap_or(0))
    }

    #[inline]
    fn code_at(&mut self, instant: i64) -> Result<u32> {
        let (start, end, code) = self.last;
        match start <= instant && instant < end {
            true => Ok(code),
            false => self.look_up(instant),
        }
    }
}

impl Coder for Coded {
    fn encode(&mut self, column: &ArrayRef, codes: &mut Vec<u32>) -> Result<()> {
        let instants = ticks(column)?;
        if let Some(nulls) = column.nulls().filter(|nulls| nulls.null_count() > 0) {
            for (&instant, valid) in instants.iter().zip(nulls) {
                codes.push(match valid {
                    true => self.code_at(instant)?,
                    false => self.code_of_null()?,
                });
            }
            return Ok(());
        }
        let (start, end, code) = self.last;
        let inside = |&instant: &i64| start <= instant && instant < end;
        // Files in the order of time seldom have two days in a batch.
        if instants
            .iter()
            .fold(true, |all, instant| all & inside(instant))
        {
            codes.resize(instants.len(), code);
            return Ok(());
        }
        for &instant in instants {
            codes.push(self.code_at(instant)?);
        }
        Ok(())
    }

    fn len(&self) -> usize {
        self.values.len()
    }

    fn values(&self, codes: &[u32]) -> Result<ArrayRef> {
        if codes.is_empty() {
            return Ok(arrow::array::new_empty_array(&self.granules.data_type));
        }
        let values = codes.iter().map(|&code| self.values[code as usize].clone());
        ScalarValue::iter_to_array(values)
    }

    fn size(&self) -> usize {
        (self.values.capacity() * 2) * size_of::<ScalarValue>()
            + self.codes.allocation_size()
            + self.of_granules.allocation_size()
    }
}

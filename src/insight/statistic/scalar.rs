//! A statistic of numbers that are already known, as a DataFusion scalar function.

use std::hash::{Hash, Hasher};

use arrow::array::{Array, AsArray};
use arrow::datatypes::{DataType, Float64Type};
use datafusion::common::{Result, ScalarValue, exec_err, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    Volatility,
};

use super::cells::{StatisticCell, StatisticResult};
use super::documentation::documentation;
use crate::functions::declaration::kpi_spec::FunctionFamily;
use crate::functions::declaration::parameter::FunctionParameter;
use crate::functions::declaration::signature;
use crate::functions::kernels::numbers::is_number;
use crate::sql_type;

/// The cells of one row; `None` for a NULL.
pub(crate) type ComputedCells = Result<Option<Vec<StatisticCell>>>;

/// Specification of a function of numbers.
#[derive(Debug)]
pub(crate) struct ScalarStatistic {
    pub(crate) name: &'static str,
    pub(crate) family: FunctionFamily,
    pub(crate) description: &'static str,
    /// SQL that can be executed; its last line is a comment with the expected value.
    pub(crate) example: &'static str,
    pub(crate) result: StatisticResult,
    /// All are numbers. A NULL for a required one makes the result NULL; for an optional one it is the
    /// default.
    pub(crate) parameters: &'static [FunctionParameter],
    /// The cells of one row; `None` for a NULL.
    pub(crate) compute: fn(&ScalarNumbers<'_>) -> ComputedCells,
}

/// The arguments of one row.
#[derive(Debug)]
pub(crate) struct ScalarNumbers<'a> {
    function: &'static str,
    parameters: &'static [FunctionParameter],
    values: &'a [Option<f64>],
}

impl ScalarNumbers<'_> {
    /// The number at `place`, where it is given.
    pub(crate) fn optional(&self, place: usize) -> Option<f64> {
        self.values.get(place).copied().flatten()
    }

    /// The number at `place`, within these ends.
    ///
    /// # Errors
    /// When it lies outside, or is missing.
    pub(crate) fn within(&self, place: usize, low: f64, high: f64) -> Result<f64> {
        let name = self.name(place);
        match self.optional(place) {
            Some(value) if (low..=high).contains(&value) => Ok(value),
            Some(value) if high.is_infinite() && low == 0.0 => {
                exec_err!("{}: {name} must be 0 or more, not {value}", self.function)
            }
            Some(value) => exec_err!(
                "{}: {name} must lie between {low} and {high}, not {value}",
                self.function
            ),
            None => exec_err!("{}: {name} is missing", self.function),
        }
    }

    /// The number at `place`, which must exceed 0.
    ///
    /// # Errors
    /// When it does not.
    pub(crate) fn positive(&self, place: usize) -> Result<f64> {
        match self.optional(place) {
            Some(value) if value > 0.0 && value.is_finite() => Ok(value),
            value => exec_err!(
                "{}: {} must be more than 0, not {}",
                self.function,
                self.name(place),
                value.unwrap_or(f64::NAN)
            ),
        }
    }

    /// A probability strictly between 0 and 1, `absent` where it is not given.
    ///
    /// # Errors
    /// When it is not one.
    pub(crate) fn probability(&self, place: usize, absent: f64) -> Result<f64> {
        match self.optional(place).unwrap_or(absent) {
            value if value > 0.0 && value < 1.0 => Ok(value),
            value => exec_err!(
                "{}: {} must lie between 0 and 1, not {value}",
                self.function,
                self.name(place)
            ),
        }
    }

    /// A whole number of 0 or more.
    ///
    /// # Errors
    /// When it is not one.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "checked to be whole and below 2^53"
    )]
    pub(crate) fn count(&self, place: usize) -> Result<i64> {
        match self.optional(place) {
            Some(value) if (0.0..=9e15).contains(&value) && value.fract() == 0.0 => {
                Ok(value as i64)
            }
            value => exec_err!(
                "{}: {} must be a whole number of 0 or more, not {}",
                self.function,
                self.name(place),
                value.unwrap_or(f64::NAN)
            ),
        }
    }

    fn name(&self, place: usize) -> &'static str {
        self.parameters
            .get(place)
            .map_or("argument", |own| own.name)
    }
}

/// The function of `spec`.
pub(crate) fn function(spec: &'static ScalarStatistic) -> ScalarUDF {
    ScalarUDF::from(ScalarStatisticFunction {
        spec,
        signature: Signature::user_defined(Volatility::Immutable),
        documentation: documentation(
            spec.name,
            spec.family,
            spec.description,
            spec.result,
            spec.parameters,
            spec.example,
        ),
    })
}

#[derive(Debug)]
struct ScalarStatisticFunction {
    spec: &'static ScalarStatistic,
    signature: Signature,
    documentation: Documentation,
}

impl PartialEq for ScalarStatisticFunction {
    fn eq(&self, other: &Self) -> bool {
        self.spec.name == other.spec.name
    }
}

impl Eq for ScalarStatisticFunction {}

impl Hash for ScalarStatisticFunction {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.spec.name.hash(state);
    }
}

impl ScalarStatisticFunction {
    fn required(&self) -> usize {
        let parameters = self.spec.parameters;
        parameters.iter().filter(|own| !own.optional).count()
    }

    fn compute(&self, values: &[Option<f64>]) -> ComputedCells {
        let required = values.iter().take(self.required());
        if required.clone().any(Option::is_none) {
            return Ok(None);
        }
        if let Some(place) = values
            .iter()
            .position(|v| v.is_some_and(|v| !v.is_finite()))
        {
            return exec_err!(
                "{}: {} is not a finite number",
                self.spec.name,
                self.spec.parameters[place].name
            );
        }
        (self.spec.compute)(&ScalarNumbers {
            function: self.spec.name,
            parameters: self.spec.parameters,
            values,
        })
    }
}

impl ScalarUDFImpl for ScalarStatisticFunction {
    fn name(&self) -> &str {
        self.spec.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        let (least, most) = (self.required(), self.spec.parameters.len());
        let are_numbers = arg_types.iter().all(|own| own.is_null() || is_number(own));
        if !are_numbers || !(least..=most).contains(&arg_types.len()) {
            let given: Vec<_> = arg_types.iter().map(sql_type::name).collect();
            return plan_err!(
                "{} takes numbers; got ({})",
                signature::syntax(self.spec.name, self.spec.parameters),
                given.join(", ")
            );
        }
        Ok(vec![DataType::Float64; arg_types.len()])
    }

    fn return_type(&self, _arg_types: &[DataType]) -> Result<DataType> {
        Ok(self.spec.result.data_type())
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let is_scalar = args
            .args
            .iter()
            .all(|arg| matches!(arg, ColumnarValue::Scalar(_)));
        let rows = if is_scalar { 1 } else { args.number_rows };
        let columns = args.args.iter().map(|arg| arg.to_array(rows));
        let columns = columns.collect::<Result<Vec<_>>>()?;
        let columns: Vec<_> = columns
            .iter()
            .map(AsArray::as_primitive::<Float64Type>)
            .collect();
        let row = |row: usize| {
            let numbers = columns
                .iter()
                .map(|column| column.is_valid(row).then(|| column.value(row)));
            self.compute(&numbers.collect::<Vec<_>>())
        };
        let cells = (0..rows).map(row).collect::<Result<Vec<_>>>()?;
        let result = self.spec.result.column(&cells)?;
        Ok(if is_scalar {
            ColumnarValue::Scalar(ScalarValue::try_from_array(&result, 0)?)
        } else {
            ColumnarValue::Array(result)
        })
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

//! `sla_clock(metric, started, ended, outcome, steps, priority, as_of, policies, condition, ..)`:
//! the rule of each clock and its measurement; NULL for a clock that matches no rule.

use std::sync::Arc;

use arrow::array::{Array, AsArray, BooleanArray};
use arrow::datatypes::{DataType, Field, FieldRef, Int64Type, UInt8Type};
use datafusion::common::{Result, ScalarValue, exec_datafusion_err, internal_err};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    Volatility,
};

use super::clocks::ClockOutcome;
use super::measure::{ClockInterval, SlaRuleEvaluator};
use super::sla_columns::{SlaColumnsBuilder, fields};
use crate::functions::kernels::times::{ticks, ticks_per_second};
use crate::sla::{SlaMetric, SlaPolicies};

/// A call of the function.
pub(super) fn call(arguments: Vec<Expr>) -> Expr {
    function().call(arguments)
}

/// The function, which deserialized plans look up by name.
pub(super) fn function() -> ScalarUDF {
    ScalarUDF::from(SlaClockFunction {
        // It is not volatile, but otherwise a predicate on its result would evaluate it again.
        signature: Signature::variadic_any(Volatility::Volatile),
    })
}

/// Number of leading arguments with a value for each row: `metric` to `priority`.
const COLUMNS: usize = 6;
/// Number of arguments before the conditions, the last two of which are constant: `as_of` and
/// `policies`.
const FIXED: usize = COLUMNS + 2;

#[derive(Debug, PartialEq, Eq, Hash)]
struct SlaClockFunction {
    signature: Signature,
}

impl ScalarUDFImpl for SlaClockFunction {
    fn name(&self) -> &'static str {
        "sla_clock"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        internal_err!("sla_clock has a field")
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        let [_, start, ..] = args.arg_fields else {
            return internal_err!("sla_clock takes {FIXED} arguments and conditions");
        };
        let fields = fields(start.data_type());
        Ok(Arc::new(Field::new(
            self.name(),
            DataType::Struct(fields),
            true,
        )))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [
            ColumnarValue::Scalar(ScalarValue::Int64(Some(as_of))),
            ColumnarValue::Scalar(ScalarValue::Utf8(Some(policies))),
        ] = &args.args[COLUMNS..FIXED]
        else {
            return internal_err!("sla_clock takes one instant and the policies");
        };
        let as_of = *as_of;
        let policies = SlaPolicies::from_definition(policies)
            .map_err(|problem| exec_datafusion_err!("sla_clock: {problem}"))?;
        let arrays = |arguments: &[ColumnarValue]| {
            let arrays = arguments
                .iter()
                .map(|argument| argument.to_array(args.number_rows));
            arrays.collect::<Result<Vec<_>>>()
        };
        let (columns, conditions) = (arrays(&args.args[..COLUMNS])?, arrays(&args.args[FIXED..])?);
        let time = columns[1].data_type().clone();
        let measure = match ticks_per_second(&time) {
            1 => measure::<1>,
            1_000 => measure::<1_000>,
            1_000_000 => measure::<1_000_000>,
            _ => measure::<1_000_000_000>,
        };
        let measured = measure(&policies, &columns, &conditions, as_of)?;
        Ok(ColumnarValue::Array(Arc::new(measured.finish(&time)?)))
    }
}

fn measure<const P: i64>(
    policies: &SlaPolicies,
    columns: &[Arc<dyn Array>],
    conditions: &[Arc<dyn Array>],
    as_of: i64,
) -> Result<SlaColumnsBuilder> {
    let (starts, ends) = (ticks(&columns[1])?, ticks(&columns[2])?);
    let metrics = columns[0].as_primitive::<UInt8Type>();
    let outcomes = columns[3].as_primitive::<UInt8Type>();
    let steps = columns[4].as_list::<i32>();
    let all_steps = steps.values().as_primitive::<Int64Type>();
    let priorities = columns[5].as_string_view();
    let conditions = conditions.iter().map(AsArray::as_boolean);
    let mut chooser = SlaRuleSelector::new(policies, &conditions.collect::<Vec<_>>());
    let mut clockings = SlaColumnsBuilder::default();
    for row in 0..starts.len() {
        let start = starts[row];
        let metric = usize::from(metrics.value(row));
        let priority = priorities.is_valid(row).then(|| priorities.value(row));
        let second = start.div_euclid(P);
        let Some(measure) = chooser.find(metric, second, priority, row) else {
            clockings.push_null();
            continue;
        };
        let offsets = steps.value_offsets();
        let from = usize::try_from(offsets[row]).unwrap_or_default();
        let to = usize::try_from(offsets[row + 1]).unwrap_or_default();
        let interval = ClockInterval {
            start,
            end: columns[2].is_valid(row).then(|| ends[row]),
            outcome: ClockOutcome::ALL[usize::from(outcomes.value(row)) % ClockOutcome::ALL.len()],
            as_of,
            steps: &all_steps.values()[from..to],
        };
        let measured = measure.measure::<P>(&interval);
        clockings.push::<P>(measure.rule, priority, &interval, &measured);
    }
    Ok(clockings)
}

/// The rules of each metric, in the order in which they are tried.
struct SlaRuleSelector<'a> {
    rules: [Vec<(SlaRuleEvaluator<'a>, Option<&'a BooleanArray>)>; SlaMetric::ALL.len()],
}

impl<'a> SlaRuleSelector<'a> {
    fn new(policies: &'a SlaPolicies, conditions: &[&'a BooleanArray]) -> Self {
        let of = |metric: SlaMetric| {
            let rules = policies.rules().iter();
            let own = rules.filter(|rule| rule.metric == metric);
            own.map(|rule| {
                let place = policies.condition_of(rule);
                let condition = place.and_then(|place| conditions.get(place).copied());
                (SlaRuleEvaluator::new(rule), condition)
            })
            .collect()
        };
        Self {
            rules: SlaMetric::ALL.map(of),
        }
    }

    /// The first rule that matches the clock of `row`.
    fn find(
        &mut self,
        metric: usize,
        second: i64,
        priority: Option<&str>,
        row: usize,
    ) -> Option<&mut SlaRuleEvaluator<'a>> {
        let fits = |(measure, condition): &&mut (SlaRuleEvaluator<'a>, Option<&BooleanArray>)| {
            let rule = measure.rule;
            rule.is_in_force(second)
                && rule.is_for(priority)
                && condition.is_none_or(|holds| holds.is_valid(row) && holds.value(row))
        };
        let found = self.rules[metric].iter_mut().find(fits);
        found.map(|(measure, _)| measure)
    }
}

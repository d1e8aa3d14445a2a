//! A statistic as a DataFusion aggregate function.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, not_impl_err, plan_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::{AggregateOrderSensitivity, format_state_name};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Documentation, GroupsAccumulator, ReversedUDAF,
    Signature, Volatility,
};

use super::cells::StatisticResult;
use super::documentation::documentation;
use crate::functions::declaration::constants::constants;
use crate::functions::declaration::kpi_spec::{FunctionFamily, KpiArguments, StateColumns};
use crate::functions::declaration::parameter::{
    FunctionParameter, LEVEL, ParameterKind, kind_name,
};
use crate::functions::declaration::signature;
use crate::sql_type;

/// Specification of a statistic: its documentation, and the binding of its calls.
#[derive(Debug)]
pub(crate) struct StatisticSpec {
    pub(crate) name: &'static str,
    pub(crate) family: FunctionFamily,
    /// Definition, unit, NULL behaviour, errors and source, in Markdown; fields of a STRUCT are added.
    pub(crate) description: &'static str,
    /// SQL that can be executed; its last line is a comment with the expected value.
    pub(crate) example: &'static str,
    pub(crate) result: StatisticResult,
    pub(crate) parameters: &'static [FunctionParameter],
    /// Columns of the partial state, by the types of the arguments.
    pub(crate) state: fn(&[DataType]) -> StateColumns,
    /// Checks the constants and returns the bound call.
    pub(crate) bind: fn(&KpiArguments<'_>) -> Result<Box<dyn BoundStatistic>>,
}

/// A call whose constants are known; it creates the accumulators.
pub(crate) trait BoundStatistic {
    /// For queries without groups, and for each group where [`BoundStatistic::groups`] is `None`.
    fn accumulator(&self, result: StatisticResult) -> Box<dyn Accumulator>;

    /// For `GROUP BY`, if there is an accumulator of many groups.
    fn groups(&self, result: StatisticResult) -> Option<Box<dyn GroupsAccumulator>>;
}

/// The confidence level of a call, 0.95 when absent.
///
/// # Errors
/// When it does not lie strictly between 0 and 1.
pub(crate) fn level(call: &KpiArguments<'_>) -> Result<f64> {
    let level = call.number(LEVEL.name)?.unwrap_or(0.95);
    if level > 0.0 && level < 1.0 {
        Ok(level)
    } else {
        plan_err!(
            "{}: level must lie between 0 and 1, not {level}",
            call.function
        )
    }
}

/// The function of `spec`.
pub(crate) fn function(spec: &'static StatisticSpec) -> AggregateUDF {
    AggregateUDF::from(StatisticFunction::new(spec))
}

#[derive(Debug)]
struct StatisticFunction {
    spec: &'static StatisticSpec,
    signature: Signature,
    /// `None` for functions that only plans of this module call.
    documentation: Option<Documentation>,
}

/// Functions are equal if their names are, as in a serialized plan.
impl PartialEq for StatisticFunction {
    fn eq(&self, other: &Self) -> bool {
        self.spec.name == other.spec.name
    }
}

impl Eq for StatisticFunction {}

impl Hash for StatisticFunction {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.spec.name.hash(state);
    }
}

fn data_types(fields: &[FieldRef]) -> Vec<DataType> {
    let types = fields.iter().map(|field| field.data_type().clone());
    types.collect()
}

impl StatisticFunction {
    fn new(spec: &'static StatisticSpec) -> Self {
        let mut signature = Signature::user_defined(Volatility::Immutable);
        let names = spec.parameters.iter().map(|own| own.name.to_owned());
        signature.parameter_names = Some(names.collect());
        Self {
            spec,
            signature,
            documentation: (!spec.description.is_empty()).then(|| {
                documentation(
                    spec.name,
                    spec.family,
                    spec.description,
                    spec.result,
                    spec.parameters,
                    spec.example,
                )
            }),
        }
    }

    fn mismatch(&self, types: &[DataType]) -> String {
        let required = self.spec.parameters.iter().filter(|own| !own.optional);
        let kinds: Vec<_> = required
            .map(|own| format!("{} = {}", own.name, kind_name(own.kind)))
            .collect();
        let given: Vec<_> = types.iter().map(sql_type::name).collect();
        format!(
            "{} takes {}; got ({})",
            signature::syntax(self.spec.name, self.spec.parameters),
            kinds.join(", "),
            given.join(", ")
        )
    }

    fn bind(&self, args: &AccumulatorArgs<'_>) -> Result<Box<dyn BoundStatistic>> {
        let spec = self.spec;
        if args.is_distinct {
            return not_impl_err!(
                "{}(DISTINCT ..) is not a {0}: every row counts; remove DISTINCT, or take distinct \
                 rows in a subquery first",
                spec.name
            );
        }
        let types = data_types(args.expr_fields);
        let (constants, invalid) = constants(spec.name, spec.parameters, args)?;
        (spec.bind)(&KpiArguments {
            function: spec.name,
            types: &types,
            invalid,
            parameters: spec.parameters,
            constants,
        })
    }
}

impl AggregateUDFImpl for StatisticFunction {
    fn name(&self) -> &str {
        self.spec.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        match signature::coerced(self.spec.name, self.spec.parameters, arg_types)? {
            Some(coerced) => Ok(coerced),
            None => plan_err!("{}", self.mismatch(arg_types)),
        }
    }

    fn return_type(&self, _arg_types: &[DataType]) -> Result<DataType> {
        Ok(self.spec.result.data_type())
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        let parts = (self.spec.state)(&data_types(args.input_fields));
        let field = |(part, data_type): (&str, DataType)| {
            let name = format_state_name(args.name, part);
            Arc::new(Field::new(name, data_type, true))
        };
        Ok(parts.into_iter().map(field).collect())
    }

    fn accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        Ok(self.bind(&args)?.accumulator(self.spec.result))
    }

    // DISTINCT is refused by the accumulator of one group.
    fn groups_accumulator_supported(&self, args: AccumulatorArgs<'_>) -> bool {
        let bound = self.bind(&args);
        bound.is_ok_and(|bound| bound.groups(self.spec.result).is_some())
    }

    fn create_groups_accumulator(
        &self,
        args: AccumulatorArgs<'_>,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        match self.bind(&args)?.groups(self.spec.result) {
            Some(groups) => Ok(groups),
            None => not_impl_err!("{} has no accumulator of many groups", self.spec.name),
        }
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        ReversedUDAF::Identical
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.documentation.as_ref()
    }
}

fn spec_of(function: &AggregateUDF) -> Option<&'static StatisticSpec> {
    let function: &dyn std::any::Any = function.inner().as_ref();
    let statistic: &StatisticFunction = function.downcast_ref()?;
    Some(statistic.spec)
}

/// True for the aggregate functions of this module, whose last argument may be the treatment of invalid
/// values.
pub(crate) fn is_statistic(function: &AggregateUDF) -> bool {
    spec_of(function).is_some()
}

/// Position of the calendar among the arguments.
pub(crate) fn calendar_place(function: &AggregateUDF) -> Option<usize> {
    let parameters = spec_of(function)?.parameters;
    let is_calendar = |own: &FunctionParameter| own.kind == ParameterKind::Calendar;
    parameters.iter().position(is_calendar)
}

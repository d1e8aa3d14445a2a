//! A KPI as a DataFusion aggregate function: name, checks of arguments, binding.

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

use super::constants::constants;
use super::kpi_documentation::documentation;
use super::kpi_spec::{BoundKpi, KpiArguments, KpiForm, KpiSpec};
use super::outcome::KpiOutput;
use super::parameter::{LEVEL, ParameterKind, kind_name};
use super::signature;

/// The value or the `_detail` of a KPI.
#[derive(Debug)]
pub(crate) struct KpiFunction {
    spec: &'static KpiSpec,
    detail: bool,
    name: String,
    signature: Signature,
    documentation: Documentation,
}

/// Functions are equal if their names are, as in a serialized plan.
impl PartialEq for KpiFunction {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for KpiFunction {}

impl Hash for KpiFunction {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

/// The function of `spec`, and its `_detail`.
pub(crate) fn functions(spec: &'static KpiSpec) -> [AggregateUDF; 2] {
    [false, true].map(|detail| AggregateUDF::from(KpiFunction::new(spec, detail)))
}

impl KpiFunction {
    fn new(spec: &'static KpiSpec, detail: bool) -> Self {
        let name = if detail {
            format!("{}_detail", spec.name)
        } else {
            spec.name.to_owned()
        };
        let mut signature = Signature::user_defined(Volatility::Immutable);
        // Forms with different argument names cannot share one list of names.
        if let [form] = spec.forms {
            signature.parameter_names = Some(
                form.parameters(detail)
                    .iter()
                    .map(|parameter| parameter.name.to_owned())
                    .collect(),
            );
        }
        let documentation = documentation(spec, &name, detail);
        Self {
            spec,
            detail,
            name,
            signature,
            documentation,
        }
    }

    /// The form that accepts arguments of these types, and its coerced types.
    fn form(&self, types: &[DataType]) -> Result<(&'static KpiForm, Vec<DataType>)> {
        for form in self.spec.forms {
            let parameters = form.parameters(self.detail);
            if let Some(coerced) = signature::coerced(&self.name, &parameters, types)? {
                return Ok((form, coerced));
            }
        }
        plan_err!("{}", self.mismatch(types))
    }

    fn mismatch(&self, types: &[DataType]) -> String {
        let forms: Vec<_> = self
            .spec
            .forms
            .iter()
            .map(|form| self.form_text(form))
            .collect();
        let given: Vec<_> = types.iter().map(ToString::to_string).collect();
        format!("{}; got ({})", forms.join(" or "), given.join(", "))
    }

    fn form_text(&self, form: &'static KpiForm) -> String {
        let parameters = form.parameters(self.detail);
        let kinds: Vec<_> = parameters
            .iter()
            .filter(|parameter| !parameter.optional)
            .map(|parameter| format!("{} = {}", parameter.name, kind_name(parameter.kind)))
            .collect();
        format!(
            "{} takes {}",
            signature::syntax(&self.name, &parameters),
            kinds.join(", ")
        )
    }

    fn outcome(&self, call: &KpiArguments<'_>) -> Result<KpiOutput> {
        if !self.detail {
            return Ok(KpiOutput::Value(self.spec.shape.value));
        }
        let level = call.number(LEVEL.name)?.unwrap_or(0.95);
        if !(level > 0.0 && level < 1.0) {
            return plan_err!("{}: level must lie between 0 and 1, not {level}", self.name);
        }
        Ok(KpiOutput::Detail {
            name: self.spec.name,
            shape: self.spec.shape,
            level,
        })
    }

    fn bind(&self, args: &AccumulatorArgs<'_>) -> Result<(Box<dyn BoundKpi>, KpiOutput)> {
        if args.is_distinct {
            return not_impl_err!(
                "{}(DISTINCT ..) is not a {0}: every row counts; remove DISTINCT, or take distinct \
                 rows in a subquery first",
                self.name
            );
        }
        let types: Vec<_> = args
            .expr_fields
            .iter()
            .map(|field| field.data_type().clone())
            .collect();
        let (form, _) = self.form(&types)?;
        let parameters = form.parameters(self.detail);
        let (constants, invalid) = constants(&self.name, &parameters, args)?;
        let call = KpiArguments {
            function: self.spec.name,
            types: &types,
            invalid,
            parameters: &parameters,
            constants,
        };
        Ok(((form.bind)(&call)?, self.outcome(&call)?))
    }
}

impl AggregateUDFImpl for KpiFunction {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        Ok(self.form(arg_types)?.1)
    }

    fn return_type(&self, _arg_types: &[DataType]) -> Result<DataType> {
        Ok(if self.detail {
            DataType::Struct(self.spec.shape.detail_fields(self.spec.name))
        } else {
            self.spec.shape.value.data_type()
        })
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        let types: Vec<_> = args
            .input_fields
            .iter()
            .map(|field| field.data_type().clone())
            .collect();
        let (form, _) = self.form(&types)?;
        let field = |(part, data_type): (&str, DataType)| {
            Arc::new(Field::new(
                format_state_name(args.name, part),
                data_type,
                false,
            ))
        };
        Ok((form.state)(&types, self.detail)
            .into_iter()
            .map(field)
            .collect())
    }

    fn accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        let (bound, outcome) = self.bind(&args)?;
        bound.accumulator(outcome, false)
    }

    fn create_sliding_accumulator(
        &self,
        args: AccumulatorArgs<'_>,
    ) -> Result<Box<dyn Accumulator>> {
        let (bound, outcome) = self.bind(&args)?;
        bound.accumulator(outcome, true)
    }

    /// Without groups support DataFusion would create one accumulator per group and, for DISTINCT, never
    /// call it; the error must be raised here.
    fn groups_accumulator_supported(&self, args: AccumulatorArgs<'_>) -> bool {
        !args.is_distinct
    }

    fn create_groups_accumulator(
        &self,
        args: AccumulatorArgs<'_>,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        let (bound, outcome) = self.bind(&args)?;
        bound.groups(outcome)
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        ReversedUDAF::Identical
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

/// The KPI that `function` computes; the flag is true for its detail.
pub(crate) fn spec_of(function: &AggregateUDF) -> Option<(&'static KpiSpec, bool)> {
    let function: &dyn std::any::Any = function.inner().as_ref();
    let kpi: &KpiFunction = function.downcast_ref()?;
    Some((kpi.spec, kpi.detail))
}

/// Position of the calendar among the arguments, which is the last.
pub(crate) fn calendar_place(function: &AggregateUDF) -> Option<usize> {
    let (spec, detail) = spec_of(function)?;
    let parameters = spec.forms.first()?.parameters(detail);
    parameters
        .iter()
        .position(|parameter| parameter.kind == ParameterKind::Calendar)
}

/// True for the functions of this module.
pub fn is_kpi(function: &AggregateUDF) -> bool {
    spec_of(function).is_some()
}

//! One KPI as a DataFusion aggregate function: name, documentation, argument checks.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef};
use arrow::record_batch::RecordBatch;
use datafusion::common::{Result, ScalarValue, not_impl_err, plan_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::{AggregateOrderSensitivity, format_state_name};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, ColumnarValue, DocSection, Documentation,
    GroupsAccumulator, ReversedUDAF, Signature, Volatility,
};

use crate::functions::outcome::{Outcome, Shape};
use crate::functions::rows::Invalid;
use crate::functions::signature::{self, Kind, LEVEL, Parameter};

/// The family a function is listed under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Family(pub(crate) &'static str);

/// What a function says about itself and how a call of it is bound.
#[derive(Debug)]
pub(crate) struct Spec {
    pub(crate) name: &'static str,
    pub(crate) family: Family,
    /// Definition, unit, NULL behaviour, errors and source, in Markdown.
    pub(crate) description: &'static str,
    /// SQL that runs on its own; its last line is a comment with the expected value.
    pub(crate) example: &'static str,
    pub(crate) shape: Shape,
    /// Ways to call it, tried in order.
    pub(crate) forms: &'static [Form],
}

/// One way to call a function.
#[derive(Debug)]
pub(crate) struct Form {
    pub(crate) parameters: &'static [Parameter],
    /// Columns of the partial state, given the types of the arguments and whether the detail is
    /// wanted.
    pub(crate) state: fn(&[DataType], bool) -> Vec<(&'static str, DataType)>,
    /// Checks the constants and gives what can count.
    pub(crate) bind: fn(&Call<'_>) -> Result<Box<dyn Bound>>,
}

/// A call whose constants are known: it makes the accumulators.
pub(crate) trait Bound {
    /// For queries without groups; a sliding one can also take rows away again.
    fn accumulator(&self, outcome: Outcome, sliding: bool) -> Result<Box<dyn Accumulator>>;
    /// For `GROUP BY`.
    fn groups(&self, outcome: Outcome) -> Result<Box<dyn GroupsAccumulator>>;
}

/// The arguments of one call.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) function: &'static str,
    pub(crate) types: &'a [DataType],
    pub(crate) invalid: Invalid,
    parameters: &'a [Parameter],
    constants: Vec<Option<ScalarValue>>,
}

impl Call<'_> {
    fn constant(&self, name: &str) -> Option<&ScalarValue> {
        let position = self
            .parameters
            .iter()
            .position(|parameter| parameter.name == name)?;
        self.constants
            .get(position)?
            .as_ref()
            .filter(|value| !value.is_null())
    }

    /// The constant number called `name`.
    pub(crate) fn number(&self, name: &str) -> Result<Option<f64>> {
        signature::constant_number(self.function, name, self.constant(name))
    }

    /// The constant text called `name`.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.constant(name)?.try_as_str().flatten()
    }

    /// The constant interval called `name`.
    pub(crate) fn span(&self, name: &str) -> Option<&ScalarValue> {
        self.constant(name)
    }
}

/// The value or the `_detail` of a KPI.
#[derive(Debug)]
pub(crate) struct KpiFunction {
    spec: &'static Spec,
    detail: bool,
    name: String,
    signature: Signature,
    documentation: Documentation,
}

/// Functions are told apart by name, as they are on the wire.
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

/// The function of `spec` and its `_detail`.
pub(crate) fn functions(spec: &'static Spec) -> [AggregateUDF; 2] {
    [false, true].map(|detail| AggregateUDF::from(KpiFunction::new(spec, detail)))
}

impl KpiFunction {
    fn new(spec: &'static Spec, detail: bool) -> Self {
        let name = if detail {
            format!("{}_detail", spec.name)
        } else {
            spec.name.to_owned()
        };
        let mut signature = Signature::user_defined(Volatility::Immutable);
        // Forms that name their arguments differently cannot share one list of names.
        if let [form] = spec.forms {
            signature.parameter_names = Some(
                parameters(form, detail)
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

    /// The form that takes arguments of these types, and the types it wants.
    fn form(&self, types: &[DataType]) -> Result<(&'static Form, Vec<DataType>)> {
        for form in self.spec.forms {
            let parameters: Vec<_> = parameters(form, self.detail).copied().collect();
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

    fn form_text(&self, form: &'static Form) -> String {
        let parameters: Vec<_> = parameters(form, self.detail).copied().collect();
        let kinds: Vec<_> = parameters
            .iter()
            .filter(|parameter| !parameter.optional)
            .map(|parameter| {
                format!(
                    "{} = {}",
                    parameter.name,
                    signature::kind_name(parameter.kind)
                )
            })
            .collect();
        format!(
            "{} takes {}",
            signature::syntax(&self.name, &parameters),
            kinds.join(", ")
        )
    }

    fn outcome(&self, call: &Call<'_>) -> Result<Outcome> {
        if !self.detail {
            return Ok(Outcome::Value(self.spec.shape.value));
        }
        let level = call.number(LEVEL.name)?.unwrap_or(0.95);
        if !(level > 0.0 && level < 1.0) {
            return plan_err!("{}: level must lie between 0 and 1, not {level}", self.name);
        }
        Ok(Outcome::Detail {
            name: self.spec.name,
            shape: self.spec.shape,
            level,
        })
    }

    fn bind(&self, args: &AccumulatorArgs<'_>) -> Result<(Box<dyn Bound>, Outcome)> {
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
        let parameters: Vec<_> = parameters(form, self.detail).copied().collect();
        let (constants, invalid) = constants(&self.name, &parameters, args)?;
        let call = Call {
            function: self.spec.name,
            types: &types,
            invalid,
            parameters: &parameters,
            constants,
        };
        Ok(((form.bind)(&call)?, self.outcome(&call)?))
    }
}

fn parameters(form: &'static Form, detail: bool) -> impl Iterator<Item = &'static Parameter> {
    form.parameters.iter().chain(detail.then_some(&LEVEL))
}

/// Evaluates the constant arguments, and the treatment of invalid values that may follow them.
fn constants(
    function: &str,
    parameters: &[Parameter],
    args: &AccumulatorArgs<'_>,
) -> Result<(Vec<Option<ScalarValue>>, Invalid)> {
    let nothing = RecordBatch::new_empty(Arc::new(args.schema.clone()));
    let mut constants = vec![];
    let mut invalid = Invalid::Error;
    for (position, expr) in args.exprs.iter().enumerate() {
        let parameter = parameters.get(position);
        let constant_wanted = parameter.is_none_or(|parameter| is_constant(parameter.kind));
        let last_text = position + 1 == args.exprs.len()
            && *args.expr_fields[position].data_type() == DataType::Utf8;
        if !constant_wanted && !last_text {
            constants.push(None);
            continue;
        }
        let value = match expr.evaluate(&nothing)? {
            ColumnarValue::Scalar(value) => Some(value),
            ColumnarValue::Array(_) => None,
        };
        match (value, parameter) {
            (Some(ScalarValue::Utf8(Some(text))), _) if last_text && text == "ignore" => {
                invalid = Invalid::Ignore;
            }
            (Some(ScalarValue::Utf8(Some(text))), _) if last_text && text == "error" => {}
            (Some(value), Some(_)) if constant_wanted => constants.push(Some(value)),
            (_, Some(parameter)) if constant_wanted => {
                return plan_err!(
                    "{function}: {} must be {}, not a column",
                    parameter.name,
                    signature::kind_name(parameter.kind)
                );
            }
            (_, Some(_)) => constants.push(None),
            (value, None) => {
                let value = value.map_or_else(|| "a column".to_owned(), |value| value.to_string());
                return plan_err!("{function}: unexpected last argument {value}");
            }
        }
    }
    Ok((constants, invalid))
}

fn is_constant(kind: Kind) -> bool {
    matches!(kind, Kind::Constant | Kind::Text | Kind::Span)
}

fn documentation(spec: &'static Spec, name: &str, detail: bool) -> Documentation {
    let section = DocSection {
        include: true,
        label: spec.family.0,
        description: None,
    };
    let syntax: Vec<_> = spec
        .forms
        .iter()
        .map(|form| {
            let parameters: Vec<_> = parameters(form, detail).copied().collect();
            signature::syntax(name, &parameters)
        })
        .collect();
    let (description, example) = if detail {
        let base = spec
            .example
            .rsplit_once("\n--")
            .map_or(spec.example, |(sql, _)| sql);
        (
            spec.shape.description(spec.name),
            base.replacen(&format!("{}(", spec.name), &format!("{name}("), 1),
        )
    } else {
        (spec.description.to_owned(), spec.example.to_owned())
    };
    let mut builder = Documentation::builder(section, description, syntax.join("\n"))
        .with_sql_example(format!("```sql\n{example}\n```"));
    let mut named = vec![];
    for parameter in spec.forms.iter().flat_map(|form| parameters(form, detail)) {
        if !named.contains(&parameter.name) {
            named.push(parameter.name);
            builder = builder.with_argument(parameter.name, parameter.meaning);
        }
    }
    let related = if detail {
        spec.name.to_owned()
    } else {
        format!("{}_detail", spec.name)
    };
    builder.with_related_udf(related).build()
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
        Ok(match self.detail {
            false => self.spec.shape.value.data_type(),
            true => DataType::Struct(self.spec.shape.detail_fields(self.spec.name)),
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

    /// Without groups support DataFusion would box one accumulator per group and, for DISTINCT,
    /// never ask it; the refusal must come from here.
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

/// True for the functions of this module.
pub(crate) fn is_kpi(function: &AggregateUDF) -> bool {
    (function.inner().as_ref() as &dyn std::any::Any).is::<KpiFunction>()
}

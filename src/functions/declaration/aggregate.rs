//! The common structure of the aggregate functions: a specification and a constructor of accumulators.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, internal_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::format_state_name;
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Documentation, GroupsAccumulator, Signature,
    Volatility,
};

use super::scalar::documentation;

/// Specification of a function. `accumulator` must reject DISTINCT unless it changes nothing.
#[derive(Debug)]
pub(crate) struct AggregateFunctionSpec {
    pub(crate) name: &'static str,
    pub(crate) aliases: &'static [&'static str],
    pub(crate) syntax: &'static str,
    pub(crate) meaning: &'static str,
    pub(crate) arguments: &'static [(&'static str, &'static str)],
    /// A statement that can be executed.
    pub(crate) example: &'static str,
    pub(crate) coerce: fn(&[DataType]) -> Result<Vec<DataType>>,
    pub(crate) returns: fn(&[DataType]) -> DataType,
    /// Name and type of each state column, by the types of the arguments.
    pub(crate) state: fn(&[DataType]) -> Vec<(&'static str, DataType)>,
    /// Creates an accumulator for arguments of these types.
    pub(crate) accumulator: MakeAccumulator,
    /// Creates an accumulator of many groups; if `None`, each group has an accumulator of its own.
    pub(crate) groups: Option<MakeGroups>,
}

/// Creates an accumulator of many groups.
pub(crate) type MakeGroups = fn(&AccumulatorArgs<'_>) -> Result<Box<dyn GroupsAccumulator>>;

/// Creates an accumulator from the types of the arguments.
pub(crate) type MakeAccumulator =
    fn(&[DataType], &AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>>;

/// The function of `spec`.
pub(crate) fn function(spec: AggregateFunctionSpec) -> AggregateUDF {
    AggregateUDF::new_from_impl(DeclaredAggregateFunction {
        aliases: spec.aliases.iter().map(|&alias| alias.to_owned()).collect(),
        signature: Signature::user_defined(Volatility::Immutable),
        documentation: documentation(spec.syntax, spec.meaning, spec.arguments, spec.example),
        spec,
    })
}

#[derive(Debug)]
struct DeclaredAggregateFunction {
    spec: AggregateFunctionSpec,
    aliases: Vec<String>,
    signature: Signature,
    documentation: Documentation,
}

impl PartialEq for DeclaredAggregateFunction {
    fn eq(&self, other: &Self) -> bool {
        self.spec.name == other.spec.name
    }
}

impl Eq for DeclaredAggregateFunction {}

impl Hash for DeclaredAggregateFunction {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.spec.name.hash(state);
    }
}

fn types(fields: &[FieldRef]) -> Vec<DataType> {
    fields.iter().map(|f| f.data_type().clone()).collect()
}

impl AggregateUDFImpl for DeclaredAggregateFunction {
    fn name(&self) -> &str {
        self.spec.name
    }

    fn aliases(&self) -> &[String] {
        &self.aliases
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        (self.spec.coerce)(arg_types)
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        Ok((self.spec.returns)(arg_types))
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        let parts = (self.spec.state)(&types(args.input_fields));
        let field = |(part, data_type)| {
            Arc::new(Field::new(
                format_state_name(args.name, part),
                data_type,
                true,
            ))
        };
        Ok(parts.into_iter().map(field).collect())
    }

    fn accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        (self.spec.accumulator)(&types(args.expr_fields), &args)
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs<'_>) -> bool {
        // The row accumulator rejects DISTINCT.
        self.spec.groups.is_some() && !args.is_distinct
    }

    fn create_groups_accumulator(
        &self,
        args: AccumulatorArgs<'_>,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        match self.spec.groups {
            Some(groups) => groups(&args),
            None => internal_err!("{} has no accumulator of many groups", self.spec.name),
        }
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

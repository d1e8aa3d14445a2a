//! Specification of a KPI, its call forms, and one bound call.

use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{Accumulator, GroupsAccumulator};

use super::outcome::{KpiOutput, KpiResultShape};
use super::parameter::{FunctionParameter, LEVEL, ParameterKind};
use super::signature;
use crate::settings::InvalidPolicy;

/// The family of a function in listings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FunctionFamily(pub(crate) &'static str);

/// Specification of a KPI: its documentation, and the binding of its calls.
#[derive(Debug)]
pub(crate) struct KpiSpec {
    pub(crate) name: &'static str,
    pub(crate) family: FunctionFamily,
    /// Definition, unit, NULL behaviour, errors and source, in Markdown.
    pub(crate) description: &'static str,
    /// SQL that can be executed; its last line is a comment with the expected value.
    pub(crate) example: &'static str,
    pub(crate) shape: KpiResultShape,
    /// Call forms, tried in order.
    pub(crate) forms: &'static [KpiForm],
}

/// Names and types of the columns of a partial state.
pub(crate) type StateColumns = Vec<(&'static str, DataType)>;

/// One form of a call.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KpiForm {
    pub(crate) parameters: &'static [FunctionParameter],
    /// Columns of the partial state, by the types of the arguments; the flag is true for the detail.
    pub(crate) state: fn(&[DataType], bool) -> StateColumns,
    /// Checks the constants and returns the bound call.
    pub(crate) bind: fn(&KpiArguments<'_>) -> Result<Box<dyn BoundKpi>>,
}

/// A call whose constants are known; it creates the accumulators.
pub(crate) trait BoundKpi {
    /// For queries without groups; a sliding accumulator can also retract rows.
    fn accumulator(&self, outcome: KpiOutput, sliding: bool) -> Result<Box<dyn Accumulator>>;
    /// For `GROUP BY`.
    fn groups(&self, outcome: KpiOutput) -> Result<Box<dyn GroupsAccumulator>>;
}

/// The arguments of one call.
#[derive(Debug)]
pub(crate) struct KpiArguments<'a> {
    pub(crate) function: &'static str,
    pub(crate) types: &'a [DataType],
    pub(crate) invalid: InvalidPolicy,
    pub(crate) parameters: &'a [FunctionParameter],
    /// One per argument; `None` for a column.
    pub(crate) constants: Vec<Option<ScalarValue>>,
}

impl KpiForm {
    /// Parameters of the KPI, or of its detail, which also has a level.
    pub(crate) fn parameters(&self, detail: bool) -> Vec<FunctionParameter> {
        let mut all = self.parameters.to_vec();
        if detail {
            // The calendar stays last, so that calls without one are not affected.
            let has_calendar = all
                .last()
                .is_some_and(|last| last.kind == ParameterKind::Calendar);
            all.insert(all.len() - usize::from(has_calendar), LEVEL);
        }
        all
    }
}

impl KpiArguments<'_> {
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

    /// True if the argument called `name`, constant or a column, is present and its type is not NULL.
    pub(crate) fn is_given(&self, name: &str) -> bool {
        let place = self.parameters.iter().position(|own| own.name == name);
        place.is_some_and(|place| {
            self.constants.len() > place && self.types.get(place).is_some_and(|own| !own.is_null())
        })
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

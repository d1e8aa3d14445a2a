//! Families of these functions in listings.

use crate::functions::declaration::kpi_spec::FunctionFamily;

pub(crate) const SIGNIFICANCE: FunctionFamily = FunctionFamily("Is it real?");
pub(crate) const PLANNING: FunctionFamily = FunctionFamily("How many answers do I need?");
pub(crate) const ASSOCIATION: FunctionFamily = FunctionFamily("What goes together?");
pub(crate) const SURVIVAL: FunctionFamily = FunctionFamily("How long does it last?");
pub(crate) const CUSTOMER_VALUE: FunctionFamily = FunctionFamily("What is a customer worth?");
pub(crate) const CAUSE: FunctionFamily = FunctionFamily("What drove it?");
pub(crate) const SERIES: FunctionFamily = FunctionFamily("Since when?");
pub(crate) const FORECAST: FunctionFamily = FunctionFamily("What comes next?");
pub(crate) const STAFFING: FunctionFamily = FunctionFamily("How many agents?");
#[cfg(feature = "text")]
pub(crate) const TEXT: FunctionFamily = FunctionFamily("Why do they say so?");

//! Families of these functions in listings.

use crate::functions::declaration::kpi_spec::FunctionFamily;

pub(crate) const SIGNIFICANCE: FunctionFamily = FunctionFamily("Is it real?");
pub(crate) const PLANNING: FunctionFamily = FunctionFamily("How many answers?");
pub(crate) const CAUSE: FunctionFamily = FunctionFamily("What drove it?");
#[cfg(feature = "text")]
pub(crate) const TEXT: FunctionFamily = FunctionFamily("What do they say?");

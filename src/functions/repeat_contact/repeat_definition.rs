//! What a repeated contact is.

use arrow::datatypes::DataType;

use super::deadlines::RepeatContactInterval;

/// How contacts are told apart: the types of customer and instant, and what a repeat is.
#[derive(Debug, Clone)]
pub(crate) struct RepeatContactDefinition {
    pub(crate) types: [DataType; 2],
    pub(crate) within: RepeatContactInterval,
}

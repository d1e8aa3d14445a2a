//! Definition of a repeat contact.

use arrow::datatypes::DataType;

use super::deadlines::RepeatContactInterval;

/// Definition of repeat contacts in a call: the types of customer and instant, and the time limit.
#[derive(Debug, Clone)]
pub(crate) struct RepeatContactDefinition {
    pub(crate) types: [DataType; 2],
    pub(crate) within: RepeatContactInterval,
}

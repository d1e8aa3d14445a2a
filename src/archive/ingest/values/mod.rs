//! Texts as typed values: numbers, times, lengths of time, truth values.

mod iso_time;
mod lengths;
mod numbers;
mod reader;
mod target_type;
mod times;
mod typed_value;

pub(crate) use lengths::LengthUnit;
pub(crate) use reader::{NumberBounds, TruthWords, ValueReader};
pub(crate) use target_type::TargetType;
pub(crate) use times::{TimeForm, TimeReader};
pub(crate) use typed_value::{TypedValue, ValueMisfit};

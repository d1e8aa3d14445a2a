//! Texts as typed values: numbers, times, lengths of time, truth values.

mod ingest_value;
mod iso_time;
mod lengths;
mod numbers;
mod reader;
mod target_type;
mod times;

pub(crate) use ingest_value::{IngestValue, ValueMisfit};
pub(crate) use lengths::DurationTextUnit;
pub(crate) use reader::{NumberBounds, TruthWords, ValueReader};
pub(crate) use target_type::TargetType;
pub(crate) use times::{TimeForm, TimeReader};

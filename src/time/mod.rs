//! Time: zones and their offsets, business calendars, and times as text. Nothing of DataFusion.

pub mod calendar;
pub(crate) mod text;
pub(crate) mod zone;

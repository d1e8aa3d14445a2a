//! Time: zones and their offsets, business calendars, and times as text. Independent of DataFusion.

pub(crate) mod calendar;
pub(crate) mod text;
pub(crate) mod zone;

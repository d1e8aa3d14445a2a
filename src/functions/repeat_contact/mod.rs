//! Repeat contacts: customers that contact the desk again in time.

pub(crate) mod contacts;
pub(crate) mod deadlines;
pub(crate) mod decided;
pub(crate) mod recontacted;
pub(crate) mod repeat_definition;

//! Archives: exports taken into a lake, its tables kept and checked, jobs over it. Nothing here prints.

pub(crate) mod job;

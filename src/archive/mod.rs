//! Archives: exports taken into a lake, its tables kept and checked, jobs over it. Nothing here prints.

pub(crate) mod ingest;
pub(crate) mod lake;
pub(crate) mod audit;
pub(crate) mod job;

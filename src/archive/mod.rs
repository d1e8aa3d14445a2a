//! Archives: exports taken into a lake, its tables kept and checked, jobs over it. Nothing here prints.

pub(crate) mod audit;
pub(crate) mod ingest;
pub(crate) mod job;
pub(crate) mod lake;

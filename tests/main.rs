//! Integration tests: one binary, since each further one links all of DataFusion again.

mod object_store;
mod slt;
mod support;
mod tables;
mod traps_tables;
mod upstream;

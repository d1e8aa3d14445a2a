//! Integration tests: one binary, since each further one links all of DataFusion again.

mod cli;
mod documentation;
mod object_store;
mod output;
mod slt;
mod support;
mod tables;
mod traps_tables;
mod upstream;

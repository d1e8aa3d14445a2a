//! Integration tests: one binary, since each further one links all of DataFusion again.

mod slt;
mod support;
mod upstream;

//! Integration tests: one binary, since each further one links all of DataFusion again.
#![expect(missing_docs, reason = "tests")]

//! Delta Lake tables: the only module that knows the Delta kernel.

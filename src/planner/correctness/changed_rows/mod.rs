//! UPDATE and DELETE as queries over all rows, whose result replaces the table.

mod provider;
mod rewrite;

pub(crate) use rewrite::compute_changed_rows;

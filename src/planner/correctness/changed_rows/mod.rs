//! UPDATE and DELETE as queries over all rows, whose result replaces the table.
//!
//! Upstream: none found: DELETE FROM t WHERE false, WHERE a IN (SELECT ..) and LIMIT delete every row of a `MemTable`, since `extract_dml_filters` reads filters of the optimized plan only
//! Retire when: `DELETE FROM t WHERE false` and `DELETE FROM t WHERE a IN (SELECT 1 WHERE false)` delete nothing.

mod provider;
mod rewrite;

pub(crate) use rewrite::compute_changed_rows;

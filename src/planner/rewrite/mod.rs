//! Traversal of plans and expressions.

mod columns;
mod expressions;
mod nodes;

pub(crate) use columns::{columns_read, only_column, substituted};
pub(crate) use expressions::{rewrite_expressions, rewrite_node};
pub(crate) use nodes::{PlanRef, replaced};

//! Exact distinct counts of ids, by bitmaps.

mod column;
mod function;
mod groups;
mod pages;
mod pairs;
mod set;
mod single;
mod state;
#[cfg(test)]
mod tests;
mod texts;

pub(crate) use function::{active_customers, counts_by_groups};

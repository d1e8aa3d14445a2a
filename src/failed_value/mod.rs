//! Errors of values that say where the value stands.
//!
//! A kernel that cannot take a value knows the value and nothing else: not the column, not the file, not the
//! line. Nothing is kept for it while a query runs. When one fails, its expressions are evaluated again over the
//! files of its tables, one after another and in order (`files`), until a row fails in the same way
//! (`evaluate`); so the row that is named is the first of its file, however many threads ran. Expressions are
//! written in terms of a table's columns first (`roots`); those that cannot be are evaluated over the rows that
//! their input gives. `lines` turns a row into a line or a row group, `report` puts it into words.

mod evaluate;
mod files;
mod lines;
mod operator;
mod planned_query;
mod readers;
mod report;
mod roots;
mod search;
mod signature;

pub(crate) use operator::FailureLocatingPlanner;

//! Errors about values that contain the position of the value.
//!
//! A kernel that does not accept a value knows only the value: not the column, the file or the
//! line. Nothing is recorded for it while a query runs. When one fails, its expressions are
//! evaluated again over the files of its tables, one after another and in order (`files`), until a
//! row fails with the same error (`evaluate`); so the reported row is the first of its file,
//! whatever the number of threads. Expressions are first rewritten in terms of a table's columns
//! (`roots`); those that cannot be are evaluated over the rows of their input. `lines` converts a
//! row to a line or a row group, `report` writes the message.

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

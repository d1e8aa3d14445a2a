//! Data quality of a set of tables: what is missing, doubled, off its scale or out of its pattern.
//!
//! Each table is read by one query for everything that needs no groups, by one by the hour, by one by month and
//! category, and by one for its key and each of its references. Every number is a count, so that threads and
//! partitions do not matter.

mod answers;
mod audit_session;
mod audited_table;
mod category_drift;
mod check;
mod conditions;
mod data_model;
mod day_findings;
mod days;
mod duplicate_keys;
mod expectations;
mod finding;
mod guesses;
mod known_tables;
mod null_drift;
mod orphans;
mod report_rows;
mod row_counts;
mod rules;
mod sql_text;
mod table_config;
mod table_findings;
mod table_set;
mod time_profile;
mod time_zone;

pub(crate) use finding::{AuditFinding, FindingSeverity};
pub(crate) use report_rows::{all_columns, columns_for_people};
pub(crate) use table_set::{AuditRequest, audit, read_config};

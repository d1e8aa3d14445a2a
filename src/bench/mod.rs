//! `deskql bench`: times of the named queries, recorded so that runs can be compared.

mod answer;
mod compare;
mod decode;
mod machine;
mod measure;
mod record;
mod table;

pub(crate) use answer::answer;
pub(crate) use compare::BenchComparison;
pub(crate) use machine::BenchMachine;
pub(crate) use measure::{BenchRunCounts, choose, setup, time};
pub(crate) use record::BenchReport;
pub(crate) use table::{comparison, report};

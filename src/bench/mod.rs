//! `deskql bench`: times of the named queries and of reports, recorded so that runs can be compared.

mod answer;
mod compare;
mod decode;
mod machine;
mod measure;
mod record;
mod report_timing;
mod scans;
mod table;

pub(crate) use answer::answer;
pub(crate) use compare::BenchComparison;
pub(crate) use machine::BenchMachine;
pub(crate) use measure::{BenchRunCounts, choose, setup, time};
pub(crate) use record::{BenchReport, build_profile};
pub(crate) use report_timing::{ReportTiming, StatementTiming};
pub(crate) use scans::scan_seconds;
pub(crate) use table::{comparison, report, report_timing};

//! `deskql bench`: times of the named queries, recorded so that runs can be compared.

mod answer;
mod compare;
mod decode;
mod machine;
mod measure;
mod record;
mod table;

pub use answer::{BenchRequest, BenchTask, answer};
pub use compare::{BenchComparison, QueryTimeChange};
pub use decode::{ParquetDecodeRequest, decode};
pub use machine::BenchMachine;
pub use measure::{BenchRunCounts, choose, setup, time};
pub use record::{BenchReport, BenchSetup, QueryTiming, SkippedQuery};
pub use table::{comparison, report};

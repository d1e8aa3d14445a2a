//! `deskql bench`: how long the named queries take, written down so that runs can be compared.

mod answer;
mod compare;
mod decode;
mod machine;
mod measure;
mod record;
mod table;

pub use answer::{Question, What, answer};
pub use compare::{Change, Comparison};
pub use decode::{Decode, decode};
pub use machine::Machine;
pub use measure::{Effort, choose, setup, time};
pub use record::{Report, Setup, Skipped, Timing};
pub use table::{comparison, report};

//! `deskql job`: the steps of a TOML file, each a query whose rows are written whole or not at all.
//!
//! `document` is the file as written, `definition` the same checked: every step's SQL parsed, its parameters known,
//! the order settled (`graph`). `bound_step` puts the values of one run in. `run` takes the steps one after another:
//! `fingerprint` tells one that is up to date by `state`, `execute` writes the others with the code of `COPY`. A step
//! may write a report in its place, which a `report_writer` of the layers above makes.

mod backfill;
mod bound_step;
mod copy_text;
mod definition;
mod delta_output;
mod document;
mod execute;
mod fingerprint;
mod graph;
mod parameter;
mod record;
mod report_output;
mod report_step;
mod report_writer;
mod retry;
mod run;
mod scanned_tables;
mod selection;
mod source;
mod state;
mod template;
mod written_files;

pub(crate) use bound_step::label;
pub(crate) use definition::JobDefinition;
pub(crate) use record::{JobEvent, StepReport, StepStatus};
pub(crate) use report_writer::{ReportOrder, ReportOutline, StepReportWriter, WrittenReport};
pub(crate) use retry::RetryPolicy;
pub(crate) use run::{JobOptions, JobOutcome, StepFailure, run};
pub(crate) use state::JobStateFile;

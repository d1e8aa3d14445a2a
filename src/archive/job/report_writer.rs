//! What steps that write reports ask of the layer that makes them.

use std::fmt::Debug;

use async_trait::async_trait;
use chrono::NaiveDate;

use crate::Engine;
use crate::error::Result;
use crate::parser::Statement;

/// A report that a step asks for, with the values of one run.
#[derive(Debug, Clone)]
pub(crate) struct ReportOrder {
    /// A name, or the path of a file or folder.
    pub(crate) report: String,
    /// Values of its parameters, as `(name, text)`.
    pub(crate) params: Vec<(String, String)>,
    /// A day of its period; the last whole one of the data when absent.
    pub(crate) day: Option<NaiveDate>,
    /// In the place of the time of making.
    pub(crate) stamp: Option<String>,
    /// The format's name; that of the ending when absent.
    pub(crate) format: Option<String>,
    pub(crate) output: String,
    /// The step fails if a goal is clearly missed.
    pub(crate) checks_goals: bool,
}

/// What a report is made of beside the rows of tables.
#[derive(Debug)]
pub(crate) struct ReportOutline {
    /// Names of its parameters.
    pub(crate) parameters: Vec<String>,
    /// Statements, and parts of such as SELECTs, which name the tables and functions that it reads.
    pub(crate) statements: Vec<Statement>,
    /// Its definition as text, with the named queries that it shows.
    pub(crate) definition: String,
    /// What `deskql.toml` says, as text.
    pub(crate) settings: String,
}

/// The end of a report that was written.
#[derive(Debug)]
pub(crate) struct WrittenReport {
    pub(crate) misses_goal: bool,
    /// What its checks found, for people.
    pub(crate) hints: Vec<String>,
}

/// Makes the reports of steps. Reports are a layer above, and so the caller of a job says who makes them.
#[async_trait(?Send)]
pub(crate) trait StepReportWriter: Debug {
    /// Reads the report called `name`, or of the file or folder at that path, as it is now.
    ///
    /// # Errors
    /// If there is none, or it or `deskql.toml` is faulty.
    fn outline(&self, name: &str) -> Result<ReportOutline>;

    /// Refuses a format that no report has, and an output whose ending does not say one.
    ///
    /// # Errors
    /// If there is no such format.
    fn check_format(&self, format: Option<&str>, output: &str) -> Result<()>;

    /// Refuses values that the parameters of the report do not take.
    ///
    /// # Errors
    /// If a value is missing, unknown or not of its type.
    fn check_params(&self, order: &ReportOrder) -> Result<()>;

    /// Makes the report over the tables of `engine` and writes it to its output, whole or not at all.
    ///
    /// # Errors
    /// If a statement fails, or the output cannot be written; it is then as it was before.
    async fn write(&self, engine: &Engine, order: &ReportOrder) -> Result<WrittenReport>;
}

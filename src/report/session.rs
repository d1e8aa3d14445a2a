//! The statements of a report: run one after the other, and kept to be shown.

use std::cell::RefCell;

use super::answer::ReportAnswer;
use super::definition::{self, SqlValues};
use super::model::ReportStatement;
use crate::Engine;
use crate::error::Result;

/// An engine with the values of the `$names` of a report.
pub(super) struct ReportSession<'a> {
    engine: &'a Engine,
    values: SqlValues,
    statements: RefCell<Vec<ReportStatement>>,
}

impl<'a> ReportSession<'a> {
    pub(super) fn new(engine: &'a Engine, values: SqlValues) -> Self {
        Self {
            engine,
            values,
            statements: RefCell::default(),
        }
    }

    pub(super) fn engine(&self) -> &'a Engine {
        self.engine
    }

    /// `sql` with the report's values in the place of its `$names`.
    pub(super) fn filled(&self, sql: &str) -> String {
        definition::filled(sql, &self.values)
    }

    /// Like [`Self::filled`], with `more` values.
    pub(super) fn filled_with(&self, sql: &str, more: &SqlValues) -> String {
        let mut values = self.values.clone();
        values.extend(more.iter().map(|(name, sql)| (name.clone(), sql.clone())));
        definition::filled(sql, &values)
    }

    /// Rows of `sql`, which is shown in the report under `title`.
    pub(super) async fn shown(&self, id: &str, title: &str, sql: &str) -> Result<ReportAnswer> {
        let answer = self.quiet(sql).await?;
        self.statements.borrow_mut().push(ReportStatement {
            id: id.to_owned(),
            title: title.to_owned(),
            sql: sql.trim().to_owned(),
        });
        Ok(answer)
    }

    /// Rows of `sql`, which is not worth showing.
    pub(super) async fn quiet(&self, sql: &str) -> Result<ReportAnswer> {
        let execution = self.engine.run(sql).await?;
        let schema = execution.units().mark(&execution.schema());
        let batches = execution.collect().await?;
        ReportAnswer::new(schema, &batches)
    }

    /// The statements shown so far.
    pub(super) fn statements(&self) -> Vec<ReportStatement> {
        self.statements.borrow().clone()
    }
}

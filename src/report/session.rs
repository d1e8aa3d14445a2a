//! The statements of a report: run one after the other, and kept to be shown.

use std::cell::RefCell;
use std::time::Instant;

use super::answer::ReportAnswer;
use super::definition::{self, SqlValues};
use super::model::ReportStatement;
use crate::Engine;
use crate::error::Result;

/// Setting of what functions do with invalid values.
const INVALID_VALUES: &str = "deskql.invalid_values";

/// A statement of a report that has run.
#[derive(Debug, Clone)]
pub(crate) struct StatementTime {
    pub(crate) sql: String,
    /// With planning.
    pub(crate) seconds: f64,
}

/// An engine with the values of the `$names` of a report.
pub(super) struct ReportSession<'a> {
    engine: &'a Engine,
    values: SqlValues,
    statements: RefCell<Vec<ReportStatement>>,
    /// All that have run, in their order.
    times: RefCell<Vec<StatementTime>>,
    /// What was wrong with the first invalid value; those of the same kind are left out since.
    invalid: RefCell<Option<String>>,
}

impl<'a> ReportSession<'a> {
    pub(super) fn new(engine: &'a Engine, values: SqlValues) -> Self {
        Self {
            engine,
            values,
            statements: RefCell::default(),
            times: RefCell::default(),
            invalid: RefCell::default(),
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

    /// True if `sql` can run: the tables have what it reads.
    pub(super) async fn can_plan(&self, sql: &str) -> bool {
        self.engine.sql(sql).await.is_ok()
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

    /// Rows of `sql`, which is not worth showing. Where a value is invalid, such as a score off its scale, those are left
    /// out from then on: a report of the others is worth more than none, and says so.
    pub(super) async fn quiet(&self, sql: &str) -> Result<ReportAnswer> {
        match self.answer(sql).await {
            Err(error) if self.invalid.borrow().is_none() => {
                let wording = crate::terminal::wording(&error);
                if !wording.contains(INVALID_VALUES) {
                    return Err(error);
                }
                let first = wording.lines().next().unwrap_or_default();
                let reason = first.split(INVALID_VALUES).next().unwrap_or_default();
                let reason = reason
                    .trim_end_matches("SET ")
                    .trim_end_matches([' ', ';', ':', ',']);
                self.invalid.replace(Some(reason.to_owned()));
                self.engine
                    .run(&format!("SET {INVALID_VALUES} = 'ignore'"))
                    .await?
                    .collect()
                    .await?;
                self.answer(sql).await
            }
            answered => answered,
        }
    }

    async fn answer(&self, sql: &str) -> Result<ReportAnswer> {
        let start = Instant::now();
        let execution = self.engine.run(sql).await?;
        let schema = execution.units().mark(&execution.schema());
        let batches = execution.collect().await?;
        self.times.borrow_mut().push(StatementTime {
            sql: sql.to_owned(),
            seconds: start.elapsed().as_secs_f64(),
        });
        ReportAnswer::new(schema, &batches)
    }

    /// The first invalid value, if there was one.
    pub(super) fn invalid_value(&self) -> Option<String> {
        self.invalid.borrow().clone()
    }

    /// Times of all statements so far.
    pub(super) fn times(&self) -> Vec<StatementTime> {
        self.times.borrow().clone()
    }

    /// The statements shown so far.
    pub(super) fn statements(&self) -> Vec<ReportStatement> {
        self.statements.borrow().clone()
    }
}

//! The query of a step, with the values of a run.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::document::unreadable;
use super::parameter::JobValues;
use crate::error::{Error, Result};
use crate::parser::Statement;
use crate::queries::{NamedQuery, ScriptParameters};
use crate::sql;
use crate::text::nearest;

/// The query of a step.
#[derive(Debug, Clone)]
pub(super) enum StepSource {
    /// `query = "csat"`
    Named(Box<NamedQuery>),
    /// `sql = ".."` or `file = "x.sql"`
    Script {
        statement: Box<Statement>,
        /// `None` for SQL in the job file itself.
        file: Option<PathBuf>,
    },
}

/// A query with its values, and the parameters of the job that they came from.
#[derive(Debug)]
pub(super) struct BoundQuery {
    pub(super) statement: Statement,
    pub(super) used: BTreeSet<String>,
}

impl StepSource {
    /// Reads the one query of a file.
    ///
    /// # Errors
    /// If it cannot be read or is not one SELECT.
    pub(super) fn from_file(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(|error| unreadable(path, &error))?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        Ok(Self::Script {
            statement: Box::new(only_query(text).map_err(|error| named(Some(path), error))?),
            file: Some(path.to_owned()),
        })
    }

    /// The one query of `text`.
    ///
    /// # Errors
    /// If it is not one SELECT.
    pub(super) fn from_text(text: &str) -> Result<Self> {
        Ok(Self::Script {
            statement: Box::new(only_query(text)?),
            file: None,
        })
    }

    /// Names of the tables that it reads, in lower case.
    pub(super) fn table_names(&self) -> BTreeSet<String> {
        match self {
            Self::Named(query) => {
                let parsed = sql::parse(&query.sql).unwrap_or_default();
                parsed.iter().flat_map(Statement::table_names).collect()
            }
            Self::Script { statement, .. } => statement.table_names(),
        }
    }

    /// The query with `given` values of the step, and those of the job's parameters of the same names for the rest.
    ///
    /// # Errors
    /// If a value is missing, unknown or not of its type.
    pub(super) fn bind(
        &self,
        given: &[(String, String)],
        values: &JobValues,
    ) -> Result<BoundQuery> {
        match self {
            Self::Named(query) => bind_named(query, given, values),
            Self::Script { statement, .. } => bind_script(statement, given, values),
        }
    }

    /// `error` with its place in the SQL and the name of the file.
    pub(super) fn located(&self, error: Error) -> Error {
        match self {
            Self::Named(_) => error,
            Self::Script { statement, file } => {
                named(file.as_deref(), sql::located(error, statement.script()))
            }
        }
    }
}

fn named(file: Option<&Path>, error: Error) -> Error {
    match (error, file) {
        (Error::Sql(problem), Some(file)) => Error::Sql(format!("{}: {problem}", file.display())),
        (other, _) => other,
    }
}

fn only_query(text: &str) -> Result<Statement> {
    let mut statements = sql::parse(text).map_err(|error| sql::located(error, text))?;
    let count = statements.len();
    match statements.pop() {
        Some(only) if count == 1 && only.is_query() => Ok(only),
        Some(_) if count == 1 => Err(Error::Sql(
            "a step is one SELECT, whose rows go to its output; this is another statement"
                .to_owned(),
        )),
        _ => Err(Error::Sql(format!(
            "a step is one SELECT, and this holds {count} statements: make a step of each"
        ))),
    }
}

fn bind_named(
    query: &NamedQuery,
    given: &[(String, String)],
    values: &JobValues,
) -> Result<BoundQuery> {
    let mut all = given.to_vec();
    let mut used = BTreeSet::new();
    for parameter in &query.parameters {
        let is_given = given.iter().any(|(name, _)| *name == parameter.name);
        if let Some(value) = values.get(&parameter.name).filter(|_| !is_given) {
            all.push((parameter.name.clone(), value.first_day_or_text()));
            used.insert(parameter.name.clone());
        }
    }
    let statement = query.bind(&all)?;
    Ok(BoundQuery { statement, used })
}

fn bind_script(
    statement: &Statement,
    given: &[(String, String)],
    values: &JobValues,
) -> Result<BoundQuery> {
    let name_of = |written: &str| {
        let name = written.split_once(':').map_or(written, |(name, _)| name);
        name.trim().trim_start_matches(['$', ':']).to_owned()
    };
    let given_names: BTreeSet<String> = given.iter().map(|(name, _)| name_of(name)).collect();
    let of_job: BTreeSet<String> = statement
        .placeholders()
        .into_iter()
        .filter(|name| !given_names.contains(name))
        .collect();
    if let Some(missing) = of_job.iter().find(|name| !values.contains_key(*name)) {
        let known = values.keys().map(String::as_str);
        let hint = nearest(missing, known).map_or_else(
            || format!("declare [parameters.{missing}], or give it in params"),
            |near| format!("did you mean ${near}?"),
        );
        return Err(Error::Usage(format!("${missing} has no value: {hint}")));
    }
    let bound = statement.bind(|name| {
        let value = values.get(name).filter(|_| of_job.contains(name));
        value.map(|value| value.bound.clone())
    })?;
    let mut bound = ScriptParameters::read(given)?.bind(&[bound], true)?;
    let statement = bound.pop().unwrap_or_else(|| statement.clone());
    Ok(BoundQuery {
        statement,
        used: of_job,
    })
}

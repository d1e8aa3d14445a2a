//! A named query: its question, its parameters, and its SQL.

use std::path::{Path, PathBuf};

use indexmap::IndexMap;

use super::header::{self, QueryChart, QueryHeader};
use super::parameter::QueryParameter;
use super::parameter_values::parameter_values;
use super::problem::QueryFileProblem;
use crate::error::{Error, Result};
use crate::parser::Statement;
use crate::sql::BindValue;
use crate::sql::{self};
use crate::text::nearest;

/// A named question, from an SQL file with a header.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedQuery {
    /// The file's name without `.sql`.
    pub name: String,
    /// Its title.
    pub title: String,
    /// The question that it answers.
    pub question: String,
    /// Its topic in lists: the header's topic, else the folder of the file.
    pub topic: String,
    /// Description of the time that assigns a row to a period.
    pub dated: Option<String>,
    /// The KPIs of the catalogue that it shows.
    pub kpis: Vec<String>,
    /// Recommended chart of the result.
    pub chart: Option<QueryChart>,
    /// The tables it reads, each with its columns.
    pub needs: IndexMap<String, Vec<String>>,
    /// LEFT JOINs by key, by alias, that are removed if none of their columns is used.
    pub optional_joins: Vec<String>,
    /// Its parameters, in the order of the header.
    pub parameters: Vec<QueryParameter>,
    /// The SELECT, without the header.
    pub sql: String,
    /// Its origin.
    pub origin: QueryOrigin,
    /// The whole file: positions in error messages count from its start.
    text: String,
}

/// Origin of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QueryOrigin {
    /// Part of deskql, at this path of `queries/`.
    Shipped(&'static str),
    /// A file of the user.
    File(PathBuf),
}

impl QueryOrigin {
    fn path(&self) -> &Path {
        match self {
            Self::Shipped(path) => Path::new(path),
            Self::File(path) => path,
        }
    }
}

impl NamedQuery {
    /// The query in `text`. The SQL of a shipped query is not parsed before it is bound: parsing
    /// all of them takes longer than most queries run, and a test validates them.
    ///
    /// # Errors
    /// When the header or the SQL is invalid, with the file and the line.
    pub(super) fn read(origin: QueryOrigin, text: &str) -> Result<Self> {
        let path = origin.path().to_owned();
        let is_shipped = matches!(origin, QueryOrigin::Shipped(_));
        let read = Self::from_text(origin, text).map_err(|problem| problem.in_file(&path))?;
        if !is_shipped {
            read.check()?;
        }
        Ok(read)
    }

    fn from_text(origin: QueryOrigin, text: &str) -> Result<Self, QueryFileProblem> {
        let (header, sql) = header::split(text)?;
        let part = |part: Option<&std::ffi::OsStr>| {
            part.map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_default()
        };
        let path = origin.path();
        Ok(Self {
            name: part(path.file_stem()),
            topic: match &header.topic {
                Some(topic) => topic.clone(),
                None => part(path.parent().and_then(Path::file_name)),
            },
            parameters: parameters(&header, text)?,
            needs: header.needs(),
            optional_joins: header.optional_joins,
            title: header.title,
            question: header.question,
            dated: header.dated,
            kpis: header.kpis,
            chart: header.chart,
            sql: sql.trim().trim_end_matches(';').trim_end().to_owned(),
            origin,
            text: text.to_owned(),
        })
    }

    /// Checks that the file contains one statement, and that its placeholders are the declared
    /// parameters.
    pub(super) fn check(&self) -> Result<()> {
        let path = self.origin.path();
        let statement = self.statement()?;
        let used = statement.placeholders();
        let wrong =
            |line: usize, text: String| Err(QueryFileProblem::new(line, text).in_file(path));
        for name in &used {
            if self.parameter(name).is_none() {
                let line = self.line_with(&format!("${name}"));
                return wrong(
                    line,
                    format!("${name} is not declared: {}", self.declare(name)),
                );
            }
        }
        if let Some(name) = statement.missing_left_joins(&self.optional_joins).first() {
            return wrong(
                self.line_with("optional_joins"),
                format!("optional_joins: no LEFT JOIN of a table {name}"),
            );
        }
        for QueryParameter { name, .. } in &self.parameters {
            if !used.contains(name) {
                let line = self.line_with(&format!("param.{name}"));
                return wrong(line, format!("parameter {name} is not used: write ${name}"));
            }
        }
        Ok(())
    }

    fn declare(&self, name: &str) -> String {
        let names = self.parameters.iter().map(|known| known.name.as_str());
        match nearest(name, names) {
            Some(near) => format!("did you mean ${near}?"),
            None => format!("add -- param.{name} = {{ type = \"text\", about = \"..\" }}"),
        }
    }

    fn line_with(&self, word: &str) -> usize {
        let found = self.text.lines().position(|line| line.contains(word));
        found.map_or(1, |line| line + 1)
    }

    fn parameter(&self, name: &str) -> Option<&QueryParameter> {
        self.parameters.iter().find(|known| known.name == name)
    }

    /// The whole file as one statement, with its parameters still unbound.
    fn statement(&self) -> Result<Statement> {
        let file = self.origin.path().display();
        let parsed = sql::parse(&self.text).map_err(|error| sql::located(error, &self.text));
        let mut statements = parsed.map_err(|error| match error {
            Error::Sql(problem) => Error::Sql(format!("{file}: {problem}")),
            other => other,
        })?;
        match (statements.pop(), statements.is_empty()) {
            (Some(only), true) if only.is_query() => Ok(only),
            (Some(_), true) => Err(Error::Sql(format!(
                "{file}: a named query is one SELECT, and this is another statement"
            ))),
            (None, _) => Err(Error::Sql(format!("{file}: no SELECT after the header"))),
            (Some(_), false) => Err(Error::Sql(format!(
                "{file}: a named query is one SELECT, and this file holds {}",
                statements.len() + 1
            ))),
        }
    }

    /// The statement with the `given` values, as `(name, text)`, and defaults for the others.
    ///
    /// # Errors
    /// When a value is not of its parameter's type, a name is unknown or occurs twice, or a
    /// required parameter is absent.
    pub fn bind(&self, given: &[(String, String)]) -> Result<Statement> {
        let values = self.values(given)?;
        let bound = self.statement()?.bind(|name| values.get(name).cloned())?;
        Ok(bound.without_unused_joins(&self.optional_joins))
    }

    /// The values of all its parameters: the `given` ones and defaults for the others.
    ///
    /// # Errors
    /// As [`Self::bind`].
    pub(crate) fn values(&self, given: &[(String, String)]) -> Result<IndexMap<String, BindValue>> {
        let owner = format!("query {}", self.name);
        parameter_values(&owner, &self.parameters, given)
    }
}

fn parameters(header: &QueryHeader, text: &str) -> Result<Vec<QueryParameter>, QueryFileProblem> {
    let declared = header.parameters();
    declared
        .map(|(name, declared)| {
            let parameter = declared.get_ref().named(name);
            parameter.map_err(|problem| {
                QueryFileProblem::new(header::line_of(text, declared.span().start), problem)
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<NamedQuery> {
        NamedQuery::read(QueryOrigin::File("team/x.sql".into()), text)
    }

    const GOOD: &str = "\
-- title = \"Tickets\"
-- question = \"How many?\"
-- # a remark
-- param.from = { type = \"date\", optional = true, about = \"first day\" }
-- param.by = { type = \"column\", default = \"team\", choices = [\"team\", \"channel\"], about = \"segment\" }

-- Not a part of the header.
SELECT $by AS segment, count(*) FROM tickets WHERE created_at >= $from GROUP BY 1;
";

    #[test]
    fn a_file_is_a_header_and_a_select() {
        let query = read(GOOD).unwrap();
        assert_eq!((query.name.as_str(), query.topic.as_str()), ("x", "team"));
        assert!(query.sql.starts_with("-- Not a part") && query.sql.ends_with("GROUP BY 1"));
        let names: Vec<_> = query.parameters.iter().map(|p| p.name.as_str()).collect();
        assert_eq!(names, ["from", "by"]);
    }

    #[test]
    fn slips_in_a_file_are_named_with_their_line() {
        for (from, to, problem) in [
            (
                "-- title = \"Tickets\"\n",
                "",
                "1: the header lacks title: add -- title = \"..\"",
            ),
            (
                "-- # a remark",
                "-- a remark",
                "3: \"a remark\" is not a header line: write name = value, put # before remarks, \
                 and an empty line after the header",
            ),
            (
                "question",
                "questio",
                "2: unknown key \"questio\"; did you mean \"question\"?",
            ),
            (
                "\"date\"",
                "\"dat\"",
                "4: \"dat\" is not known; did you mean \"date\"?",
            ),
            (
                "$from",
                "$form",
                "8: $form is not declared: did you mean $from?",
            ),
            ("$by", "team", "5: parameter by is not used: write $by"),
            (
                "default = \"team\"",
                "default = \"tem\"",
                "5: parameter by: no choice \"tem\"; did you mean team?",
            ),
            (
                "GROUP BY 1;",
                "GROUP BY 1; SELECT 2",
                " a named query is one SELECT, and this file holds 2",
            ),
            ("SELECT $by AS", "SELECT $by ASS", " Expected"),
        ] {
            let error = read(&GOOD.replacen(from, to, 1)).unwrap_err().to_string();
            let start = format!("team/x.sql:{problem}");
            assert!(error.starts_with(&start), "{error}\n{start}");
        }
    }

    #[test]
    fn values_are_checked_before_anything_runs() {
        let query = read(GOOD).unwrap();
        let bind = |pairs: &[(&str, &str)]| {
            let owned = pairs
                .iter()
                .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
            query.bind(&owned.collect::<Vec<_>>())
        };
        assert!(bind(&[("from", "2026-01-01"), ("by", "channel")]).is_ok());
        for (pairs, problem) in [
            (
                &[("from", "yesterday")][..],
                "parameter from: \"yesterday\" is not a date such as 2026-01-31",
            ),
            (
                &[("form", "2026-01-01")],
                "no parameter form; did you mean from?",
            ),
            (
                &[("by", "team"), ("by", "channel")],
                "parameter by is given twice",
            ),
        ] {
            let error = bind(pairs).unwrap_err().to_string();
            assert_eq!(error, format!("query x: {problem}"));
        }
    }
}

//! Sources of SQL: `-c`, `-f` and standard input, in the order typed.

use std::io::Read;
use std::path::PathBuf;

use clap::{ArgMatches, Args};

use super::backslash;
use crate::error::{Error, Result};
use crate::parser::Statement;
use crate::sql::{self, UnparsedStatement};

/// A source of SQL text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SqlSource {
    Text(String),
    File(PathBuf),
    Stdin,
}

impl SqlSource {
    /// The SQL text itself.
    pub(crate) fn read(&self) -> Result<String> {
        let bytes = match self {
            Self::Text(sql) => return Ok(sql.clone()),
            Self::File(path) => std::fs::read(path).map_err(|source| Error::io(path, source))?,
            Self::Stdin => {
                let mut bytes = Vec::new();
                std::io::stdin()
                    .read_to_end(&mut bytes)
                    .map_err(|source| Error::io("standard input", source))?;
                bytes
            }
        };
        let text = String::from_utf8(bytes).map_err(|_place| {
            let problem = "the SQL is not UTF-8: save the file as UTF-8";
            self.named(Error::Sql(problem.to_owned()))
        })?;
        // Editors of Windows begin a file with a byte order mark.
        Ok(match text.strip_prefix('\u{feff}') {
            Some(rest) => rest.to_owned(),
            None => text,
        })
    }

    /// `error` with the name of the file.
    pub(crate) fn named(&self, error: Error) -> Error {
        match (error, self) {
            (Error::Sql(problem), Self::File(path)) => {
                Error::Sql(format!("{}: {problem}", path.display()))
            }
            (other, _) => other,
        }
    }
}

/// Memory for each byte of SQL until it is parsed: 100 was measured for rows of VALUES, 160 for many short statements.
const PARSED: usize = 160;

/// Parses the statements of `source`; errors begin with the name of the file. With `keeps_going`, a statement
/// that is not SQL is an error among the statements, and otherwise that of all.
///
/// # Errors
/// When a statement is not SQL, or all together would not fit into `memory_limit`.
pub(crate) fn parse(
    source: &SqlSource,
    memory_limit: Option<usize>,
    keeps_going: bool,
) -> Result<Vec<Result<Statement>>> {
    let text = source.read()?;
    if memory_limit.is_some_and(|limit| text.len().saturating_mul(PARSED) > limit) {
        let too_long = Error::Sql(format!(
            "the SQL has {} bytes, and parsing takes up to {PARSED} times as many, more than the memory limit: run it in \
             parts, or load rows from a file",
            text.len()
        ));
        return Err(source.named(too_long));
    }
    let worded = |unparsed: UnparsedStatement| {
        source.named(match backslash::advice(&unparsed.text) {
            Some(advice) => Error::Sql(advice),
            None => sql::located(unparsed.error, &text),
        })
    };
    if keeps_going {
        let each = sql::parse_each(&text).into_iter();
        return Ok(each.map(|parsed| parsed.map_err(worded)).collect());
    }
    match sql::parse(&text) {
        Ok(statements) => Ok(statements.into_iter().map(Ok).collect()),
        Err(error) => Err(worded(UnparsedStatement {
            text: text.clone(),
            error,
        })),
    }
}

/// `name=value` of a parameter.
pub(crate) fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text
        .split_once('=')
        .ok_or_else(|| "write NAME=VALUE, as --param from=2026-01-01".to_owned())?;
    Ok((name.trim().to_owned(), value.to_owned()))
}

/// The sources of `-c` and `-f` as one list in the order typed; clap stores the order as indices only.
pub(crate) fn sources(query: &QueryArgs, matches: &ArgMatches) -> Vec<SqlSource> {
    let texts = query.sql.iter().cloned().map(SqlSource::Text);
    let files = query.file.iter().map(|path| match path.to_str() {
        Some("-") => SqlSource::Stdin,
        _ => SqlSource::File(path.clone()),
    });
    let mut all: Vec<(usize, SqlSource)> = positions(matches, "sql")
        .zip(texts)
        .chain(positions(matches, "file").zip(files))
        .collect();
    all.sort_by_key(|(position, _)| *position);
    all.into_iter().map(|(_, source)| source).collect()
}

fn positions<'a>(matches: &'a ArgMatches, id: &str) -> impl Iterator<Item = usize> + 'a {
    matches.indices_of(id).into_iter().flatten()
}

/// The SQL to run; without any, standard input, or the shell when that is a terminal.
#[derive(Debug, Args)]
pub(crate) struct QueryArgs {
    /// Run these statements, separated by ';' (repeatable, in the order given)
    // A comment may come first.
    #[arg(
        short = 'c',
        long = "command",
        value_name = "SQL",
        allow_hyphen_values = true
    )]
    pub(crate) sql: Vec<String>,
    /// Run the statements of this file, '-' for standard input (repeatable, in the order given)
    #[arg(short, long, value_name = "FILE")]
    pub(crate) file: Vec<PathBuf>,
    /// Give $NAME or :NAME in the SQL a value (repeatable); NAME:TYPE=VALUE settles its type, else it is what
    /// it looks like: 7, 0.5, 2026-01-31, true, NULL, [a, b], and 'quoted' or any other text
    #[arg(long = "param", value_name = "NAME=VALUE", value_parser = pair)]
    pub(crate) params: Vec<(String, String)>,
    /// Go on after a statement that fails or is not SQL; the exit code is 1 at the end
    #[arg(long)]
    pub(crate) keep_going: bool,
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, FromArgMatches};

    use super::super::args::Cli;
    use super::*;

    #[test]
    fn commands_and_files_keep_the_order_typed() {
        let typed = [
            "deskql", "-f", "a.sql", "-c", "SELECT 1", "-f", "-", "-c", "SELECT 2",
        ];
        let matches = Cli::command().get_matches_from(typed);
        let cli = Cli::from_arg_matches(&matches).unwrap();
        assert_eq!(
            sources(&cli.query, &matches),
            [
                SqlSource::File("a.sql".into()),
                SqlSource::Text("SELECT 1".into()),
                SqlSource::Stdin,
                SqlSource::Text("SELECT 2".into()),
            ]
        );
    }
}

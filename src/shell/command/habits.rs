//! Commands of psql, DuckDB and sqlite that people type here.

/// A command of another shell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ForeignCommand {
    /// The equivalent deskql command.
    Means(String),
    /// There is no equivalent; advice on what to do instead.
    Instead(&'static str),
}

/// Aliases of deskql commands; the text after the name stays as it is.
const MEANS: &[(&str, &str)] = &[
    ("exit", "\\q"),
    ("quit", "\\q"),
    ("help", "\\?"),
    ("?", "\\?"),
    (".exit", "\\q"),
    (".quit", "\\q"),
    (".help", "\\?"),
    (".tables", "\\d"),
    (".schema", "\\d"),
    (".describe", "\\d"),
    (".read", "\\i"),
    (".output", "\\o"),
    (".once", "\\o"),
    (".mode", "\\format"),
    (".timer", "\\timing"),
    (".maxrows", "\\rows"),
    (".edit", "\\edit"),
    (".history", "\\history"),
    (".last", "\\last"),
    (".functions", "\\df"),
    ("\\quit", "\\q"),
    ("\\exit", "\\q"),
    ("\\help", "\\?"),
    ("\\dt", "\\d"),
    ("\\dv", "\\d"),
    ("\\d+", "\\d"),
    ("\\dt+", "\\d"),
    ("\\df+", "\\df"),
    ("\\da", "\\df"),
    ("\\h", "\\df"),
    ("\\e", "\\edit"),
    ("\\s", "\\history"),
    ("\\include", "\\i"),
    ("\\out", "\\o"),
];

/// Formats of `.mode` and `\format` under the names of DuckDB and sqlite.
const MODES: &[(&str, &str)] = &[
    ("ascii", "table"),
    ("box", "table"),
    ("column", "table"),
    ("duckbox", "table"),
    ("jsonlines", "ndjson"),
    ("line", "expanded"),
    ("lines", "expanded"),
    ("tabs", "tsv"),
];

/// The format that `name` is in other shells; else `name`.
pub(super) fn format_name(name: &str) -> &str {
    let known = MODES.iter().find(|(theirs, _)| *theirs == name);
    known.map_or(name, |(_, ours)| ours)
}

const INSTEAD: &[(&str, &str)] = &[
    ("clear", "Ctrl-L clears the screen"),
    ("\\l", "there is one catalog: \\d lists its tables"),
    (".databases", "there is one catalog: \\d lists its tables"),
    ("\\dn", "SHOW TABLES lists the tables of every schema"),
    (
        "\\c",
        "to open other data, start deskql --data LOCATION, or CREATE EXTERNAL TABLE t STORED AS PARQUET LOCATION '..';",
    ),
    (
        ".open",
        "to open other data, start deskql --data LOCATION, or CREATE EXTERNAL TABLE t STORED AS PARQUET LOCATION '..';",
    ),
    (
        ".import",
        "a file can be read by its name: SELECT * FROM 'file.csv';",
    ),
    (
        ".dump",
        "to save a table: COPY tickets TO 'tickets.parquet';",
    ),
    (
        "\\copy",
        "to save a result: \\o FILE before it, or COPY (SELECT ..) TO 'file.csv';",
    ),
    ("\\g", "a semicolon at the end of the statement runs it"),
    (
        "\\gx",
        "\\x on, then a semicolon at the end of the statement runs it",
    ),
    (
        "\\set",
        "settings are SQL: SHOW ALL; SET deskql.invalid_values = 'ignore';",
    ),
    (
        ".set",
        "settings are SQL: SHOW ALL; SET deskql.invalid_values = 'ignore';",
    ),
    ("\\pset", "see \\format, \\x, \\rows and \\pager"),
    (".headers", "see \\format and \\x"),
    (".header", "see \\format and \\x"),
    (".width", "tables fit the screen; \\x for one line a column"),
    (
        "\\!",
        "leave with \\q or use another terminal to run programs",
    ),
    (
        ".shell",
        "leave with \\q or use another terminal to run programs",
    ),
    (
        ".system",
        "leave with \\q or use another terminal to run programs",
    ),
];

/// Translates `line` if it is a command of another shell.
pub(super) fn translate(line: &str) -> Option<ForeignCommand> {
    let line = line.trim().trim_end_matches(';').trim_end();
    let (name, rest) = match line.find(char::is_whitespace) {
        Some(at) => line.split_at(at),
        None => (line, ""),
    };
    let name = name.to_ascii_lowercase();
    // `help nps` opens a page.
    if name == "help" && !rest.is_empty() || name == "\\help" && !rest.is_empty() {
        return Some(ForeignCommand::Means(format!("\\df{rest}")));
    }
    if let Some((_, ours)) = MEANS.iter().find(|(theirs, _)| *theirs == name) {
        return Some(ForeignCommand::Means(format!("{ours}{rest}")));
    }
    let instead = INSTEAD.iter().find(|(theirs, _)| *theirs == name)?;
    Some(ForeignCommand::Instead(instead.1))
}

/// True if a line without a leading backslash is still not SQL: a word that [`translate`] knows, or a
/// dot and a letter, which begins no statement.
pub(crate) fn is_foreign_command(line: &str) -> bool {
    let mut letters = line.chars();
    let is_dotted = letters.next() == Some('.')
        && letters
            .next()
            .is_some_and(|second| second.is_ascii_alphabetic());
    is_dotted || translate(line).is_some()
}

#[cfg(test)]
mod tests {
    use super::super::{ShellCommand, find, parse};
    use super::*;

    #[test]
    fn the_words_of_other_shells_are_understood() {
        assert_eq!(parse("exit;").unwrap(), ShellCommand::Quit);
        assert_eq!(parse(".tables").unwrap(), ShellCommand::Describe(None));
        assert_eq!(parse("\\dt").unwrap(), ShellCommand::Describe(None));
        assert_eq!(
            parse("help nps").unwrap(),
            ShellCommand::Functions(Some("nps".to_owned()))
        );
        assert_eq!(parse("Help").unwrap(), ShellCommand::Help);
        for (theirs, ours) in [
            (".mode duckbox", "\\format table"),
            (".mode line", "\\format expanded"),
        ] {
            assert_eq!(parse(theirs).unwrap(), parse(ours).unwrap());
        }
        assert!(
            parse("\\copy t to 'x'")
                .unwrap_err()
                .to_string()
                .contains("COPY (SELECT")
        );
        assert!(
            is_foreign_command(".anything")
                && !is_foreign_command("SELECT 1")
                && !is_foreign_command(".5 + 1")
        );
    }

    #[test]
    fn they_stand_for_commands_that_exist_and_hide_none() {
        for (theirs, ours) in MEANS {
            assert!(find(&ours[1..]).is_some(), "{ours}");
            assert!(
                find(theirs.trim_start_matches('\\')).is_none() || !theirs.starts_with('\\'),
                "{theirs}"
            );
        }
        for (theirs, _) in INSTEAD {
            assert!(find(theirs.trim_start_matches('\\')).is_none(), "{theirs}");
        }
    }
}

//! Commands of the shell where SQL is expected: what does the same here.

/// What to write instead, by the name of the command.
const INSTEAD: &[(&str, &str)] = &[
    (
        "d",
        "SHOW TABLES lists the tables, DESCRIBE tickets the columns of one",
    ),
    ("dt", "SHOW TABLES lists the tables"),
    (
        "df",
        "deskql functions NAME explains a function, SHOW FUNCTIONS lists all",
    ),
    (
        "kpi",
        "deskql kpis NAME explains a KPI, SELECT * FROM deskql.kpis lists all",
    ),
    (
        "queries",
        "deskql queries lists the named queries, deskql run NAME runs one",
    ),
    ("run", "deskql run NAME runs a named query"),
    ("summarize", "SUMMARIZE tickets does it in SQL"),
    ("i", "deskql -f FILE runs a file"),
    ("chart", "deskql run NAME --chart draws a named query"),
    ("o", "--output FILE writes the result to a file"),
    (
        "copy",
        "--output FILE, or COPY (SELECT ..) TO 'file.csv', writes a result",
    ),
    ("x", "--expanded prints one line a column"),
    ("format", "--format NAME says how results are printed"),
    ("rows", "--rows N limits the rows that are shown"),
    ("exact", "--exact shows every digit"),
    ("hints", "--no-hints leaves the hints out"),
];

/// What to do instead of the first line of `sql` that is a command of the shell, if there is one.
pub(super) fn advice(sql: &str) -> Option<String> {
    let mut lines = sql.lines().map(str::trim_start);
    let line = lines.find(|line| line.starts_with('\\'))?;
    let name = line.split_whitespace().next()?.trim_end_matches(';');
    let known = INSTEAD
        .iter()
        .find(|(known, _)| name[1..].trim_end_matches('+').eq_ignore_ascii_case(known));
    let instead = known.map_or("deskql --help lists what there is", |(_, instead)| *instead);
    Some(format!(
        "{name} is a command of the shell, and here is only SQL: {instead}"
    ))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::super::args::Cli;
    use super::*;

    #[test]
    fn commands_of_the_shell_are_answered() {
        let said = advice(" \\d tickets").unwrap();
        assert!(said.starts_with("\\d is a command of the shell") && said.contains("DESCRIBE"));
        assert!(advice("SELECT 1;\n\\dt+;").unwrap().contains("SHOW TABLES"));
        assert!(advice("\\zzz").unwrap().contains("--help"));
        assert_eq!(advice("SELECT '\\d'"), None);
    }

    #[test]
    fn the_options_that_are_named_exist() {
        let command = Cli::command();
        let known: Vec<&str> = command
            .get_arguments()
            .filter_map(|a| a.get_long())
            .collect();
        for (_, instead) in INSTEAD {
            for word in instead
                .split([' ', ','])
                .filter_map(|word| word.strip_prefix("--"))
            {
                assert!(known.contains(&word) || word == "chart", "{word}");
            }
        }
    }
}

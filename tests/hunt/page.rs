//! `docs/differences.md`: each of its rows agrees with the engines.
//!
//! `DESKQL_PAGES=overwrite` writes the answers anew; read the difference before you commit it.

use std::path::{Path, PathBuf};

use super::cells::{Answer, Cell};

/// One row of the table: a name, a statement, three answers, a reason.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) name: String,
    pub(super) statement: String,
    answers: [String; 3],
    reason: String,
}

pub(super) fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/differences.md")
}

/// The rows of the page.
pub(super) fn rows(page: &str) -> Vec<Row> {
    page.lines().filter_map(row).collect()
}

/// A row of the table is a line whose second cell is code.
fn row(line: &str) -> Option<Row> {
    // A bar inside a cell is escaped with a backslash.
    let line = line.replace("\\|", "\u{1}");
    let cells: Vec<_> = line
        .strip_prefix('|')?
        .strip_suffix('|')?
        .split('|')
        .map(|cell| cell.trim().replace('\u{1}', "|"))
        .collect();
    let code = |text: &String| Some(text.strip_prefix('`')?.strip_suffix('`')?.to_owned());
    let [name, statement, deskql, postgres, duckdb, reason] = cells.as_slice() else {
        return None;
    };
    Some(Row {
        name: name.clone(),
        statement: code(statement)?,
        answers: [deskql.clone(), postgres.clone(), duckdb.clone()],
        reason: reason.clone(),
    })
}

fn line(row: &Row) -> String {
    let Row {
        name,
        statement,
        answers,
        reason,
    } = row;
    let [deskql, postgres, duckdb] = answers;
    let statement = format!("`{statement}`");
    let cells = [name, &statement, deskql, postgres, duckdb, reason];
    let cells = cells.map(|cell| cell.replace('|', "\\|"));
    format!("| {} |", cells.join(" | "))
}

/// An answer as the table shows it.
pub(super) fn shown(answer: &Answer) -> String {
    let Ok(rows) = answer else {
        return "error".to_owned();
    };
    let row = |row: &Vec<Cell>| row.iter().map(Cell::shown).collect::<Vec<_>>().join(", ");
    if rows.is_empty() {
        "no row".to_owned()
    } else {
        rows.iter().map(row).collect::<Vec<_>>().join("; ")
    }
}

/// The page with the new answers; answers of engines that were not available stay.
pub(super) fn with_answers(page: &str, answers: &[[Option<String>; 3]]) -> String {
    let mut answers = answers.iter();
    let lines = page.lines().map(|text| match row(text) {
        Some(mut row) => {
            if let Some(new) = answers.next() {
                for (old, new) in row.answers.iter_mut().zip(new) {
                    if let Some(new) = new {
                        old.clone_from(new);
                    }
                }
            }
            line(&row)
        }
        None => text.to_owned(),
    });
    lines.map(|line| line + "\n").collect()
}

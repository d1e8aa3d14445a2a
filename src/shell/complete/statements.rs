//! Words, tables, columns, functions and settings.

use indexmap::IndexMap;

use super::super::catalog::{Catalog, Column, Function, Table, quoted};
use super::super::words;
use super::place::{Place, Wants};
use super::relations::{self, Relation};
use super::{Candidate, Candidates, files, matching};

/// Completes SQL.
pub(super) fn complete(place: &Place<'_>, catalog: &Catalog) -> Candidates {
    let all = match &place.wants {
        Wants::Statement => keywords(place, words::STATEMENTS),
        Wants::Table => tables(place, catalog),
        Wants::Member(qualifier) => members(place, qualifier, catalog),
        Wants::Operand => operand(place, catalog),
        Wants::Clause => clause(place, catalog),
        Wants::Type => keywords(place, words::TYPES),
        Wants::Setting(takes_value) => settings(*takes_value, catalog),
        Wants::Value(key) => values(key, catalog),
        Wants::File => files(place.typed),
    };
    let mut all = match place.wants {
        Wants::File => all,
        _ => matching(place.typed, all),
    };
    if place.is_quoted {
        all.retain(|candidate| !candidate.ends_word && !candidate.value.ends_with('('));
    }
    Candidates {
        range: place.range.clone(),
        all,
    }
}

/// In the case of what is typed, or else of the statement's first word.
fn keywords(place: &Place<'_>, phrases: &[&str]) -> Vec<Candidate> {
    let is_lower = match place.typed {
        "" => place.is_lower,
        typed => typed.chars().any(char::is_lowercase),
    };
    let cased = |phrase: &&str| match is_lower {
        true => phrase.to_lowercase(),
        false => (*phrase).to_owned(),
    };
    let word = |phrase: &&str| Candidate::word(cased(phrase), "");
    phrases.iter().map(word).collect()
}

fn tables(place: &Place<'_>, catalog: &Catalog) -> Vec<Candidate> {
    let named = relations::named_queries(&place.statement).into_iter();
    let mut all: Vec<Candidate> = named
        .map(|name| Candidate::new(quoted(name), "WITH"))
        .collect();
    let is_dull = |table: &&Table| table.schema.as_deref() == Some("information_schema");
    let shown = catalog
        .tables
        .iter()
        .filter(|table| !is_dull(table) || !place.typed.is_empty());
    all.extend(shown.map(table));
    all
}

fn table(table: &Table) -> Candidate {
    let names: Vec<&str> = table
        .columns
        .iter()
        .map(|column| column.name.as_str())
        .collect();
    Candidate::new(table.quoted_name(), names.join(", "))
}

/// After `t.`: the columns of that table, or the tables of that schema.
fn members(place: &Place<'_>, qualifier: &[String], catalog: &Catalog) -> Vec<Candidate> {
    let name = qualifier.join(".");
    let relations = relations::of(&place.statement, catalog);
    let known = relations
        .iter()
        .find(|relation| relation.name.eq_ignore_ascii_case(&name));
    let table = known
        .map(|relation| relation.table)
        .or_else(|| catalog.table(&name));
    if let Some(table) = table {
        return columns(table, "");
    }
    let in_schema = |table: &&Table| {
        let schema = table.schema.as_deref().unwrap_or("public");
        schema.eq_ignore_ascii_case(&name)
    };
    let tables = catalog.tables.iter().filter(in_schema);
    tables
        .map(|table| {
            Candidate::new(
                quoted(&table.name),
                format!("{} columns", table.columns.len()),
            )
        })
        .collect()
}

fn columns(table: &Table, from: &str) -> Vec<Candidate> {
    let column =
        |column: &Column| Candidate::new(quoted(&column.name), format!("{}{from}", column.kind));
    table.columns.iter().map(column).collect()
}

/// Columns first; functions and words only once a letter is typed, there are hundreds.
fn operand(place: &Place<'_>, catalog: &Catalog) -> Vec<Candidate> {
    let mut all = all_columns(place, catalog);
    if place.typed.is_empty() {
        all.extend(functions(place, catalog, |function| function.is_own));
        return all;
    }
    let typed = place.typed.to_lowercase();
    // `fr` is the beginning of FROM far more often than of a function.
    let (short, long): (Vec<_>, Vec<_>) = keywords(place, words::OPERANDS)
        .into_iter()
        .chain(keywords(place, words::CLAUSES))
        .partition(|word| word.value.to_lowercase().starts_with(&typed));
    all.extend(functions(place, catalog, |_| true));
    all.extend(short);
    all.extend(long);
    all
}

fn clause(place: &Place<'_>, catalog: &Catalog) -> Vec<Candidate> {
    let mut all = keywords(place, words::CLAUSES);
    if !place.typed.is_empty() {
        all.extend(all_columns(place, catalog));
    }
    all
}

/// The columns of the tables in the statement; of all tables as long as it names none.
fn all_columns(place: &Place<'_>, catalog: &Catalog) -> Vec<Candidate> {
    let relations = relations::of(&place.statement, catalog);
    if relations.is_empty() {
        return anywhere(catalog);
    }
    let several = relations.len() > 1;
    let from = |relation: &Relation<'_>| match several {
        true => format!("  {}", relation.name),
        false => String::new(),
    };
    let mut all: Vec<Candidate> = relations
        .iter()
        .flat_map(|relation| columns(relation.table, &from(relation)))
        .collect();
    if several {
        let name = |relation: &Relation<'_>| {
            Candidate::new(quoted(relation.name), relation.table.full_name())
        };
        all.extend(relations.iter().map(name));
    }
    all
}

/// The columns of all tables, each name once with the tables that have it.
fn anywhere(catalog: &Catalog) -> Vec<Candidate> {
    let mut found: IndexMap<&str, (&str, Vec<&str>)> = IndexMap::new();
    for table in catalog.tables.iter().filter(|table| table.schema.is_none()) {
        for column in &table.columns {
            let entry = found.entry(&column.name);
            let (_, tables) = entry.or_insert_with(|| (&column.kind, Vec::new()));
            tables.push(&table.name);
        }
    }
    let candidate = |(name, (kind, tables)): (&str, (&str, Vec<&str>))| {
        Candidate::new(quoted(name), format!("{kind}  {}", tables.join(", ")))
    };
    found.into_iter().map(candidate).collect()
}

fn functions(
    place: &Place<'_>,
    catalog: &Catalog,
    is_wanted: impl Fn(&Function) -> bool,
) -> Vec<Candidate> {
    let wanted = catalog
        .functions
        .iter()
        .filter(|function| is_wanted(function));
    let call = if place.is_call { "" } else { "(" };
    wanted
        .map(|function| {
            let about = format!("{}  {}", function.signature, function.meaning);
            Candidate::new(format!("{}{call}", function.name), about.trim_end())
        })
        .collect()
}

fn settings(takes_value: bool, catalog: &Catalog) -> Vec<Candidate> {
    let settings = catalog.settings.iter();
    settings
        .map(|setting| {
            let equals = if takes_value { " = " } else { "" };
            let about = format!("{}  {}", setting.value, setting.about);
            Candidate::new(format!("{}{equals}", setting.key), about.trim())
        })
        .collect()
}

fn values(key: &str, catalog: &Catalog) -> Vec<Candidate> {
    let Some(setting) = catalog.settings.iter().find(|setting| setting.key == key) else {
        return Vec::new();
    };
    let words: &[&str] = match (key, setting.value.as_str()) {
        ("deskql.invalid_values", _) => &["'error'", "'ignore'"],
        (_, "true" | "false") => &["true", "false"],
        (_, "") => &[],
        (_, now) => return vec![Candidate::new(format!("'{now}'"), "as it is")],
    };
    words.iter().map(|word| Candidate::new(*word, "")).collect()
}

/// A file ends the string, a folder goes on.
fn files(typed: &str) -> Vec<Candidate> {
    let paths = files::beginning_with(typed).into_iter();
    paths
        .map(|path| match path.ends_with('/') {
            true => Candidate::new(path, ""),
            false => Candidate::new(format!("{path}'"), ""),
        })
        .collect()
}

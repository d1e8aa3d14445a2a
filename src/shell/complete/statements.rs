//! Completion of keywords, tables, columns, functions and settings.

use indexmap::IndexMap;

use super::super::catalog::{ShellCatalog, ShellColumn, ShellFunction, ShellTable, quoted};
use super::super::words;
use super::place::{CompletionContext, CompletionTarget};
use super::relations::CompletionRelation;
use super::scope::CompletionScope;
use super::{CompletionCandidate, CompletionList, files, matching};

/// Completes SQL.
pub(super) fn complete(place: &CompletionContext<'_>, catalog: &ShellCatalog) -> CompletionList {
    let all = match &place.wants {
        CompletionTarget::Statement => keywords(place, words::STATEMENTS),
        CompletionTarget::Table => tables(place, catalog),
        CompletionTarget::Member(qualifier) => members(place, qualifier, catalog),
        CompletionTarget::Operand => operand(place, catalog),
        CompletionTarget::Clause => clause(place, catalog),
        CompletionTarget::Type => keywords(place, words::TYPES),
        CompletionTarget::Setting(takes_value) => settings(*takes_value, catalog),
        CompletionTarget::Value(key) => values(key, catalog),
        CompletionTarget::File => files(place.typed),
    };
    let mut all = match place.wants {
        CompletionTarget::File => all,
        _ => matching(place.typed, all),
    };
    if place.is_quoted {
        all.retain(|candidate| !candidate.ends_word && !candidate.value.ends_with('('));
    }
    CompletionList {
        range: place.range.clone(),
        all,
    }
}

/// In the case of the typed letters, or else of the statement's first word.
fn keywords(place: &CompletionContext<'_>, phrases: &[&str]) -> Vec<CompletionCandidate> {
    let is_lower = match place.typed {
        "" => place.is_lower,
        typed => typed.chars().any(char::is_lowercase),
    };
    let cased = |phrase: &&str| {
        if is_lower {
            phrase.to_lowercase()
        } else {
            (*phrase).to_owned()
        }
    };
    let word = |phrase: &&str| CompletionCandidate::word(cased(phrase), "");
    phrases.iter().map(word).collect()
}

fn tables(place: &CompletionContext<'_>, catalog: &ShellCatalog) -> Vec<CompletionCandidate> {
    let named = scope(place, catalog).with_queries.into_iter();
    let mut all: Vec<CompletionCandidate> = named
        .map(|(name, _)| CompletionCandidate::new(quoted(&name), "WITH"))
        .collect();
    let is_dull = |table: &&ShellTable| table.schema.as_deref() == Some("information_schema");
    let shown = catalog
        .tables
        .iter()
        .filter(|table| !is_dull(table) || !place.typed.is_empty());
    all.extend(shown.map(table));
    all
}

fn table(table: &ShellTable) -> CompletionCandidate {
    let names: Vec<&str> = table
        .columns
        .iter()
        .map(|column| column.name.as_str())
        .collect();
    CompletionCandidate::new(table.quoted_name(), names.join(", "))
}

fn scope(place: &CompletionContext<'_>, catalog: &ShellCatalog) -> CompletionScope {
    CompletionScope::at(&place.statement, place.at, catalog)
}

/// After `t.`: columns of that relation, or tables of that schema; behind an alias that no FROM names
/// yet, columns of all tables.
fn members(
    place: &CompletionContext<'_>,
    qualifier: &[String],
    catalog: &ShellCatalog,
) -> Vec<CompletionCandidate> {
    let name = qualifier.join(".");
    let CompletionScope {
        relations,
        with_queries,
        ..
    } = scope(place, catalog);
    let known = relations
        .iter()
        .find(|relation| relation.name.eq_ignore_ascii_case(&name));
    if let Some(relation) = known {
        return columns(&relation.columns, "");
    }
    let mut with_queries = with_queries.iter();
    if let Some((_, own)) = with_queries.find(|(with, _)| with.eq_ignore_ascii_case(&name)) {
        return columns(own, "");
    }
    if let Some(table) = catalog.table(&name) {
        return columns(&table.columns, "");
    }
    let in_schema = |table: &&ShellTable| {
        let schema = table.schema.as_deref().unwrap_or("public");
        schema.eq_ignore_ascii_case(&name)
    };
    let mut tables = catalog.tables.iter().filter(in_schema).peekable();
    if tables.peek().is_none() && qualifier.len() == 1 && relations.is_empty() {
        return behind_alias(&name, catalog);
    }
    tables
        .map(|table| {
            CompletionCandidate::new(
                quoted(&table.name),
                format!("{} columns", table.columns.len()),
            )
        })
        .collect()
}

/// Columns of the tables for which `alias` may stand: those that begin with it, or whose words do.
fn behind_alias(alias: &str, catalog: &ShellCatalog) -> Vec<CompletionCandidate> {
    let alias = alias.to_lowercase();
    let is_meant = |table: &&ShellTable| {
        let name = table.name.to_lowercase();
        let initials: String = name
            .split('_')
            .filter_map(|word| word.chars().next())
            .collect();
        table.schema.is_none() && (name.starts_with(&alias) || initials == alias)
    };
    let meant: Vec<&ShellTable> = catalog.tables.iter().filter(is_meant).collect();
    if meant.is_empty() {
        return anywhere(&catalog.tables.iter().collect::<Vec<_>>());
    }
    anywhere(&meant)
}

fn columns(columns: &[ShellColumn], from: &str) -> Vec<CompletionCandidate> {
    let column = |column: &ShellColumn| {
        let about = format!("{}{from}", column.kind);
        CompletionCandidate::new(quoted(&column.name), about.trim())
    };
    columns.iter().map(column).collect()
}

/// Columns first; functions and keywords only once a letter is typed, because there are hundreds.
fn operand(place: &CompletionContext<'_>, catalog: &ShellCatalog) -> Vec<CompletionCandidate> {
    let mut all = all_columns(place, catalog);
    all.extend(named_arguments(place, catalog));
    if place.typed.is_empty() {
        all.extend(functions(place, catalog, |function| function.is_own));
        return all;
    }
    let typed = place.typed.to_lowercase();
    // `fr` begins FROM far more often than a function.
    let (short, long): (Vec<_>, Vec<_>) = keywords(place, words::OPERANDS)
        .into_iter()
        .chain(keywords(place, words::CLAUSES))
        .partition(|word| word.value.to_lowercase().starts_with(&typed));
    all.extend(functions(place, catalog, |_| true));
    all.extend(short);
    all.extend(long);
    all
}

fn clause(place: &CompletionContext<'_>, catalog: &ShellCatalog) -> Vec<CompletionCandidate> {
    let mut all = keywords(place, words::CLAUSES);
    if !place.typed.is_empty() {
        all.extend(all_columns(place, catalog));
    }
    all
}

/// `unit => ` inside the parentheses of a function whose arguments have names.
fn named_arguments(
    place: &CompletionContext<'_>,
    catalog: &ShellCatalog,
) -> Vec<CompletionCandidate> {
    let call = place.call.as_deref().unwrap_or_default();
    let mut functions = catalog.functions.iter();
    let Some(function) = functions.find(|function| function.name.eq_ignore_ascii_case(call)) else {
        return Vec::new();
    };
    let named = |(name, about): &(String, String)| {
        CompletionCandidate::new(format!("{name} => "), about.as_str())
    };
    function.arguments.iter().map(named).collect()
}

/// Columns of the relations in scope; of all tables while there is none.
fn all_columns(place: &CompletionContext<'_>, catalog: &ShellCatalog) -> Vec<CompletionCandidate> {
    let CompletionScope {
        relations,
        aliases,
        with_queries,
    } = scope(place, catalog);
    if relations.is_empty() && !with_queries.is_empty() {
        // What is to be selected from them, before their FROM is typed.
        let named = with_queries.iter();
        return named
            .flat_map(|(name, own)| columns(own, &format!("  {name}")))
            .collect();
    }
    if relations.is_empty() {
        return anywhere(&catalog.tables.iter().collect::<Vec<_>>());
    }
    let several = relations.len() > 1;
    let from = |relation: &CompletionRelation| {
        if several {
            format!("  {}", relation.name)
        } else {
            String::new()
        }
    };
    let mut all: Vec<CompletionCandidate> = relations
        .iter()
        .flat_map(|relation| columns(&relation.columns, &from(relation)))
        .collect();
    all.extend(columns(&aliases, ""));
    if several {
        let named = relations
            .iter()
            .filter(|relation| !relation.name.is_empty());
        all.extend(named.map(|relation| {
            CompletionCandidate::new(quoted(&relation.name), relation.table.as_str())
        }));
    }
    all
}

/// Columns of `tables`, each name once with the tables that contain it.
fn anywhere(tables: &[&ShellTable]) -> Vec<CompletionCandidate> {
    let mut found: IndexMap<&str, (&str, Vec<&str>)> = IndexMap::new();
    for table in tables.iter().filter(|table| table.schema.is_none()) {
        for column in &table.columns {
            let entry = found.entry(&column.name);
            let (_, tables) = entry.or_insert_with(|| (&column.kind, Vec::new()));
            tables.push(&table.name);
        }
    }
    let candidate = |(name, (kind, tables)): (&str, (&str, Vec<&str>))| {
        CompletionCandidate::new(quoted(name), format!("{kind}  {}", tables.join(", ")))
    };
    found.into_iter().map(candidate).collect()
}

fn functions(
    place: &CompletionContext<'_>,
    catalog: &ShellCatalog,
    is_wanted: impl Fn(&ShellFunction) -> bool,
) -> Vec<CompletionCandidate> {
    let wanted = catalog
        .functions
        .iter()
        .filter(|function| is_wanted(function));
    let call = if place.is_call { "" } else { "(" };
    wanted
        .map(|function| {
            let about = format!("{}  {}", function.signature, function.meaning);
            CompletionCandidate::new(format!("{}{call}", function.name), about.trim_end())
        })
        .collect()
}

fn settings(takes_value: bool, catalog: &ShellCatalog) -> Vec<CompletionCandidate> {
    let settings = catalog.settings.iter();
    settings
        .map(|setting| {
            let equals = if takes_value { " = " } else { "" };
            let about = format!("{}  {}", setting.value, setting.about);
            CompletionCandidate::new(format!("{}{equals}", setting.key), about.trim())
        })
        .collect()
}

fn values(key: &str, catalog: &ShellCatalog) -> Vec<CompletionCandidate> {
    let Some(setting) = catalog.settings.iter().find(|setting| setting.key == key) else {
        return Vec::new();
    };
    let words: &[&str] = match (key, setting.value.as_str()) {
        ("deskql.invalid_values", _) => &["'error'", "'ignore'"],
        (_, "true" | "false") => &["true", "false"],
        (_, "") => &[],
        (_, now) => return vec![CompletionCandidate::new(format!("'{now}'"), "as it is")],
    };
    words
        .iter()
        .map(|word| CompletionCandidate::new(*word, ""))
        .collect()
}

/// A file name closes the string, a folder name leaves it open.
fn files(typed: &str) -> Vec<CompletionCandidate> {
    let paths = files::beginning_with(typed).into_iter();
    paths
        .map(|path| {
            if path.ends_with('/') {
                CompletionCandidate::new(path, "")
            } else {
                CompletionCandidate::new(format!("{path}'"), "")
            }
        })
        .collect()
}

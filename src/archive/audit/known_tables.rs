//! Expectations that no config file says: known of the data model, or guessed from names.

use super::audited_table::AuditedTable;
use super::data_model::{self, ModelTable};
use super::expectations::{AllowedValues, ColumnReference, StartEndPair, TableExpectations};
use super::guesses;

/// Expectations without a config file, but for references, which need the keys of all tables.
pub(crate) fn without_config(table: &AuditedTable) -> TableExpectations {
    let Some(model) = data_model::table(table) else {
        let key: Vec<String> = guesses::key(table).into_iter().collect();
        return TableExpectations {
            is_key_guess: !key.is_empty(),
            key,
            time: guesses::time(table),
            pairs: guesses::pairs(table),
            scales: guesses::scales(table),
            ..TableExpectations::default()
        };
    };
    TableExpectations {
        key: owned(model.key),
        time: Some(model.time.to_owned()).filter(|time| !time.is_empty()),
        required: present(table, model.required),
        pairs: model_pairs(table, model),
        allowed: model_values(table, model),
        scales: model.scales(table),
        ..TableExpectations::default()
    }
}

/// References of `table`, by the data model or by names.
pub(crate) fn references(
    table: &AuditedTable,
    all: &[(AuditedTable, TableExpectations)],
) -> Vec<ColumnReference> {
    let Some(model) = data_model::table(table) else {
        return guesses::references(table, all);
    };
    let reference = |(column, target_table, target): &(&str, &str, &str)| {
        let (other, _) = all.iter().find(|(other, _)| other.name == *target_table)?;
        let (own, theirs) = (table.kind(column)?, other.kind(target)?);
        own.compares_with(theirs).then(|| ColumnReference {
            column: (*column).to_owned(),
            table: other.name.clone(),
            target: (*target).to_owned(),
            is_guess: false,
        })
    };
    model.references.iter().filter_map(reference).collect()
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn present(table: &AuditedTable, names: &[&str]) -> Vec<String> {
    let mut names = owned(names);
    names.retain(|name| table.kind(name).is_some());
    names
}

fn model_pairs(table: &AuditedTable, model: &ModelTable) -> Vec<StartEndPair> {
    let is_pair = |(start, end): &&(&str, &str)| {
        let kinds = table.kind(start).zip(table.kind(end));
        kinds.is_some_and(|(start, end)| start.is_time() && start.compares_with(end))
    };
    let pair = |(start, end): &(&str, &str)| StartEndPair {
        start: (*start).to_owned(),
        end: (*end).to_owned(),
        is_guess: false,
    };
    model.pairs.iter().filter(is_pair).map(pair).collect()
}

/// Lists of the data model are guesses, since a desk of the same columns may have other words.
fn model_values(table: &AuditedTable, model: &ModelTable) -> Vec<AllowedValues> {
    let has_column = |(column, _): &&(&str, &[&str])| table.kind(column).is_some();
    let list = |(column, values): &(&str, &[&str])| AllowedValues {
        column: (*column).to_owned(),
        values: owned(values),
        is_guess: true,
    };
    model.allowed.iter().filter(has_column).map(list).collect()
}

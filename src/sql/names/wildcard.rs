//! `*` and its options: `EXCLUDE`, `RENAME`, and `COLUMNS(..)`, expanded where the planner cannot.

use std::ops::ControlFlow;

use datafusion::error::{DataFusionError, Result};
use datafusion::sql::sqlparser::ast::{
    ExcludeSelectItem, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Ident,
    ObjectName, RenameSelectItem, Select, SelectItem, SelectItemQualifiedWildcardKind, Value,
    ValueWithSpan, WildcardAdditionalOptions, visit_expressions, visit_expressions_mut,
};
use regex::Regex;

use super::scope::{IdentifierCasing, NameMatch, NameScope, ScopeRelation, WildcardPart};
use super::spelling::{idents, no_column};
use crate::parser::refused;

/// A column of the expansion of a wildcard.
#[derive(Debug, Clone)]
struct WildcardColumn {
    qualifier: Vec<String>,
    /// `None` for a computed column without alias.
    name: Option<String>,
    /// Its expression, if a join merged it from several.
    merged: Option<Expr>,
}

impl WildcardColumn {
    fn expr(&self, name: &str) -> Expr {
        if let Some(merged) = &self.merged {
            return merged.clone();
        }
        let mut parts: Vec<Ident> = self
            .qualifier
            .iter()
            .map(|part| Ident::with_quote('"', part))
            .collect();
        parts.push(Ident::with_quote('"', name));
        match parts.len() {
            1 => Expr::Identifier(parts.remove(0)),
            _ => Expr::CompoundIdentifier(parts),
        }
    }
}

/// Expansion of `*`; `None` if only the planner knows it.
fn all(scope: &NameScope) -> Option<Vec<WildcardColumn>> {
    let mut columns = Vec::new();
    for shown in &scope.shown {
        match shown {
            WildcardPart::Merged { name, expr } => columns.push(WildcardColumn {
                qualifier: Vec::new(),
                name: Some(name.clone()),
                merged: Some(expr.clone()),
            }),
            WildcardPart::Rest { relation, without } => {
                let own = columns_of(&scope.relations[*relation])?.into_iter();
                let is_merged = |column: &WildcardColumn| {
                    column.name.as_ref().is_some_and(|n| without.contains(n))
                };
                columns.extend(own.filter(|column| !is_merged(column)));
            }
            WildcardPart::Unknown => return None,
        }
    }
    Some(columns)
}

/// Expansion of `name.*`.
fn qualified(
    kind: &SelectItemQualifiedWildcardKind,
    scope: &NameScope,
    reading: IdentifierCasing,
) -> Option<Vec<WildcardColumn>> {
    let SelectItemQualifiedWildcardKind::ObjectName(name) = kind else {
        return None;
    };
    columns_of(scope.relation(reading, &idents(name)?)?)
}

fn columns_of(relation: &ScopeRelation) -> Option<Vec<WildcardColumn>> {
    let column = |name: &Option<String>| WildcardColumn {
        qualifier: relation.qualifier.clone(),
        name: name.clone(),
        merged: None,
    };
    Some(relation.columns.as_ref()?.iter().map(column).collect())
}

/// True if `ident` matches the column name.
fn is(ident: &Ident, name: Option<&str>, reading: IdentifierCasing) -> bool {
    reading.find(ident, name.into_iter()) != NameMatch::Missing
}

/// The output names of a wildcard item.
pub(super) fn outputs(
    item: &SelectItem,
    scope: &NameScope,
    reading: IdentifierCasing,
) -> Option<Vec<Option<String>>> {
    let (columns, options) = match item {
        SelectItem::Wildcard(options) => (all(scope)?, options),
        SelectItem::QualifiedWildcard(kind, options) => (qualified(kind, scope, reading)?, options),
        _ => return None,
    };
    if options.opt_ilike.is_some() {
        return None;
    }
    let renames = renames(options);
    let kept = excluding(columns, options, reading)
        .into_iter()
        .map(|column| {
            let to = column.name.as_deref().and_then(|name| {
                let mut found = renames.iter();
                found.find(|(from, _)| is(from, Some(name), reading))
            });
            to.map_or_else(|| column.name.clone(), |(_, to)| Some(reading.normal(to)))
        });
    Some(kept.collect())
}

fn excluding(
    columns: Vec<WildcardColumn>,
    options: &WildcardAdditionalOptions,
    reading: IdentifierCasing,
) -> Vec<WildcardColumn> {
    let excluded = excluded(options);
    let gone = |column: &WildcardColumn| {
        let name = column.name.as_deref();
        excluded.iter().any(|ident| is(ident, name, reading))
    };
    columns.into_iter().filter(|column| !gone(column)).collect()
}

fn excluded(options: &WildcardAdditionalOptions) -> Vec<Ident> {
    let mut names: Vec<Ident> = match &options.opt_exclude {
        Some(ExcludeSelectItem::Single(name)) => idents(name).into_iter().flatten().collect(),
        Some(ExcludeSelectItem::Multiple(names)) => {
            names.iter().filter_map(idents).flatten().collect()
        }
        None => Vec::new(),
    };
    if let Some(except) = &options.opt_except {
        names.push(except.first_element.clone());
        names.extend(except.additional_elements.iter().cloned());
    }
    names
}

fn renames(options: &WildcardAdditionalOptions) -> Vec<(Ident, Ident)> {
    let pairs = match &options.opt_rename {
        Some(RenameSelectItem::Single(pair)) => vec![pair.clone()],
        Some(RenameSelectItem::Multiple(pairs)) => pairs.clone(),
        None => Vec::new(),
    };
    pairs.into_iter().map(|p| (p.ident, p.alias)).collect()
}

/// Expands `* RENAME (..)` and `COLUMNS(..)` in the `SELECT` list.
///
/// # Errors
/// When the columns are not known before planning, or a renamed one does not exist.
pub(super) fn write_out(
    select: &mut Select,
    scope: &NameScope,
    reading: IdentifierCasing,
) -> Result<()> {
    let mut items = Vec::with_capacity(select.projection.len());
    for item in std::mem::take(&mut select.projection) {
        match &item {
            SelectItem::Wildcard(options) if scope.has_merged() => {
                items.extend(expand_merged(options, scope, reading)?);
            }
            SelectItem::Wildcard(options) if options.opt_rename.is_some() => {
                items.extend(renamed(all(scope), options, reading)?);
            }
            SelectItem::QualifiedWildcard(kind, options) if options.opt_rename.is_some() => {
                let columns = qualified(kind, scope, reading);
                items.extend(renamed(columns, options, reading)?);
            }
            SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } => {
                match columns_call(expr)? {
                    Some(call) => items.extend(each(&item, &call, scope, reading)?),
                    None => items.push(item),
                }
            }
            _ => items.push(item),
        }
    }
    select.projection = items;
    Ok(())
}

/// `*` where joins merged columns.
fn expand_merged(
    options: &WildcardAdditionalOptions,
    scope: &NameScope,
    reading: IdentifierCasing,
) -> Result<Vec<SelectItem>> {
    let columns = all(scope).filter(|columns| columns.iter().all(|column| column.name.is_some()));
    let is_plain = excluded(options).is_empty()
        && options.opt_replace.is_none()
        && options.opt_rename.is_none();
    if options.opt_ilike.is_some() || (columns.is_none() && !is_plain) {
        return Err(unknown("* with options beside USING or NATURAL"));
    }
    if columns.is_some() {
        return renamed(columns, options, reading);
    }
    let part = |part: &WildcardPart| match part {
        WildcardPart::Merged { name, expr } => Ok(Some(SelectItem::ExprWithAlias {
            expr: expr.clone(),
            alias: Ident::with_quote('"', name),
        })),
        WildcardPart::Rest { relation, without } => rest(&scope.relations[*relation], without),
        WildcardPart::Unknown => Err(unknown("* beside USING or NATURAL")),
    };
    scope
        .shown
        .iter()
        .filter_map(|shown| part(shown).transpose())
        .collect()
}

/// The columns of a relation that no join merged.
fn rest(relation: &ScopeRelation, without: &[String]) -> Result<Option<SelectItem>> {
    let mut known = relation.columns.iter().flatten();
    let is_merged = |name: &Option<String>| name.as_ref().is_some_and(|n| without.contains(n));
    if relation.columns.is_some() && known.all(is_merged) {
        return Ok(None);
    }
    if relation.qualifier.is_empty() {
        return Err(unknown("* beside USING or NATURAL"));
    }
    let quoted = |name: &String| Ident::with_quote('"', name);
    let mut options = WildcardAdditionalOptions::default();
    if !without.is_empty() {
        let names = without
            .iter()
            .map(|name| ObjectName::from(vec![quoted(name)]));
        options.opt_exclude = Some(ExcludeSelectItem::Multiple(names.collect()));
    }
    let name = ObjectName::from(relation.qualifier.iter().map(quoted).collect::<Vec<_>>());
    Ok(Some(SelectItem::QualifiedWildcard(
        SelectItemQualifiedWildcardKind::ObjectName(name),
        options,
    )))
}

fn unknown(what: &str) -> DataFusionError {
    refused(
        &format!("{what} needs a FROM whose columns all have names: name them in a subquery first"),
        None,
    )
}

fn renamed(
    columns: Option<Vec<WildcardColumn>>,
    options: &WildcardAdditionalOptions,
    reading: IdentifierCasing,
) -> Result<Vec<SelectItem>> {
    let columns = columns.ok_or_else(|| unknown("* RENAME"))?;
    let columns = excluding(columns, options, reading);
    let renames = renames(options);
    let names: Vec<&str> = columns.iter().filter_map(|c| c.name.as_deref()).collect();
    for (from, _) in &renames {
        if reading.find(from, names.iter().copied()) == NameMatch::Missing {
            return Err(no_column(from, &names));
        }
    }
    let mut items = Vec::with_capacity(columns.len());
    for column in &columns {
        let name = column.name.as_deref().ok_or_else(|| unknown("* RENAME"))?;
        let is = |ident: &Ident| is(ident, Some(name), reading);
        let replaced = options
            .opt_replace
            .iter()
            .flat_map(|replace| &replace.items)
            .find(|item| is(&item.column_name))
            .map(|item| item.expr.clone());
        let alias = renames.iter().find(|(from, _)| is(from)).map(|(_, to)| to);
        let is_replaced = replaced.is_some();
        let expr = replaced.unwrap_or_else(|| column.expr(name));
        items.push(match (alias, &expr) {
            // With its qualified name it can coexist with a column of the same name of another
            // relation.
            (None, Expr::CompoundIdentifier(_)) if !is_replaced => SelectItem::UnnamedExpr(expr),
            _ => SelectItem::ExprWithAlias {
                expr,
                alias: alias
                    .cloned()
                    .unwrap_or_else(|| Ident::with_quote('"', name)),
            },
        });
    }
    Ok(items)
}

/// The columns that a `COLUMNS(..)` selects.
enum ColumnsCall {
    All(Box<WildcardAdditionalOptions>),
    Matching(Regex),
}

fn columns_function(expr: &Expr) -> Option<&Function> {
    match expr {
        Expr::Function(function) if function.over.is_none() => {
            let [part] = function.name.0.as_slice() else {
                return None;
            };
            let ident = part.as_ident()?;
            let is_columns =
                ident.quote_style.is_none() && ident.value.eq_ignore_ascii_case("columns");
            is_columns.then_some(function)
        }
        _ => None,
    }
}

fn columns_call(expr: &Expr) -> Result<Option<ColumnsCall>> {
    let mut found = None;
    // A large value to break with would make every frame of the traversal large: see `names`.
    let _: ControlFlow<()> = visit_expressions(expr, |e| {
        found = columns_function(e).cloned();
        match found {
            Some(_) => ControlFlow::Break(()),
            None => ControlFlow::Continue(()),
        }
    });
    let Some(function) = found else {
        return Ok(None);
    };
    let FunctionArguments::List(list) = &function.args else {
        return Err(bad_columns());
    };
    let [FunctionArg::Unnamed(argument)] = list.args.as_slice() else {
        return Err(bad_columns());
    };
    match argument {
        FunctionArgExpr::Wildcard => Ok(Some(ColumnsCall::All(Box::default()))),
        FunctionArgExpr::WildcardWithOptions(options) => {
            Ok(Some(ColumnsCall::All(Box::new(options.clone()))))
        }
        FunctionArgExpr::Expr(Expr::Value(ValueWithSpan {
            value: Value::SingleQuotedString(pattern),
            ..
        })) => Regex::new(pattern)
            .map(|regex| Some(ColumnsCall::Matching(regex)))
            .map_err(|e| refused(&format!("COLUMNS('{pattern}'): {e}"), None)),
        _ => Err(bad_columns()),
    }
}

fn bad_columns() -> DataFusionError {
    refused(
        "COLUMNS takes *, * EXCLUDE (..) or a regular expression: COLUMNS('.*_at')",
        None,
    )
}

fn each(
    item: &SelectItem,
    call: &ColumnsCall,
    scope: &NameScope,
    reading: IdentifierCasing,
) -> Result<Vec<SelectItem>> {
    let columns = all(scope).ok_or_else(|| unknown("COLUMNS"))?;
    let columns = match call {
        ColumnsCall::All(options) => excluding(columns, options, reading),
        ColumnsCall::Matching(_) => columns,
    };
    let mut items = Vec::new();
    for column in &columns {
        let name = column.name.as_deref().ok_or_else(|| unknown("COLUMNS"))?;
        if matches!(call, ColumnsCall::Matching(regex) if !regex.is_match(name)) {
            continue;
        }
        let mut copy = item.clone();
        if let SelectItem::UnnamedExpr(expr) = &copy
            && columns_function(expr).is_some()
            && let Some(expr) = column.merged.clone()
        {
            let alias = Ident::with_quote('"', name);
            items.push(SelectItem::ExprWithAlias { expr, alias });
            continue;
        }
        let (SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. }) = &mut copy
        else {
            continue;
        };
        let _: ControlFlow<()> = visit_expressions_mut(expr, |e| {
            if columns_function(e).is_some() {
                *e = column.expr(name);
            }
            ControlFlow::Continue(())
        });
        items.push(copy);
    }
    if items.is_empty() {
        return Err(refused("COLUMNS(..) fits no column", None));
    }
    Ok(items)
}

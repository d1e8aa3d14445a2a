//! `*` and its options: `EXCLUDE`, `RENAME`, and `COLUMNS(..)`, written out where the planner cannot.

use std::ops::ControlFlow;

use datafusion::error::{DataFusionError, Result};
use datafusion::sql::sqlparser::ast::{
    ExcludeSelectItem, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Ident,
    JoinConstraint, JoinOperator, RenameSelectItem, Select, SelectItem,
    SelectItemQualifiedWildcardKind, Value, ValueWithSpan, WildcardAdditionalOptions,
    visit_expressions, visit_expressions_mut,
};
use regex::Regex;

use super::refuse::refused;
use super::relations::idents;
use super::scope::{Hidden, Match, Reading, Relation, Scope};

/// A column that a wildcard stands for.
#[derive(Debug, Clone)]
struct Column {
    qualifier: Vec<String>,
    /// `None` for a computed column without alias.
    name: Option<String>,
}

impl Column {
    fn expr(&self, name: &str) -> Expr {
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

/// What `*` stands for; `None` where only the planner knows.
fn all(scope: &Scope, reading: Reading) -> Option<Vec<Column>> {
    let mut columns = Vec::new();
    for relation in &scope.relations {
        let merged: &[String] = match &relation.hidden {
            Hidden::None => &[],
            Hidden::Merged(names) => names,
            Hidden::All => continue,
            Hidden::Unknown => return None,
        };
        columns.extend(of(relation)?.into_iter().filter(|column| {
            let name = column.name.as_deref();
            !merged.iter().any(|m| is(&Ident::new(m), name, reading))
        }));
    }
    Some(columns)
}

/// What `name.*` stands for.
fn qualified(
    kind: &SelectItemQualifiedWildcardKind,
    scope: &Scope,
    reading: Reading,
) -> Option<Vec<Column>> {
    let SelectItemQualifiedWildcardKind::ObjectName(name) = kind else {
        return None;
    };
    of(scope.relation(reading, &idents(name)?)?)
}

fn of(relation: &Relation) -> Option<Vec<Column>> {
    let column = |name: &Option<String>| Column {
        qualifier: relation.qualifier.clone(),
        name: name.clone(),
    };
    Some(relation.columns.as_ref()?.iter().map(column).collect())
}

/// Whether `ident` means the column of that name.
fn is(ident: &Ident, name: Option<&str>, reading: Reading) -> bool {
    reading.find(ident, name.into_iter()) != Match::Missing
}

/// Notes what a join takes out of `*` on either side.
pub(super) fn hide(
    join: &JoinOperator,
    left: &mut [Relation],
    right: &mut [Relation],
    reading: Reading,
) {
    use JoinOperator as J;
    let hidden = match join {
        J::Semi(_) | J::LeftSemi(_) | J::Anti(_) | J::LeftAnti(_) => Hidden::All,
        J::RightSemi(_) | J::RightAnti(_) => {
            left.iter_mut().for_each(|r| r.hidden = Hidden::All);
            return;
        }
        _ => match constraint(join) {
            Some(JoinConstraint::Natural) => Hidden::Unknown,
            Some(JoinConstraint::Using(names)) => {
                let names = names.iter().filter_map(idents).flatten();
                Hidden::Merged(names.map(|ident| reading.normal(&ident)).collect())
            }
            _ => return,
        },
    };
    right.iter_mut().for_each(|r| r.hidden = hidden.clone());
}

/// The condition of a join, for those that have one.
fn constraint(join: &JoinOperator) -> Option<&JoinConstraint> {
    use JoinOperator as J;
    match join {
        J::Join(c)
        | J::Inner(c)
        | J::Left(c)
        | J::LeftOuter(c)
        | J::Right(c)
        | J::RightOuter(c)
        | J::FullOuter(c)
        | J::Semi(c)
        | J::LeftSemi(c)
        | J::RightSemi(c)
        | J::Anti(c)
        | J::LeftAnti(c)
        | J::RightAnti(c) => Some(c),
        _ => None,
    }
}

/// The output names of a wildcard item.
pub(super) fn outputs(
    item: &SelectItem,
    scope: &Scope,
    reading: Reading,
) -> Option<Vec<Option<String>>> {
    let (columns, options) = match item {
        SelectItem::Wildcard(options) => (all(scope, reading)?, options),
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
    columns: Vec<Column>,
    options: &WildcardAdditionalOptions,
    reading: Reading,
) -> Vec<Column> {
    let excluded = excluded(options);
    let gone = |column: &Column| {
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

/// Writes out `* RENAME (..)` and `COLUMNS(..)` in the `SELECT` list.
///
/// # Errors
/// When the columns are not known before planning, or a renamed one does not exist.
pub(super) fn write_out(select: &mut Select, scope: &Scope, reading: Reading) -> Result<()> {
    let mut items = Vec::with_capacity(select.projection.len());
    for item in std::mem::take(&mut select.projection) {
        match &item {
            SelectItem::Wildcard(options) if options.opt_rename.is_some() => {
                items.extend(renamed(all(scope, reading), options, reading)?);
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

fn unknown(what: &str) -> DataFusionError {
    refused(
        &format!("{what} needs a FROM whose columns all have names: name them in a subquery first"),
        None,
    )
}

fn renamed(
    columns: Option<Vec<Column>>,
    options: &WildcardAdditionalOptions,
    reading: Reading,
) -> Result<Vec<SelectItem>> {
    let columns = columns.ok_or_else(|| unknown("* RENAME"))?;
    let columns = excluding(columns, options, reading);
    let renames = renames(options);
    let names: Vec<&str> = columns.iter().filter_map(|c| c.name.as_deref()).collect();
    for (from, _) in &renames {
        if reading.find(from, names.iter().copied()) == Match::Missing {
            return Err(super::spelling::no_column(from, &names));
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
        let expr = replaced.unwrap_or_else(|| column.expr(name));
        items.push(SelectItem::ExprWithAlias {
            expr,
            alias: alias
                .cloned()
                .unwrap_or_else(|| Ident::with_quote('"', name)),
        });
    }
    Ok(items)
}

/// The columns that a `COLUMNS(..)` asks for.
enum Call {
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

fn columns_call(expr: &Expr) -> Result<Option<Call>> {
    let mut found = None;
    // A large value to break with would make every frame of the walk large: see `names`.
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
        FunctionArgExpr::Wildcard => Ok(Some(Call::All(Box::default()))),
        FunctionArgExpr::WildcardWithOptions(options) => {
            Ok(Some(Call::All(Box::new(options.clone()))))
        }
        FunctionArgExpr::Expr(Expr::Value(ValueWithSpan {
            value: Value::SingleQuotedString(pattern),
            ..
        })) => Regex::new(pattern)
            .map(|regex| Some(Call::Matching(regex)))
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
    call: &Call,
    scope: &Scope,
    reading: Reading,
) -> Result<Vec<SelectItem>> {
    let columns = all(scope, reading).ok_or_else(|| unknown("COLUMNS"))?;
    let columns = match call {
        Call::All(options) => excluding(columns, options, reading),
        Call::Matching(_) => columns,
    };
    let mut items = Vec::new();
    for column in &columns {
        let name = column.name.as_deref().ok_or_else(|| unknown("COLUMNS"))?;
        if matches!(call, Call::Matching(regex) if !regex.is_match(name)) {
            continue;
        }
        let mut copy = item.clone();
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

//! Rewrites joins for the planner: `USING` and `NATURAL` become conditions.

use std::ops::ControlFlow;

use datafusion::common::Span;
use datafusion::error::Result;
use datafusion::sql::sqlparser::ast::{
    Expr, Ident, JoinConstraint, JoinOperator, ObjectName, ObjectNamePart, Query, Select,
    SelectItem, SetExpr, Spanned, TableAlias, TableFactor, TableWithJoins, VisitMut,
};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::parser::Parser;

use super::NameResolver;
use super::asof_joins;
use super::join_conditions;
use super::joined::{JoinedRelations, merges};
use super::scope::{IdentifierCasing, NameMatch, NameScope, ScopeRelation};
use super::spelling::{respell, using};
use crate::parser::correctness::merged_columns;
use crate::parser::refused;

/// Names each subquery whose columns are merged with others, and rewrites an aliased join in
/// parentheses to a query.
///
/// # Errors
/// When the query for such a join cannot be built.
pub(super) fn prepare(select: &mut Select) -> Result<()> {
    let mut unnamed = 0;
    for item in select.from.iter_mut().filter(|item| merges(item)) {
        prepare_item(item, &mut unnamed)?;
    }
    Ok(())
}

fn prepare_item(item: &mut TableWithJoins, unnamed: &mut usize) -> Result<()> {
    let joined = item.joins.iter_mut().map(|join| &mut join.relation);
    for factor in std::iter::once(&mut item.relation).chain(joined) {
        match factor {
            TableFactor::NestedJoin {
                table_with_joins,
                alias,
            } => {
                prepare_item(table_with_joins, unnamed)?;
                if merges(table_with_joins)
                    && let Some(alias) = alias.take()
                {
                    *factor = TableFactor::Derived {
                        lateral: false,
                        subquery: Box::new(all_of(table_with_joins)?),
                        alias: Some(alias),
                        sample: None,
                    };
                }
            }
            TableFactor::Derived {
                alias: alias @ None,
                ..
            } => {
                *unnamed += 1;
                *alias = Some(named(Ident::with_quote('"', format!("subquery {unnamed}"))));
            }
            TableFactor::Table {
                name,
                alias: alias @ None,
                args: Some(_),
                ..
            } => {
                *alias = name
                    .0
                    .last()
                    .and_then(ObjectNamePart::as_ident)
                    .cloned()
                    .map(named);
            }
            _ => {}
        }
    }
    Ok(())
}

fn named(name: Ident) -> TableAlias {
    TableAlias {
        explicit: true,
        name,
        columns: Vec::new(),
        at: None,
    }
}

/// `SELECT *` from the joins.
fn all_of(joins: &TableWithJoins) -> Result<Query> {
    let mut query = *Parser::new(&GenericDialect)
        .try_with_sql("SELECT * FROM joins")?
        .parse_query()?;
    if let SetExpr::Select(select) = query.body.as_mut() {
        select.from = vec![joins.clone()];
    }
    Ok(query)
}

impl NameResolver<'_> {
    /// Rewrites `SEMI JOIN` to the planner's form, resolves the names in `USING`, and writes its
    /// conditions.
    pub(super) fn joins(&mut self, item: &mut TableWithJoins) -> Result<()> {
        let mut left = self.relations.factor(&item.relation);
        self.nested(&mut item.relation)?;
        for join in &mut item.joins {
            let right = self.relations.factor(&join.relation);
            self.nested(&mut join.relation)?;
            join.join_operator = match join.join_operator.clone() {
                JoinOperator::Semi(c) => JoinOperator::LeftSemi(c),
                JoinOperator::Anti(c) => JoinOperator::LeftAnti(c),
                other => other,
            };
            if let Some(constraint) = using(&mut join.join_operator) {
                for name in constraint {
                    self.shared(name, &left.relations, &right.relations)?;
                }
            }
            let place = Span::try_from_sqlparser_span(join.relation.span());
            let (both, pairs) = left.join(right, &join.join_operator, self.reading());
            join_conditions::check(join, place)?;
            if asof_joins::is_one(join) {
                asof_joins::settle(join, pairs, place)?;
            } else {
                join_conditions::settle(&mut join.join_operator, pairs, place)?;
            }
            left = both;
            self.condition(&mut join.join_operator, &left)?;
        }
        Ok(())
    }

    fn nested(&mut self, factor: &mut TableFactor) -> Result<()> {
        match factor {
            TableFactor::NestedJoin {
                table_with_joins, ..
            } => self.joins(table_with_joins),
            _ => Ok(()),
        }
    }

    /// Resolves the names of a condition in the scope of its join: a later join may merge further
    /// columns with these.
    fn condition(&mut self, join: &mut JoinOperator, joined: &JoinedRelations) -> Result<()> {
        let scope = NameScope {
            relations: joined.relations.clone(),
            shown: joined.shown.clone(),
            ..NameScope::default()
        };
        let Some(JoinConstraint::On(condition)) = merged_columns::constraint_mut(join) else {
            return Ok(());
        };
        if !scope.has_merged() {
            return Ok(());
        }
        self.scopes.push(scope);
        let flow: ControlFlow<()> = condition.visit(self);
        self.scopes.pop();
        match (flow, self.error.take()) {
            (ControlFlow::Break(()), Some(error)) => Err(error),
            _ => Ok(()),
        }
    }

    /// A name in `USING (..)`, which must have the same spelling on both sides.
    fn shared(
        &self,
        name: &mut ObjectName,
        left: &[ScopeRelation],
        right: &[ScopeRelation],
    ) -> Result<()> {
        let [ObjectNamePart::Identifier(ident)] = name.0.as_mut_slice() else {
            return Ok(());
        };
        let find = |side: &[ScopeRelation]| {
            let found = self
                .reading()
                .find(ident, side.iter().flat_map(ScopeRelation::names));
            match found {
                NameMatch::Exact => Some(self.reading().normal(ident)),
                NameMatch::Spelled(name) => Some(name),
                NameMatch::Several(_) | NameMatch::Missing => None,
            }
        };
        let (Some(on_left), Some(on_right)) = (find(left), find(right)) else {
            return Ok(());
        };
        if on_left != on_right {
            return Err(refused(
                &format!(
                    "USING ({ident}): one side spells it \"{on_left}\", the other \"{on_right}\"; write ON left.\"{on_left}\" = right.\"{on_right}\" with the tables' names"
                ),
                Span::try_from_sqlparser_span(ident.span),
            ));
        }
        if on_left != self.reading().normal(ident) {
            respell(ident, &on_left);
        }
        Ok(())
    }
}

/// Names the outputs of `SELECT` that are unqualified merged columns. A column of one side with the
/// same name gets a number, since the planner requires distinct names: `day`, `day:1`.
pub(super) fn name_merged(select: &mut Select, scope: &NameScope, reading: IdentifierCasing) {
    let mut given: Vec<(usize, String)> = Vec::new();
    for (place, item) in select.projection.iter_mut().enumerate() {
        let name = match &*item {
            SelectItem::UnnamedExpr(Expr::Identifier(ident)) => {
                let Some(merged) = scope.merged(reading, ident) else {
                    continue;
                };
                let name = reading.normal(ident);
                *item = named_after(merged, &name);
                name
            }
            SelectItem::UnnamedExpr(expr) if scope.is_merged(expr) => match expr {
                Expr::CompoundIdentifier(parts) => parts.last().map(|last| reading.normal(last)),
                _ => None,
            }
            .unwrap_or_default(),
            SelectItem::ExprWithAlias { expr, alias } if scope.is_merged(expr) => {
                reading.normal(alias)
            }
            _ => continue,
        };
        given.push((place, name));
    }
    for (place, name) in given {
        number_others(&mut select.projection, place, &name, reading);
    }
}

fn named_after(merged: &Expr, name: &str) -> SelectItem {
    match merged {
        Expr::CompoundIdentifier(_) => SelectItem::UnnamedExpr(merged.clone()),
        _ => SelectItem::ExprWithAlias {
            expr: merged.clone(),
            alias: Ident::with_quote('"', name),
        },
    }
}

/// Numbers the columns with the same name as the merged one at `place`: all of them if it has no
/// qualified name, else only repetitions of the same column.
fn number_others(items: &mut [SelectItem], place: usize, name: &str, reading: IdentifierCasing) {
    let full = |expr: &Expr| match expr {
        Expr::CompoundIdentifier(parts) => parts.iter().map(|part| reading.normal(part)).collect(),
        _ => Vec::new(),
    };
    let own: Option<Vec<String>> = match &items[place] {
        SelectItem::UnnamedExpr(expr) => Some(full(expr)),
        _ => None,
    };
    let mut number = 0;
    for (other, item) in items.iter_mut().enumerate() {
        let SelectItem::UnnamedExpr(expr) = &*item else {
            continue;
        };
        let parts = full(expr);
        let is_taken = own.as_ref().is_none_or(|own| *own == parts);
        if other != place && is_taken && parts.last().is_some_and(|last| last == name) {
            number += 1;
            *item = SelectItem::ExprWithAlias {
                expr: expr.clone(),
                alias: Ident::with_quote('"', format!("{name}:{number}")),
            };
        }
    }
}

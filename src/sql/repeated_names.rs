//! Two columns of one name in a result: `SELECT 5 / 2, 5 / 2`.
//!
//! `PostgreSQL` and `DuckDB` show both under the same header; the planner refuses a projection with
//! two expressions of one name. A statement refused for this is planned once more with new names
//! for the later columns, `k_1`, `k_2`: those of `DuckDB` where the columns become ones of a table,
//! a file or a subquery. In the displayed result they get their headers back.

use std::collections::HashMap;
use std::ops::ControlFlow;

use datafusion::common::{Column, TableReference};
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::{Expr as PlanExpr, LogicalPlan, LogicalPlanBuilder};
use datafusion::sql::parser::{CopyToSource, Statement as DFStatement};
use datafusion::sql::sqlparser::ast::{
    Expr, Ident, OrderByKind, Query, Select, SelectItem, SetExpr, Statement, VisitMut, VisitorMut,
};

use super::names::IdentifierCasing;

/// True if the planner refused a statement for two columns of one name.
pub(super) fn is_refused(error: &DataFusionError) -> bool {
    let text = error.find_root().to_string();
    text.contains("Projections require unique expression names")
        || text.contains("Schema contains qualified field name")
}

/// New names of columns of the outermost query, with their original names.
#[derive(Debug, Default)]
pub(super) struct RenamedHeaders(HashMap<String, String>);

/// Gives columns of one name new names: those of the outermost query, and those of inner queries
/// that are the same expression. `None` if there are none, or if ORDER BY refers to one of two that
/// differ.
pub(super) fn tell_apart(
    statement: &mut DFStatement,
    reading: IdentifierCasing,
) -> Option<RenamedHeaders> {
    let mut renamer = RepeatedNameRewriter {
        reading,
        has_renamed: false,
        headers: RenamedHeaders::default(),
    };
    if let Some(query) = outermost(statement) {
        if !renamer.outermost(query) {
            return None;
        }
        let _: ControlFlow<()> = query.visit(&mut renamer);
    }
    renamer.has_renamed.then_some(renamer.headers)
}

/// The plan of a query with the original headers; other plans unchanged.
///
/// # Errors
/// None that a user can cause.
pub(super) fn restore_headers(
    plan: LogicalPlan,
    headers: &RenamedHeaders,
    of: &DFStatement,
) -> Result<LogicalPlan> {
    let is_query = matches!(of, DFStatement::Statement(inner) if matches!(inner.as_ref(), Statement::Query(_)));
    if !is_query {
        return Ok(plan);
    }
    let columns: Vec<PlanExpr> = plan
        .schema()
        .iter()
        .enumerate()
        .map(|(place, (qualifier, field))| {
            let name = field.name();
            let column = PlanExpr::Column(Column::new(qualifier.cloned(), name));
            let header = headers.0.get(name).unwrap_or(name);
            // Headers that occur twice differ in their qualifier.
            if headers.0.values().any(|repeated| repeated == header) {
                let table = TableReference::bare(format!("column_{place}"));
                column.alias_qualified(Some(table), header)
            } else {
                column
            }
        })
        .collect();
    LogicalPlanBuilder::from(plan).project(columns)?.build()
}

fn outermost(statement: &mut DFStatement) -> Option<&mut Query> {
    match statement {
        DFStatement::Statement(inner) => outermost_of(inner),
        DFStatement::CopyTo(copy) => match &mut copy.source {
            CopyToSource::Query(query) => Some(query),
            CopyToSource::Relation(_) => None,
        },
        DFStatement::Explain(explain) => outermost(&mut explain.statement),
        DFStatement::CreateExternalTable(_) | DFStatement::Reset(_) => None,
    }
}

fn outermost_of(statement: &mut Statement) -> Option<&mut Query> {
    match statement {
        Statement::Query(query) => Some(query),
        Statement::Insert(insert) => insert.source.as_deref_mut(),
        Statement::CreateTable(create) => create.query.as_deref_mut(),
        Statement::CreateView(create) => Some(&mut create.query),
        Statement::Prepare { statement, .. } => outermost_of(statement),
        _ => None,
    }
}

struct RepeatedNameRewriter {
    reading: IdentifierCasing,
    has_renamed: bool,
    headers: RenamedHeaders,
}

impl VisitorMut for RepeatedNameRewriter {
    type Break = ();

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        self.rename(select, false);
        ControlFlow::Continue(())
    }
}

impl RepeatedNameRewriter {
    /// True if every name in ORDER BY still resolves to one column.
    fn outermost(&mut self, query: &mut Query) -> bool {
        let mut differing = vec![];
        self.all_selects(query.body.as_mut(), &mut differing);
        let Some(OrderByKind::Expressions(keys)) = query.order_by.as_ref().map(|by| &by.kind)
        else {
            return true;
        };
        keys.iter().all(|key| match &key.expr {
            Expr::Identifier(name) => !differing.contains(&self.reading.normal(name)),
            _ => true,
        })
    }

    fn all_selects(&mut self, body: &mut SetExpr, differing: &mut Vec<String>) {
        match body {
            SetExpr::Select(select) => differing.extend(self.rename(select, true)),
            SetExpr::Query(query) => self.all_selects(query.body.as_mut(), differing),
            SetExpr::SetOperation { left, right, .. } => {
                self.all_selects(left, differing);
                self.all_selects(right, differing);
            }
            _ => {}
        }
    }

    /// Renames the later columns of the same name. Returns the names that different columns share.
    fn rename(&mut self, select: &mut Select, is_outermost: bool) -> Vec<String> {
        let has_wildcard = select.projection.iter().any(|item| {
            matches!(
                item,
                SelectItem::Wildcard(_) | SelectItem::QualifiedWildcard(..)
            )
        });
        let mut taken: Vec<(String, Expr)> = vec![];
        let mut differing = vec![];
        for item in &mut select.projection {
            let Some((name, expr)) = self.named(item) else {
                continue;
            };
            let same = taken.iter().find(|(other, _)| *other == name);
            // The columns of a wildcard are not known here: this column may be one of them.
            let is_column = matches!(expr, Expr::Identifier(_) | Expr::CompoundIdentifier(_));
            let is_same = match same {
                Some((_, other)) => *other == expr,
                None => is_column,
            };
            let is_repeated = same.is_some() || (has_wildcard && is_outermost);
            taken.push((name.clone(), expr.clone()));
            if !is_repeated || !(is_outermost || is_same) {
                continue;
            }
            if !is_same {
                differing.push(name.clone());
            }
            let alias = further_name(&name, &taken);
            taken.push((alias.clone(), expr.clone()));
            self.has_renamed = true;
            if is_outermost {
                self.headers.0.insert(alias.clone(), name);
            }
            *item = SelectItem::ExprWithAlias {
                expr,
                alias: Ident::with_quote('"', alias),
            };
        }
        differing
    }

    /// Name and expression of an item; `None` if it may expand to many columns.
    fn named(&self, item: &SelectItem) -> Option<(String, Expr)> {
        match item {
            SelectItem::ExprWithAlias { expr, alias } => {
                Some((self.reading.normal(alias), expr.clone()))
            }
            SelectItem::UnnamedExpr(expr) => {
                let name = match expr {
                    Expr::Identifier(name) => self.reading.normal(name),
                    Expr::CompoundIdentifier(parts) => self.reading.normal(parts.last()?),
                    Expr::Function(call)
                        if call.name.to_string().eq_ignore_ascii_case("unnest") =>
                    {
                        return None;
                    }
                    other => other.to_string(),
                };
                Some((name, expr.clone()))
            }
            _ => None,
        }
    }
}

/// `name_1`, or the next number that is free.
fn further_name(name: &str, taken: &[(String, Expr)]) -> String {
    let mut number = 1_usize;
    loop {
        let further = format!("{name}_{number}");
        if !taken.iter().any(|(other, _)| *other == further) {
            return further;
        }
        number += 1;
    }
}

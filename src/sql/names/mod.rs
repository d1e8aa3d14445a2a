//! Resolves tables and columns in any case.
//!
//! DataFusion lowers unquoted names and then requires the exact name, so a column stored as
//! `CustomerID` needs quotes. Renaming the stored columns would change the output of `SELECT *` and
//! `COPY`, and a retry after an error would be too late: a name that an inner query misspells may
//! exist in the outer one and silently correlate the two. So names are resolved here, in the syntax
//! tree and before planning, each in its scope. A name that the planner finds as written is never
//! changed: statements that plan today plan the same.

mod asof_joins;
mod fields;
mod join_conditions;
mod joined;
mod joins;
mod lateral_aliases;
mod merged_keys;
mod relations;
mod scope;
mod set_names;
mod spelling;
mod wildcard;
mod wildcard_names;

use std::ops::ControlFlow;

use datafusion::error::{DataFusionError, Result};
use datafusion::sql::parser::{CopyToSource, Statement as DFStatement};
use datafusion::sql::sqlparser::ast::{
    AssignmentTarget, Expr, FromTable, Ident, ObjectName, ObjectNamePart, Query, Select, SetExpr,
    Statement, TableFactor, TableObject, VisitMut, VisitorMut,
};

use lateral_aliases::LateralNames;
use relations::RelationSources;
pub(super) use scope::IdentifierCasing;
use scope::{NameMatch, NameScope, ScopeRelation};
use spelling::{ambiguous, order_by_all, respell};

use super::catalog::StatementCatalog;
use crate::parser::refuse;

/// Rewrites every name of `statement` to its stored spelling, and the forms that need the columns
/// in scope: `* RENAME`, `COLUMNS(..)`, `ORDER BY ALL`.
///
/// # Errors
/// When a name matches several columns in case only, or a form is used that would be ignored.
pub(super) fn resolve(
    statement: &mut DFStatement,
    reading: IdentifierCasing,
    catalog: &StatementCatalog,
) -> Result<()> {
    let mut resolver = NameResolver {
        relations: RelationSources::new(reading, catalog),
        scopes: Vec::new(),
        marks: Vec::new(),
        looks_out: Vec::new(),
        error: None,
    };
    let flow = match statement {
        DFStatement::Statement(inner) => inner.visit(&mut resolver),
        DFStatement::CopyTo(copy) => match &mut copy.source {
            CopyToSource::Query(query) => query.visit(&mut resolver),
            CopyToSource::Relation(name) => {
                resolver.table(name);
                ControlFlow::Continue(())
            }
        },
        DFStatement::Explain(explain) => {
            return resolve(&mut explain.statement, reading, catalog);
        }
        DFStatement::CreateExternalTable(_) | DFStatement::Reset(_) => ControlFlow::Continue(()),
    };
    match (flow, resolver.error) {
        (ControlFlow::Break(()), Some(error)) => Err(error),
        _ => Ok(()),
    }
}

/// Visitor of a statement.
struct NameResolver<'a> {
    relations: RelationSources<'a>,
    scopes: Vec<NameScope>,
    /// One mark for each open query: the number of `WITH` tables visible before it.
    marks: Vec<usize>,
    /// For each open subquery whether it sees the columns of the query around it.
    looks_out: Vec<bool>,
    /// Error that stopped the traversal. It is stored here and not in the flow because each frame
    /// of the traversal holds hundreds of flows, and the tree of `a + b + ..` is as deep as it is
    /// long.
    error: Option<DataFusionError>,
}

type ResolverFlow = ControlFlow<()>;

impl VisitorMut for NameResolver<'_> {
    type Break = ();

    fn pre_visit_statement(&mut self, statement: &mut Statement) -> ResolverFlow {
        let scope = self.statement_scope(statement);
        self.scopes.push(scope);
        let done = self.statement_names(statement);
        self.flow(done)
    }

    fn post_visit_statement(&mut self, _: &mut Statement) -> ResolverFlow {
        self.scopes.pop();
        ControlFlow::Continue(())
    }

    fn pre_visit_query(&mut self, query: &mut Query) -> ResolverFlow {
        set_names::settle(query);
        self.marks.push(self.relations.enter(query));
        let mut scope = NameScope::default();
        if let SetExpr::Select(select) = query.body.as_mut() {
            let prepared = joins::prepare(select);
            self.flow(prepared)?;
            scope = self.relations.scope(select);
        }
        merged_keys::write_out(query, &scope, self.reading());
        let outputs = self.relations.body_outputs(&query.body);
        scope.outputs = outputs.iter().flatten().flatten().cloned().collect();
        scope.outputs_first = true;
        self.scopes.push(scope);
        let done = refuse::query(query);
        self.flow(done.and_then(|()| order_by_all(query, outputs.map(|o| o.len()))))
    }

    fn post_visit_query(&mut self, _: &mut Query) -> ResolverFlow {
        self.scopes.pop();
        if let Some(mark) = self.marks.pop() {
            self.relations.leave(mark);
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &mut Select) -> ResolverFlow {
        let done = self.select(select);
        self.flow(done)
    }

    fn post_visit_select(&mut self, _: &mut Select) -> ResolverFlow {
        self.scopes.pop();
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> ResolverFlow {
        if let TableFactor::Table {
            name, args: None, ..
        } = factor
        {
            self.table(name);
        }
        if let TableFactor::Derived { lateral, .. } = factor {
            self.looks_out.push(*lateral);
        }
        ControlFlow::Continue(())
    }

    fn post_visit_table_factor(&mut self, factor: &mut TableFactor) -> ResolverFlow {
        if matches!(factor, TableFactor::Derived { .. }) {
            self.looks_out.pop();
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ResolverFlow {
        match expr {
            Expr::Identifier(ident) => {
                let found = self.column(ident);
                let done = found.map(|merged| {
                    if let Some(merged) = merged {
                        *expr = merged;
                    }
                });
                self.flow(done)
            }
            Expr::CompoundIdentifier(parts) => {
                let done = self.compound(parts);
                self.flow(done)
            }
            Expr::Lambda(lambda) => {
                let names = lambda.params.iter().map(|p| p.name.value.to_lowercase());
                self.scopes.push(NameScope {
                    parameters: names.collect(),
                    ..NameScope::default()
                });
                ControlFlow::Continue(())
            }
            expr if is_subquery(expr) => {
                self.looks_out.push(true);
                ControlFlow::Continue(())
            }
            _ => ControlFlow::Continue(()),
        }
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ResolverFlow {
        if matches!(expr, Expr::Lambda(_)) {
            self.scopes.pop();
        } else if is_subquery(expr) {
            self.looks_out.pop();
        }
        ControlFlow::Continue(())
    }
}

fn is_subquery(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::Subquery(_) | Expr::Exists { .. } | Expr::InSubquery { .. }
    )
}

impl NameResolver<'_> {
    fn flow(&mut self, done: Result<()>) -> ResolverFlow {
        match done {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                self.error = Some(error);
                ControlFlow::Break(())
            }
        }
    }

    fn reading(&self) -> IdentifierCasing {
        self.relations.reading
    }

    /// Replaces a table's name by its stored spelling.
    fn table(&self, name: &mut ObjectName) {
        let actual = match self.relations.cte_named(name) {
            Some((cte, _)) => Some(cte.clone()),
            None => self.relations.table(name).map(|table| table.name.clone()),
        };
        if let (Some(actual), Some(ObjectNamePart::Identifier(ident))) = (actual, name.0.last_mut())
            && self.reading().normal(ident) != actual
        {
            respell(ident, &actual);
        }
    }

    /// The target tables of `UPDATE`, `DELETE` and `INSERT`.
    fn statement_scope(&mut self, statement: &Statement) -> NameScope {
        let relations = match statement {
            Statement::Update(update) => {
                let table = std::slice::from_ref(&update.table);
                self.relations.from(table).relations
            }
            Statement::Delete(delete) => {
                let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) =
                    &delete.from;
                self.relations.from(from).relations
            }
            _ => Vec::new(),
        };
        NameScope {
            relations,
            ..NameScope::default()
        }
    }

    fn statement_names(&mut self, statement: &mut Statement) -> Result<()> {
        match statement {
            Statement::Insert(insert) => {
                let TableObject::TableName(table) = &mut insert.table else {
                    return Ok(());
                };
                self.table(table);
                let Some(stored) = self.relations.table(table) else {
                    return Ok(());
                };
                for column in &mut insert.columns {
                    self.among(column, &stored.columns)?;
                }
            }
            Statement::Update(update) => {
                let columns: Vec<String> = self
                    .scopes
                    .iter()
                    .flat_map(|scope| &scope.relations)
                    .flat_map(ScopeRelation::names)
                    .map(str::to_owned)
                    .collect();
                for assignment in &mut update.assignments {
                    if let AssignmentTarget::ColumnName(column) = &mut assignment.target {
                        self.among(column, &columns)?;
                    }
                }
            }
            Statement::ExplainTable { table_name, .. } => self.table(table_name),
            Statement::Drop { names, .. } => names.iter_mut().for_each(|name| self.table(name)),
            _ => {}
        }
        Ok(())
    }

    fn select(&mut self, select: &mut Select) -> Result<()> {
        refuse::select(select)?;
        joins::prepare(select)?;
        let scope = self.relations.scope(select);
        for item in &mut select.from {
            self.joins(item)?;
        }
        wildcard::write_out(select, &scope, self.reading())?;
        self.lateral_aliases(select, &scope)?;
        joins::name_merged(select, &scope, self.reading());
        fields::name(select, &scope, self.reading());
        for item in &mut select.projection {
            self.wildcard_names(item, &scope)?;
        }
        self.scopes.push(scope);
        Ok(())
    }

    fn lateral_aliases(&self, select: &mut Select, scope: &NameScope) -> Result<()> {
        let looks_out = self.looks_out.last().copied().unwrap_or_default();
        let is_outer = |ident: &Ident| {
            let mut outer = self.scopes.iter().filter(|_| looks_out);
            outer.any(|scope| {
                let names = scope.relations.iter().flat_map(ScopeRelation::names);
                scope.is_open() || self.reading().find(ident, names) != NameMatch::Missing
            })
        };
        let names = LateralNames {
            scope,
            reading: self.reading(),
            functions: self.relations.functions(),
            is_outer: &is_outer,
        };
        lateral_aliases::write_out(select, &names)
    }

    fn among(&self, name: &mut ObjectName, columns: &[String]) -> Result<()> {
        let Some(ObjectNamePart::Identifier(ident)) = name.0.last_mut() else {
            return Ok(());
        };
        match self
            .reading()
            .find(ident, columns.iter().map(String::as_str))
        {
            NameMatch::Spelled(name) => respell(ident, &name),
            NameMatch::Several(names) => return Err(ambiguous(ident, &names)),
            NameMatch::Exact | NameMatch::Missing => {}
        }
        Ok(())
    }

    /// A column without qualifier: resolved in the innermost scope that has it in any case. Returns
    /// its expression if a join merged it.
    fn column(&self, ident: &mut Ident) -> Result<Option<Expr>> {
        for scope in self.scopes.iter().rev() {
            if let Some(merged) = scope.merged(self.reading(), ident) {
                return Ok(Some(merged.clone()));
            }
            match scope.find(self.reading(), ident) {
                NameMatch::Exact => return Ok(None),
                // A relation whose columns only the planner knows may have the name as written.
                NameMatch::Spelled(_) | NameMatch::Missing if scope.is_open() => return Ok(None),
                NameMatch::Spelled(name) => {
                    respell(ident, &name);
                    return Ok(None);
                }
                NameMatch::Several(names) => return Err(ambiguous(ident, &names)),
                NameMatch::Missing => {}
            }
        }
        Ok(None)
    }

    /// `relation.column`, `schema.table.column`, or a column and fields of it.
    fn compound(&self, parts: &mut [Ident]) -> Result<()> {
        let Some(last) = parts.len().checked_sub(1) else {
            return Ok(());
        };
        for scope in self.scopes.iter().rev() {
            for split in (1..=last).rev() {
                let Some(relation) = scope.relation(self.reading(), &parts[..split]) else {
                    continue;
                };
                let actual: Vec<String> = relation.qualifier.clone();
                for (part, actual) in parts[..split].iter_mut().rev().zip(actual.iter().rev()) {
                    if self.reading().normal(part) != *actual {
                        respell(part, actual);
                    }
                }
                match self.reading().find(&parts[split], relation.names()) {
                    NameMatch::Spelled(name) => respell(&mut parts[split], &name),
                    NameMatch::Several(names) => return Err(ambiguous(&parts[split], &names)),
                    NameMatch::Exact | NameMatch::Missing => {}
                }
                return Ok(());
            }
        }
        let first = parts.first_mut();
        first.map_or(Ok(()), |first| self.column(first).map(|_| ()))
    }
}

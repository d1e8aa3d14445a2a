//! Aliases of a SELECT list that its later items and WHERE refer to, written out.
//!
//! The planner knows aliases in GROUP BY, HAVING, QUALIFY and ORDER BY alone. A column of FROM wins over an
//! alias, as in DuckDB, and so does a column of the query around a subquery.

use std::ops::ControlFlow;

use datafusion::common::Span;
use datafusion::error::{DataFusionError, Result};
use datafusion::sql::sqlparser::ast::{
    AccessExpr, Expr, Function, Ident, Query, Select, SelectItem, VisitMut, VisitorMut,
};

use super::scope::{IdentifierCasing, NameMatch, NameScope, ScopeRelation};
use crate::parser::refused;
use crate::sql::catalog::FunctionNames;

/// An alias, and what its expression calls.
struct LateralAlias {
    name: String,
    expr: Expr,
    has_aggregate: bool,
    has_window: bool,
    /// Expands to rows.
    has_unnest: bool,
    /// A function that gives another value at each call.
    volatile: Option<String>,
}

/// Names in view: columns of FROM, and what else is known under a name without qualifier.
pub(super) struct LateralNames<'a> {
    pub(super) scope: &'a NameScope,
    pub(super) reading: IdentifierCasing,
    pub(super) functions: &'a FunctionNames,
    /// True for a column of the query around a subquery.
    pub(super) is_outer: &'a dyn Fn(&Ident) -> bool,
}

impl LateralNames<'_> {
    fn is_column(&self, ident: &Ident) -> bool {
        let names = self.scope.relations.iter().flat_map(ScopeRelation::names);
        self.reading.find(ident, names) != NameMatch::Missing || (self.is_outer)(ident)
    }

    fn is_relation(&self, ident: &Ident) -> bool {
        let parts = std::slice::from_ref(ident);
        self.scope.relation(self.reading, parts).is_some()
    }
}

/// Writes the aliases out.
///
/// # Errors
/// When an alias stands where its expression cannot.
pub(super) fn write_out(select: &mut Select, names: &LateralNames<'_>) -> Result<()> {
    // A column that only the planner knows could have the name.
    if names.scope.is_open() || names.scope.outputs.is_empty() {
        return Ok(());
    }
    let mut aliases: Vec<LateralAlias> = Vec::new();
    for item in &mut select.projection {
        match item {
            SelectItem::UnnamedExpr(expr) => {
                let name = match &*expr {
                    Expr::Identifier(ident) => Some(ident.clone()),
                    _ => None,
                };
                let is_changed = AliasWriter::new(names, &aliases, false).write(expr)?;
                if let Some(alias) = name.filter(|_| is_changed) {
                    let expr = std::mem::replace(expr, Expr::Identifier(Ident::new("")));
                    *item = SelectItem::ExprWithAlias { expr, alias };
                }
            }
            SelectItem::ExprWithAlias { expr, alias } => {
                AliasWriter::new(names, &aliases, false).write(expr)?;
                let alias = LateralAlias::new(names.reading.normal(alias), expr, names.functions);
                // The last of several is meant.
                aliases.retain(|other| other.name != alias.name);
                aliases.push(alias);
            }
            _ => {}
        }
    }
    if let Some(condition) = &mut select.selection {
        AliasWriter::new(names, &aliases, true).write(condition)?;
    }
    Ok(())
}

impl LateralAlias {
    fn new(name: String, expr: &Expr, functions: &FunctionNames) -> Self {
        let mut calls = CallCollector {
            functions,
            queries: 0,
            alias: Self {
                name,
                expr: expr.clone(),
                has_aggregate: false,
                has_window: false,
                has_unnest: false,
                volatile: None,
            },
        };
        let _: ControlFlow<()> = expr.clone().visit(&mut calls);
        calls.alias
    }
}

struct CallCollector<'a> {
    functions: &'a FunctionNames,
    queries: usize,
    alias: LateralAlias,
}

impl VisitorMut for CallCollector<'_> {
    type Break = ();

    fn pre_visit_query(&mut self, _: &mut Query) -> ControlFlow<()> {
        self.queries += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &mut Query) -> ControlFlow<()> {
        self.queries -= 1;
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if let Expr::Function(call) = expr {
            let name = folded(call);
            if self.functions.is_volatile(&name) {
                self.alias.volatile = Some(name);
            } else if self.queries > 0 {
                // Calls of a subquery are its own.
            } else if call.over.is_some() {
                self.alias.has_window = true;
            } else if self.functions.is_aggregate(&name) {
                self.alias.has_aggregate = true;
            } else if name == "unnest" {
                self.alias.has_unnest = true;
            }
        }
        ControlFlow::Continue(())
    }
}

fn folded(call: &Function) -> String {
    call.name.to_string().to_lowercase()
}

/// Visitor of one expression.
struct AliasWriter<'a> {
    names: &'a LateralNames<'a>,
    aliases: &'a [LateralAlias],
    is_condition: bool,
    /// Number of queries, and of calls of aggregates and of windows, that are open.
    queries: usize,
    aggregates: usize,
    windows: usize,
    parameters: Vec<String>,
    is_changed: bool,
    error: Option<DataFusionError>,
}

impl<'a> AliasWriter<'a> {
    fn new(names: &'a LateralNames<'a>, aliases: &'a [LateralAlias], is_condition: bool) -> Self {
        Self {
            names,
            aliases,
            is_condition,
            queries: 0,
            aggregates: 0,
            windows: 0,
            parameters: Vec::new(),
            is_changed: false,
            error: None,
        }
    }

    /// Rewrites `expr`; true if it was changed.
    fn write(mut self, expr: &mut Expr) -> Result<bool> {
        if self.aliases.is_empty() {
            return Ok(false);
        }
        let flow: ControlFlow<()> = expr.visit(&mut self);
        match (flow, self.error) {
            (ControlFlow::Break(()), Some(error)) => Err(error),
            _ => Ok(self.is_changed),
        }
    }

    fn alias(&self, ident: &Ident) -> Option<&'a LateralAlias> {
        let folded = ident.value.to_lowercase();
        if self.queries > 0 || self.parameters.contains(&folded) || self.names.is_column(ident) {
            return None;
        }
        let reading = self.names.reading;
        let mut found = self.aliases.iter().rev();
        let is = |alias: &&LateralAlias| {
            reading.find(ident, std::iter::once(alias.name.as_str())) != NameMatch::Missing
        };
        found.find(is)
    }

    fn replacement(&self, alias: &LateralAlias, ident: &Ident) -> Result<Expr> {
        let name = &ident.value;
        let elsewhere = "name it in a subquery first";
        let fault = if let Some(function) = &alias.volatile {
            format!(
                "'{name}' calls {function}(), which gives another value at each call: {elsewhere}"
            )
        } else if self.is_condition && alias.has_window {
            format!("'{name}' has a window function, which is computed after WHERE: write QUALIFY")
        } else if self.is_condition && alias.has_aggregate {
            format!("'{name}' is an aggregate, which is computed after WHERE: write HAVING")
        } else if self.is_condition && alias.has_unnest {
            format!("'{name}' is made by unnest, after WHERE: {elsewhere}")
        } else if (self.aggregates > 0 && (alias.has_aggregate || alias.has_window))
            || (self.windows > 0 && alias.has_window)
        {
            format!("'{name}' is computed after the call that it stands in: {elsewhere}")
        } else {
            return Ok(match &alias.expr {
                column @ (Expr::Identifier(_) | Expr::CompoundIdentifier(_) | Expr::Value(_)) => {
                    column.clone()
                }
                other => Expr::Nested(Box::new(other.clone())),
            });
        };
        Err(refused(&fault, Span::try_from_sqlparser_span(ident.span)))
    }

    fn replace(&mut self, expr: &mut Expr) -> Result<()> {
        let (ident, fields) = match &*expr {
            Expr::Identifier(ident) => (ident.clone(), &[][..]),
            Expr::CompoundIdentifier(parts) => match parts.split_first() {
                Some((first, rest)) if !self.names.is_relation(first) => (first.clone(), rest),
                _ => return Ok(()),
            },
            _ => return Ok(()),
        };
        let Some(alias) = self.alias(&ident) else {
            return Ok(());
        };
        let root = self.replacement(alias, &ident)?;
        let field = |part: &Ident| AccessExpr::Dot(Expr::Identifier(part.clone()));
        *expr = if fields.is_empty() {
            root
        } else {
            Expr::CompoundFieldAccess {
                root: Box::new(root),
                access_chain: fields.iter().map(field).collect(),
            }
        };
        self.is_changed = true;
        Ok(())
    }

    /// Counts a call that begins or ends.
    fn count(&mut self, expr: &Expr, by: isize) {
        if let Expr::Function(call) = expr {
            let counted = if call.over.is_some() {
                &mut self.windows
            } else if self.names.functions.is_aggregate(&folded(call)) {
                &mut self.aggregates
            } else {
                return;
            };
            *counted = counted.saturating_add_signed(by);
        }
    }
}

impl VisitorMut for AliasWriter<'_> {
    type Break = ();

    fn pre_visit_query(&mut self, _: &mut Query) -> ControlFlow<()> {
        self.queries += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &mut Query) -> ControlFlow<()> {
        self.queries -= 1;
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        self.count(expr, 1);
        if let Expr::Lambda(lambda) = expr {
            let names = lambda.params.iter().map(|p| p.name.value.to_lowercase());
            self.parameters.extend(names);
        }
        ControlFlow::Continue(())
    }

    // Behind its children, so that what takes a name's place is not looked at again.
    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        self.count(expr, -1);
        if let Expr::Lambda(lambda) = expr {
            let kept = self.parameters.len().saturating_sub(lambda.params.len());
            self.parameters.truncate(kept);
        }
        match self.replace(expr) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                self.error = Some(error);
                ControlFlow::Break(())
            }
        }
    }
}

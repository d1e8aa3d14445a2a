//! The fields of a struct as columns: `d.*`, `(f(x)).*` and `unnest(d)`.

use std::ops::ControlFlow;

use datafusion::arrow::datatypes::{DataType, Fields};
use datafusion::common::Span;
use datafusion::error::Result;
use datafusion::prelude::SessionContext;
use datafusion::sql::sqlparser::ast::{
    AccessExpr, Cte, ExcludeSelectItem, Expr, ObjectName, Select, SelectItem,
    SelectItemQualifiedWildcardKind, Spanned, Subscript, TableFactor, TableWithJoins,
    WildcardAdditionalOptions, visit_expressions,
};

use super::syntax::{self, aliased, arguments, function_name, quoted, text};
use super::{functions, planned};
use crate::parser::refused;
use crate::sql_type;

const PROBED: &str = "\u{0}struct";

/// An item of a SELECT list that may be a struct opened into its fields.
#[derive(Debug)]
pub(super) struct StructForm {
    select: Select,
    place: usize,
    ctes: Vec<Cte>,
}

impl StructForm {
    pub(super) fn new(select: Select, place: usize, ctes: Vec<Cte>) -> Self {
        Self {
            select,
            place,
            ctes,
        }
    }

    /// True if the item at `place` may be one.
    pub(super) fn is_one(select: &Select, place: usize) -> bool {
        match &select.projection[place] {
            SelectItem::QualifiedWildcard(
                SelectItemQualifiedWildcardKind::ObjectName(name),
                options,
            ) => is_plain(options) && !is_relation(name, &select.from),
            SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::Expr(_), options) => {
                is_plain(options)
            }
            SelectItem::UnnamedExpr(Expr::Function(call)) => {
                function_name(call) == "unnest" && arguments(call).len() == 1
            }
            _ => false,
        }
    }

    /// The items that take its place, and true if they are other ones.
    ///
    /// # Errors
    /// When FROM cannot be planned, or `(..).*` opens no struct.
    pub(super) async fn write_out(
        self,
        context: &SessionContext,
    ) -> Result<(Vec<SelectItem>, bool)> {
        let item = self.select.projection[self.place].clone();
        let fields = match &item {
            SelectItem::UnnamedExpr(Expr::Function(call)) => {
                let argument = arguments(call).remove(0);
                let is_volatile = Self::is_volatile(&argument, context);
                let fields = if is_volatile {
                    None
                } else {
                    self.fields(context, argument.clone()).await?
                };
                fields.map(|fields| items(&nested(argument), &fields, &[]))
            }
            SelectItem::QualifiedWildcard(
                SelectItemQualifiedWildcardKind::ObjectName(name),
                options,
            ) => {
                let expr = path(name);
                let fields = self.fields(context, expr.clone()).await?;
                fields.map(|fields| items(&expr, &fields, &excluded(options)))
            }
            SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::Expr(expr), options) => {
                let fields = self.opened(context, expr).await?;
                Some(items(&nested(expr.clone()), &fields, &excluded(options)))
            }
            _ => None,
        };
        Ok(match fields {
            Some(items) if !items.is_empty() => (items, true),
            // The planner says what is wrong with it.
            _ => (vec![item], false),
        })
    }

    /// The fields of the struct in `(expr).*`, which stands for nothing else.
    async fn opened(&self, context: &SessionContext, expr: &Expr) -> Result<Fields> {
        let span = Span::try_from_sqlparser_span(expr.span());
        if Self::is_volatile(expr, context) {
            let advice = "(..).* would call a random function once for each field: name the STRUCT in a subquery, and write name.*";
            return Err(refused(advice, span));
        }
        match self.data_type(context, expr.clone()).await? {
            DataType::Struct(fields) => Ok(fields),
            other => {
                let given = sql_type::name(&other);
                let advice = format!(
                    "(..).* opens the fields of a STRUCT, and {expr} is {given}: leave .* out"
                );
                Err(refused(&advice, span))
            }
        }
    }

    fn is_volatile(expr: &Expr, context: &SessionContext) -> bool {
        let functions = functions(context);
        let mut is_volatile = false;
        let _: ControlFlow<()> = visit_expressions(expr, |expr| {
            if let Expr::Function(call) = expr {
                is_volatile |= functions.is_volatile(&function_name(call));
            }
            ControlFlow::Continue(())
        });
        is_volatile
    }

    /// The fields of `expr` at the place of the item; `None` if it is no struct.
    async fn fields(&self, context: &SessionContext, expr: Expr) -> Result<Option<Fields>> {
        match self.data_type(context, expr).await {
            Ok(DataType::Struct(fields)) => Ok(Some(fields)),
            Ok(_) => Ok(None),
            Err(_) => self.check_from(context).await.map(|()| None),
        }
    }

    /// The error of FROM alone, which would be lost behind that of the item.
    async fn check_from(&self, context: &SessionContext) -> Result<()> {
        let item = aliased(text(""), PROBED);
        let query = syntax::select(vec![item], self.select.from.clone())?;
        planned(context, syntax::with(query, &self.ctes)).await?;
        Ok(())
    }

    async fn data_type(&self, context: &SessionContext, expr: Expr) -> Result<DataType> {
        let mut query = syntax::select(Vec::new(), Vec::new())?;
        syntax::change(&mut query, |select| {
            *select = self.select.clone();
            select.distinct = None;
            select.projection[self.place] = aliased(expr, PROBED);
        });
        let frame = planned(context, syntax::with(query, &self.ctes)).await?;
        let field = frame.schema().field_with_unqualified_name(PROBED)?;
        Ok(field.data_type().clone())
    }
}

/// `*` may leave fields out, and nothing else.
fn is_plain(options: &WildcardAdditionalOptions) -> bool {
    options.opt_ilike.is_none() && options.opt_rename.is_none() && options.opt_replace.is_none()
}

fn excluded(options: &WildcardAdditionalOptions) -> Vec<String> {
    let mut names = Vec::new();
    match &options.opt_exclude {
        Some(ExcludeSelectItem::Single(name)) => names.push(name.to_string()),
        Some(ExcludeSelectItem::Multiple(all)) => {
            names.extend(all.iter().map(ObjectName::to_string));
        }
        None => {}
    }
    if let Some(except) = &options.opt_except {
        names.push(except.first_element.to_string());
        names.extend(except.additional_elements.iter().map(ToString::to_string));
    }
    names
        .iter()
        .map(|name| name.trim_matches('"').to_lowercase())
        .collect()
}

/// True if `name.*` has the columns of a relation.
fn is_relation(name: &ObjectName, from: &[TableWithJoins]) -> bool {
    let Some(last) = name.0.last().and_then(|part| part.as_ident()) else {
        return true;
    };
    let is_called = |factor: &TableFactor| called(factor, &last.value);
    from.iter().any(|item| {
        let joins = item.joins.iter().map(|join| &join.relation);
        std::iter::once(&item.relation).chain(joins).any(is_called)
    })
}

fn called(factor: &TableFactor, name: &str) -> bool {
    match factor {
        TableFactor::NestedJoin {
            table_with_joins,
            alias: None,
        } => is_relation(
            &ObjectName::from(vec![quoted(name)]),
            std::slice::from_ref(table_with_joins),
        ),
        TableFactor::Table {
            alias: None,
            name: table,
            ..
        } => {
            let last = table.0.last().and_then(|part| part.as_ident());
            last.is_some_and(|last| last.value.eq_ignore_ascii_case(name))
        }
        TableFactor::Table { alias, .. }
        | TableFactor::Derived { alias, .. }
        | TableFactor::NestedJoin { alias, .. }
        | TableFactor::UNNEST { alias, .. }
        | TableFactor::Function { alias, .. }
        | TableFactor::TableFunction { alias, .. } => alias
            .as_ref()
            .is_some_and(|alias| alias.name.value.eq_ignore_ascii_case(name)),
        _ => true,
    }
}

/// A column, or a column behind its table's name.
fn path(name: &ObjectName) -> Expr {
    let mut parts: Vec<_> = name
        .0
        .iter()
        .filter_map(|part| part.as_ident().cloned())
        .collect();
    match parts.len() {
        1 => Expr::Identifier(parts.remove(0)),
        _ => Expr::CompoundIdentifier(parts),
    }
}

fn nested(expr: Expr) -> Expr {
    match expr {
        plain @ (Expr::Identifier(_) | Expr::CompoundIdentifier(_) | Expr::Nested(_)) => plain,
        other => Expr::Nested(Box::new(other)),
    }
}

fn items(expr: &Expr, fields: &Fields, excluded: &[String]) -> Vec<SelectItem> {
    let kept = fields
        .iter()
        .filter(|field| !excluded.contains(&field.name().to_lowercase()));
    let item = |name: &str| {
        let field = Expr::CompoundFieldAccess {
            root: Box::new(expr.clone()),
            access_chain: vec![AccessExpr::Subscript(Subscript::Index {
                index: text(name),
            })],
        };
        aliased(field, name)
    };
    kept.map(|field| item(field.name())).collect()
}

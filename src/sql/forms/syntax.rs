//! Pieces of syntax trees.

use std::ops::ControlFlow;

use datafusion::error::Result;
use datafusion::sql::sqlparser::ast::helpers::attached_token::AttachedToken;
use datafusion::sql::sqlparser::ast::{
    Cte, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentList, FunctionArguments,
    Ident, ObjectName, Query, Select, SelectItem, SetExpr, TableAlias, TableFactor, TableWithJoins,
    Value, With, visit_expressions,
};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::parser::Parser;

/// `SELECT projection FROM from`.
pub(super) fn select(projection: Vec<SelectItem>, from: Vec<TableWithJoins>) -> Result<Query> {
    let mut query = *Parser::new(&GenericDialect)
        .try_with_sql("SELECT *")?
        .parse_query()?;
    if let SetExpr::Select(select) = query.body.as_mut() {
        if !projection.is_empty() {
            select.projection = projection;
        }
        select.from = from;
    }
    Ok(query)
}

/// Changes the SELECT of a query made by [`select`].
pub(super) fn change(query: &mut Query, by: impl FnOnce(&mut Select)) {
    if let SetExpr::Select(select) = query.body.as_mut() {
        by(select);
    }
}

/// `query` with the WITH queries that are in view at its place.
pub(super) fn with(mut query: Query, ctes: &[Cte]) -> Query {
    if !ctes.is_empty() {
        query.with = Some(With {
            with_token: AttachedToken::empty(),
            recursive: false,
            cte_tables: ctes.to_vec(),
        });
    }
    query
}

pub(super) fn derived(query: Query, alias: Option<TableAlias>) -> TableFactor {
    TableFactor::Derived {
        lateral: false,
        subquery: Box::new(query),
        alias,
        sample: None,
    }
}

pub(super) fn relation(factor: TableFactor) -> TableWithJoins {
    TableWithJoins {
        relation: factor,
        joins: Vec::new(),
    }
}

pub(super) fn quoted(name: &str) -> Ident {
    Ident::with_quote('"', name)
}

pub(super) fn column(name: &str) -> Expr {
    Expr::Identifier(quoted(name))
}

pub(super) fn text(text: &str) -> Expr {
    Expr::value(Value::SingleQuotedString(text.to_owned()))
}

pub(super) fn aliased(expr: Expr, name: &str) -> SelectItem {
    SelectItem::ExprWithAlias {
        expr,
        alias: quoted(name),
    }
}

pub(super) fn call(name: &str, arguments: Vec<Expr>) -> Expr {
    let argument = |expr| FunctionArg::Unnamed(FunctionArgExpr::Expr(expr));
    Expr::Function(Function {
        name: ObjectName::from(vec![Ident::new(name)]),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(FunctionArgumentList {
            duplicate_treatment: None,
            args: arguments.into_iter().map(argument).collect(),
            clauses: vec![],
        }),
        filter: None,
        null_treatment: None,
        over: None,
        within_group: vec![],
    })
}

/// The unnamed arguments of a call.
pub(super) fn arguments(call: &Function) -> Vec<Expr> {
    let FunctionArguments::List(list) = &call.args else {
        return Vec::new();
    };
    let of_argument = |argument: &FunctionArg| match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr.clone()),
        _ => None,
    };
    list.args.iter().filter_map(of_argument).collect()
}

/// Name of a function, in lower case.
pub(super) fn function_name(call: &Function) -> String {
    let name = call.name.0.last().and_then(|part| part.as_ident());
    name.map_or_else(String::new, |ident| ident.value.to_lowercase())
}

/// The names of columns in an expression, in lower case.
pub(super) fn columns_in(expr: &Expr) -> Vec<String> {
    let mut names = Vec::new();
    let _: ControlFlow<()> = visit_expressions(expr, |expr| {
        let name = match expr {
            Expr::Identifier(ident) => Some(ident),
            Expr::CompoundIdentifier(parts) => parts.last(),
            _ => None,
        };
        names.extend(name.map(|name| name.value.to_lowercase()));
        ControlFlow::Continue(())
    });
    names
}

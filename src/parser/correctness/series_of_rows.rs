//! A series in FROM for each row of the tables before it: `FROM t, generate_series(t.a, t.b)`.
//!
//! The stock table functions take constants. A call with anything else is the list that the function of
//! the same name gives, as rows: `unnest(generate_series(t.a, t.b)) AS g(value)`.
//!
//! Upstream: none found: "`FROM t, generate_series(1, t.n)`: table function arguments cannot refer to other tables"
//! Retire when: the stock engine answers that.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentList, FunctionArguments, Ident,
    ObjectName, TableAlias, TableAliasColumnDef, TableFactor, VisitMut, VisitorMut,
    visit_expressions,
};

/// The functions, and the name of the column that they give as table functions.
const SERIES: [&str; 2] = ["generate_series", "range"];
const COLUMN: &str = "value";

/// Rewrites each such call.
pub(super) fn unnest(node: &mut impl VisitMut) {
    let _: ControlFlow<()> = node.visit(&mut SeriesOfRows);
}

struct SeriesOfRows;

impl VisitorMut for SeriesOfRows {
    type Break = ();

    fn post_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<()> {
        let (name, args, alias) = match factor {
            TableFactor::Table {
                name,
                args: Some(args),
                alias,
                with_ordinality: false,
                ..
            } => (&*name, args.args.clone(), alias),
            TableFactor::Function {
                name,
                args,
                alias,
                with_ordinality: false,
                ..
            } => (&*name, args.clone(), alias),
            _ => return ControlFlow::Continue(()),
        };
        if is_series(name) && args.iter().any(reads_rows) {
            *factor = TableFactor::UNNEST {
                array_exprs: vec![call(name, &args)],
                alias: Some(named(alias.take(), name)),
                with_offset: false,
                with_offset_alias: None,
                with_ordinality: false,
            };
        }
        ControlFlow::Continue(())
    }
}

fn is_series(name: &ObjectName) -> bool {
    let name = name.to_string();
    SERIES
        .iter()
        .any(|series| name.eq_ignore_ascii_case(series))
}

/// True if an argument has a column or a subquery.
fn reads_rows(argument: &FunctionArg) -> bool {
    let FunctionArg::Unnamed(FunctionArgExpr::Expr(value)) = argument else {
        return false;
    };
    let found = visit_expressions(value, |part| match part {
        Expr::Identifier(_) | Expr::CompoundIdentifier(_) | Expr::Subquery(_) => {
            ControlFlow::Break(())
        }
        _ => ControlFlow::Continue(()),
    });
    found.is_break()
}

/// The alias with the name of the column.
fn named(alias: Option<TableAlias>, function: &ObjectName) -> TableAlias {
    let mut alias = alias.unwrap_or_else(|| TableAlias {
        explicit: true,
        name: Ident::new(function.to_string().to_lowercase()),
        columns: vec![],
        at: None,
    });
    if alias.columns.is_empty() {
        alias.columns.push(TableAliasColumnDef::from_name(COLUMN));
    }
    alias
}

fn call(name: &ObjectName, args: &[FunctionArg]) -> Expr {
    Expr::Function(Function {
        name: name.clone(),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(FunctionArgumentList {
            duplicate_treatment: None,
            args: args.to_vec(),
            clauses: vec![],
        }),
        filter: None,
        null_treatment: None,
        over: None,
        within_group: vec![],
    })
}

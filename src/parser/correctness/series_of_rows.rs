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
    visit_expressions, visit_expressions_mut,
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
        if let Some(rows) = as_unnest(factor) {
            *factor = rows;
        }
        if let TableFactor::UNNEST { array_exprs, .. } = factor {
            call_for_arrays(array_exprs);
        }
        ControlFlow::Continue(())
    }
}

/// The call of a series over rows, or `LATERAL unnest(..)`; `None` for other items of FROM.
fn as_unnest(factor: &TableFactor) -> Option<TableFactor> {
    let (name, args, alias) = match factor {
        TableFactor::Table {
            name,
            args: Some(args),
            alias,
            with_ordinality: false,
            ..
        } => (name, &args.args, alias),
        TableFactor::Function {
            name,
            args,
            alias,
            with_ordinality: false,
            ..
        } => (name, args, alias),
        _ => return None,
    };
    let (array_exprs, alias) = if name.to_string().eq_ignore_ascii_case("unnest") {
        let lists = args.iter().map(|argument| match argument {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(list)) => Some(list.clone()),
            _ => None,
        });
        (lists.collect::<Option<Vec<_>>>()?, alias.clone())
    } else if is_series(name) && args.iter().any(reads_rows) {
        (vec![call(name, args)], Some(named(alias.clone(), name)))
    } else {
        return None;
    };
    Some(TableFactor::UNNEST {
        alias,
        array_exprs,
        with_offset: false,
        with_offset_alias: None,
        with_ordinality: false,
    })
}

/// `[a, b]` as `make_array(a, b)`: the planner looks for the columns of the former in no outer query.
fn call_for_arrays(lists: &mut Vec<Expr>) {
    let _: ControlFlow<()> = visit_expressions_mut(lists, |expr| {
        if let Expr::Array(array) = expr {
            let elements = array.elem.iter().cloned();
            let elements: Vec<_> = elements
                .map(|element| FunctionArg::Unnamed(FunctionArgExpr::Expr(element)))
                .collect();
            *expr = call(&ObjectName::from(vec![Ident::new("make_array")]), &elements);
        }
        ControlFlow::Continue(())
    });
}

fn is_series(name: &ObjectName) -> bool {
    let name = name.to_string();
    SERIES
        .iter()
        .any(|series| name.eq_ignore_ascii_case(series))
}

/// Functions that give timestamps, which a series takes beside dates.
const TIMES: [&str; 5] = [
    "date_trunc",
    "date_bin",
    "time_bucket",
    "to_timestamp",
    "strptime",
];

/// True if an argument has a column or a subquery, or a time that is computed.
fn reads_rows(argument: &FunctionArg) -> bool {
    let FunctionArg::Unnamed(FunctionArgExpr::Expr(value)) = argument else {
        return false;
    };
    let found = visit_expressions(value, |part| match part {
        Expr::Identifier(_) | Expr::CompoundIdentifier(_) | Expr::Subquery(_) => {
            ControlFlow::Break(())
        }
        Expr::Function(call) => {
            let name = call.name.to_string().to_lowercase();
            if TIMES.contains(&name.as_str()) {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
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

//! Distinguishes casts in a SELECT that groups, aggregates or has windows, or of which a column is another's cast.
//!
//! The planner leaves casts out of the names of expressions: `min(ts::DATE)` and `min(ts)`, or the
//! keys `ts::DATE` and `ts::TIMESTAMP`, have one name, and it refuses two columns of one name. If
//! two of them would collide, each cast of the SELECT is wrapped in a function that returns its
//! argument and has the type in its name.
//!
//! Upstream: none found: "`Expr::schema_name` drops Cast, so `min(x::DATE)` and `min(x)` in one SELECT are a duplicate field"
//! Retire when: `SELECT min(x::BIGINT), min(x) FROM (VALUES (1.5)) t(x)` plans.

use std::collections::HashMap;
use std::ops::ControlFlow;

use datafusion::functions_aggregate::all_default_aggregate_functions;
use datafusion::sql::sqlparser::ast::{
    Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentList, FunctionArguments,
    GroupByExpr, Ident, ObjectName, Query, Select, SelectItem, SetExpr, Value, Visit, VisitMut,
    VisitorMut, visit_expressions, visit_expressions_mut,
};

use crate::functions::correctness::named_cast::NAME as NAMED_CAST;
use crate::functions::{self};

/// Wraps the casts of every SELECT below `node` with such a collision.
pub(super) fn tell_apart(node: &mut impl VisitMut) {
    let _: ControlFlow<()> = node.visit(&mut CastNameRewriter);
}

struct CastNameRewriter;

impl VisitorMut for CastNameRewriter {
    type Break = ();

    fn post_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        let Query { body, order_by, .. } = query;
        let mut meets = false;
        each_select(body, &mut |select| {
            if names_meet(select) {
                meets = true;
                wrap(&mut select.projection);
                wrap(&mut select.group_by);
                wrap(&mut select.having);
                wrap(&mut select.qualify);
                wrap(&mut select.named_window);
                wrap(&mut select.distinct);
            }
        });
        if meets {
            wrap(order_by);
        }
        ControlFlow::Continue(())
    }
}

fn each_select(body: &mut SetExpr, visit: &mut impl FnMut(&mut Select)) {
    match body {
        SetExpr::Select(select) => visit(select),
        SetExpr::SetOperation { left, right, .. } => {
            each_select(left, visit);
            each_select(right, visit);
        }
        _ => {}
    }
}

/// True if two columns, two calls or two keys differ in their casts only.
fn names_meet(select: &Select) -> bool {
    let mut names = CastNameCollisions::default();
    let GroupByExpr::Expressions(keys, _) = &select.group_by else {
        return false;
    };
    // Those of the outermost SELECT are named by their text already.
    for item in &select.projection {
        if let SelectItem::UnnamedExpr(expr) = item {
            names.add(expr);
        }
    }
    names.add_calls(&select.projection);
    names.add_calls(&select.having);
    names.add_calls(&select.qualify);
    for key in keys {
        match key {
            Expr::Value(_) | Expr::Identifier(_) => {
                let items = select.projection.iter();
                let items = items.filter_map(|item| match item {
                    SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } => {
                        Some(expr)
                    }
                    _ => None,
                });
                items.for_each(|item| names.add(item));
                names.add(key);
            }
            Expr::Rollup(sets) | Expr::Cube(sets) | Expr::GroupingSets(sets) => {
                sets.iter().flatten().for_each(|key| names.add(key));
            }
            _ => names.add(key),
        }
    }
    names.meet
}

fn is_aggregate(call: &Function) -> bool {
    let name = call.name.to_string().to_lowercase();
    let stock = all_default_aggregate_functions().into_iter();
    let mut all = stock.chain(functions::all_aggregate());
    all.any(|function| function.name() == name || function.aliases().contains(&name))
}

/// Expressions by their text without casts.
#[derive(Default)]
struct CastNameCollisions {
    whole: HashMap<String, String>,
    meet: bool,
}

impl CastNameCollisions {
    fn add_calls(&mut self, node: &impl Visit) {
        let _: ControlFlow<()> = visit_expressions(node, |expr| {
            match expr {
                Expr::Function(call) if call.over.is_some() || is_aggregate(call) => self.add(expr),
                _ => {}
            }
            ControlFlow::Continue(())
        });
    }

    fn add(&mut self, expr: &Expr) {
        let (mut bare, mut whole) = (expr.clone(), expr.clone());
        let _: ControlFlow<()> = visit_expressions_mut(&mut bare, |part| {
            if let Expr::Cast { expr, .. }
            | Expr::Nested(expr)
            | Expr::AtTimeZone {
                timestamp: expr, ..
            } = part
            {
                *part = expr.as_ref().clone();
            }
            if let Expr::CompoundIdentifier(names) = part
                && let Some(last) = names.last()
            {
                *part = Expr::Identifier(last.clone());
            }
            ControlFlow::Continue(())
        });
        wrap(&mut whole);
        let (bare, whole) = (bare.to_string().to_lowercase(), whole.to_string());
        // Equal texts are the same expression; other differences, as in table names, are no matter
        // of casts.
        let has_cast = |text: &str| text.contains(NAMED_CAST);
        match self.whole.get(&bare) {
            Some(other) if *other != whole => self.meet |= has_cast(&whole) || has_cast(other),
            Some(_) => {}
            None => {
                self.whole.insert(bare, whole);
            }
        }
    }
}

/// Wraps every cast below `node` in the function; a cast of AT TIME ZONE, which casts a local time,
/// is wrapped together with it.
fn wrap(node: &mut impl VisitMut) {
    let _: ControlFlow<()> = visit_expressions_mut(node, |expr| {
        let shown = match expr {
            Expr::Cast {
                expr: operand,
                data_type,
                ..
            } => {
                let shown = data_type.to_string().to_uppercase();
                format!("{shown}{}", unwrapped(operand))
            }
            Expr::AtTimeZone {
                timestamp,
                time_zone,
            } => format!("AT {time_zone}{}", unwrapped(timestamp)),
            _ => return ControlFlow::Continue(()),
        };
        let name = Expr::value(Value::SingleQuotedString(shown));
        let cast = std::mem::replace(expr, Expr::value(Value::Null));
        *expr = call(vec![cast, name]);
        ControlFlow::Continue(())
    });
}

/// Removes the function from an operand; returns the operand's name there.
fn unwrapped(operand: &mut Expr) -> String {
    let inner = match operand {
        Expr::Nested(inner) => return unwrapped(inner),
        other => other,
    };
    let Expr::Function(function) = inner else {
        return String::new();
    };
    // Only around AT TIME ZONE: a cast of a cast may be a separate key.
    let is_named = function.name.to_string() == NAMED_CAST;
    let FunctionArguments::List(list) = &function.args else {
        return String::new();
    };
    let [
        FunctionArg::Unnamed(FunctionArgExpr::Expr(cast)),
        FunctionArg::Unnamed(FunctionArgExpr::Expr(name)),
    ] = list.args.as_slice()
    else {
        return String::new();
    };
    if !is_named || !matches!(cast, Expr::AtTimeZone { .. }) {
        return String::new();
    }
    let name = format!(" OF {}", name.to_string().trim_matches('\''));
    *inner = cast.clone();
    name
}

fn call(args: Vec<Expr>) -> Expr {
    let args = args.into_iter().map(FunctionArgExpr::Expr);
    Expr::Function(Function {
        name: ObjectName::from(vec![Ident::new(NAMED_CAST)]),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(FunctionArgumentList {
            duplicate_treatment: None,
            args: args.map(FunctionArg::Unnamed).collect(),
            clauses: vec![],
        }),
        filter: None,
        null_treatment: None,
        over: None,
        within_group: vec![],
    })
}

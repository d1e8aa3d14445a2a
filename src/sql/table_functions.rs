//! Table functions over a table: `ticket_facts(ticket_events)` becomes `ticket_facts((SELECT * FROM
//! ticket_events))`, so that names are resolved as everywhere else.

use std::ops::ControlFlow;

use datafusion::common::{Result, internal_err};
use datafusion::sql::parser::{CopyToSource, DFParser, Statement};
use datafusion::sql::sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, Ident, ObjectName, Query, SetExpr,
    Statement as SqlStatement, TableFactor, Value, VisitMut, VisitorMut,
};

use crate::event_log::takes_events;
use crate::insight::is_table_function;

/// Arguments that are tables.
const TABLES: [&str; 2] = ["events", "tickets"];

/// Replaces each table argument of such a call by a query.
///
/// # Errors
/// Never for SQL that users can write.
pub(super) fn arrange(statement: &mut Statement) -> Result<()> {
    match statement {
        Statement::Statement(inner) => arrange_in(inner.as_mut()),
        Statement::Explain(explain) => arrange(&mut explain.statement),
        Statement::CopyTo(copy) => match &mut copy.source {
            CopyToSource::Query(query) => arrange_in(query.as_mut()),
            CopyToSource::Relation(_) => Ok(()),
        },
        Statement::CreateExternalTable(_) | Statement::Reset(_) => Ok(()),
    }
}

fn arrange_in(node: &mut impl VisitMut) -> Result<()> {
    match node.visit(&mut TableArgumentRewriter) {
        ControlFlow::Break(error) => Err(error),
        ControlFlow::Continue(()) => Ok(()),
    }
}

struct TableArgumentRewriter;

impl VisitorMut for TableArgumentRewriter {
    type Break = datafusion::error::DataFusionError;

    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<Self::Break> {
        let TableFactor::Table {
            name,
            args: Some(args),
            ..
        } = factor
        else {
            return ControlFlow::Continue(());
        };
        if takes_events(name) || is_table_function(name) {
            for (place, argument) in args.args.iter_mut().enumerate() {
                if let Some(value) = table_argument(place, argument)
                    && let Some(table) = table(value)
                {
                    match all_of(table) {
                        Ok(query) => *value = Expr::Subquery(query),
                        Err(error) => return ControlFlow::Break(error),
                    }
                }
            }
        }
        ControlFlow::Continue(())
    }
}

/// The value of a table argument: the first argument, and those with such a name.
fn table_argument(place: usize, argument: &mut FunctionArg) -> Option<&mut Expr> {
    let is_table = |name: &str| {
        let name = name.to_ascii_lowercase();
        TABLES.contains(&name.as_str())
    };
    let (arg, takes_table) = match argument {
        FunctionArg::Unnamed(arg) => (arg, place == 0),
        FunctionArg::Named { name, arg, .. } => {
            let takes_table = is_table(&name.value);
            (arg, takes_table)
        }
        FunctionArg::ExprNamed { name, arg, .. } => {
            let takes_table = is_table(&name.to_string());
            (arg, takes_table)
        }
    };
    match arg {
        FunctionArgExpr::Expr(value) if takes_table => Some(value),
        _ => None,
    }
}

/// The table that an argument names.
fn table(argument: &Expr) -> Option<ObjectName> {
    let parts = match argument {
        Expr::Identifier(ident) => vec![ident.clone()],
        Expr::CompoundIdentifier(parts) => parts.clone(),
        Expr::Value(value) => match &value.value {
            Value::SingleQuotedString(text) => vec![Ident::with_quote('\'', text)],
            _ => return None,
        },
        _ => return None,
    };
    Some(ObjectName::from(parts))
}

fn all_of(table: ObjectName) -> Result<Box<Query>> {
    let parsed = DFParser::parse_sql("SELECT * FROM events")?.pop_front();
    if let Some(Statement::Statement(inner)) = parsed
        && let SqlStatement::Query(mut query) = *inner
        && let SetExpr::Select(select) = query.body.as_mut()
        && let Some(TableFactor::Table { name, .. }) =
            select.from.first_mut().map(|item| &mut item.relation)
    {
        *name = table;
        return Ok(query);
    }
    internal_err!("SELECT * FROM events is a query")
}

//! Table functions that take a table: `ticket_facts(ticket_events)` becomes
//! `ticket_facts((SELECT * FROM ticket_events))`, so that names are looked up as everywhere else.

use std::ops::ControlFlow;

use datafusion::common::{Result, internal_err};
use datafusion::sql::parser::{CopyToSource, DFParser, Statement};
use datafusion::sql::sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, Ident, ObjectName, Query, SetExpr,
    Statement as SqlStatement, TableFactor, Value, VisitMut, VisitorMut,
};

use crate::events::takes_events;

/// Makes the first argument of each such call a query.
///
/// # Errors
/// Never for what people write.
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
    match node.visit(&mut Arranger) {
        ControlFlow::Break(error) => Err(error),
        ControlFlow::Continue(()) => Ok(()),
    }
}

struct Arranger;

impl VisitorMut for Arranger {
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
        if takes_events(name)
            && let Some(FunctionArg::Unnamed(FunctionArgExpr::Expr(events))) = args.args.first_mut()
            && let Some(table) = table(events)
        {
            match all_of(table) {
                Ok(query) => *events = Expr::Subquery(query),
                Err(error) => return ControlFlow::Break(error),
            }
        }
        ControlFlow::Continue(())
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

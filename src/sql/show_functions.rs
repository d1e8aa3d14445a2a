//! `SHOW FUNCTIONS` lists every function.
//!
//! The planner joins the routines with their parameters, and a function that determines the types
//! of its arguments itself has none there: `sum`, `count`, `coalesce` and most others were missing.
//! The statement becomes a query that retains the routines without parameters and adds functions
//! that are no routines: functions after FROM, and those rewritten to an expression. Names match in
//! any case.
//!
//! Upstream: none found: SHOW FUNCTIONS leaves out functions with a user-defined signature, such as sum and coalesce
//! Retire when: `SHOW FUNCTIONS LIKE 'coalesce'` has a row.

use datafusion::catalog::Session;
use datafusion::common::plan_err;
use datafusion::error::Result;
use datafusion::sql::parser::{DFParser, Statement as DFStatement};
use datafusion::sql::sqlparser::ast::{Expr, ShowStatementFilter, Statement, Value};

use crate::functions::FunctionPage;

/// Names and columns are those of the stock statement. Functions that represent casts in plans have
/// no description: users never write them.
const ROUTINES: &str = "\
SELECT DISTINCT r.routine_name AS function_name, coalesce(p.return_type, r.data_type) AS return_type, \
    p.parameters, p.parameter_types, r.function_type, r.description, r.syntax_example \
FROM information_schema.routines r LEFT JOIN ( \
    SELECT o.specific_name AS function_name, o.data_type AS return_type, \
        array_agg(i.parameter_name ORDER BY i.ordinal_position) AS parameters, \
        array_agg(i.data_type ORDER BY i.ordinal_position) AS parameter_types \
    FROM information_schema.parameters o \
    LEFT JOIN information_schema.parameters i \
        ON i.specific_name = o.specific_name AND i.rid = o.rid AND i.parameter_mode = 'IN' \
    WHERE o.parameter_mode = 'OUT' \
    GROUP BY o.specific_name, o.data_type, o.rid \
) p ON r.routine_name = p.function_name AND r.function_type <> 'TABLE' \
WHERE (r.description IS NOT NULL OR r.function_type = 'TABLE')";

/// Rewrites `SHOW FUNCTIONS` to its query; leaves other statements unchanged. `pages` returns those
/// of all functions.
///
/// # Errors
/// When it filters by anything but the name.
pub(crate) fn write_out(
    statement: &mut DFStatement,
    session: &dyn Session,
    pages: impl FnOnce() -> Vec<FunctionPage>,
) -> Result<()> {
    let DFStatement::Statement(inner) = &*statement else {
        return Ok(());
    };
    let Statement::ShowFunctions { filter } = inner.as_ref() else {
        return Ok(());
    };
    let condition = match filter {
        None => String::new(),
        Some(ShowStatementFilter::Like(pattern) | ShowStatementFilter::ILike(pattern)) => {
            format!("WHERE function_name ILIKE {}", quoted(pattern))
        }
        Some(ShowStatementFilter::Where(_) | ShowStatementFilter::NoKeyword(_)) => {
            return plan_err!(
                "SHOW FUNCTIONS takes a pattern only: SHOW FUNCTIONS LIKE '%median%'"
            );
        }
    };
    let others = pages().into_iter().filter(|page| {
        let name = page.name.as_str();
        !(session.scalar_functions().contains_key(name)
            || session.aggregate_functions().contains_key(name)
            || session.window_functions().contains_key(name))
    });
    let others: String = others.map(|page| other(&page)).collect();
    let query = format!(
        "SELECT * FROM ({ROUTINES}{others}) {condition} ORDER BY function_name, function_type, return_type"
    );
    if let Some(query) = DFParser::parse_sql(&query)?.pop_front() {
        *statement = query;
    }
    Ok(())
}

/// Row of a function that is no routine.
fn other(page: &FunctionPage) -> String {
    let syntax = page
        .documentation
        .as_ref()
        .map_or("", |page| &page.syntax_example);
    let description = page
        .documentation
        .as_ref()
        .map_or("", |page| &page.description);
    let type_name = if page.kind == "table" {
        "'TABLE'"
    } else {
        "NULL"
    };
    format!(
        " UNION ALL SELECT {}, {type_name}, NULL, NULL, {}, {}, {}",
        quoted(&page.name),
        quoted(&page.kind.to_uppercase()),
        quoted(description),
        quoted(syntax),
    )
}

fn quoted(text: &str) -> Expr {
    Expr::value(Value::SingleQuotedString(text.to_owned()))
}

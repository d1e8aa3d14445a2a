//! Gives calls that count business time the calendars that they name.
//!
//! Calendars are the session's, and a plan may run in another one, which has others or none. So what a call
//! names is written out beside it, as an argument that nobody sees.

use datafusion::common::ScalarValue;
use datafusion::common::tree_node::Transformed;
use datafusion::logical_expr::{Expr, lit};

use crate::functions::datetime::business;
use crate::time::calendar::BusinessCalendars;

/// A call that counts business time with the definition of its calendars appended; any other expression as it is.
pub(super) fn with_calendars(mut expr: Expr, calendars: &BusinessCalendars) -> Transformed<Expr> {
    let Expr::ScalarFunction(call) = &mut expr else {
        return Transformed::no(expr);
    };
    if business::arity(&call.func) != Some(call.args.len()) {
        return Transformed::no(expr);
    }
    let definition = match call
        .args
        .last()
        .and_then(name)
        .map(|name| calendars.find(name))
    {
        Some(Ok(calendar)) => BusinessCalendars::definition([calendar]),
        // A name that there is not is refused where it is looked up, among all that there are.
        Some(Err(_)) => return Transformed::no(expr),
        None => BusinessCalendars::definition(calendars.iter()),
    };
    call.args.push(lit(definition));
    Transformed::yes(expr)
}

/// The name that stands in the call; `None` for a column of names.
fn name(calendar: &Expr) -> Option<&str> {
    match calendar {
        Expr::Literal(ScalarValue::Utf8(Some(name)), _) => Some(name),
        Expr::Literal(ScalarValue::Utf8View(Some(name)), _) => Some(name),
        Expr::Cast(cast) => name(&cast.expr),
        _ => None,
    }
}

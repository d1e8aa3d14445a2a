//! Appends the definitions of calendars to calls that count business time.
//!
//! Calendars belong to the session, and a plan may run in another one, which has others or none. So the
//! definition of a named calendar is added to the call, as a hidden argument.

use datafusion::common::ScalarValue;
use datafusion::common::tree_node::Transformed;
use datafusion::logical_expr::{Expr, lit};

use crate::functions::datetime::business;
use crate::time::calendar::BusinessCalendars;

/// A call that counts business time with the definition of its calendars appended; other expressions as
/// they are.
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
        // The look-up in all calendars reports an unknown name.
        Some(Err(_)) => return Transformed::no(expr),
        None => BusinessCalendars::definition(calendars.iter()),
    };
    call.args.push(lit(definition));
    Transformed::yes(expr)
}

/// The literal name in the call; `None` for a column of names.
fn name(calendar: &Expr) -> Option<&str> {
    match calendar {
        Expr::Literal(ScalarValue::Utf8(Some(name)), _) => Some(name),
        Expr::Literal(ScalarValue::Utf8View(Some(name)), _) => Some(name),
        Expr::Cast(cast) => name(&cast.expr),
        _ => None,
    }
}

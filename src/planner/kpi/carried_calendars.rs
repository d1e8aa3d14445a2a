//! Gives calls that count business time the calendars that they name.
//!
//! Calendars are the session's, and a plan may run in another one, which has others or none. So what a call
//! names is written out beside it, as an argument that nobody sees.

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{Expr, LogicalPlan, lit};
use datafusion::optimizer::AnalyzerRule;

use crate::functions::datetime::business;
use crate::planner::rewrite::rewrite_expressions;
use crate::settings::Options;
use crate::time::calendar::Calendars;

/// Appends the definition of the calendars to each call; to run when calls of KPIs have become calls of
/// `business_end`.
#[derive(Debug)]
pub(crate) struct CarryCalendars;

impl AnalyzerRule for CarryCalendars {
    fn name(&self) -> &'static str {
        "carry_calendars"
    }

    fn analyze(&self, plan: LogicalPlan, config: &ConfigOptions) -> Result<LogicalPlan> {
        let calendars = Options::calendars(config);
        rewrite_expressions(plan, |expr, _| Ok(with_calendars(expr, &calendars)))
    }
}

fn with_calendars(mut expr: Expr, calendars: &Calendars) -> Transformed<Expr> {
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
        Some(Ok(calendar)) => Calendars::definition([calendar]),
        // A name that there is not is refused where it is looked up, among all that there are.
        Some(Err(_)) => return Transformed::no(expr),
        None => Calendars::definition(calendars.iter()),
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

//! Business time: durations, due times and instants by the calendars of the session.

mod add;
mod arguments;
mod clocks;
mod elapsed;
mod end;
mod moment;

use std::sync::Arc;

use datafusion::logical_expr::ScalarUDF;

pub(crate) use arguments::needs_zone;

/// The functions.
pub(crate) fn all() -> Vec<ScalarUDF> {
    let mut all = elapsed::all();
    all.push(end::function());
    all.push(add::function());
    all.extend(moment::all());
    all
}

/// `business_end(start, end, calendar)`, by which any function of two instants counts business time.
pub(crate) fn end() -> Arc<ScalarUDF> {
    Arc::new(end::function())
}

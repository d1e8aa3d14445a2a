//! `time = "epoch"`: the assumed unit of counts since 1970.

use datafusion::logical_expr::Expr;

use super::{HintSet, name};
use crate::functions::datetime::text::is_epoch;

/// A call that reads counts since 1970 of an unspecified unit.
pub(super) fn check(expr: &Expr, found: &mut HintSet) {
    let Expr::ScalarFunction(call) = expr else {
        return;
    };
    let is_reading = ["from_local_time", "try_from_local_time"].contains(&call.name());
    let (true, [value, _, Expr::Literal(pattern, _)]) = (is_reading, call.args.as_slice()) else {
        return;
    };
    if pattern.try_as_str().flatten().is_some_and(is_epoch) {
        let column = name(value);
        found.add(format!(
            "{column} counts since 1970 in seconds below 100,000,000,000, in milliseconds below a thousand times \
             that, then in microseconds and nanoseconds: the size of each value decides"
        ));
    }
}

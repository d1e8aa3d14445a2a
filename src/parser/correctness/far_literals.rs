//! TIMESTAMP literals outside the range of nanoseconds, such as `TIMESTAMP '9999-12-31 00:00:00'`.
//!
//! The planner uses nanoseconds for every TIMESTAMP, which end in 2262. In a statement with a
//! literal outside this range all literals are microseconds, as they are in `PostgreSQL` and
//! DuckDB, unless they have more digits.
//!
//! Upstream: none found: TIMESTAMP '9999-12-31 00:00:00' fails, TIMESTAMP(6) '9999-12-31 00:00:00' works
//! Retire when: TIMESTAMP without a precision is of microseconds, or reaches to 9999

use std::ops::ControlFlow;

use chrono::Timelike;
use datafusion::sql::sqlparser::ast::{DataType, Expr, Value, VisitMut, visit_expressions_mut};

use crate::time::text;

/// Gives the timestamps of a statement with such literals six digits.
pub(super) fn give_precision(node: &mut impl VisitMut) {
    let mut is_far = false;
    let _: ControlFlow<()> = visit_expressions_mut(node, |expr| {
        if let Some((_, text)) = timestamp(expr) {
            is_far |= is_far_text(&text);
        }
        ControlFlow::Continue(())
    });
    if !is_far {
        return;
    }
    let _: ControlFlow<()> = visit_expressions_mut(node, |expr| {
        if let Some((data_type, text)) = timestamp(expr)
            && let DataType::Timestamp(precision @ None, _) = data_type
            && !has_nanos(&text)
        {
            *precision = Some(6);
        }
        ControlFlow::Continue(())
    });
}

/// The type and the text of a timestamp literal.
fn timestamp(expr: &mut Expr) -> Option<(&mut DataType, String)> {
    let (data_type, text) = match expr {
        Expr::TypedString(typed) => {
            let text = text_of(&typed.value.value)?;
            (&mut typed.data_type, text)
        }
        Expr::Cast {
            expr, data_type, ..
        } => {
            let Expr::Value(value) = expr.as_ref() else {
                return None;
            };
            (data_type, text_of(&value.value)?)
        }
        _ => return None,
    };
    matches!(data_type, DataType::Timestamp(..)).then_some((data_type, text))
}

fn text_of(value: &Value) -> Option<String> {
    value.clone().into_string()
}

fn is_far_text(text: &str) -> bool {
    let time = text::read(text).ok().and_then(|written| written.in_utc());
    time.is_some_and(|time| time.and_utc().timestamp_nanos_opt().is_none())
}

fn has_nanos(text: &str) -> bool {
    let written = text::read(text).ok();
    let time = written.and_then(|written| written.time);
    time.is_some_and(|time| time.nanosecond() % 1_000 != 0)
}

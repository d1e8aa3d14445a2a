//! Offsets of RANGE frames: `ORDER BY at RANGE BETWEEN INTERVAL '7 days' PRECEDING AND CURRENT ROW`.
//!
//! The stock planner casts an offset to a type chosen by the key: a number beside a DATE is a count of
//! months, beside a text any offset means all rows before, and beside decimals it is rounded to their
//! digits. Here an offset is a number beside numbers, truncated to the digits that can make a
//! difference, and a length of time beside times; all other offsets are refused, as in `PostgreSQL`.
//!
//! Upstream: none found: RANGE 6 PRECEDING over a DATE is 6 months, and RANGE offsets over a VARCHAR mean UNBOUNDED
//! Retire when: both are refused or give rows by the distance that is written.

use arrow::datatypes::DataType;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{DFSchema, Result, ScalarValue, plan_err};
use datafusion::logical_expr::expr::WindowFunction;
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::{
    Expr, ExprSchemable, LogicalPlan, WindowFrame, WindowFrameBound, WindowFrameUnits,
};

use super::numbers::digits;
use crate::functions::datetime::lengths::interval_from_text;
use crate::sql_type;

/// `plan`, before any rewrite, with offsets that fit the keys of their windows.
///
/// # Errors
/// When an offset has no meaning beside the key.
pub(crate) fn settle_range_offsets(plan: LogicalPlan) -> Result<LogicalPlan> {
    let settled = plan.transform_down_with_subqueries(|node| {
        let LogicalPlan::Window(window) = &node else {
            return Ok(Transformed::no(node));
        };
        let schema = window.input.schema().as_ref().clone();
        let names = NamePreserver::new(&node);
        node.map_expressions(|expression| {
            let name = names.save(&expression);
            let settled = expression.transform_up(|part| settle(part, &schema))?;
            Ok(settled.update_data(|expression| name.restore(expression)))
        })
    })?;
    Ok(settled.data)
}

fn settle(expression: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    let Expr::WindowFunction(mut call) = expression else {
        return Ok(Transformed::no(expression));
    };
    let changed = settle_frame(&mut call, schema)?;
    let call = Expr::WindowFunction(call);
    Ok(Transformed::new_transformed(call, changed))
}

fn settle_frame(call: &mut WindowFunction, schema: &DFSchema) -> Result<bool> {
    let frame = &call.params.window_frame;
    let [key] = call.params.order_by.as_slice() else {
        return Ok(false);
    };
    if frame.units != WindowFrameUnits::Range {
        return Ok(false);
    }
    let Ok(of_key) = key.expr.get_type(schema) else {
        return Ok(false);
    };
    let start = bound(&frame.start_bound, &of_key)?;
    let end = bound(&frame.end_bound, &of_key)?;
    let changed = start != frame.start_bound || end != frame.end_bound;
    if changed {
        call.params.window_frame = WindowFrame::new_bounds(WindowFrameUnits::Range, start, end);
    }
    Ok(changed)
}

fn bound(bound: &WindowFrameBound, of_key: &DataType) -> Result<WindowFrameBound> {
    let settled = |offset: &ScalarValue| -> Result<ScalarValue> {
        match offset {
            ScalarValue::Utf8(Some(text)) => {
                Ok(ScalarValue::Utf8(Some(offset_beside(text, of_key)?)))
            }
            other => Ok(other.clone()),
        }
    };
    Ok(match bound {
        WindowFrameBound::Preceding(offset) => WindowFrameBound::Preceding(settled(offset)?),
        WindowFrameBound::Following(offset) => WindowFrameBound::Following(settled(offset)?),
        WindowFrameBound::CurrentRow => WindowFrameBound::CurrentRow,
    })
}

/// The offset in `text`, a number or an interval, beside a key of type `of_key`.
fn offset_beside(text: &str, of_key: &DataType) -> Result<String> {
    use DataType::{Date32, Date64, Duration, Interval, Time32, Time64, Timestamp};
    let is_number = text.trim().parse::<f64>().is_ok();
    let key = sql_type::name(of_key);
    match of_key {
        of if of.is_numeric() && is_number => Ok(cut(text, of)),
        of if of.is_numeric() => {
            plan_err!("RANGE beside a {key} takes a number: write RANGE BETWEEN 7 PRECEDING AND ..")
        }
        Date32 | Date64 | Timestamp(..) | Duration(_) | Interval(_) if is_number => plan_err!(
            "RANGE beside a {key} takes a length of time: write INTERVAL '{text} days' PRECEDING"
        ),
        Date32 | Date64 | Timestamp(..) | Duration(_) | Interval(_) => {
            let length = interval_from_text(text)?;
            if length.months < 0 || length.days < 0 || length.nanoseconds < 0 {
                plan_err!(
                    "an offset of RANGE is not negative: exchange PRECEDING and FOLLOWING instead"
                )
            } else {
                Ok(text.to_owned())
            }
        }
        Time32(_) | Time64(_) => plan_err!(
            "RANGE takes no offset beside a TIME: ORDER BY extract(epoch FROM x), with a number of seconds"
        ),
        _ => plan_err!(
            "RANGE with an offset needs numbers or times in ORDER BY, not a {key}: cast it, or write ROWS"
        ),
    }
}

/// The number without digits that the key does not have: distances between keys do not have them
/// either.
fn cut(text: &str, of_key: &DataType) -> String {
    let Some((_, scale)) = digits(of_key) else {
        return text.to_owned();
    };
    match (text.split_once('.'), usize::try_from(scale)) {
        (Some((whole, fraction)), Ok(scale)) if !fraction.contains(['e', 'E']) => {
            let kept = &fraction[..fraction.len().min(scale)];
            if kept.is_empty() {
                format!("{whole}{}", if whole.is_empty() { "0" } else { "" })
            } else {
                format!("{whole}.{kept}")
            }
        }
        _ => text.to_owned(),
    }
}

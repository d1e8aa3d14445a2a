//! INTERVAL literals in all common forms: `INTERVAL '2 days 02:30:00'`, `'00:05:30'`, `'1-2' YEAR
//! TO MONTH`, `7 DAYS`.
//! The stock parser supports words and units only, refuses `hh:mm:ss` and ISO 8601, and reads a
//! window frame's `INTERVAL 7 DAYS` as a text, printed as a syntax tree. The text is parsed here,
//! and rewritten in words that the stock parser supports.
//!
//! Upstream: none found: "INTERVAL '1 day 02:03:04', '00:05:30' and 'PT1H' are refused; `PostgreSQL` reads them"
//! Retire when: `SELECT INTERVAL '2 days 02:30:00'` works.

use std::ops::ControlFlow;

use arrow::datatypes::IntervalMonthDayNano;
use datafusion::common::plan_datafusion_err;
use datafusion::error::{DataFusionError, Result};
use datafusion::sql::sqlparser::ast::{
    DateTimeField, Expr, Function, Interval, UnaryOperator, Value, VisitMut, WindowFrameBound,
    WindowFrameUnits, WindowType, visit_expressions_mut,
};

use crate::functions::datetime::lengths::{LengthUnit, read};

/// Rewrites every interval literal of a node in words that the stock parser supports.
///
/// # Errors
/// When a text is not an interval.
pub(crate) fn rewrite(node: &mut impl VisitMut) -> Result<()> {
    let _: ControlFlow<()> = visit_expressions_mut(node, |expr| {
        count_rows(expr);
        ControlFlow::Continue(())
    });
    let flow = visit_expressions_mut(node, |expr| match expr {
        Expr::Interval(interval) => match rewrite_one(interval) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => ControlFlow::Break(error),
        },
        Expr::UnaryOp {
            op: UnaryOperator::Minus,
            expr: inner,
        } => {
            // Written before the text, the sign would apply to the months only.
            if let Some(negated) = negated(inner) {
                *expr = negated;
            }
            ControlFlow::Continue(())
        }
        _ => ControlFlow::Continue(()),
    });
    match flow {
        ControlFlow::Break(error) => Err(error),
        ControlFlow::Continue(()) => Ok(()),
    }
}

/// Converts the `'1'` of `ROWS '1' PRECEDING`, which the parser reads as an interval, to a number
/// of rows.
fn count_rows(expr: &mut Expr) {
    let Expr::Function(Function {
        over: Some(WindowType::WindowSpec(window)),
        ..
    }) = expr
    else {
        return;
    };
    let frame = window.window_frame.as_mut();
    let Some(frame) = frame.filter(|frame| frame.units != WindowFrameUnits::Range) else {
        return;
    };
    for bound in [Some(&mut frame.start_bound), frame.end_bound.as_mut()] {
        let Some(WindowFrameBound::Preceding(Some(rows)) | WindowFrameBound::Following(Some(rows))) =
            bound
        else {
            continue;
        };
        if let Expr::Interval(interval) = rows.as_ref()
            && interval.leading_field.is_none()
            && let Some(number) = text(&interval.value)
        {
            let number = Value::Number(number, false).with_empty_span();
            **rows = Expr::Value(number);
        }
    }
}

fn rewrite_one(interval: &mut Interval) -> Result<(), DataFusionError> {
    let Some(text) = text(&interval.value) else {
        return Ok(());
    };
    // The planner refuses precisions with its own error.
    if interval.leading_precision.is_some() || interval.fractional_seconds_precision.is_some() {
        return Ok(());
    }
    let first = interval.leading_field.as_ref();
    let last = interval.last_field.as_ref();
    let bare = match last.or(first) {
        Some(field) => unit(field),
        None => Some(LengthUnit::SECOND),
    };
    let Some(bare) = bare else { return Ok(()) };
    let is_minutes = matches!(first, Some(DateTimeField::Minute | DateTimeField::Minutes));
    let clock = if is_minutes && last.is_some() && text.matches(':').count() == 1 {
        format!("0:{text}")
    } else {
        text.clone()
    };
    let Some(length) = read(&clock, bare) else {
        return Err(plan_datafusion_err!(
            "'{text}' is not a length of time: write it as in INTERVAL '90 minutes', '2 days 02:30:00' or 'PT1H30M'"
        ));
    };
    let words = words(length);
    *interval.value = Expr::Value(Value::SingleQuotedString(words).with_empty_span());
    interval.leading_field = None;
    interval.last_field = None;
    Ok(())
}

fn words(length: IntervalMonthDayNano) -> String {
    let (months, days, rest) = (length.months, length.days, length.nanoseconds);
    format!("{months} months {days} days {rest} nanoseconds")
}

/// Negation of a literal that is already rewritten.
fn negated(literal: &Expr) -> Option<Expr> {
    let Expr::Interval(interval) = literal else {
        return None;
    };
    let length = read(&text(&interval.value)?, LengthUnit::SECOND)?;
    let minus = IntervalMonthDayNano::new(
        length.months.checked_neg()?,
        length.days.checked_neg()?,
        length.nanoseconds.checked_neg()?,
    );
    let mut interval = interval.clone();
    *interval.value = Expr::Value(Value::SingleQuotedString(words(minus)).with_empty_span());
    Some(Expr::Interval(interval))
}

/// Text or number of a literal.
fn text(value: &Expr) -> Option<String> {
    match value {
        Expr::Value(value) => match &value.value {
            Value::SingleQuotedString(text) => Some(text.clone()),
            Value::Number(number, _) => Some(number.to_string()),
            _ => None,
        },
        _ => None,
    }
}

fn unit(field: &DateTimeField) -> Option<LengthUnit> {
    LengthUnit::named(&field.to_string().to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use datafusion::sql::sqlparser::dialect::GenericDialect;
    use datafusion::sql::sqlparser::parser::Parser;

    fn rewritten(sql: &str) -> Result<String> {
        let mut statements = Parser::parse_sql(&GenericDialect, sql).unwrap();
        rewrite(&mut statements)?;
        Ok(statements[0].to_string())
    }

    #[test]
    fn clocks_fields_and_numbers_become_words() {
        for (sql, words) in [
            (
                "SELECT INTERVAL '2 days 02:30:00'",
                "0 months 2 days 9000000000000 nanoseconds",
            ),
            (
                "SELECT INTERVAL '1-2' YEAR TO MONTH",
                "14 months 0 days 0 nanoseconds",
            ),
            (
                "SELECT INTERVAL '1:30' MINUTE TO SECOND",
                "0 months 0 days 90000000000 nanoseconds",
            ),
            (
                "SELECT -INTERVAL '1 day 01:00:00'",
                "0 months -1 days -3600000000000 nanoseconds",
            ),
            ("SELECT INTERVAL 7 DAYS", "0 months 7 days 0 nanoseconds"),
            (
                "SELECT INTERVAL '5' HOUR",
                "0 months 0 days 18000000000000 nanoseconds",
            ),
        ] {
            assert_eq!(
                rewritten(sql).unwrap(),
                format!("SELECT INTERVAL '{words}'")
            );
        }
        assert!(rewritten("SELECT INTERVAL 'soon'").is_err());
    }
}

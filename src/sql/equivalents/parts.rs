//! Parts of a date without quotes, and date arithmetic with such parts.

use datafusion::common::plan_datafusion_err;
use datafusion::error::DataFusionError;
use datafusion::sql::sqlparser::ast::{
    BinaryOperator, DataType, Expr, Function, Interval, Value, ValueWithSpan,
};

use super::{arguments, binary, cast, function, list, plain_arguments, set_arguments, text};

/// Functions whose first argument is a part of a date.
const WITH_PART: &[&str] = &[
    "date_add",
    "date_diff",
    "date_part",
    "date_sub",
    "date_trunc",
    "dateadd",
    "datediff",
    "datepart",
    "datesub",
    "datetrunc",
    "timestampadd",
    "timestampdiff",
];

/// Parts by their singular, with their length as a number of units.
const PARTS: &[(&str, u32, &str)] = &[
    ("microsecond", 1, "microsecond"),
    ("millisecond", 1, "millisecond"),
    ("second", 1, "second"),
    ("minute", 1, "minute"),
    ("hour", 1, "hour"),
    ("day", 1, "day"),
    ("week", 7, "day"),
    ("month", 1, "month"),
    ("quarter", 3, "month"),
    ("year", 1, "year"),
];

/// The expression that `call` is rewritten to; `None` if it stays a call, with its part now in
/// quotes.
///
/// # Errors
/// When a part to add is unknown.
pub(super) fn equivalent(name: &str, call: &mut Function) -> Result<Option<Expr>, DataFusionError> {
    if let Some(unit) = name.strip_prefix("to_")
        && unit.ends_with('s')
        && let Some(one) = length_of_one(unit)
        && let Some([count]) = plain_arguments(call).as_deref()
    {
        return Ok(Some(binary(count, BinaryOperator::Multiply, &one)));
    }
    if let Some(other) = part_last(name, call) {
        return Ok(Some(other));
    }
    if !WITH_PART.contains(&name) {
        return Ok(None);
    }
    quote(call);
    let Some(given) = plain_arguments(call) else {
        return Ok(None);
    };
    Ok(match (name, given.as_slice()) {
        ("date_add", [day, length]) => Some(binary(day, BinaryOperator::Plus, length)),
        ("date_sub", [day, length]) => Some(binary(day, BinaryOperator::Minus, length)),
        ("date_add" | "dateadd" | "timestampadd", [part, count, day]) => {
            let length = binary(count, BinaryOperator::Multiply, &one(name, part)?);
            Some(binary(day, BinaryOperator::Plus, &length))
        }
        ("datediff", [end, start]) => Some(function(
            "date_diff",
            vec![
                text("day"),
                cast(start, DataType::Date),
                cast(end, DataType::Date),
            ],
        )),
        ("timestampdiff", [_, _, _]) => Some(function("date_sub", given)),
        ("datepart", [_, _]) => Some(function("date_part", given)),
        ("datetrunc", [_, _]) => Some(function("date_trunc", given)),
        _ => None,
    })
}

fn known(word: &str) -> Option<&'static (&'static str, u32, &'static str)> {
    let word = word.to_lowercase();
    let singular = word.strip_suffix('s').unwrap_or(&word);
    PARTS.iter().find(|(part, ..)| *part == singular)
}

/// `hour` becomes `'hour'`. It cannot be a column of that name: the argument must be constant.
fn quote(call: &mut Function) {
    let Some(mut given) = list(call).and_then(arguments) else {
        return;
    };
    let Some(Expr::Identifier(word)) = given.first() else {
        return;
    };
    if word.quote_style.is_none() && (known(&word.value).is_some() || is_other(&word.value)) {
        given[0] = text(&word.value.to_lowercase());
        set_arguments(call, given);
    }
}

/// Parts that can be extracted but not added.
fn is_other(word: &str) -> bool {
    let others = [
        "century",
        "decade",
        "dow",
        "doy",
        "epoch",
        "isodow",
        "isoyear",
        "millennium",
    ];
    others.contains(&word.to_lowercase().as_str())
}

/// Calls with the part behind the times, unquoted, as in `BigQuery`: `date_diff(end, start, DAY)`. Its weeks
/// begin on Sundays, and so are left alone.
fn part_last(name: &str, call: &Function) -> Option<Expr> {
    let given = plain_arguments(call)?;
    let Expr::Identifier(word) = given.last()? else {
        return None;
    };
    let part = word.value.to_lowercase();
    if word.quote_style.is_some() || known(&part).is_none() || part.starts_with("week") {
        return None;
    }
    // The part stands first then, and the last is a column: date_trunc('month', day).
    let is_first = match given.first()? {
        Expr::Identifier(first) => known(&first.value).is_some() || is_other(&first.value),
        Expr::Value(_) => true,
        _ => false,
    };
    if is_first {
        return None;
    }
    let part = text(&part);
    match (name, given.as_slice()) {
        ("date_diff", [end, start, _]) => Some(function(
            "date_diff",
            vec![part, start.clone(), end.clone()],
        )),
        ("timestamp_diff" | "datetime_diff", [end, start, _]) => {
            let whole = if name == "timestamp_diff" {
                "date_sub"
            } else {
                "date_diff"
            };
            Some(function(whole, vec![part, start.clone(), end.clone()]))
        }
        ("date_trunc" | "timestamp_trunc" | "datetime_trunc", [time, _]) => {
            Some(function("date_trunc", vec![part, time.clone()]))
        }
        _ => None,
    }
}

/// A length of one `word`, such as `hour` or `days`; `None` if there is none of that name.
pub(super) fn length_of_one(word: &str) -> Option<Expr> {
    let (_, count, unit) = known(word)?;
    Some(Expr::Interval(Interval {
        value: Box::new(text(&format!("{count} {unit}"))),
        leading_field: None,
        leading_precision: None,
        last_field: None,
        fractional_seconds_precision: None,
    }))
}

fn one(function: &str, part: &Expr) -> Result<Expr, DataFusionError> {
    let word = match part {
        Expr::Value(ValueWithSpan {
            value: Value::SingleQuotedString(word),
            ..
        }) => word.as_str(),
        _ => "",
    };
    length_of_one(word).ok_or_else(|| {
        plan_datafusion_err!(
            "{function} takes a part of a date, a number and a date: {function}('hour', 3, created_at)"
        )
    })
}

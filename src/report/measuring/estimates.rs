//! Values of KPIs as the statements give them.

use chrono::NaiveDate;

use crate::report::answer::{ReportAnswer, row_count};
use crate::report::definition::ReportMeasure;
use crate::report::model::{Change, Estimate};

/// The value of column `column` in `row`: a `*_detail` STRUCT, or a number whose n is in column `n`.
pub(in crate::report) fn estimate(
    answer: &ReportAnswer,
    column: &str,
    n: &str,
    measure: &ReportMeasure,
    row: usize,
) -> Estimate {
    if !answer.is_struct(column) {
        let value = answer.number(column, row);
        let n = if measure.is_count {
            value
        } else {
            answer.number(n, row)
        };
        return Estimate {
            value,
            low: None,
            high: None,
            n: row_count(n),
        };
    }
    let field = |name: &str| answer.field(column, name, row);
    Estimate {
        value: field(value_field(measure)),
        low: field("low"),
        high: field("high"),
        n: row_count(field("n")),
    }
}

/// `csat` of `csat_detail(score)`: the field of its STRUCT that is the value.
fn value_field(measure: &ReportMeasure) -> &str {
    let call = measure
        .detail
        .as_deref()
        .or(measure.at.as_deref())
        .unwrap_or_default();
    let function = call.split('(').next().unwrap_or_default().trim();
    function.strip_suffix("_detail").unwrap_or(function)
}

/// The comparison in column `column` of `row`.
pub(in crate::report) fn change(answer: &ReportAnswer, column: &str, row: usize) -> Option<Change> {
    let field = |name: &str| answer.field(column, name, row);
    Some(Change {
        difference: field("difference")?,
        low: field("low"),
        high: field("high"),
        p: field("p"),
        p_adjusted: None,
    })
}

/// First day of the period of a row.
pub(in crate::report) fn period(answer: &ReportAnswer, row: usize) -> Option<NaiveDate> {
    answer.date("period", row)
}

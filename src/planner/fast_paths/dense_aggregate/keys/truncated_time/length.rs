//! Analysis of functions of an instant that are constant within an hour or a day of local time.

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::logical_expr::Volatility;
use datafusion::physical_expr::ScalarFunctionExpr;
use datafusion::physical_expr::expressions::{
    BinaryExpr, CaseExpr, CastExpr, InListExpr, IsNotNullExpr, IsNullExpr, Literal, NotExpr,
};
use datafusion::physical_plan::PhysicalExpr;

use crate::planner::rewrite::columns_read;

/// The period within which a function of an instant is constant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum TruncationPeriod {
    Hour,
    Day,
}

impl TruncationPeriod {
    pub(super) fn seconds(self) -> i64 {
        match self {
            Self::Hour => 3_600,
            Self::Day => 86_400,
        }
    }

    fn of_part(part: &str) -> Option<Self> {
        match part {
            "year" | "quarter" | "month" | "week" | "day" | "dow" | "doy" | "isodow"
            | "isoyear" => Some(Self::Day),
            "hour" => Some(Self::Hour),
            _ => None,
        }
    }

    /// The period of a function that is named for a part of time.
    fn of_function(name: &str) -> Option<Self> {
        match name {
            "dayofyear" | "dayofweek" | "dayname" | "monthname" | "last_day" | "utc_date" => {
                Some(Self::Day)
            }
            "isoyear" | "doy" | "dow" => None,
            name => Self::of_part(name),
        }
    }
}

/// The only instant in an expression, and the zone of its local time.
#[derive(Debug)]
pub(super) struct ZonedInstantExpr {
    pub(super) instant: Arc<dyn PhysicalExpr>,
    pub(super) zone: String,
}

/// The period within which `expression` is constant: truncations, parts and dates of an instant, and
/// immutable expressions over those alone. The instant, the same in all parts, is written to `read`.
pub(super) fn length(
    expression: &Arc<dyn PhysicalExpr>,
    read: &mut Option<ZonedInstantExpr>,
) -> Option<TruncationPeriod> {
    if let Some(cast) = expression.downcast_ref::<CastExpr>() {
        let is_date = *cast.cast_type() == DataType::Date32;
        return length(cast.expr(), read).or_else(|| {
            (is_date && is_instant_or_local_time(cast.expr(), read))
                .then_some(TruncationPeriod::Day)
        });
    }
    let Some(call) = expression.downcast_ref::<ScalarFunctionExpr>() else {
        return is_pure(expression).then(|| of_all(&expression.children(), read))?;
    };
    if call.fun().signature().volatility != Volatility::Immutable {
        return None;
    }
    let of_instant = match (call.name(), call.args()) {
        ("date_trunc" | "date_part", [part, of]) => (
            TruncationPeriod::of_part(&text(part)?.to_ascii_lowercase()),
            of,
        ),
        ("local_date", [of, zone]) => {
            return is_same_local_time(of, zone, read).then_some(TruncationPeriod::Day);
        }
        ("local_trunc", [grain, of, zone, ..]) => {
            let grain = text(grain)?.trim().to_ascii_lowercase();
            return TruncationPeriod::of_part(&grain)
                .filter(|_| is_same_local_time(of, zone, read));
        }
        (name, [of]) => (TruncationPeriod::of_function(name), of),
        _ => return of_all(&call.args().iter().collect::<Vec<_>>(), read),
    };
    let (part, of) = of_instant;
    // A function of an expression that is constant within a period is so too.
    match length(of, read) {
        Some(length) => Some(length),
        None => part.filter(|_| is_instant_or_local_time(of, read)),
    }
}

/// True if the value of `expression` depends only on those of its children.
fn is_pure(expression: &Arc<dyn PhysicalExpr>) -> bool {
    expression.is::<BinaryExpr>()
        || expression.is::<CaseExpr>()
        || expression.is::<InListExpr>()
        || expression.is::<IsNotNullExpr>()
        || expression.is::<IsNullExpr>()
        || expression.is::<NotExpr>()
}

/// The shortest period of the expressions that are no literals.
fn of_all(
    expressions: &[&Arc<dyn PhysicalExpr>],
    read: &mut Option<ZonedInstantExpr>,
) -> Option<TruncationPeriod> {
    let varying = expressions.iter().filter(|each| !each.is::<Literal>());
    let lengths: Option<Vec<TruncationPeriod>> = varying.map(|each| length(each, read)).collect();
    lengths?.into_iter().min()
}

/// True if `expression` is the instant of `read`, or its local time; the first instant found becomes
/// that of `read`.
fn is_instant_or_local_time(
    expression: &Arc<dyn PhysicalExpr>,
    read: &mut Option<ZonedInstantExpr>,
) -> bool {
    let shown = expression.downcast_ref::<ScalarFunctionExpr>();
    let shown = shown.filter(|call| call.name() == "local_time");
    match shown.map(ScalarFunctionExpr::args) {
        Some([of, zone]) => is_same_local_time(of, zone, read),
        _ => is_same_instant(expression, "UTC", read),
    }
}

fn is_same_local_time(
    instant: &Arc<dyn PhysicalExpr>,
    zone: &Arc<dyn PhysicalExpr>,
    read: &mut Option<ZonedInstantExpr>,
) -> bool {
    text(zone).is_some_and(|zone| is_same_instant(instant, zone, read))
}

fn is_same_instant(
    instant: &Arc<dyn PhysicalExpr>,
    zone: &str,
    read: &mut Option<ZonedInstantExpr>,
) -> bool {
    let new = || ZonedInstantExpr {
        instant: Arc::clone(instant),
        zone: zone.to_owned(),
    };
    let the = read.get_or_insert_with(new);
    the.instant.eq(instant) && the.zone == zone && !columns_read(instant).is_empty()
}

fn text(literal: &Arc<dyn PhysicalExpr>) -> Option<&str> {
    literal.downcast_ref::<Literal>()?.value().try_as_str()?
}

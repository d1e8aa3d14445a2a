//! The common part of calls of the functions of series: the columns that make a series, and their plan.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{DFSchema, Result, exec_err, plan_err};
use datafusion::logical_expr::{Cast, Expr, ExprSchemable, LogicalPlan, LogicalPlanBuilder};

use super::calendar_grain::CalendarGrain;
use super::periods::MissingPeriods;
use super::series_clock::SeriesClock;
use crate::functions::declaration::parameter::unpacked;
use crate::functions::kernels::numbers::is_number;
use crate::insight::table_function::{TableCall, TableOption, optional};
use crate::settings::InvalidPolicy;
use crate::sql_type;

pub(crate) const TIME_MEANING: &str = "The time of a row: a date, a timestamp (days are those of its zone) or \
    a whole number. A series has one row a period; rows without a time are left out.";

pub(crate) const BY: TableOption = optional(
    "by",
    "",
    "Columns or expressions that tell series apart: `team`, or `[team, channel]`. NULL is a series too.",
);

pub(crate) const GRAIN: TableOption = optional(
    "grain",
    "'day'",
    "Length of a period: 'day', 'week' (from Monday), 'month', 'quarter', 'year' or 'hour'. Not for whole \
     numbers, which are periods themselves.",
);

pub(crate) const IGNORE: TableOption = optional(
    "ignore",
    "",
    "A condition: rows where it is true, such as holidays, are neither judged nor part of any reference.",
);

/// The columns of the rows of series, in the order of the plan: those that tell series apart, the time, the
/// numbers, and conditions.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SeriesLayout {
    pub(crate) function: &'static str,
    /// Fields of the result for the columns that tell series apart.
    pub(crate) by: Vec<FieldRef>,
    pub(crate) clock: SeriesClock,
    /// True if the call says how long a period is.
    pub(crate) is_grain_given: bool,
    /// Names of the numbers, for messages.
    pub(crate) numbers: Vec<&'static str>,
    /// Types of the numbers as in the table.
    pub(crate) number_types: Vec<DataType>,
    pub(crate) has_ignore: bool,
    /// Has a condition that tells the rows that set limits.
    pub(crate) has_baseline: bool,
    /// Treatment of a period without a row, where the call says so.
    pub(crate) missing: Option<MissingPeriods>,
    pub(crate) invalid: InvalidPolicy,
}

impl SeriesLayout {
    /// True if a period is a day, and the call does not say so.
    pub(super) fn is_daily_by_default(&self) -> bool {
        self.clock.grain() == CalendarGrain::Day && !self.is_grain_given
    }

    /// Refuses `days` in their order that stand for longer periods: the days between would be taken for days on which
    /// nothing happened.
    ///
    /// # Errors
    /// When they do.
    pub(super) fn check_grain(&self, days: &[i64]) -> Result<()> {
        let Some(longer) = CalendarGrain::of_days(days) else {
            return Ok(());
        };
        let (function, longer) = (self.function, longer.word());
        exec_err!(
            "{function}: the times are a {longer} apart, and a period is a day: add grain => '{longer}', or grain => \
             'day' if the days between count"
        )
    }

    /// Position of the time among the columns.
    pub(crate) fn time_place(&self) -> usize {
        self.by.len()
    }

    pub(crate) fn number_place(&self, number: usize) -> usize {
        self.by.len() + 1 + number
    }

    pub(crate) fn ignore_place(&self) -> Option<usize> {
        let place = self.number_place(self.numbers.len());
        self.has_ignore.then_some(place)
    }

    pub(crate) fn baseline_place(&self) -> Option<usize> {
        let place = self.number_place(self.numbers.len()) + usize::from(self.has_ignore);
        self.has_baseline.then_some(place)
    }

    /// The grain of a call that has not said its season: 7 is a week of days and nothing else.
    pub(crate) fn season(&self, call: &mut TableCall<'_>, of_days: u32) -> Result<usize> {
        let grain = self.clock.grain();
        let is_daily = matches!(grain, CalendarGrain::Day | CalendarGrain::Number);
        if !is_daily && of_days > 1 && !call.is_given("season") {
            let (usual, word) = (usual_season(grain), grain.word());
            return plan_err!(
                "{}: season => {of_days} is a week of days; with grain => '{word}' say after how many \
                 periods the season repeats: season => {usual}, or 1 for none",
                self.function
            );
        }
        call.whole("season", u32::from(of_days > 0), of_days)
    }
}

fn usual_season(grain: CalendarGrain) -> u32 {
    match grain {
        CalendarGrain::Hour => 168,
        CalendarGrain::Week => 52,
        CalendarGrain::Month => 12,
        CalendarGrain::Quarter => 4,
        _ => 1,
    }
}

/// Plans the rows of the series of a call with these `numbers`, which are options of it. `own` are the names
/// of the columns of its result.
///
/// # Errors
/// When an option is missing or of a wrong type.
pub(crate) fn series_input(
    call: &mut TableCall<'_>,
    numbers: &[&'static str],
    own: &[&str],
) -> Result<(LogicalPlan, SeriesLayout)> {
    let function = call.function();
    let schema = Arc::clone(call.input().schema());
    let time = call.required("time")?;
    let data_type = time_type(&time.get_type(&schema)?);
    let time = fixed(time, &data_type);
    let grain = call.choice("grain", &CalendarGrain::NAMES)?;
    let grain = call.is_given("grain").then(|| CalendarGrain::named(grain));
    let clock = SeriesClock::try_new(function, &data_type, grain)?;
    let missing = [MissingPeriods::Zero, MissingPeriods::Skip]
        .get(call.choice("missing", &["zero", "skip"])?)
        .copied()
        .filter(|_| call.is_given("missing"));
    let (mut columns, by) = by_columns(call, &schema, own)?;
    columns.push(time.clone());
    let mut number_types = vec![];
    for name in numbers {
        let number = call.required(name)?;
        let data_type = number_type(function, name, &number.get_type(&schema)?)?;
        columns.push(fixed(number, &data_type));
        number_types.push(data_type);
    }
    let ignore = call.expression("ignore")?;
    if let Some(ignore) = &ignore {
        check_condition(function, "ignore", &ignore.get_type(&schema)?)?;
    }
    let baseline = call.expression("baseline_until")?;
    let layout = SeriesLayout {
        function,
        by,
        clock,
        is_grain_given: grain.is_some(),
        numbers: numbers.to_vec(),
        number_types,
        has_ignore: ignore.is_some(),
        has_baseline: baseline.is_some(),
        missing,
        invalid: call.invalid(),
    };
    columns.extend(ignore.map(Expr::is_true));
    columns.extend(baseline.map(|until| time.clone().lt(until).is_true()));
    Ok((plan(call, &time, columns)?, layout))
}

/// The columns that tell series apart, and their fields in the result.
fn by_columns(
    call: &mut TableCall<'_>,
    schema: &DFSchema,
    own: &[&str],
) -> Result<(Vec<Expr>, Vec<FieldRef>)> {
    let (mut columns, mut fields) = (vec![], vec![]);
    for (expr, name) in call.expressions("by")? {
        if own.iter().any(|own| own.eq_ignore_ascii_case(&name)) {
            return plan_err!(
                "{}: by has a column named {name}, as the result has one; rename it in a query in \
                 parentheses: (SELECT {name} AS series, ..)",
                call.function()
            );
        }
        let data_type = expr.get_type(schema)?;
        columns.push(fixed(expr, &data_type));
        fields.push(Arc::new(Field::new(name, data_type, true)));
    }
    Ok((columns, fields))
}

/// The columns of the rows that have a time.
fn plan(call: &TableCall<'_>, time: &Expr, columns: Vec<Expr>) -> Result<LogicalPlan> {
    let named = columns.into_iter().enumerate();
    let named = named.map(|(place, column)| column.alias(format!("c{place}")));
    LogicalPlanBuilder::from(call.input().clone())
        .filter(time.clone().is_not_null())?
        .project(named.collect::<Vec<_>>())?
        .build()
}

/// Type of the times in the result: without a dictionary, and days that count days.
fn time_type(data_type: &DataType) -> DataType {
    match unpacked(data_type) {
        DataType::Date64 => DataType::Date32,
        other => other.clone(),
    }
}

/// Type of a number in the result: whole numbers stay what they are, others are doubles.
fn number_type(function: &str, name: &str, data_type: &DataType) -> Result<DataType> {
    match unpacked(data_type) {
        whole if whole.is_integer() => Ok(whole.clone()),
        other if is_number(other) || other.is_null() => Ok(DataType::Float64),
        other => plan_err!(
            "{function}: {name} must be a number, not {}; count or average the rows of a period first",
            sql_type::name(other)
        ),
    }
}

/// A cast even to the type that the expression is of now: that of VALUES, for one, may become another one when
/// the whole plan gets its types, and the result has the one that was planned.
fn fixed(expr: Expr, data_type: &DataType) -> Expr {
    Expr::Cast(Cast::new(Box::new(expr), data_type.clone()))
}

fn check_condition(function: &str, name: &str, data_type: &DataType) -> Result<()> {
    if *data_type == DataType::Boolean || data_type.is_null() {
        return Ok(());
    }
    plan_err!(
        "{function}: {name} must be true or false of each row, not {}",
        sql_type::name(data_type)
    )
}

//! `trend` and `trend_detail` as SQL calls them.

use arrow::array::ArrayRef;
use datafusion::common::{Result, internal_err};

use super::pair_slopes::TrendPoint;
use super::trend::{trend, trend_detail};
use super::trend_keys::CountedColumn;
use crate::functions::declaration::kpi_spec::KpiArguments;
use crate::functions::declaration::parameter::{FunctionParameter, LEVEL, ParameterKind};
use crate::insight::families::SERIES;
use crate::insight::statistic::{
    BoundStatistic, CountSink, CountedStatistic, CountedValues, StatisticCell, StatisticCellType,
    StatisticField, StatisticResult, StatisticSpec, ValueCounts, count_field, counts_state, level,
    measure_field,
};
use crate::settings::InvalidPolicy;

const TIME: FunctionParameter = FunctionParameter::required(
    "time",
    ParameterKind::Key,
    "The time of a value: a date, a timestamp or a number.",
);

const VALUE: FunctionParameter = FunctionParameter::required(
    "value",
    ParameterKind::Number,
    "The value at that time: tickets of a week, a monthly CSAT.",
);

const FIELDS: [StatisticField; 8] = [
    count_field("n", "rows"),
    measure_field("slope", "Sen's slope"),
    measure_field("low", "lower end of its interval"),
    measure_field("high", "upper end"),
    count_field("s", "pairs that rise less pairs that fall"),
    measure_field("tau", "Kendall's τ-b"),
    measure_field("z", "S with a step of 1 towards 0, in standard deviations"),
    measure_field("p", "two-sided, of no trend"),
];

/// A remark of both functions on their rows.
macro_rules! of_weeks {
    () => {
        " Rows count as independent. Values of days follow one another, which makes p too small: sum them \
         up to weeks or months first. Rows with a NULL are left out; NaN and infinities are invalid. \
         Sources: Mann 1945, Kendall 1975, Sen 1968."
    };
}

const TREND: StatisticSpec = StatisticSpec {
    name: "trend",
    family: SERIES,
    description: concat!(
        "How fast a value rises: Sen's slope, the median of the slopes of all pairs of rows. It is a day's \
         where time is a date or a timestamp (of a zone the days of its clock), and a unit's where time is a \
         number. A few wild values do not move it. NULL without two different times.",
        of_weeks!()
    ),
    example: "SELECT trend(month, tickets) FROM (VALUES (1, 100), (2, 130), (3, 160), (4, 190), (5, 500)) \
        AS volume(month, tickets);\n-- 30.0",
    result: StatisticResult::Value(StatisticCellType::Measure),
    parameters: &[TIME, VALUE],
    state: counts_state,
    bind: |call| bind(call, None),
};

const TREND_DETAIL: StatisticSpec = StatisticSpec {
    name: "trend_detail",
    family: SERIES,
    description: concat!(
        "Sen's slope, as `trend` has it, with its interval and the test of Mann and Kendall. The interval and \
         p are NULL below 4 rows and where all values or all times are equal.",
        of_weeks!()
    ),
    example: "SELECT round(t.slope, 2), t.s, round(t.p, 3) FROM (SELECT trend_detail(month, tickets) AS t \
        FROM (VALUES (1, 100), (2, 130), (3, 160), (4, 190), (5, 500)) AS volume(month, tickets));\n\
        -- 30.0,10,0.027",
    result: StatisticResult::Struct(&FIELDS, &[]),
    parameters: &[TIME, VALUE, LEVEL],
    state: counts_state,
    bind: |call| bind(call, Some(level(call)?)),
};

pub(crate) static STATISTICS: &[StatisticSpec] = &[TREND, TREND_DETAIL];

fn bind(call: &KpiArguments<'_>, level: Option<f64>) -> Result<Box<dyn BoundStatistic>> {
    let [time, value, ..] = call.types else {
        return internal_err!("{} takes a time and a value", call.function);
    };
    Ok(Box::new(CountedStatistic(TrendStatistic {
        function: call.function,
        time: CountedColumn::of_times(call.function, time)?,
        value: CountedColumn::of_numbers(value),
        level,
        invalid: call.invalid,
    })))
}

/// Counts of (time, value); with a level its result has all fields.
#[derive(Debug, Clone)]
struct TrendStatistic {
    function: &'static str,
    time: CountedColumn,
    value: CountedColumn,
    level: Option<f64>,
    invalid: InvalidPolicy,
}

impl CountedValues<2, 1> for TrendStatistic {
    fn read(&self, columns: &[ArrayRef], each: CountSink<'_, 2>) -> Result<()> {
        let [times, values, ..] = columns else {
            return internal_err!("{} takes a time and a value", self.function);
        };
        let times = self.time.keys(self.function, times, self.invalid)?;
        let values = self.value.keys(self.function, values, self.invalid)?;
        for (time, value) in times.into_iter().zip(values) {
            if let (Some(time), Some(value)) = (time, value) {
                each([time, value], 0, 1);
            }
        }
        Ok(())
    }

    fn cells(&self, counts: &ValueCounts<2, 1>) -> Result<Option<Vec<StatisticCell>>> {
        let mut points = vec![];
        for ([time, value], [n]) in counts.sorted() {
            let point = TrendPoint {
                time: self.time.number(time),
                value: self.value.number(value),
            };
            let n = usize::try_from(n).unwrap_or(0);
            points.extend(std::iter::repeat_n(point, n));
        }
        let Some(level) = self.level else {
            return Ok(Some(vec![StatisticCell::Measure(trend(&points))]));
        };
        let found = trend_detail(&points, level);
        Ok(Some(vec![
            StatisticCell::Count(Some(found.n)),
            StatisticCell::Measure(found.slope),
            StatisticCell::Measure(found.low),
            StatisticCell::Measure(found.high),
            StatisticCell::Count(Some(found.s)),
            StatisticCell::Measure(found.tau),
            StatisticCell::Measure(found.z),
            StatisticCell::Measure(found.p),
        ]))
    }
}

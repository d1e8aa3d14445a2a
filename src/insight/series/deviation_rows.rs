//! `mad(x)` over rows.

use arrow::array::ArrayRef;
use datafusion::common::Result;

use crate::functions::declaration::kpi_spec::KpiArguments;
use crate::functions::declaration::parameter::{FunctionParameter, ParameterKind};
use crate::functions::kernels::numbers::ExactSumUnit;
use crate::insight::families::ASSOCIATION;
use crate::insight::statistic::{
    BoundStatistic, CountSink, CountedStatistic, CountedValues, StatisticCell, StatisticCellType,
    StatisticResult, StatisticSpec, ValueCounts, counts_state, key_number, number_keys,
};
use crate::settings::InvalidPolicy;

/// The aggregate functions.
pub(crate) static STATISTICS: &[StatisticSpec] = &[StatisticSpec {
    name: "mad",
    family: ASSOCIATION,
    description: "Median absolute deviation: the median of |x − median|, unscaled, as DuckDB's `mad`. A few \
        extreme values do not move it; 1.4826 times it stands for a standard deviation. NULL values do not \
        count; NULL without any.",
    example: "SELECT mad(x) FROM (VALUES (1), (1), (2), (2), (4), (6), (9)) AS t(x);\n-- 1.0",
    result: StatisticResult::Value(StatisticCellType::Measure),
    parameters: &[FunctionParameter::required(
        "x",
        ParameterKind::Number,
        "The number.",
    )],
    state: counts_state,
    bind: bind_mad,
}];

fn bind_mad(call: &KpiArguments<'_>) -> Result<Box<dyn BoundStatistic>> {
    Ok(Box::new(CountedStatistic(DeviationRows {
        function: call.function,
        unit: ExactSumUnit::for_type(&call.types[0]),
        invalid: call.invalid,
    })))
}

#[derive(Debug, Clone)]
struct DeviationRows {
    function: &'static str,
    unit: ExactSumUnit,
    invalid: InvalidPolicy,
}

impl CountedValues<1, 1> for DeviationRows {
    fn read(&self, columns: &[ArrayRef], each: CountSink<'_, 1>) -> Result<()> {
        let keys = number_keys(self.function, &columns[0], self.invalid)?;
        keys.into_iter().flatten().for_each(|key| each([key], 0, 1));
        Ok(())
    }

    fn cells(&self, counts: &ValueCounts<1, 1>) -> Result<Option<Vec<StatisticCell>>> {
        let sorted = counts.sorted().into_iter();
        let mut values: Vec<_> = sorted
            .map(|([key], [n])| (key_number(key, self.unit), n))
            .collect();
        Ok(Some(vec![StatisticCell::Measure(deviation(&mut values))]))
    }
}

/// The median absolute deviation of values with the number of their rows, in ascending order.
fn deviation(values: &mut [(f64, i64)]) -> Option<f64> {
    let centre = counted_median(values)?;
    for (value, _) in values.iter_mut() {
        *value = (*value - centre).abs();
    }
    values.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    counted_median(values)
}

/// Median of values with the number of their rows, in ascending order; `None` without rows.
fn counted_median(sorted: &[(f64, i64)]) -> Option<f64> {
    let n: i64 = sorted.iter().map(|(_, n)| n).sum();
    let at = |rank: i64| {
        let mut below = 0;
        sorted.iter().find_map(|(value, n)| {
            below += n;
            (below > rank).then_some(*value)
        })
    };
    Some(f64::midpoint(at((n - 1) / 2)?, at(n / 2)?))
}

#[cfg(test)]
mod tests {
    use super::super::medians::mad;
    use super::*;

    /// Both ways to it agree, whatever the number of rows of a value.
    #[test]
    fn counts_stand_for_rows() {
        for seed in 0..200_u32 {
            let mut counted: Vec<_> = (0..=seed % 9)
                .map(|i| {
                    let value = f64::from((seed * 7 + i * i * 31) % 23) / 10.0;
                    (value, i64::from((seed + i) % 4 + 1))
                })
                .collect();
            counted.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
            let rows: Vec<f64> = counted
                .iter()
                .flat_map(|(value, n)| vec![*value; usize::try_from(*n).unwrap()])
                .collect();
            assert_eq!(deviation(&mut counted), mad(&rows), "{seed}");
        }
        assert_eq!(deviation(&mut []), None);
    }
}

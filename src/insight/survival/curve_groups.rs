//! The curves of all groups, from counts of lifetimes.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float64Array, Int64Array, UInt64Array};
use arrow::compute::{partition, take};
use arrow::datatypes::Int64Type;
use arrow::record_batch::RecordBatch;
use datafusion::common::{Result, internal_err};

use super::curve::{SurvivalPoint, SurvivalStep, survival_curve};
use crate::functions::kernels::numbers::ratio;

/// Options of a call.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct CurveOptions {
    /// Number of leading columns that tell the groups apart.
    pub(super) groups: usize,
    pub(super) ticks_per_unit: i64,
    pub(super) level: f64,
}

/// The columns of all curves: those of the groups, then those of the points. `lifetimes` has the groups,
/// time, whether it has ended, entry and the number of such rows, sorted by the groups.
pub(super) fn curves(options: &CurveOptions, lifetimes: &RecordBatch) -> Result<Vec<ArrayRef>> {
    let (groups, parts) = lifetimes.columns().split_at(options.groups);
    let [times, has_ended, entries, counts] = parts else {
        return internal_err!("lifetimes have four columns");
    };
    let lifetimes_of = LifetimeCounts {
        times,
        has_ended,
        entries,
        counts,
    };
    let (mut firsts, mut points) = (vec![], vec![]);
    for rows in ranges(groups, lifetimes.num_rows())? {
        let steps = lifetimes_of.steps(rows.clone());
        let curve = survival_curve(&steps, options.level);
        firsts.extend(std::iter::repeat_n(
            u64::try_from(rows.start).unwrap_or(u64::MAX),
            curve.len(),
        ));
        points.extend(curve);
    }
    let firsts = UInt64Array::from(firsts);
    let mut columns = groups
        .iter()
        .map(|group| Ok(take(group, &firsts, None)?))
        .collect::<Result<Vec<_>>>()?;
    columns.extend(point_columns(options, &points));
    Ok(columns)
}

/// The rows of each group.
fn ranges(groups: &[ArrayRef], rows: usize) -> Result<Vec<Range<usize>>> {
    if rows == 0 {
        return Ok(vec![]);
    }
    if groups.is_empty() {
        return Ok(std::iter::once(0..rows).collect());
    }
    Ok(partition(groups)?.ranges())
}

/// Numbers of rows with the same lifetime.
struct LifetimeCounts<'a> {
    times: &'a ArrayRef,
    has_ended: &'a ArrayRef,
    entries: &'a ArrayRef,
    counts: &'a ArrayRef,
}

impl LifetimeCounts<'_> {
    /// The steps of the rows of one group.
    fn steps(&self, rows: Range<usize>) -> Vec<SurvivalStep> {
        let times = self.times.as_primitive::<Int64Type>();
        let entries = self.entries.as_primitive::<Int64Type>();
        let has_ended = self.has_ended.as_boolean();
        let counts = self.counts.as_primitive::<Int64Type>();
        let mut steps: BTreeMap<i64, SurvivalStep> = BTreeMap::new();
        for row in rows {
            let n = counts.value(row);
            let step = steps.entry(times.value(row)).or_default();
            if has_ended.value(row) {
                step.events += n;
            } else {
                step.censored += n;
            }
            if entries.is_valid(row) {
                steps.entry(entries.value(row)).or_default().entries += n;
            }
        }
        let steps = steps.into_iter();
        steps
            .map(|(time, step)| SurvivalStep { time, ..step })
            .collect()
    }
}

fn point_columns(options: &CurveOptions, points: &[SurvivalPoint]) -> Vec<ArrayRef> {
    let number = |of: &dyn Fn(&SurvivalPoint) -> Option<f64>| -> ArrayRef {
        Arc::new(points.iter().map(of).collect::<Float64Array>())
    };
    let count = |of: fn(&SurvivalPoint) -> i64| -> ArrayRef {
        Arc::new(Int64Array::from_iter_values(points.iter().map(of)))
    };
    let unit = i128::from(options.ticks_per_unit);
    vec![
        number(&|point| ratio(point.time.into(), unit)),
        count(|point| point.at_risk),
        count(|point| point.events),
        count(|point| point.censored),
        number(&|point| Some(point.survival)),
        number(&|point| point.interval.map(|(low, _)| low)),
        number(&|point| point.interval.map(|(_, high)| high)),
    ]
}

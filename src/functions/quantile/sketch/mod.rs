//! Approximate quantiles of durations, from a sketch whose size does not grow with the rows.

mod buckets;
mod counts;
mod groups;
mod single;

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, LargeListArray};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Field};
use counts::{DurationSketch, SketchContents};
use datafusion::common::Result;
use datafusion::logical_expr::{Accumulator, GroupsAccumulator};

use super::exact::{DurationStatistic, ExactDurationQuantiles, RankedValues};
use crate::functions::declaration::kpi_spec::BoundKpi;
use crate::functions::declaration::outcome::{KpiMeasurement, KpiOutput};
use crate::functions::tally::durations::DurationReader;
use crate::functions::tally::statistics;

/// Stored state: durations in ticks (the shortest of each bucket if there are many), and the count of each.
pub(crate) fn state(_arguments: &[DataType], _detail: bool) -> Vec<(&'static str, DataType)> {
    let list = || DataType::LargeList(Arc::new(item_field()));
    vec![("durations", list()), ("counts", list())]
}

/// One quantile of the durations of a call, within 1/256 of the exact one.
#[derive(Debug, Clone)]
pub(crate) struct ApproxDurationQuantile {
    pub(crate) of: DurationReader,
    pub(crate) q: f64,
}

impl BoundKpi for ApproxDurationQuantile {
    fn accumulator(&self, outcome: KpiOutput, sliding: bool) -> Result<Box<dyn Accumulator>> {
        Ok(if sliding {
            Box::new(single::SlidingQuantileSketchAccumulator::new(
                self.clone(),
                outcome,
            ))
        } else {
            Box::new(single::QuantileSketchAccumulator::new(
                self.clone(),
                outcome,
            ))
        })
    }

    fn groups(&self, outcome: KpiOutput) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(groups::QuantileSketchGroupsAccumulator::new(
            self.clone(),
            outcome,
        )))
    }
}

impl ApproxDurationQuantile {
    fn exact(&self) -> ExactDurationQuantiles {
        ExactDurationQuantiles {
            of: self.of.clone(),
            quantiles: DurationStatistic::Quantile(self.q),
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "ticks are far below 2^53")]
    fn ticks_per_unit(&self) -> f64 {
        self.of.ticks_per_unit() as f64
    }

    /// As in the exact quantile, interpolated between the middles of two buckets.
    #[expect(clippy::cast_precision_loss, reason = "ranks are far below 2^53")]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 <= rank < n"
    )]
    fn value(&self, known: &SketchContents) -> Option<f64> {
        match known {
            SketchContents::All(durations) => self
                .exact()
                .value(&mut RankedValues::once(durations.clone())),
            SketchContents::Buckets { n, .. } => {
                let rank = self.q * (n - 1) as f64;
                let below = known.at(rank.floor() as usize);
                let above = known.at(rank.ceil() as usize);
                Some((below + rank.fract() * (above - below)) / self.ticks_per_unit())
            }
        }
    }

    fn measure(&self, known: &SketchContents, level: f64) -> KpiMeasurement {
        match known {
            SketchContents::All(durations) => {
                let mut ranked = RankedValues::once(durations.clone());
                self.exact().measure(&mut ranked, level)
            }
            SketchContents::Buckets { n, .. } => {
                let length = usize::try_from(*n).unwrap_or(usize::MAX);
                let ranks = statistics::quantile_ranks(length, self.q, level);
                let at = |rank| known.at(rank) / self.ticks_per_unit();
                KpiMeasurement {
                    n: *n,
                    parts: vec![],
                    value: self.value(known),
                    interval: ranks.map(|(low, high)| (at(low), at(high))),
                }
            }
        }
    }
}

/// State of each sketch, one row per sketch.
fn stored<'a>(sketches: impl IntoIterator<Item = &'a mut DurationSketch>) -> Vec<ArrayRef> {
    let pairs = sketches
        .into_iter()
        .map(|sketch| sketch.contents().stored());
    let (durations, counts): (Vec<_>, Vec<_>) = pairs.unzip();
    vec![list_column(&durations), list_column(&counts)]
}

fn item_field() -> Field {
    Field::new_list_field(DataType::Int64, true)
}

/// One list per sketch.
fn list_column(lists: &[Vec<i64>]) -> ArrayRef {
    let lengths = lists.iter().map(Vec::len);
    list_array(OffsetBuffer::from_lengths(lengths), lists.concat())
}

fn list_array(offsets: OffsetBuffer<i64>, values: Vec<i64>) -> ArrayRef {
    let values = Arc::new(Int64Array::from(values));
    let field = Arc::new(item_field());
    Arc::new(LargeListArray::new(field, offsets, values, None))
}

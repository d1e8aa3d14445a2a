//! KPIs that are a share of rows: 100 × hits / eligible rows.

use std::fmt::Debug;

use arrow::array::{ArrayRef, BooleanArray};
use datafusion::common::Result;

use super::accumulate::{KpiFormula, TalliedRows};
use super::{FEW, ItemTally, statistics, tally};
use crate::functions::declaration::outcome::{
    KpiMeasurement, KpiQuantity, KpiResultShape, KpiValueType,
};
use crate::functions::kernels::bits::WORD;
use crate::functions::kernels::numbers::ratio;
use crate::functions::kernels::rows::{ChunkVisitor, RowChunk};

tally! {
    /// Number of eligible rows, and of hits among them.
    pub(crate) struct ShareTally {
        hits: Count,
        n: Count,
    }
}

impl ItemTally<bool> for ShareTally {
    #[inline]
    fn add(&mut self, hit: bool) {
        self.n += 1;
        self.hits += i64::from(hit);
    }

    fn add_all(&mut self, chunk: &RowChunk<'_, bool>) {
        self.n += chunk.count();
        self.hits += count(chunk.items, |hit| hit);
    }

    /// For few groups, both counts of a chunk are parts of one number, so that a row costs one addition.
    #[expect(clippy::cast_possible_wrap, reason = "at most the rows of a chunk")]
    fn add_by_group(shares: &mut [Self], groups: &[usize], chunk: &RowChunk<'_, bool>) {
        const ROW: u64 = 1 << 32;
        if shares.len() > FEW {
            return chunk.for_each_in(groups, |group, hit| shares[group].add(hit));
        }
        let mut counts = [0_u64; FEW];
        chunk.for_each_in(groups, |group, hit| {
            counts[group % FEW] += ROW + u64::from(hit);
        });
        for (share, counts) in shares.iter_mut().zip(counts) {
            share.n += (counts / ROW) as i64;
            share.hits += (counts % ROW) as i64;
        }
    }
}

/// Number of items that satisfy `is`; counted in short runs, so that the processor adds bytes.
#[inline]
pub(crate) fn count<I: Copy>(items: &[I], is: impl Fn(I) -> bool) -> i64 {
    let some = |items: &[I]| items.iter().map(|&item| u8::from(is(item))).sum::<u8>();
    items.chunks(WORD).map(|items| i64::from(some(items))).sum()
}

/// The reading of a KPI's rows as hits.
pub(crate) trait HitReader: Clone + Debug + Send + Sync + 'static {
    /// Evaluates each row to true if it is a hit.
    fn hits(
        &self,
        columns: &[ArrayRef],
        filter: Option<&BooleanArray>,
        each: ChunkVisitor<'_, bool>,
    ) -> Result<()>;
}

/// The share of hits, in percent.
#[derive(Debug, Clone)]
pub(crate) struct ShareKpi<H>(pub(crate) H);

/// Result shape of a share whose hits have the name of the first part.
pub(crate) const fn shape(
    n: &'static str,
    parts: &'static [(&'static str, KpiValueType, &'static str)],
) -> KpiResultShape {
    KpiResultShape {
        value: KpiValueType::Measure,
        quantity: KpiQuantity::Percent,
        n,
        parts,
        interval: "the ends of Wilson's score interval in percent.",
    }
}

impl<H: HitReader> TalliedRows for ShareKpi<H> {
    type Item = bool;
    type Tally = ShareTally;

    fn read(
        &self,
        columns: &[ArrayRef],
        filter: Option<&BooleanArray>,
        each: ChunkVisitor<'_, bool>,
    ) -> Result<()> {
        self.0.hits(columns, filter, each)
    }
}

impl<H: HitReader> KpiFormula for ShareKpi<H> {
    fn value(&self, tally: &ShareTally) -> Option<f64> {
        percent(tally.hits, tally.n)
    }

    fn measure(&self, tally: &ShareTally, level: f64) -> KpiMeasurement {
        measure(tally.hits, tally.n, vec![tally.hits], level)
    }
}

/// 100 × hits / n; `None` when `n` is 0.
pub(crate) fn percent(hits: i64, n: i64) -> Option<f64> {
    ratio(100 * i128::from(hits), i128::from(n))
}

/// A share in percent with Wilson's interval.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
pub(crate) fn measure(hits: i64, n: i64, parts: Vec<i64>, level: f64) -> KpiMeasurement {
    KpiMeasurement {
        n,
        parts: parts.into_iter().map(|part| Some(part as f64)).collect(),
        value: percent(hits, n),
        interval: statistics::wilson(hits, n, level).map(|(low, high)| (100.0 * low, 100.0 * high)),
    }
}

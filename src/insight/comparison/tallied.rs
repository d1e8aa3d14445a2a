//! Comparisons whose sides are tallies of a KPI: shares, satisfaction, NPS and means.

use arrow::datatypes::DataType;
use datafusion::common::{Result, plan_err};

use super::means::{MeanSums, compare_means};
use super::moments::SignedNumbers;
use super::net_shares::{NetShareCounts, compare_net_shares};
use super::shares::{ShareCounts, compare_shares};
use crate::functions::declaration::kpi_spec::KpiArguments;
use crate::functions::kpis::csat::CsatScale;
use crate::functions::kpis::nps::{NetShare, NpsAnswerCounts, NpsScale};
use crate::functions::kpis::rate::BooleanHits;
use crate::functions::tally::scores::ScoreReader;
use crate::functions::tally::share::{HitReader, ShareKpi, ShareTally};
use crate::insight::statistic::{BoundStatistic, SidedComparison, StatisticCell, level};

/// `compare_rate(ok, side [, level])`.
pub(super) fn bind_rate(call: &KpiArguments<'_>) -> Result<Box<dyn BoundStatistic>> {
    Ok(share_comparison(BooleanHits, level(call)?))
}

/// `compare_csat(score, side [, satisfied_from [, scale_max [, level]]])`.
pub(super) fn bind_csat(call: &KpiArguments<'_>) -> Result<Box<dyn BoundStatistic>> {
    let (satisfied_from, max) = (call.number("satisfied_from")?, call.number("scale_max")?);
    if call.types[0] == DataType::Boolean {
        if satisfied_from.is_some() || max.is_some() {
            return plan_err!(
                "compare_csat: a boolean has no scale; leave satisfied_from and scale_max out"
            );
        }
        return Ok(share_comparison(BooleanHits, level(call)?));
    }
    let scale = CsatScale::new(call.function, satisfied_from, max)?;
    let scores = ScoreReader::new(call.function, scale, call.invalid);
    Ok(share_comparison(scores, level(call)?))
}

fn share_comparison<H: HitReader>(hits: H, level: f64) -> Box<dyn BoundStatistic> {
    Box::new(SidedComparison {
        rows: ShareKpi(hits),
        side: 1,
        level,
        compare: |_, [a, b], level| {
            let counts = |tally: &ShareTally| ShareCounts {
                hits: tally.hits,
                n: tally.n,
            };
            share_cells(counts(a), counts(b), level)
        },
    })
}

/// The cells of a comparison of shares.
pub(super) fn share_cells(a: ShareCounts, b: ShareCounts, level: f64) -> Vec<StatisticCell> {
    let (difference, test) = compare_shares(a, b, level);
    let mut cells = difference.cells();
    cells.push(StatisticCell::Text(
        test.map(super::shares::ShareTest::name),
    ));
    cells
}

/// `compare_nps(score, side [, level])`.
pub(super) fn bind_nps(call: &KpiArguments<'_>) -> Result<Box<dyn BoundStatistic>> {
    Ok(Box::new(SidedComparison {
        rows: NetShare(ScoreReader::new(call.function, NpsScale, call.invalid)),
        side: 1,
        level: level(call)?,
        compare: |_, [a, b], level| {
            let counts = |tally: &NpsAnswerCounts| NetShareCounts {
                ups: tally.promoters,
                downs: tally.detractors,
                n: tally.answers,
            };
            compare_net_shares(counts(a), counts(b), level).cells()
        },
    }))
}

/// `compare_mean(x, side [, level])`.
pub(super) fn bind_mean(call: &KpiArguments<'_>) -> Result<Box<dyn BoundStatistic>> {
    Ok(Box::new(SidedComparison {
        rows: SignedNumbers::new(call),
        side: 1,
        level: level(call)?,
        compare: |numbers, [a, b], level| mean_cells(numbers.sums(a), numbers.sums(b), level),
    }))
}

/// The cells of a comparison of means.
pub(super) fn mean_cells(a: MeanSums, b: MeanSums, level: f64) -> Vec<StatisticCell> {
    let (difference, df) = compare_means(a, b, level);
    let mut cells = difference.cells();
    cells.push(StatisticCell::Measure(df));
    cells
}

//! The rows of an explanation, in order.

use super::cells::ChangeCuts;
use super::cut::{SegmentCut, SegmentKey};
use super::decomposition::{ChangeParts, DecompositionMethod, decomposed};
use super::kpi::ChangeKpi;
use super::options::ExplanationOptions;
use super::pairs::listed_pairs;
use super::segment_sums::SegmentSums;
use super::significance::{ChangeEvidence, heterogeneity_p, mix_p, weighted, whole_change};
use crate::insight::comparison::{benjamini_hochberg, holm};

/// The segment of the pooled rows.
const OTHER: &str = "(other)";

/// One row of the result; `None` is NULL.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct ExplanationRow {
    pub(super) scope: &'static str,
    pub(super) dimension: Option<String>,
    pub(super) segment: Option<String>,
    pub(super) dimension_2: Option<String>,
    pub(super) segment_2: Option<String>,
    pub(super) sums: SegmentSums,
    pub(super) parts: ChangeParts,
    pub(super) evidence: ChangeEvidence,
    pub(super) p_adjusted: Option<f64>,
    pub(super) p_mix: Option<f64>,
    pub(super) note: Option<&'static str>,
    pub(super) reverses: Option<bool>,
}

/// The change itself, each dimension with its segments, and the pairs that stand out.
pub(super) fn explained(
    kpi: &ChangeKpi,
    options: &ExplanationOptions,
    cuts: &ChangeCuts,
) -> Vec<ExplanationRow> {
    let mut rows = vec![whole_row(kpi, options, &cuts.all)];
    let mut pooled = ChangeCuts {
        all: cuts.all,
        dimensions: cuts.dimensions.clone(),
        pairs: cuts.pairs.clone(),
    };
    for cut in pooled
        .dimensions
        .iter_mut()
        .chain(pooled.pairs.values_mut())
    {
        cut.pool(kpi, options.min_n);
    }
    let p: Vec<_> = pooled
        .dimensions
        .iter()
        .map(|cut| heterogeneity_p(kpi, &cut.sums()))
        .collect();
    let adjusted = holm(&p);
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|left, right| compared(p[*left], p[*right]));
    for place in order {
        let cut = &pooled.dimensions[place];
        let name = options.dimensions.get(place).cloned();
        let segments = segment_rows(kpi, options, &name, cut, &cuts.all);
        let mut row = dimension_row(kpi, name, cut, &segments, &cuts.all);
        row.evidence.p = p[place];
        row.p_adjusted = adjusted[place];
        rows.push(row);
        rows.extend(segments);
    }
    rows.extend(pair_rows(kpi, options, cuts, &pooled));
    rows
}

/// NULLs last.
fn compared(left: Option<f64>, right: Option<f64>) -> std::cmp::Ordering {
    let key = |p: Option<f64>| p.unwrap_or(f64::INFINITY);
    key(left).total_cmp(&key(right))
}

/// The largest total first; of equal ones as they come.
fn by_total(rows: &mut [ExplanationRow]) {
    let size = |row: &ExplanationRow| row.parts.total.map_or(0.0, f64::abs);
    rows.sort_by(|left, right| size(right).total_cmp(&size(left)));
}

fn whole_row(kpi: &ChangeKpi, options: &ExplanationOptions, all: &SegmentSums) -> ExplanationRow {
    ExplanationRow {
        scope: "all",
        sums: *all,
        parts: ChangeParts {
            total: all.change(kpi),
            ..ChangeParts::default()
        },
        evidence: whole_change(kpi, all, options.level),
        ..ExplanationRow::default()
    }
}

/// The sums of a dimension's segments, and whether its mix changed.
fn dimension_row(
    kpi: &ChangeKpi,
    dimension: Option<String>,
    cut: &SegmentCut,
    segments: &[ExplanationRow],
    all: &SegmentSums,
) -> ExplanationRow {
    let sum = |part: fn(&ChangeParts) -> Option<f64>| {
        let parts = segments.iter().filter_map(|row| part(&row.parts));
        segments
            .iter()
            .any(|row| part(&row.parts).is_some())
            .then(|| parts.sum::<f64>())
    };
    let rows: Vec<_> = cut
        .sums()
        .iter()
        .map(|sums| [kpi.rows(&sums.before), kpi.rows(&sums.after)])
        .collect();
    ExplanationRow {
        scope: "dimension",
        dimension,
        sums: *all,
        parts: ChangeParts {
            mix: sum(|parts| parts.mix),
            rate: sum(|parts| parts.rate),
            interaction: sum(|parts| parts.interaction),
            total: sum(|parts| parts.total),
            ..ChangeParts::default()
        },
        p_mix: mix_p(&rows),
        reverses: Some(reverses(kpi, cut, all)),
        ..ExplanationRow::default()
    }
}

/// Simpson's paradox: the rates of all segments on both sides moved against the whole.
fn reverses(kpi: &ChangeKpi, cut: &SegmentCut, all: &SegmentSums) -> bool {
    let Some(whole) = all.change(kpi).filter(|_| !kpi.is_total()) else {
        return false;
    };
    let mut changes = cut
        .sums()
        .into_iter()
        .filter_map(|sums| sums.change(kpi))
        .peekable();
    changes.peek().is_some() && changes.all(|change| change * whole < 0.0)
}

/// The rows of a cut's segments.
fn segment_rows(
    kpi: &ChangeKpi,
    options: &ExplanationOptions,
    dimension: &Option<String>,
    cut: &SegmentCut,
    all: &SegmentSums,
) -> Vec<ExplanationRow> {
    let mut rows: Vec<_> = cut
        .iter()
        .map(|(key, sums)| ExplanationRow {
            scope: "segment",
            dimension: dimension.clone(),
            segment: part_name(key, 0),
            ..decomposed_row(kpi, options, sums, all, key.is_none())
        })
        .collect();
    let p: Vec<_> = rows.iter().map(|row| row.evidence.p).collect();
    for (row, adjusted) in rows.iter_mut().zip(benjamini_hochberg(&p)) {
        row.p_adjusted = adjusted;
    }
    by_total(&mut rows);
    rows
}

fn part_name(key: Option<&SegmentKey>, place: usize) -> Option<String> {
    match key {
        Some(key) => key.get(place).cloned().flatten(),
        None => Some(OTHER.to_owned()),
    }
}

/// Parts and evidence of one segment of a cut.
fn decomposed_row(
    kpi: &ChangeKpi,
    options: &ExplanationOptions,
    sums: &SegmentSums,
    all: &SegmentSums,
    is_pooled: bool,
) -> ExplanationRow {
    let parts = decomposed(kpi, options.method, sums, all);
    let weight = match options.method {
        DecompositionMethod::Midpoint => parts
            .share_before
            .zip(parts.share_after)
            .map(|(before, after)| f64::midpoint(before, after)),
        DecompositionMethod::Base => parts.share_before,
    };
    let evidence = weight
        .filter(|_| !kpi.is_total())
        .map(|weight| weighted(kpi, sums, weight, options.level));
    ExplanationRow {
        sums: *sums,
        parts,
        evidence: evidence.unwrap_or_default(),
        note: if is_pooled {
            Some("pooled")
        } else {
            parts.note
        },
        ..ExplanationRow::default()
    }
}

fn pair_rows(
    kpi: &ChangeKpi,
    options: &ExplanationOptions,
    cuts: &ChangeCuts,
    pooled: &ChangeCuts,
) -> Vec<ExplanationRow> {
    let listed = listed_pairs(kpi, cuts, pooled, options.level);
    let mut rows: Vec<_> = listed
        .into_iter()
        .map(|pair| {
            let row = decomposed_row(kpi, options, &pair.sums, &cuts.all, false);
            let name = |place: usize| options.dimensions.get(place).cloned();
            ExplanationRow {
                scope: "pair",
                dimension: name(pair.dimensions.0),
                segment: part_name(Some(&pair.key), 0),
                dimension_2: name(pair.dimensions.1),
                segment_2: part_name(Some(&pair.key), 1),
                evidence: ChangeEvidence {
                    p: Some(pair.p),
                    ..row.evidence
                },
                p_adjusted: Some(pair.p_adjusted),
                ..row
            }
        })
        .collect();
    by_total(&mut rows);
    rows
}

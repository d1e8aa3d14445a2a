//! The part of a change that comes from a segment: its rate, its share, or both.

use super::kpi::ChangeKpi;
use super::segment_sums::SegmentSums;
use crate::functions::kernels::numbers::ratio;

/// Which weights and rates the parts are measured by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DecompositionMethod {
    /// The mean of both sides: it does not depend on which side comes first, and leaves no interaction.
    Midpoint,
    /// Those of side a.
    Base,
}

/// The parts of a segment, which add up to its total.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct ChangeParts {
    /// Share of the denominator on each side, 0 to 1.
    pub(super) share_before: Option<f64>,
    pub(super) share_after: Option<f64>,
    /// `None` for a total, which has no rate.
    pub(super) mix: Option<f64>,
    pub(super) rate: Option<f64>,
    pub(super) interaction: Option<f64>,
    pub(super) total: Option<f64>,
    pub(super) note: Option<&'static str>,
}

/// A segment that is on side b only.
pub(super) const NEW: &str = "new";
/// A segment that is on side a only.
pub(super) const GONE: &str = "gone";
/// A segment that has a numerator where its denominator is 0.
pub(super) const NO_DENOMINATOR: &str = "no denominator";

/// The parts of `segment` in the change of `all`. Over the segments of a cut, totals add up to the change.
///
/// `None` in the total where `all` has no value on a side.
pub(super) fn decomposed(
    kpi: &ChangeKpi,
    method: DecompositionMethod,
    segment: &SegmentSums,
    all: &SegmentSums,
) -> ChangeParts {
    if kpi.is_total() {
        return total_parts(kpi, segment, all);
    }
    let share = |part: i128, whole: i128| ratio(part, whole);
    let (d_before, d_after) = (
        kpi.denominator(&segment.before),
        kpi.denominator(&segment.after),
    );
    let (all_before, all_after) = (kpi.denominator(&all.before), kpi.denominator(&all.after));
    let mut parts = ChangeParts {
        share_before: share(d_before, all_before),
        share_after: share(d_after, all_after),
        note: note(kpi, segment),
        ..ChangeParts::default()
    };
    let values = kpi.value(&all.before).zip(kpi.value(&all.after));
    let shares = parts.share_before.zip(parts.share_after);
    let (Some((before, after)), Some((w_before, w_after))) = (values, shares) else {
        return parts;
    };
    let reference = match method {
        DecompositionMethod::Midpoint => f64::midpoint(before, after),
        DecompositionMethod::Base => before,
    };
    let own = |numerator: i128, denominator: i128| kpi.quotient(numerator, denominator);
    let total = own(kpi.numerator(&segment.after), all_after)
        .zip(own(kpi.numerator(&segment.before), all_before))
        .map(|(after, before)| after - before - reference * (w_after - w_before));
    parts.total = total;
    let rates = kpi.value(&segment.before).zip(kpi.value(&segment.after));
    let (mix, rate, interaction) = match (rates, method) {
        // Without a rate on a side, all of it is the coming or going of the segment.
        (None, _) => (total, Some(0.0), Some(0.0)),
        (Some((r_before, r_after)), DecompositionMethod::Midpoint) => (
            Some((w_after - w_before) * (f64::midpoint(r_before, r_after) - reference)),
            Some(f64::midpoint(w_before, w_after) * (r_after - r_before)),
            Some(0.0),
        ),
        (Some((r_before, r_after)), DecompositionMethod::Base) => (
            Some((w_after - w_before) * (r_before - reference)),
            Some(w_before * (r_after - r_before)),
            Some((w_after - w_before) * (r_after - r_before)),
        ),
    };
    (parts.mix, parts.rate, parts.interaction) = (mix, rate, interaction);
    parts
}

/// For a total the part is the difference, and there is no mix.
fn total_parts(kpi: &ChangeKpi, segment: &SegmentSums, all: &SegmentSums) -> ChangeParts {
    let (before, after) = (
        kpi.numerator(&segment.before),
        kpi.numerator(&segment.after),
    );
    ChangeParts {
        share_before: ratio(before, kpi.numerator(&all.before)),
        share_after: ratio(after, kpi.numerator(&all.after)),
        total: ratio(after - before, kpi.numerator_per_one),
        note: match (before, after) {
            (0, 0) => None,
            (0, _) => Some(NEW),
            (_, 0) => Some(GONE),
            _ => None,
        },
        ..ChangeParts::default()
    }
}

fn note(kpi: &ChangeKpi, segment: &SegmentSums) -> Option<&'static str> {
    let side = |parts| (kpi.numerator(parts), kpi.denominator(parts));
    match (side(&segment.before), side(&segment.after)) {
        ((n, 0), _) | (_, (n, 0)) if n != 0 => Some(NO_DENOMINATOR),
        ((_, 0), (_, 0)) => None,
        ((_, 0), _) => Some(NEW),
        (_, (_, 0)) => Some(GONE),
        _ => None,
    }
}

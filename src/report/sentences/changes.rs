//! Sentences about the change of a KPI.

#[cfg(test)]
mod tests;

use chrono::NaiveDate;
use statrs::distribution::{ContinuousCDF, Normal};

use super::compared::{ComparedKpi, ReferencePeriod, finite};
use super::evidence::{self, ChangeSide};
use super::{amounts, counts};
use crate::report::figures;
use crate::report::model::{FEWEST_ROWS, Verdict};

/// Chance to see a change of the size that a sentence names.
const POWER: f64 = 0.8;

/// `CSAT: 79.3% (n 1,204), not comparable with before: New scale (survey change) on 4 March 2025.`
pub(crate) fn not_comparable(kpi: &ComparedKpi<'_>, event: &str, day: NaiveDate) -> String {
    let value = match kpi.now.value {
        Some(value) => format!(
            "{} (n {})",
            figures::value(kpi.unit, value),
            figures::count(kpi.now.n)
        ),
        None => "no data".to_owned(),
    };
    let day = figures::day(day);
    format!(
        "{}: {value}, not comparable with before: {event} on {day}.",
        kpi.title
    )
}

/// What may be said of the change of `kpi`; the words follow from its verdict.
pub(crate) fn change_sentence(kpi: &ComparedKpi<'_>) -> String {
    let verdict = evidence::verdict(kpi);
    let words = match verdict {
        Verdict::NotCompared => Some(not_compared(kpi)),
        _ if kpi.is_count() => counts::count_sentence(kpi),
        Verdict::Better | Verdict::Worse | Verdict::Higher | Verdict::Lower => clear(kpi),
        Verdict::TooSmallToMatter => too_small(kpi),
        Verdict::Unchanged => unchanged(kpi),
        Verdict::Hint => hint(kpi),
        Verdict::NoClearChange => no_clear_change(kpi),
        Verdict::TooFew => too_few(kpi),
    };
    words.unwrap_or_else(|| not_compared(kpi))
}

/// `CSAT fell by 5.0 points`.
fn moved(kpi: &ComparedKpi<'_>) -> Option<String> {
    let (difference, ..) = kpi.change_interval()?;
    let verb = match evidence::side(kpi)? {
        ChangeSide::Rise => "rose",
        ChangeSide::Fall => "fell",
    };
    let size = figures::size(kpi.unit, difference);
    Some(format!(
        "{} {verb} by {size}{}",
        kpi.title,
        kpi.reference.span()
    ))
}

/// `95% interval of the change −8.0 to −1.9; n 1,204, before 1,310`.
fn evidence_words(kpi: &ComparedKpi<'_>) -> Option<String> {
    let (_, low, high) = kpi.change_interval()?;
    let [(_, n), (_, n_before)] = kpi.values()?;
    Some(format!(
        "{} interval of the change {}; n {}, {} {}",
        amounts::level(kpi.level),
        figures::signed_interval(kpi.unit, low, high),
        figures::count(n),
        kpi.reference.words(),
        figures::count(n_before),
    ))
}

fn clear(kpi: &ComparedKpi<'_>) -> Option<String> {
    let [(value, _), _] = kpi.values()?;
    let (moved, evidence) = (moved(kpi)?, evidence_words(kpi)?);
    Some(format!(
        "{moved} to {} ({evidence}).",
        figures::value(kpi.unit, value)
    ))
}

fn too_small(kpi: &ComparedKpi<'_>) -> Option<String> {
    let [(value, _), _] = kpi.values()?;
    let (moved, evidence) = (moved(kpi)?, evidence_words(kpi)?);
    let value = figures::value(kpi.unit, value);
    Some(format!(
        "{moved}, clearly but too little to matter, to {value} ({evidence})."
    ))
}

fn unchanged(kpi: &ComparedKpi<'_>) -> Option<String> {
    let (_, low, high) = kpi.change_interval()?;
    Some(format!(
        "{} is unchanged for practical purposes (change{} {}, less than the {} that matters).",
        kpi.title,
        kpi.reference.span(),
        figures::signed_interval(kpi.unit, low, high),
        amounts::given_size(kpi.unit, kpi.materiality?),
    ))
}

fn hint(kpi: &ComparedKpi<'_>) -> Option<String> {
    let (difference, low, high) = kpi.change_interval()?;
    let noun = match evidence::side(kpi)? {
        ChangeSide::Rise => "rise",
        ChangeSide::Fall => "fall",
    };
    let of = match kpi.comparisons {
        0 | 1 => "but it is not clear".to_owned(),
        many => format!("but one of {many} comparisons"),
    };
    Some(format!(
        "A hint of a {noun} in {}{} ({}, interval {}), {of}.",
        kpi.title,
        kpi.reference.span(),
        figures::signed(kpi.unit, difference),
        figures::signed_interval(kpi.unit, low, high),
    ))
}

fn no_clear_change(kpi: &ComparedKpi<'_>) -> Option<String> {
    let (_, low, high) = kpi.change_interval()?;
    let [(value, n), (before, n_before)] = kpi.values()?;
    let clear = if kpi.reads_equal() { "" } else { " clear" };
    let mut text = format!(
        "No{clear} change in {}{}: {} (n {}), {} {} (n {}); the change may lie between {} and {}.",
        kpi.title,
        kpi.reference.span(),
        figures::value(kpi.unit, value),
        figures::count(n),
        figures::value(kpi.unit, before),
        kpi.reference.words(),
        figures::count(n_before),
        figures::signed(kpi.unit, low),
        figures::signed(kpi.unit, high),
    );
    let unseen = least_visible(kpi.level, low, high);
    if let Some(unseen) = unseen.filter(|unseen| !figures::reads_equal(kpi.unit, *unseen, 0.0)) {
        let size = figures::size(kpi.unit, unseen);
        text.push_str(" With these n, changes of less than ");
        text.push_str(&size);
        text.push_str(" would mostly go unseen.");
    }
    Some(text)
}

/// The change that comparisons with an interval of this width would see four times in five.
fn least_visible(level: f64, low: f64, high: f64) -> Option<f64> {
    let normal = Normal::new(0.0, 1.0).ok()?;
    let two_sided = f64::midpoint(1.0, level);
    if !(0.5..1.0).contains(&two_sided) {
        return None;
    }
    let z = normal.inverse_cdf(two_sided);
    let standard_error = (high - low) / (2.0 * z);
    let size = (z + normal.inverse_cdf(POWER)) * standard_error;
    size.is_finite().then_some(size)
}

fn too_few(kpi: &ComparedKpi<'_>) -> Option<String> {
    let [(value, n), (_, n_before)] = kpi.values()?;
    let earlier = if n < FEWEST_ROWS {
        String::new()
    } else {
        format!("{} {}, ", figures::count(n_before), kpi.reference.words())
    };
    Some(format!(
        "{}: {} from {} {}, {earlier}too few to compare.",
        kpi.title,
        figures::value(kpi.unit, value),
        figures::count(n),
        kpi.rows,
    ))
}

/// A value without another one beside it. A missing value is said to be missing: it is not 0.
fn not_compared(kpi: &ComparedKpi<'_>) -> String {
    let title = kpi.title;
    if kpi.reference == ReferencePeriod::YearAgo {
        // The value itself is said of with the period before.
        let is_missing = kpi
            .before
            .is_none_or(|before| finite(before.value).is_none());
        let words = if is_missing {
            "no data"
        } else {
            "not compared with"
        };
        return format!("{title}: {words} a year ago.");
    }
    let Some(value) = finite(kpi.now.value) else {
        return format!("{title}: no data in this {}.", kpi.grain);
    };
    let value = figures::value(kpi.unit, value);
    let value = if kpi.is_count() {
        value
    } else {
        format!("{value} (n {})", figures::count(kpi.now.n))
    };
    if kpi.is_unfinished {
        return format!(
            "{title}: {value}; the {} is unfinished, so it is not compared.",
            kpi.grain
        );
    }
    format!("{title}: {value}; no data {}.", kpi.reference.words())
}

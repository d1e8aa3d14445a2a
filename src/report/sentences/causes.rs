//! Sentences about the parts of a change: segments, mix, and dimensions that moved alike.
//!
//! "Come from" is arithmetic: the parts add up to the change. None of them says why.

#[cfg(test)]
mod tests;

use super::amounts;
use crate::catalogue::CatalogueUnit;
use crate::report::figures;

/// A part stands out, and a dimension moved apart, if its adjusted p is below.
const STANDS_OUT: f64 = 0.05;

/// The part of a change that one segment contributes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ChangePart<'a> {
    pub(crate) unit: CatalogueUnit,
    /// The change of the whole.
    pub(crate) difference: f64,
    /// The column of the segment, such as "team".
    pub(crate) dimension: &'a str,
    pub(crate) segment: &'a str,
    pub(crate) part: f64,
    /// Ends of the interval of the part.
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) before: f64,
    pub(crate) now: f64,
    pub(crate) n: u64,
    pub(crate) p_adjusted: f64,
}

/// `2.4 of the 5.0 points come from team billing (84.8% to 74.8%, n 310; part of the change −4.0 to −0.9).` `None` if
/// the segment does not stand out.
pub(crate) fn segment_part(part: &ChangePart<'_>) -> Option<String> {
    let holds_zero = part.low <= 0.0 && part.high >= 0.0;
    let stands_out = part.p_adjusted < STANDS_OUT && !holds_zero;
    if !stands_out || part.part.abs() <= 0.0 {
        return None;
    }
    let unit = part.unit;
    let evidence = format!(
        "({} to {}, n {}; part of the change {})",
        figures::value(unit, part.before),
        figures::value(unit, part.now),
        figures::count(part.n),
        figures::signed_interval(unit, part.low, part.high),
    );
    let name = format!("{} {}", part.dimension, part.segment);
    Some(match placed(part.part, part.difference) {
        PartPlace::Within => format!("{} from {name} {evidence}.", come_of(unit, part)),
        PartPlace::Beyond => {
            let all = figures::size(unit, part.difference);
            let size = figures::size(unit, part.part);
            format!("{size} come from {name} {evidence}, more than the {all} of all.")
        }
        PartPlace::Against => {
            let size = figures::size(unit, part.part);
            format!("Against the change, {size} come from {name} {evidence}.")
        }
    })
}

/// `2.4 of the 5.0 points come`.
fn come_of(unit: CatalogueUnit, part: &ChangePart<'_>) -> String {
    let bare = figures::bare(unit, part.part.abs());
    let all = figures::size(unit, part.difference);
    format!("{bare} of the {all} come")
}

/// A part, seen from the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PartPlace {
    Within,
    /// Larger than the whole, since other parts go against it.
    Beyond,
    Against,
}

fn placed(part: f64, difference: f64) -> PartPlace {
    if part * difference < 0.0 {
        PartPlace::Against
    } else if part.abs() > difference.abs() {
        PartPlace::Beyond
    } else {
        PartPlace::Within
    }
}

/// `No single team, channel or plan stands out.`
pub(crate) fn none_stands_out(dimensions: &[&str]) -> String {
    match dimensions {
        [] => "No single part stands out.".to_owned(),
        [only] => format!("No single {only} stands out."),
        [first @ .., last] => format!("No single {} or {last} stands out.", first.join(", ")),
    }
}

/// The part of a change that other shares of the segments contribute.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MixShift<'a> {
    pub(crate) title: &'a str,
    pub(crate) unit: CatalogueUnit,
    /// The change of the whole.
    pub(crate) difference: f64,
    pub(crate) part: f64,
    /// The segment whose share moved most.
    pub(crate) segment: &'a str,
    /// Its shares of the rows, 0 to 100.
    pub(crate) share_before: f64,
    pub(crate) share_now: f64,
    /// True if the KPI is higher there than in the rest.
    pub(crate) is_higher: bool,
}

/// `1.1 points come from a changed mix: more phone (22% to 31%), where CSAT is lower.`
pub(crate) fn mix_part(mix: &MixShift<'_>) -> String {
    let against = match placed(mix.part, mix.difference) {
        PartPlace::Against => "Against the change, ",
        PartPlace::Within | PartPlace::Beyond => "",
    };
    format!(
        "{against}{} come from a changed mix: {} {} ({} to {}), where {} is {}.",
        figures::size(mix.unit, mix.part),
        if mix.share_now > mix.share_before {
            "more"
        } else {
            "less"
        },
        mix.segment,
        amounts::share(mix.share_before),
        amounts::share(mix.share_now),
        mix.title,
        if mix.is_higher { "higher" } else { "lower" },
    )
}

/// `In every plan CSAT fell, yet the whole rose: more answers came from plans where it is higher.` Only where both
/// directions are clear.
pub(crate) fn segments_against_whole(
    title: &str,
    dimension: &str,
    rows: &str,
    whole_rose: bool,
) -> String {
    let (inside, whole, level) = if whole_rose {
        ("fell", "rose", "higher")
    } else {
        ("rose", "fell", "lower")
    };
    format!(
        "In every {dimension} {title} {inside}, yet the whole {whole}: more {rows} came from {} where it is {level}.",
        plural(dimension),
    )
}

/// `Teams moved alike (p 0.41): the cause is not one team.` `None` if they did not.
pub(crate) fn dimension_moved_alike(dimension: &str, p: f64) -> Option<String> {
    let is_alike = (STANDS_OUT..=1.0).contains(&p);
    is_alike.then(|| {
        let dimensions = capitalized(&plural(dimension));
        format!("{dimensions} moved alike (p {p:.2}): the cause is not one {dimension}.")
    })
}

/// The plural of a dimension's name: columns are named in English.
fn plural(word: &str) -> String {
    match word.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
        _ if word.ends_with(['s', 'x']) || word.ends_with("ch") => format!("{word}es"),
        _ => format!("{word}s"),
    }
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

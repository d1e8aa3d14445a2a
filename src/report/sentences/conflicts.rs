//! KPIs that moved against each other: speed and quality, and scores of satisfaction.

use crate::report::model::{KpiRow, Verdict};

/// KPIs of how fast a desk works, by their names in the catalogue.
const SPEED: [&str; 4] = ["frt_median", "frt", "aht", "art_median"];
/// KPIs of how well it works.
const QUALITY: [&str; 6] = [
    "csat",
    "fcr_one_touch",
    "fcr_no_repeat",
    "fcr_flag",
    "reopen_rate",
    "escalation_rate",
];
/// Scores of satisfaction.
const SCORES: [&str; 3] = ["nps", "csat", "ces"];

/// `First response time, median is clearly better, while CSAT is clearly worse.` `None` if that is not so.
pub(crate) fn speed_against_quality(rows: &[&KpiRow]) -> Option<String> {
    let faster = titles(rows, &SPEED, Verdict::Better);
    let worse = titles(rows, &QUALITY, Verdict::Worse);
    if faster.is_empty() || worse.is_empty() {
        return None;
    }
    Some(format!(
        "Speed is clearly better ({}), while quality is clearly worse ({}).",
        faster.join("; "),
        worse.join("; "),
    ))
}

/// `The scores disagree: CSAT is clearly better, NPS clearly worse.` `None` if they do not.
pub(crate) fn disagreeing_scores(rows: &[&KpiRow]) -> Option<String> {
    let better = titles(rows, &SCORES, Verdict::Better);
    let worse = titles(rows, &SCORES, Verdict::Worse);
    if better.is_empty() || worse.is_empty() {
        return None;
    }
    Some(format!(
        "The scores of customers disagree: clearly better {}, clearly worse {}.",
        better.join(" and "),
        worse.join(" and "),
    ))
}

fn titles<'a>(rows: &[&'a KpiRow], names: &[&str], verdict: Verdict) -> Vec<&'a str> {
    let found = rows
        .iter()
        .filter(|row| row.verdict == verdict && names.contains(&row.kpi.as_str()));
    found.map(|row| row.short_title.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::summary::examples::row;
    use super::*;

    #[test]
    fn speed_at_the_cost_of_quality() {
        let faster = row("frt_median", "First response time, median", Verdict::Better);
        let worse = row("csat", "CSAT", Verdict::Worse);
        assert_eq!(
            speed_against_quality(&[&faster, &worse]).as_deref(),
            Some(
                "Speed is clearly better (First response time, median), while quality is clearly worse (CSAT)."
            )
        );
        let hint = row("csat", "CSAT", Verdict::Hint);
        assert_eq!(speed_against_quality(&[&faster, &hint]), None);
    }

    #[test]
    fn scores_that_disagree() {
        let better = row("csat", "CSAT", Verdict::Better);
        let worse = row("nps", "NPS", Verdict::Worse);
        assert_eq!(
            disagreeing_scores(&[&better, &worse]).as_deref(),
            Some("The scores of customers disagree: clearly better CSAT, clearly worse NPS.")
        );
        assert_eq!(disagreeing_scores(&[&better]), None);
    }
}

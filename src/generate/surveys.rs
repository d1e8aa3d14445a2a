//! Surveys: recipients, responses, and scores that depend on the experience.

use super::calendar::{DAY, END, HOUR, SimulationSeconds};
use super::comment_phrases::CommentTheme;
use super::comments::{CommentOccasion, comment};
use super::contact::SimulatedContact;
use super::customers::CustomerProfile;
use super::desk::TicketChannel;
use super::experience::TicketExperience;
use super::facts::SimulatedTicketFacts;
use super::known_effects::{price_shock, release_dip};
use super::rng::{RandomDomain, RandomStream, round};
use super::timeline::SimulatedTicket;
use super::world::SimulationWorld;

/// Row of `surveys`.
#[derive(Clone, Debug)]
pub(super) struct SurveyRow {
    pub(super) id: i64,
    pub(super) kind: &'static str,
    pub(super) ticket: Option<i64>,
    pub(super) customer: Option<i64>,
    pub(super) agent: Option<i64>,
    pub(super) channel: &'static str,
    pub(super) offered: SimulationSeconds,
    pub(super) responded: Option<SimulationSeconds>,
    pub(super) score: Option<i32>,
    pub(super) comment: Option<String>,
}

/// Surveys about a ticket: CSAT after it is solved (sometimes again after it is reopened) and, for
/// a part of them, CES. The next three numbers after `id` must be unused too.
pub(super) fn about_ticket(
    id: i64,
    ticket: i64,
    contact: &SimulatedContact,
    course: &mut SimulatedTicket,
    facts: &SimulatedTicketFacts,
    experience: TicketExperience,
    occasion: &CommentOccasion,
) -> Vec<SurveyRow> {
    let mut surveys = Vec::new();
    let (Some(first), None) = (facts.first_resolved, facts.merged_into) else {
        return surveys;
    };
    let channel = match course.traits.channel {
        TicketChannel::Chat => "in_app",
        TicketChannel::Phone => "sms",
        _ => "email",
    };
    let blank = |number: i64, kind, offered| SurveyRow {
        id: id + number,
        kind,
        ticket: Some(ticket),
        customer: i64::try_from(contact.customer).ok(),
        agent: facts.agent,
        channel,
        offered,
        responded: None,
        score: None,
        comment: None,
    };
    let rng = &mut course.rng;
    let quality = experience.quality;
    let latest = facts.resolved.unwrap_or(first);
    let last = latest + round(rng.between(300.0, 3_600.0));
    // Always makes three draws, so that one survey does not shift the numbers of another.
    let (csat, again, ces) = (rng.chance(0.8), rng.chance(0.5), rng.chance(0.22));
    if csat {
        let at = first + round(rng.between(300.0, 3_600.0));
        let survey = blank(0, "csat", at);
        surveys.push(answer(survey, quality, occasion, rng, |quality, rng| {
            csat_score(quality, rng)
        }));
    }
    if csat && again && latest > first {
        let survey = blank(1, "csat", last);
        surveys.push(answer(survey, quality - 0.2, occasion, rng, csat_score));
    }
    if ces {
        let ease = 0.5 * quality - 0.5 * experience.effort;
        surveys.push(answer(
            blank(2, "ces", last),
            quality,
            occasion,
            rng,
            |_, rng| ces_score(ease, rng),
        ));
    }
    surveys.retain(|survey| survey.offered < END);
    surveys
}

/// Relationship survey of a customer, sent twice a year.
pub(super) fn relationship(
    world: &SimulationWorld,
    id: i64,
    contact: &SimulatedContact,
) -> SurveyRow {
    let number = u64::from(contact.number);
    let mut rng = RandomStream::new(world.seed, RandomDomain::Survey, contact.customer, number);
    let mood = f64::from(contact.mood) / 10.0;
    let survey = SurveyRow {
        id,
        kind: "nps",
        ticket: None,
        customer: i64::try_from(contact.customer).ok(),
        agent: None,
        channel: rng.pick(&[("email", 4.0), ("in_app", 6.0)]),
        offered: contact.at,
        responded: None,
        score: None,
        comment: None,
    };
    let occasion = CommentOccasion {
        seed: world.seed,
        themes: [
            (CommentTheme::Release, 1.2 * release_dip(contact.at)),
            (CommentTheme::Waiting, 0.4),
            (CommentTheme::Unsolved, 0.2),
            (CommentTheme::PassedOn, 0.1),
            (CommentTheme::Outage, 0.0),
            (CommentTheme::Ordinary, 0.6),
            (
                CommentTheme::Price,
                4.0 * price_shock(contact.plan, contact.at),
            ),
        ],
        region: CustomerProfile::draw(world.seed, contact.customer, &world.calendar).region,
    };
    answer(survey, mood, &occasion, &mut rng, nps_score)
}

/// Very good and very bad experiences are answered more often, phone surveys less.
fn answer(
    mut survey: SurveyRow,
    quality: f64,
    occasion: &CommentOccasion,
    rng: &mut RandomStream,
    score: impl FnOnce(f64, &mut RandomStream) -> i32,
) -> SurveyRow {
    let base = match survey.channel {
        "in_app" => 0.30,
        "sms" => 0.16,
        _ => 0.20,
    };
    let far = (quality - 0.9).abs().min(3.0);
    let answered = rng.chance(base * (0.75 + 0.3 * far));
    let at = survey.offered + 30 + round(rng.log_normal(5.0 * HOUR as f64, 1.4)).min(21 * DAY);
    let score = score(quality, rng);
    // Once the number of a phrase: the numbers after it stay those of older versions.
    rng.unit();
    let speaks = rng.chance(if quality < 0.1 { 0.4 } else { 0.18 });
    if answered && at < END {
        survey.responded = Some(at);
        survey.score = Some(score);
        survey.comment = speaks.then(|| comment(occasion, survey.id, quality));
    }
    survey
}

/// Index of `value` among ascending thresholds, from 0.
fn step(value: f64, thresholds: &[f64]) -> i32 {
    i32::try_from(thresholds.partition_point(|&limit| limit <= value)).unwrap_or(i32::MAX)
}

/// 1 to 5.
fn csat_score(quality: f64, rng: &mut RandomStream) -> i32 {
    1 + step(quality + 0.7 * rng.normal(), &[-1.1, -0.5, 0.15, 1.1])
}

/// 1 to 7, 7 is easiest.
fn ces_score(ease: f64, rng: &mut RandomStream) -> i32 {
    1 + step(
        ease + 0.6 * rng.normal(),
        &[-2.0, -1.45, -0.95, -0.45, 0.1, 0.75],
    )
}

/// 0 to 10.
fn nps_score(mood: f64, rng: &mut RandomStream) -> i32 {
    let thresholds = [-2.9, -2.5, -2.1, -1.7, -1.3, -0.8, -0.3, 0.25, 0.95, 1.75];
    step(mood + 1.25 * rng.normal(), &thresholds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_stay_on_their_scales_and_rise_with_quality() {
        let mut rng = RandomStream::new(1, RandomDomain::Survey, 1, 1);
        for scale in [
            (csat_score as fn(f64, &mut RandomStream) -> i32, 1, 5),
            (ces_score, 1, 7),
            (nps_score, 0, 10),
        ] {
            let (score, low, high) = scale;
            let mut mean = |quality: f64| {
                let scores: Vec<i32> = (0..500).map(|_| score(quality, &mut rng)).collect();
                assert!(scores.iter().all(|score| (low..=high).contains(score)));
                f64::from(scores.iter().sum::<i32>()) / 500.0
            };
            assert!(mean(-9.0) < f64::from(low) + 0.01 && mean(9.0) > f64::from(high) - 0.01);
            assert!(mean(0.0) < mean(1.0));
        }
    }
}

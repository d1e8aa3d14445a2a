//! `nps(score)`: Net Promoter Score.

use arrow::array::{Array, ArrayRef, BooleanArray};
use datafusion::common::{Result, exec_datafusion_err};

use crate::functions::accumulate::{Kpi, Tallied, state_of};
use crate::functions::families::CUSTOMER;
use crate::functions::numbers::{Number, ratio, with_numbers};
use crate::functions::outcome::{Measured, Quantity, Shape, Type};
use crate::functions::rows::{Invalid, Rows, WAYS_ON, eligible, gather};
use crate::functions::signature::{Kind, Parameter};
use crate::functions::spec::{Form, Spec};
use crate::functions::statistics;
use crate::functions::tally::tally;

pub(crate) static NPS: Spec = Spec {
    name: "nps",
    family: CUSTOMER,
    description: "Net Promoter Score: 100 × (promoters − detractors) / answers, from -100 to 100. A \
        promoter answers 9 or 10, a detractor 0 to 6, on the scale 0..10. NULL scores are no \
        answers; no answer at all gives NULL; a score off the scale is an error. Source: F. \
        Reichheld, \"The One Number You Need to Grow\", 2003.",
    example: "SELECT nps(score) FROM (VALUES (10), (9), (8), (3)) AS surveys(score);\n-- 25.0",
    shape: Shape {
        value: Type::Measure,
        quantity: Quantity::Points,
        n: "answers",
        parts: &[
            ("promoters", Type::Count, "answers of 9 or 10"),
            ("passives", Type::Count, "answers between"),
            ("detractors", Type::Count, "answers of 0 to 6"),
        ],
        interval: "the score ± z × SE with SE = 100 × √((p + d − (p − d)²) / n) for shares p of \
            promoters and d of detractors (for few answers the ends can pass ±100).",
    },
    forms: &[Form {
        parameters: &[Parameter::required(
            "score",
            Kind::Number,
            "Answer to \"how likely are you to recommend us\", 0 to 10.",
        )],
        state: state_of::<Answers>,
        bind: |call| {
            Ok(Box::new(Tallied(Nps {
                invalid: call.invalid,
            })))
        },
    }],
};

/// The three kinds of answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Answer {
    Promoter,
    #[default]
    Passive,
    Detractor,
}

impl Answer {
    /// The kind of answer that `score` is; `None` off the scale 0..10.
    #[inline]
    pub(crate) fn of(score: Number) -> Option<Self> {
        match score.to_f64() {
            score if !(0.0..=10.0).contains(&score) => None,
            score if score >= 9.0 => Some(Self::Promoter),
            score if score <= 6.0 => Some(Self::Detractor),
            _ => Some(Self::Passive),
        }
    }
}

tally! {
    /// How many answers of each kind.
    pub(crate) struct Answers {
        promoters: Count,
        detractors: Count,
        answers: Count,
    }
    fn add(&mut self, answer: Answer) {
        self.answers += 1;
        self.promoters += i64::from(answer == Answer::Promoter);
        self.detractors += i64::from(answer == Answer::Detractor);
    }
}

#[derive(Debug, Clone)]
struct Nps {
    invalid: Invalid,
}

impl Kpi for Nps {
    type Tally = Answers;

    fn read(&self, columns: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Rows<Answer>> {
        let scores = &columns[0];
        let eligible = eligible(&[scores], filter);
        with_numbers!("nps", scores, |score| gather(
            scores.len(),
            eligible,
            self.invalid,
            |row| Answer::of(score(row)),
            |row| exec_datafusion_err!(
                "nps: score {} is off the scale 0..10; {WAYS_ON}",
                score(row)
            ),
        ))
    }

    fn value(&self, tally: &Answers) -> Option<f64> {
        net_share(tally)
    }

    fn measure(&self, tally: &Answers, level: f64) -> Measured {
        measure_net_share(tally, level)
    }
}

/// 100 × (ups − downs) / answers.
pub(crate) fn net_share(tally: &Answers) -> Option<f64> {
    ratio(
        100 * i128::from(tally.promoters - tally.detractors),
        i128::from(tally.answers),
    )
}

/// The net share with its parts and interval.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
pub(crate) fn measure_net_share(tally: &Answers, level: f64) -> Measured {
    let Answers {
        promoters,
        detractors,
        answers,
    } = *tally;
    let parts = [promoters, answers - promoters - detractors, detractors];
    Measured {
        n: answers,
        parts: parts.map(|part| Some(part as f64)).to_vec(),
        value: net_share(tally),
        interval: statistics::net_share(promoters, detractors, answers, level),
    }
}

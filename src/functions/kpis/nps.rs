//! `nps(score)`: Net Promoter Score.

use arrow::array::{ArrayRef, BooleanArray};
use datafusion::common::Result;

use crate::functions::declaration::families::CUSTOMER;
use crate::functions::declaration::kpi_spec::{Form, Spec};
use crate::functions::declaration::outcome::{Measured, Quantity, Shape, Type};
use crate::functions::declaration::parameter::{Kind, Parameter};
use crate::functions::kernels::numbers::{Number, ratio};
use crate::functions::kernels::rows::{Chunk, Each};
use crate::functions::tally::accumulate::{Kpi, Tallied, state_of};
use crate::functions::tally::scores::{Scale, Scored};
use crate::functions::tally::share::count;
use crate::functions::tally::{Counts, statistics, tally};

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
            let scores = Scored::new(call.function, ZeroToTen, call.invalid);
            Ok(Box::new(Tallied(NetShare(scores))))
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
}

impl Counts<Answer> for Answers {
    #[inline]
    fn add(&mut self, answer: Answer) {
        self.answers += 1;
        self.promoters += i64::from(answer == Answer::Promoter);
        self.detractors += i64::from(answer == Answer::Detractor);
    }

    fn add_all(&mut self, chunk: &Chunk<'_, Answer>) {
        self.answers += chunk.count();
        self.promoters += count(chunk.items, |answer| answer == Answer::Promoter);
        self.detractors += count(chunk.items, |answer| answer == Answer::Detractor);
    }
}

/// The scale of NPS.
#[derive(Debug, Clone)]
struct ZeroToTen;

impl Scale for ZeroToTen {
    type Answer = Answer;

    fn answer(&self, score: Number) -> Option<Answer> {
        Answer::of(score)
    }

    fn highest(&self) -> f64 {
        10.0
    }

    fn text(&self) -> String {
        "0..10".to_owned()
    }
}

/// The net share of answers on a scale.
#[derive(Debug, Clone)]
pub(crate) struct NetShare<S: Scale>(pub(crate) Scored<S>);

impl<S: Scale<Answer = Answer>> Kpi for NetShare<S> {
    type Item = Answer;
    type Tally = Answers;

    fn read(
        &self,
        columns: &[ArrayRef],
        filter: Option<&BooleanArray>,
        each: Each<'_, Answer>,
    ) -> Result<()> {
        self.0.read(columns, filter, each)
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

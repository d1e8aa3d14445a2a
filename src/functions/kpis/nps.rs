//! `nps(score)`: Net Promoter Score.

use arrow::array::{ArrayRef, BooleanArray};
use datafusion::common::Result;

use crate::functions::declaration::families::CUSTOMER;
use crate::functions::declaration::kpi_spec::{KpiForm, KpiSpec};
use crate::functions::declaration::outcome::{
    KpiMeasurement, KpiQuantity, KpiResultShape, KpiValueType,
};
use crate::functions::declaration::parameter::{FunctionParameter, ParameterKind};
use crate::functions::kernels::numbers::{NumericValue, ratio};
use crate::functions::kernels::rows::{ChunkVisitor, RowChunk};
use crate::functions::kpis::score_range::NPS_RANGE;
use crate::functions::tally::accumulate::{KpiFormula, TalliedKpi, TalliedRows, state_of};
use crate::functions::tally::scores::{ScoreReader, ScoreScale};
use crate::functions::tally::share::count;
use crate::functions::tally::{ItemTally, statistics, tally};

pub(crate) static NPS: KpiSpec = KpiSpec {
    name: "nps",
    family: CUSTOMER,
    description: "Net Promoter Score: 100 × (promoters − detractors) / answers, from -100 to 100. A \
        promoter answers 9 or 10, a detractor 0 to 6, on the scale 0..10. NULL scores are no \
        answers; no answer at all gives NULL; a score off the scale is an error. Source: F. \
        Reichheld, \"The One Number You Need to Grow\", 2003.",
    example: "SELECT nps(score) FROM (VALUES (10), (9), (8), (3)) AS surveys(score);\n-- 25.0",
    shape: KpiResultShape {
        value: KpiValueType::Measure,
        quantity: KpiQuantity::Points,
        n: "answers",
        parts: &[
            ("promoters", KpiValueType::Count, "answers of 9 or 10"),
            ("passives", KpiValueType::Count, "answers between"),
            ("detractors", KpiValueType::Count, "answers of 0 to 6"),
        ],
        interval: "the score ± z × SE with SE = 100 × √((p + d − (p − d)²) / n) for shares p of \
            promoters and d of detractors (for few answers the ends can pass ±100).",
    },
    forms: &[KpiForm {
        parameters: &[FunctionParameter::required(
            "score",
            ParameterKind::Number,
            "Answer to \"how likely are you to recommend us\", 0 to 10.",
        )],
        state: state_of::<NpsAnswerCounts>,
        bind: |call| {
            let scores = ScoreReader::new(call.function, NpsScale, call.invalid);
            Ok(Box::new(TalliedKpi(NetShare(scores))))
        },
    }],
};

/// The three kinds of answers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum NpsAnswer {
    Promoter,
    #[default]
    Passive,
    Detractor,
}

impl NpsAnswer {
    /// Kind of answer of `score`; `None` off the scale 0..10.
    #[inline]
    pub(crate) fn from_score(score: NumericValue) -> Option<Self> {
        if !NPS_RANGE.contains(score) {
            return None;
        }
        match score.to_f64() {
            score if score >= 9.0 => Some(Self::Promoter),
            score if score <= 6.0 => Some(Self::Detractor),
            _ => Some(Self::Passive),
        }
    }
}

tally! {
    /// Number of answers of each kind.
    pub(crate) struct NpsAnswerCounts {
        promoters: Count,
        detractors: Count,
        answers: Count,
    }
}

impl ItemTally<NpsAnswer> for NpsAnswerCounts {
    #[inline]
    fn add(&mut self, answer: NpsAnswer) {
        self.answers += 1;
        self.promoters += i64::from(answer == NpsAnswer::Promoter);
        self.detractors += i64::from(answer == NpsAnswer::Detractor);
    }

    fn add_all(&mut self, chunk: &RowChunk<'_, NpsAnswer>) {
        self.answers += chunk.count();
        self.promoters += count(chunk.items, |answer| answer == NpsAnswer::Promoter);
        self.detractors += count(chunk.items, |answer| answer == NpsAnswer::Detractor);
    }
}

/// The scale of NPS.
#[derive(Debug, Clone)]
pub(crate) struct NpsScale;

impl ScoreScale for NpsScale {
    type Answer = NpsAnswer;

    fn answer(&self, score: NumericValue) -> Option<NpsAnswer> {
        NpsAnswer::from_score(score)
    }

    fn highest(&self) -> f64 {
        f64::from(NPS_RANGE.high)
    }

    fn text(&self) -> String {
        NPS_RANGE.text()
    }
}

/// Net share of answers on a scale.
#[derive(Debug, Clone)]
pub(crate) struct NetShare<S: ScoreScale>(pub(crate) ScoreReader<S>);

impl<S: ScoreScale<Answer = NpsAnswer>> TalliedRows for NetShare<S> {
    type Item = NpsAnswer;
    type Tally = NpsAnswerCounts;

    fn read(
        &self,
        columns: &[ArrayRef],
        filter: Option<&BooleanArray>,
        each: ChunkVisitor<'_, NpsAnswer>,
    ) -> Result<()> {
        self.0.read(columns, filter, each)
    }
}

impl<S: ScoreScale<Answer = NpsAnswer>> KpiFormula for NetShare<S> {
    fn value(&self, tally: &NpsAnswerCounts) -> Option<f64> {
        net_share(tally)
    }

    fn measure(&self, tally: &NpsAnswerCounts, level: f64) -> KpiMeasurement {
        measure_net_share(tally, level)
    }
}

/// 100 × (ups − downs) / answers.
pub(crate) fn net_share(tally: &NpsAnswerCounts) -> Option<f64> {
    ratio(
        100 * i128::from(tally.promoters - tally.detractors),
        i128::from(tally.answers),
    )
}

/// Net share with its parts and interval.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
pub(crate) fn measure_net_share(tally: &NpsAnswerCounts, level: f64) -> KpiMeasurement {
    let NpsAnswerCounts {
        promoters,
        detractors,
        answers,
    } = *tally;
    let parts = [promoters, answers - promoters - detractors, detractors];
    KpiMeasurement {
        n: answers,
        parts: parts.map(|part| Some(part as f64)).to_vec(),
        value: net_share(tally),
        interval: statistics::net_share(promoters, detractors, answers, level),
    }
}

//! `ces(score)` and its relatives: Customer Effort Score, higher is easier; `feedback_score`.

use arrow::array::{ArrayRef, BooleanArray};
use datafusion::common::{Result, plan_err};

use crate::functions::declaration::families::CUSTOMER;
use crate::functions::declaration::kpi_spec::{BoundKpi, KpiArguments, KpiForm, KpiSpec};
use crate::functions::declaration::outcome::{KpiQuantity, KpiResultShape, KpiValueType};
use crate::functions::declaration::parameter::{
    FunctionParameter, ParameterKind, unpacked as unpacked_type,
};
use crate::functions::kernels::column_reader;
use crate::functions::kernels::numbers::{COARSE_PER_ONE, ExactSumUnit, NumericValue};
use crate::functions::kernels::rows::ChunkVisitor;
use crate::functions::kpis::nps::{NetShare, NpsAnswer, NpsAnswerCounts};
use crate::functions::kpis::score_range::{CES_RANGE, ScoreRange};
use crate::functions::tally::accumulate::{TalliedKpi, state_of};
use crate::functions::tally::mean::{
    MeanKpi, MeanSample, MeanSampleReader, MeanTally, NarrowMeanSample,
};
use crate::functions::tally::scores::{ScoreReader, ScoreScale};
use crate::functions::tally::share::{ShareKpi, ShareTally};
use crate::functions::tally::{mean, share};

const SCORE: FunctionParameter =
    FunctionParameter::required("score", ParameterKind::Number, "Answer; higher is easier.");

const MEAN_SHAPE: KpiResultShape = KpiResultShape {
    value: KpiValueType::Measure,
    quantity: KpiQuantity::Plain,
    n: "answers",
    parts: &[(
        "total",
        KpiValueType::Measure,
        "sum of the answers, on the scale of the value",
    )],
    interval: mean::INTERVAL,
};

pub(crate) static CES: KpiSpec = KpiSpec {
    name: "ces",
    family: CUSTOMER,
    description: "Customer Effort Score: mean answer on the scale 1..`scale_max`, where higher is \
        easier. NULL is no answer; no answer at all gives NULL; a score off the scale is an error.",
    example: "SELECT ces(score) FROM (VALUES (7), (6), (2), (5)) AS surveys(score);\n-- 5.0",
    shape: MEAN_SHAPE,
    forms: &[KpiForm {
        parameters: &[
            SCORE,
            FunctionParameter::optional(
                "scale_max",
                ParameterKind::Constant,
                "Highest score of the scale; 7 when absent.",
            ),
        ],
        state: state_of::<MeanTally>,
        bind: |call| {
            let range = ScoreRange {
                high: whole(call, "scale_max")?.unwrap_or(CES_RANGE.high),
                ..CES_RANGE
            };
            Ok(mean_of_scores(call, range, 1, 1))
        },
    }],
};

pub(crate) static FEEDBACK_SCORE: KpiSpec = KpiSpec {
    name: "feedback_score",
    family: CUSTOMER,
    description: "Customer Feedback Score: 100 × mean answer / `scale_max`, so that answers on a \
        scale 0..`scale_max` are reported from 0 to 100. NULL is no answer; no answer at all gives \
        NULL; a score off the scale is an error.",
    example: "SELECT feedback_score(score, 10) FROM (VALUES (10), (5)) AS surveys(score);\n-- 75.0",
    shape: MEAN_SHAPE,
    forms: &[KpiForm {
        parameters: &[
            FunctionParameter::required(
                "score",
                ParameterKind::Number,
                "Answer on the scale 0..`scale_max`.",
            ),
            FunctionParameter::required(
                "scale_max",
                ParameterKind::Constant,
                "Highest score of the scale.",
            ),
        ],
        state: state_of::<MeanTally>,
        bind: |call| {
            let Some(max) = whole(call, "scale_max")? else {
                return plan_err!("feedback_score: scale_max must not be NULL");
            };
            Ok(mean_of_scores(
                call,
                ScoreRange { low: 0, high: max },
                100,
                max,
            ))
        },
    }],
};

pub(crate) static CES_TOP: KpiSpec = KpiSpec {
    name: "ces_top",
    family: CUSTOMER,
    description: "CES 2.0: 100 × answers of 5 to 7 / answers, in percent, on the scale 1..7. NULL \
        is no answer; no answer at all gives NULL; a score off the scale is an error.",
    example: "SELECT ces_top(score) FROM (VALUES (7), (5), (2), (4)) AS surveys(score);\n-- 50.0",
    shape: share::shape(
        "answers",
        &[("easy", KpiValueType::Count, "answers of 5 to 7")],
    ),
    forms: &[KpiForm {
        parameters: &[SCORE],
        state: state_of::<ShareTally>,
        bind: |call| {
            let scores = ScoreReader::new(call.function, CesTopScale, call.invalid);
            Ok(Box::new(TalliedKpi(ShareKpi(scores))))
        },
    }],
};

pub(crate) static CES_INDEX: KpiSpec = KpiSpec {
    name: "ces_index",
    family: CUSTOMER,
    description: "Effort index: 100 × (share of 6 and 7 − share of 1 to 3), from -100 to 100, on \
        the scale 1..7. NULL is no answer; no answer at all gives NULL; a score off the scale is an \
        error.",
    example: "SELECT ces_index(score) FROM (VALUES (7), (6), (4), (1)) AS surveys(score);\n-- 25.0",
    shape: KpiResultShape {
        value: KpiValueType::Measure,
        quantity: KpiQuantity::Points,
        n: "answers",
        parts: &[
            ("easy", KpiValueType::Count, "answers of 6 and 7"),
            ("neutral", KpiValueType::Count, "answers between"),
            ("hard", KpiValueType::Count, "answers of 1 to 3"),
        ],
        interval: "the index ± z × SE, as for `nps`.",
    },
    forms: &[KpiForm {
        parameters: &[SCORE],
        state: state_of::<NpsAnswerCounts>,
        bind: |call| {
            let scores = ScoreReader::new(call.function, CesIndexScale, call.invalid);
            Ok(Box::new(TalliedKpi(NetShare(scores))))
        },
    }],
};

#[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
fn whole(call: &KpiArguments<'_>, name: &str) -> Result<Option<i32>> {
    match call.number(name)? {
        None => Ok(None),
        Some(max) if max.fract() == 0.0 && (2.0..=1e6).contains(&max) => Ok(Some(max as i32)),
        Some(max) => plan_err!(
            "{}: {name} must be a whole number of 2 or more, not {max}",
            call.function
        ),
    }
}

fn mean_of_scores(
    call: &KpiArguments<'_>,
    range: ScoreRange,
    factor: i32,
    divisor: i32,
) -> Box<dyn BoundKpi> {
    let unit = ExactSumUnit::for_type(&call.types[0]);
    let numerator = i128::from(factor);
    let denominator = unit.per_one() * i128::from(divisor);
    let coarse_per_unit = COARSE_PER_ONE * f64::from(divisor) / f64::from(factor);
    if column_reader::is_integer(unpacked_type(&call.types[0])) {
        Box::new(TalliedKpi(MeanKpi {
            samples: ScoreReader::new(call.function, IntegerScoreScale(range), call.invalid),
            numerator,
            denominator,
            coarse_per_unit,
        }))
    } else {
        Box::new(TalliedKpi(MeanKpi {
            samples: ScoreReader::new(
                call.function,
                FractionalScoreScale { range, unit },
                call.invalid,
            ),
            numerator,
            denominator,
            coarse_per_unit,
        }))
    }
}

/// Reads whole scores as samples.
#[derive(Debug, Clone)]
struct IntegerScoreScale(ScoreRange);

impl ScoreScale for IntegerScoreScale {
    type Answer = NarrowMeanSample;

    fn answer(&self, score: NumericValue) -> Option<NarrowMeanSample> {
        match score {
            NumericValue::Integer(value) if self.0.contains(score) => {
                Some(NarrowMeanSample::whole(value))
            }
            _ => None,
        }
    }

    fn highest(&self) -> f64 {
        f64::from(self.0.high)
    }

    fn text(&self) -> String {
        self.0.text()
    }
}

/// Reads scores that may have fractions as samples.
#[derive(Debug, Clone)]
struct FractionalScoreScale {
    range: ScoreRange,
    unit: ExactSumUnit,
}

impl ScoreScale for FractionalScoreScale {
    type Answer = MeanSample;

    fn answer(&self, score: NumericValue) -> Option<MeanSample> {
        let value = Some(score).filter(|score| self.range.contains(*score))?;
        let value = value.units()?;
        Some(MeanSample {
            value,
            coarse: self.unit.coarse(value),
        })
    }

    fn highest(&self) -> f64 {
        f64::from(self.range.high)
    }

    fn text(&self) -> String {
        self.range.text()
    }
}

impl<S: ScoreScale> MeanSampleReader for ScoreReader<S> {
    type Sample = S::Answer;

    fn samples(
        &self,
        columns: &[ArrayRef],
        filter: Option<&BooleanArray>,
        each: ChunkVisitor<'_, S::Answer>,
    ) -> Result<()> {
        self.read(columns, filter, each)
    }
}

/// Answers of 5 to 7 on the scale 1..7.
#[derive(Debug, Clone)]
struct CesTopScale;

impl ScoreScale for CesTopScale {
    type Answer = bool;

    fn answer(&self, score: NumericValue) -> Option<bool> {
        CES_RANGE.contains(score).then_some(score.to_f64() >= 5.0)
    }

    fn highest(&self) -> f64 {
        f64::from(CES_RANGE.high)
    }

    fn text(&self) -> String {
        CES_RANGE.text()
    }
}

/// Easy, neutral and hard answers on the scale 1..7.
#[derive(Debug, Clone)]
struct CesIndexScale;

impl ScoreScale for CesIndexScale {
    type Answer = NpsAnswer;

    fn answer(&self, score: NumericValue) -> Option<NpsAnswer> {
        CES_RANGE.contains(score).then_some(match score.to_f64() {
            score if score >= 6.0 => NpsAnswer::Promoter,
            score if score <= 3.0 => NpsAnswer::Detractor,
            _ => NpsAnswer::Passive,
        })
    }

    fn highest(&self) -> f64 {
        f64::from(CES_RANGE.high)
    }

    fn text(&self) -> String {
        CES_RANGE.text()
    }
}

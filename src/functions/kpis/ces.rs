//! `ces(score)` and its relatives: Customer Effort Score, higher is easier; `feedback_score`.

use arrow::array::{Array, ArrayRef, BooleanArray};
use datafusion::common::{Result, exec_datafusion_err, plan_err};

use crate::functions::accumulate::{Kpi, Tallied, state_of};
use crate::functions::families::CUSTOMER;
use crate::functions::kpis::nps::{Answer, Answers, measure_net_share, net_share};
use crate::functions::mean::{self, Mean, MeanOf, Sample, Samples};
use crate::functions::numbers::{Number, Unit, with_numbers};
use crate::functions::outcome::{Measured, Quantity, Shape, Type};
use crate::functions::rows::{Invalid, Rows, WAYS_ON, eligible, gather};
use crate::functions::share::{self, Hits, Share, ShareOf};
use crate::functions::signature::{Kind, Parameter};
use crate::functions::spec::{Bound, Call, Form, Spec};

const SCORE: Parameter = Parameter::required("score", Kind::Number, "Answer; higher is easier.");

const MEAN_SHAPE: Shape = Shape {
    value: Type::Measure,
    quantity: Quantity::Plain,
    n: "answers",
    parts: &[(
        "total",
        Type::Measure,
        "sum of the answers, on the scale of the value",
    )],
    interval: mean::INTERVAL,
};

pub(crate) static CES: Spec = Spec {
    name: "ces",
    family: CUSTOMER,
    description: "Customer Effort Score: mean answer on the scale 1..`scale_max`, where higher is \
        easier. NULL is no answer; no answer at all gives NULL; a score off the scale is an error.",
    example: "SELECT ces(score) FROM (VALUES (7), (6), (2), (5)) AS surveys(score);\n-- 5.0",
    shape: MEAN_SHAPE,
    forms: &[Form {
        parameters: &[
            SCORE,
            Parameter::optional(
                "scale_max",
                Kind::Constant,
                "Highest score of the scale; 7 when absent.",
            ),
        ],
        state: state_of::<Mean>,
        bind: |call| {
            let max = whole(call, "scale_max")?.unwrap_or(7);
            Ok(mean_of_scores(call, Range { low: 1, high: max }, 1, 1))
        },
    }],
};

pub(crate) static FEEDBACK_SCORE: Spec = Spec {
    name: "feedback_score",
    family: CUSTOMER,
    description: "Customer Feedback Score: 100 × mean answer / `scale_max`, so that answers on a \
        scale 0..`scale_max` are reported from 0 to 100. NULL is no answer; no answer at all gives \
        NULL; a score off the scale is an error.",
    example: "SELECT feedback_score(score, 10) FROM (VALUES (10), (5)) AS surveys(score);\n-- 75.0",
    shape: MEAN_SHAPE,
    forms: &[Form {
        parameters: &[
            Parameter::required("score", Kind::Number, "Answer on the scale 0..`scale_max`."),
            Parameter::required("scale_max", Kind::Constant, "Highest score of the scale."),
        ],
        state: state_of::<Mean>,
        bind: |call| {
            let Some(max) = whole(call, "scale_max")? else {
                return plan_err!("feedback_score: scale_max must not be NULL");
            };
            Ok(mean_of_scores(call, Range { low: 0, high: max }, 100, max))
        },
    }],
};

pub(crate) static CES_TOP: Spec = Spec {
    name: "ces_top",
    family: CUSTOMER,
    description: "CES 2.0: 100 × answers of 5 to 7 / answers, in percent, on the scale 1..7. NULL \
        is no answer; no answer at all gives NULL; a score off the scale is an error.",
    example: "SELECT ces_top(score) FROM (VALUES (7), (5), (2), (4)) AS surveys(score);\n-- 50.0",
    shape: share::shape("answers", &[("easy", Type::Count, "answers of 5 to 7")]),
    forms: &[Form {
        parameters: &[SCORE],
        state: state_of::<Share>,
        bind: |call| {
            Ok(Box::new(Tallied(ShareOf(Easy {
                invalid: call.invalid,
            }))))
        },
    }],
};

pub(crate) static CES_INDEX: Spec = Spec {
    name: "ces_index",
    family: CUSTOMER,
    description: "Effort index: 100 × (share of 6 and 7 − share of 1 to 3), from -100 to 100, on \
        the scale 1..7. NULL is no answer; no answer at all gives NULL; a score off the scale is an \
        error.",
    example: "SELECT ces_index(score) FROM (VALUES (7), (6), (4), (1)) AS surveys(score);\n-- 25.0",
    shape: Shape {
        value: Type::Measure,
        quantity: Quantity::Points,
        n: "answers",
        parts: &[
            ("easy", Type::Count, "answers of 6 and 7"),
            ("neutral", Type::Count, "answers between"),
            ("hard", Type::Count, "answers of 1 to 3"),
        ],
        interval: "the index ± z × SE, as for `nps`.",
    },
    forms: &[Form {
        parameters: &[SCORE],
        state: state_of::<Answers>,
        bind: |call| {
            Ok(Box::new(Tallied(Index {
                invalid: call.invalid,
            })))
        },
    }],
};

/// A scale of answers, both ends included.
#[derive(Debug, Clone, Copy)]
struct Range {
    low: i32,
    high: i32,
}

impl Range {
    #[inline]
    fn contains(self, score: Number) -> bool {
        (f64::from(self.low)..=f64::from(self.high)).contains(&score.to_f64())
    }
}

const CES_RANGE: Range = Range { low: 1, high: 7 };

#[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
fn whole(call: &Call<'_>, name: &str) -> Result<Option<i32>> {
    match call.number(name)? {
        None => Ok(None),
        Some(max) if max.fract() == 0.0 && (2.0..=1e6).contains(&max) => Ok(Some(max as i32)),
        Some(max) => plan_err!(
            "{}: {name} must be a whole number of 2 or more, not {max}",
            call.function
        ),
    }
}

fn mean_of_scores(call: &Call<'_>, range: Range, factor: i32, divisor: i32) -> Box<dyn Bound> {
    let unit = Unit::of(&call.types[0]);
    let samples = Scores {
        function: call.function,
        range,
        unit,
        invalid: call.invalid,
    };
    Box::new(Tallied(MeanOf {
        samples,
        numerator: i128::from(factor),
        denominator: unit.per_one() * i128::from(divisor),
        coarse_per_unit: 1024.0 * f64::from(divisor) / f64::from(factor),
    }))
}

#[derive(Debug, Clone)]
struct Scores {
    function: &'static str,
    range: Range,
    unit: Unit,
    invalid: Invalid,
}

impl Samples for Scores {
    fn samples(&self, columns: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Rows<Sample>> {
        read_scores(
            self.function,
            self.range,
            self.invalid,
            columns,
            filter,
            |score| {
                let value = score.units()?;
                Some(Sample {
                    value,
                    coarse: self.unit.coarse(value),
                })
            },
        )
    }
}

fn read_scores<I: Copy + Default>(
    function: &str,
    range: Range,
    invalid: Invalid,
    columns: &[ArrayRef],
    filter: Option<&BooleanArray>,
    item: impl Fn(Number) -> Option<I>,
) -> Result<Rows<I>> {
    let scores = &columns[0];
    let eligible = eligible(&[scores], filter);
    with_numbers!(function, scores, |score| gather(
        scores.len(),
        eligible,
        invalid,
        |row| Some(score(row))
            .filter(|score| range.contains(*score))
            .and_then(&item),
        |row| exec_datafusion_err!(
            "{function}: score {} is off the scale {}..{}; {WAYS_ON}",
            score(row),
            range.low,
            range.high
        ),
    ))
}

#[derive(Debug, Clone)]
struct Easy {
    invalid: Invalid,
}

impl Hits for Easy {
    fn hits(&self, columns: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Rows<bool>> {
        read_scores(
            "ces_top",
            CES_RANGE,
            self.invalid,
            columns,
            filter,
            |score| Some(score.to_f64() >= 5.0),
        )
    }
}

#[derive(Debug, Clone)]
struct Index {
    invalid: Invalid,
}

impl Kpi for Index {
    type Tally = Answers;

    fn read(&self, columns: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Rows<Answer>> {
        read_scores(
            "ces_index",
            CES_RANGE,
            self.invalid,
            columns,
            filter,
            |score| {
                Some(match score.to_f64() {
                    score if score >= 6.0 => Answer::Promoter,
                    score if score <= 3.0 => Answer::Detractor,
                    _ => Answer::Passive,
                })
            },
        )
    }

    fn value(&self, tally: &Answers) -> Option<f64> {
        net_share(tally)
    }

    fn measure(&self, tally: &Answers, level: f64) -> Measured {
        measure_net_share(tally, level)
    }
}

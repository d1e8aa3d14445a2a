//! `csat(score)`: Customer Satisfaction Score.

use arrow::datatypes::DataType;
use datafusion::common::{Result, plan_err};

use crate::functions::declaration::families::CUSTOMER;
use crate::functions::declaration::kpi_spec::{BoundKpi, KpiArguments, KpiForm, KpiSpec};
use crate::functions::declaration::outcome::KpiValueType;
use crate::functions::declaration::parameter::{FunctionParameter, ParameterKind};
use crate::functions::kernels::numbers::NumericValue;
use crate::functions::kpis::rate::BooleanHits;
use crate::functions::kpis::score_range::CSAT_RANGE;
use crate::functions::tally::accumulate::{TalliedKpi, state_of};
use crate::functions::tally::scores::ScoreReader;
use crate::functions::tally::share::{ShareKpi, ShareTally};
use crate::functions::tally::{scores, share};

pub(crate) static CSAT: KpiSpec = KpiSpec {
    name: "csat",
    family: CUSTOMER,
    description: "Customer Satisfaction Score: 100 × satisfied answers / answers, in percent. \
        Satisfied means `satisfied_from` or more on the scale 1..`scale_max`; for surveys that ask \
        good or bad, a boolean that is true for good. NULL is no answer; no answer at all gives \
        NULL; a score off the scale is an error.",
    example: "SELECT csat(score) FROM (VALUES (5), (4), (3), (1)) AS surveys(score);\n-- 50.0",
    shape: share::shape(
        "answers",
        &[("satisfied", KpiValueType::Count, "satisfied answers")],
    ),
    forms: &[KpiForm {
        parameters: &[
            FunctionParameter::required(
                "score",
                ParameterKind::Answer,
                "Answer on the scale 1..`scale_max`, or a boolean that is true for good.",
            ),
            FunctionParameter::optional(
                "satisfied_from",
                ParameterKind::Constant,
                "Lowest score that counts as satisfied; 4 when absent.",
            ),
            FunctionParameter::optional(
                "scale_max",
                ParameterKind::Constant,
                "Highest score of the scale; 5 when absent.",
            ),
        ],
        state: state_of::<ShareTally>,
        bind,
    }],
};

/// A satisfaction scale 1..max and the lowest satisfied score.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CsatScale {
    satisfied_from: f64,
    max: f64,
}

impl CsatScale {
    /// Checks the constants of a call; the defaults are 4 and 1..5.
    pub(crate) fn new(
        function: &str,
        satisfied_from: Option<f64>,
        max: Option<f64>,
    ) -> Result<Self> {
        let satisfied_from = satisfied_from.unwrap_or(4.0);
        let max = max.unwrap_or_else(|| f64::from(CSAT_RANGE.high));
        if !(f64::from(CSAT_RANGE.low)..=max).contains(&satisfied_from) {
            return plan_err!(
                "{function}: satisfied_from must lie on the scale 1..{max}, not {satisfied_from}"
            );
        }
        Ok(Self {
            satisfied_from,
            max,
        })
    }

    /// True if `score` is satisfied; `None` off the scale.
    #[inline]
    pub(crate) fn is_satisfied(self, score: f64) -> Option<bool> {
        (f64::from(CSAT_RANGE.low)..=self.max)
            .contains(&score)
            .then_some(score >= self.satisfied_from)
    }
}

impl scores::ScoreScale for CsatScale {
    type Answer = bool;

    fn answer(&self, score: NumericValue) -> Option<bool> {
        self.is_satisfied(score.to_f64())
    }

    fn highest(&self) -> f64 {
        self.max
    }

    fn text(&self) -> String {
        format!("1..{}", self.max)
    }
}

fn bind(call: &KpiArguments<'_>) -> Result<Box<dyn BoundKpi>> {
    let (satisfied_from, max) = (call.number("satisfied_from")?, call.number("scale_max")?);
    if call.types[0] == DataType::Boolean {
        if satisfied_from.is_some() || max.is_some() {
            return plan_err!(
                "csat: a boolean has no scale; leave satisfied_from and scale_max out"
            );
        }
        return Ok(Box::new(TalliedKpi(ShareKpi(BooleanHits))));
    }
    let scale = CsatScale::new("csat", satisfied_from, max)?;
    let scores = ScoreReader::new("csat", scale, call.invalid);
    Ok(Box::new(TalliedKpi(ShareKpi(scores))))
}

//! Answers on a scale, read from a column of scores of any numeric type.

use std::fmt::Debug;

use arrow::array::{Array, ArrayRef, BooleanArray};
use datafusion::common::{Result, exec_datafusion_err};

use super::share::HitReader;
use crate::functions::kernels::column_reader;
use crate::functions::kernels::numbers::{NumericValue, number_at, unpacked};
use crate::functions::kernels::rows::{ChunkVisitor, EligibleRows, WAYS_ON, eligible};
use crate::settings::InvalidPolicy;

/// A scale, and the answers that its scores represent.
pub(crate) trait ScoreScale: Clone + Debug + Send + Sync + 'static {
    /// Answer that a score represents.
    type Answer: Copy + Debug + Default + Send + Sync;

    /// Answer of `score`; `None` off the scale.
    fn answer(&self, score: NumericValue) -> Option<Self::Answer>;

    /// Highest score of the scale.
    fn highest(&self) -> f64;

    /// The scale as text, for messages.
    fn text(&self) -> String;
}

/// Reads the scores of one call.
#[derive(Debug, Clone)]
pub(crate) struct ScoreReader<S: ScoreScale> {
    pub(crate) function: &'static str,
    pub(crate) scale: S,
    pub(crate) invalid: InvalidPolicy,
    answers: Option<SmallIntegerLookup<S::Answer>>,
}

impl<S: ScoreScale> ScoreReader<S> {
    pub(crate) fn new(function: &'static str, scale: S, invalid: InvalidPolicy) -> Self {
        let small = scale.highest() < f64::from(LARGEST);
        let answers = small
            .then(|| SmallIntegerLookup::new(|score| scale.answer(NumericValue::Integer(score))));
        Self {
            function,
            scale,
            invalid,
            answers,
        }
    }

    /// Reads the answers of a batch, whose first column has the scores.
    pub(crate) fn read(
        &self,
        columns: &[ArrayRef],
        filter: Option<&BooleanArray>,
        each: ChunkVisitor<'_, S::Answer>,
    ) -> Result<()> {
        let scores = unpacked(&columns[0])?;
        let batch = EligibleRows {
            rows: scores.len(),
            eligible: eligible(&[&columns[0]], filter),
            invalid: self.invalid,
        };
        let fill = match &self.answers {
            Some(answers) if column_reader::is_integer(scores.data_type()) => {
                column_reader::integers(&scores, |score| answers.get(score))?
            }
            _ => column_reader::numbers(self.function, &scores, |score| self.scale.answer(score))?,
        };
        let complaint = |row| match number_at(self.function, &scores, row) {
            Ok(score) => exec_datafusion_err!(
                "{}: score {score} is off the scale {}; {WAYS_ON}",
                self.function,
                self.scale.text()
            ),
            Err(error) => error,
        };
        batch.gather(&fill, &complaint, each)
    }
}

impl<S: ScoreScale<Answer = bool>> HitReader for ScoreReader<S> {
    fn hits(
        &self,
        columns: &[ArrayRef],
        filter: Option<&BooleanArray>,
        each: ChunkVisitor<'_, bool>,
    ) -> Result<()> {
        self.read(columns, filter, each)
    }
}

/// End of the table: every larger integer has the same answer as this one.
const LARGEST: i16 = 254;

/// Lookup table of the answers of small integers.
#[derive(Debug, Clone)]
pub(crate) struct SmallIntegerLookup<I>([Option<I>; 256]);

impl<I: Copy> SmallIntegerLookup<I> {
    /// Evaluates `of` for the table; it must return the same for all negative integers, and for all from 254
    /// on.
    pub(crate) fn new(of: impl Fn(i64) -> Option<I>) -> Self {
        Self(std::array::from_fn(|place| {
            of(i64::try_from(place).unwrap_or(0) - 1)
        }))
    }

    #[inline]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and 255"
    )]
    pub(crate) fn get(&self, value: i64) -> Option<I> {
        self.0[usize::from((value.clamp(-1, i64::from(LARGEST)) + 1) as u8)]
    }
}

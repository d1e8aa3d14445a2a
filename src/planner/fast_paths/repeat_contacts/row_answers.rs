//! The answers to one question over the rows of a range.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, BooleanBufferBuilder};
use arrow::buffer::{BooleanBuffer, NullBuffer};
use arrow::datatypes::DataType;
use datafusion::common::Result;

use super::contact_query::ContactQuery;
use super::instants::InstantColumn;

/// The answer to one question about one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RowAnswer {
    Repeated { repeated: bool, known: bool },
    Next(Option<i64>),
}

impl RowAnswer {
    /// The answer for a contact with a repeat contact.
    pub(super) const AGAIN: Self = Self::Repeated {
        repeated: true,
        known: true,
    };
}

/// The answers so far: at first no row has a repeat contact and no customer comes back.
#[derive(Debug)]
pub(super) enum RowAnswersBuilder {
    Repeated {
        repeated: BooleanBufferBuilder,
        known: BooleanBufferBuilder,
    },
    Next(InstantColumn),
}

impl RowAnswersBuilder {
    pub(super) fn new(question: &ContactQuery, instant: &DataType) -> Self {
        match question {
            ContactQuery::Repeated { .. } => Self::Repeated {
                repeated: BooleanBufferBuilder::new(0),
                known: BooleanBufferBuilder::new(0),
            },
            ContactQuery::Next => Self::Next(InstantColumn::new(instant)),
        }
    }

    /// Appends rows; ineligible ones have no answer.
    pub(super) fn extend(&mut self, rows: usize, eligible: Option<&NullBuffer>) {
        match self {
            Self::Repeated { repeated, known } => {
                repeated.append_n(rows, false);
                match eligible {
                    None => known.append_n(rows, true),
                    Some(eligible) => known.append_buffer(eligible.inner()),
                }
            }
            Self::Next(instants) => instants.extend(rows),
        }
    }

    /// Marks a contact without a repeat contact as undecided, since one may follow after the end of
    /// observation.
    pub(super) fn undecide(&mut self, row: usize) {
        if let Self::Repeated { repeated, known } = self
            && !repeated.get_bit(row)
        {
            known.set_bit(row, false);
        }
    }

    /// Retains answers of contacts without a repeat contact only if they are decided.
    pub(super) fn keep_decided(&mut self, decided: &BooleanBuffer) {
        if let Self::Repeated { repeated, known } = self {
            let told = &known.finish() & &(&repeated.finish_cloned() | decided);
            known.append_buffer(&told);
        }
    }

    /// The answer of a row.
    pub(super) fn get(&self, row: usize) -> RowAnswer {
        match self {
            Self::Repeated { repeated, known } => RowAnswer::Repeated {
                repeated: repeated.get_bit(row),
                known: known.get_bit(row),
            },
            Self::Next(instants) => RowAnswer::Next(instants.get(row)),
        }
    }

    /// Changes the answer of a row.
    #[inline]
    pub(super) fn set(&mut self, row: usize, mark: RowAnswer) {
        match (self, mark) {
            (
                Self::Repeated { repeated, known },
                RowAnswer::Repeated {
                    repeated: is_repeated,
                    known: is_known,
                },
            ) => {
                repeated.set_bit(row, is_repeated);
                known.set_bit(row, is_known);
            }
            (Self::Next(instants), RowAnswer::Next(instant)) => instants.set(row, instant),
            // An answer always has the type of its question.
            (Self::Repeated { .. }, RowAnswer::Next(_))
            | (Self::Next(_), RowAnswer::Repeated { .. }) => {}
        }
    }

    pub(super) fn size(&self) -> usize {
        match self {
            Self::Repeated { repeated, known } => (repeated.capacity() + known.capacity()) / 8,
            Self::Next(instants) => instants.size(),
        }
    }

    pub(super) fn finish(self) -> AnswerColumn {
        match self {
            Self::Repeated {
                mut repeated,
                mut known,
            } => {
                let nulls = NullBuffer::new(known.finish());
                AnswerColumn::Flags(BooleanArray::new(repeated.finish(), Some(nulls)))
            }
            Self::Next(instants) => AnswerColumn::Instants(instants),
        }
    }
}

/// Finished answers.
#[derive(Debug)]
pub(super) enum AnswerColumn {
    Flags(BooleanArray),
    Instants(InstantColumn),
}

impl AnswerColumn {
    /// The answers of some rows.
    pub(super) fn slice(&self, offset: usize, rows: usize) -> Result<ArrayRef> {
        match self {
            Self::Flags(flags) => Ok(Arc::new(flags.slice(offset, rows))),
            Self::Instants(instants) => instants.slice(offset, rows),
        }
    }
}

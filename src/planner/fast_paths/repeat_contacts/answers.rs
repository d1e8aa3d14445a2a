//! The output of the first pass, which the second pass reads.

use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue};
use datafusion::execution::memory_pool::MemoryReservation;

use super::row_answers::{AnswerColumn, RowAnswersBuilder};

/// A row of the input: its range and its position in it.
pub(super) type ContactRowId = (u32, u32);

/// Two rows of one customer at the same instant, the earlier first.
pub(super) type ContactTie = (ContactRowId, ContactRowId);

/// All answers, by range and row.
#[derive(Debug)]
pub(super) struct RepeatContactAnswers {
    pub(super) ranges: Vec<RangeAnswers>,
    /// The newest instant of all rows.
    pub(super) newest: ScalarValue,
    /// Memory reservation of the answers.
    _memory: MemoryReservation,
}

/// The answers of a range.
#[derive(Debug)]
pub(super) struct RangeAnswers {
    pub(super) rows: usize,
    /// One column per question.
    pub(super) columns: Vec<AnswerColumn>,
}

impl RepeatContactAnswers {
    /// The answers of ranges with so many rows, with one answer builder per question.
    ///
    /// # Errors
    /// When `instant` is no timestamp type, or the memory limit leaves no room.
    pub(super) fn new(
        ranges: Vec<(usize, Vec<RowAnswersBuilder>)>,
        newest: Option<i64>,
        instant: &DataType,
        memory: MemoryReservation,
    ) -> Result<Self> {
        let marks = ranges.iter().flat_map(|(_, marks)| marks);
        memory.try_resize(marks.map(RowAnswersBuilder::size).sum())?;
        let ranges = ranges.into_iter().map(|(rows, marks)| RangeAnswers {
            rows,
            columns: marks.into_iter().map(RowAnswersBuilder::finish).collect(),
        });
        let newest = match newest {
            Some(newest) => {
                let one = super::instants::timestamps(vec![newest], None, instant)?;
                ScalarValue::try_from_array(&one, 0)?
            }
            None => ScalarValue::try_from(instant)?,
        };
        Ok(Self {
            ranges: ranges.collect(),
            newest,
            _memory: memory,
        })
    }
}

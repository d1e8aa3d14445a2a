//! Finds the right row of each left row, both in order of keys and time.

use arrow::array::BooleanArray;
use arrow::array::{Array, ArrayRef, UInt64Array};
use arrow::compute::{SortOptions, filter_record_batch};
use arrow::record_batch::RecordBatch;
use arrow::row::{Row, RowConverter, Rows, SortField};
use datafusion::common::{Result, plan_err};
use datafusion::logical_expr::Operator;

/// Which times match: a comparison of the left time with the right one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TimeMatch {
    /// The right time is the later one: both sides go from the latest time to the first.
    pub(super) is_later: bool,
    /// Equal times match.
    pub(super) has_equal: bool,
}

impl TimeMatch {
    pub(super) fn try_new(operator: Operator) -> Result<Self> {
        let (is_later, has_equal) = match operator {
            Operator::GtEq => (false, true),
            Operator::Gt => (false, false),
            Operator::LtEq => (true, true),
            Operator::Lt => (true, false),
            _ => return plan_err!("ASOF JOIN compares times by <, <=, > or >="),
        };
        Ok(Self {
            is_later,
            has_equal,
        })
    }

    /// The order of times on both sides.
    pub(super) fn order(self) -> SortOptions {
        SortOptions {
            descending: self.is_later,
            nulls_first: false,
        }
    }

    /// The comparison, the left time first.
    pub(super) fn symbol(self) -> &'static str {
        match (self.is_later, self.has_equal) {
            (false, true) => ">=",
            (false, false) => ">",
            (true, true) => "<=",
            (true, false) => "<",
        }
    }
}

/// The order of keys on both sides.
pub(super) const KEY_ORDER: SortOptions = SortOptions {
    descending: false,
    nulls_first: false,
};

/// Rows of keys and of times that compare as bytes.
#[derive(Debug)]
pub(super) struct JoinRowConverter {
    /// `None` without keys.
    keys: Option<RowConverter>,
    times: RowConverter,
}

/// Comparable keys and times of a batch.
pub(super) struct JoinRows {
    keys: Option<Rows>,
    times: Rows,
    /// True where no key and no time is NULL.
    is_whole: BooleanArray,
}

impl JoinRows {
    fn key(&self, row: usize) -> Option<Row<'_>> {
        self.keys.as_ref().map(|keys| keys.row(row))
    }
}

impl JoinRowConverter {
    /// A converter of columns of these types: the keys and, last, the time.
    pub(super) fn try_new(columns: &[ArrayRef], order: SortOptions) -> Result<Self> {
        let Some((time, keys)) = columns.split_last() else {
            return plan_err!("ASOF JOIN compares times");
        };
        let field =
            |key: &ArrayRef| SortField::new_with_options(key.data_type().clone(), KEY_ORDER);
        let keys: Vec<SortField> = keys.iter().map(field).collect();
        let time = SortField::new_with_options(time.data_type().clone(), order);
        Ok(Self {
            keys: if keys.is_empty() {
                None
            } else {
                Some(RowConverter::new(keys)?)
            },
            times: RowConverter::new(vec![time])?,
        })
    }

    pub(super) fn rows(&self, columns: &[ArrayRef]) -> Result<JoinRows> {
        let (keys, time) = columns.split_at(columns.len().saturating_sub(1));
        let rows = columns.first().map_or(0, Array::len);
        let is_whole = |row: usize| columns.iter().all(|column| !column.is_null(row));
        Ok(JoinRows {
            keys: match &self.keys {
                Some(converter) => Some(converter.convert_columns(keys)?),
                None => None,
            },
            times: self.times.convert_columns(time)?,
            is_whole: (0..rows).map(|row| Some(is_whole(row))).collect(),
        })
    }
}

/// The right side of one partition.
pub(super) struct SortedRightSide {
    pub(super) batch: RecordBatch,
    rows: JoinRows,
    converter: JoinRowConverter,
    matching: TimeMatch,
    /// Number of right rows that do not come behind the last left row.
    passed: usize,
}

impl SortedRightSide {
    /// Takes the sorted rows, with their keys and time last. Rows with a NULL among these match none.
    pub(super) fn try_new(
        batch: &RecordBatch,
        columns: &[ArrayRef],
        matching: TimeMatch,
    ) -> Result<Self> {
        let converter = JoinRowConverter::try_new(columns, matching.order())?;
        let is_whole = converter.rows(columns)?.is_whole;
        let kept: Vec<ArrayRef> = columns
            .iter()
            .map(|column| arrow::compute::filter(column, &is_whole))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            batch: filter_record_batch(batch, &is_whole)?,
            rows: converter.rows(&kept)?,
            converter,
            matching,
            passed: 0,
        })
    }

    /// The right row of each left row of the next batch, whose keys and time are `columns`; NULL where none
    /// matches.
    pub(super) fn matches(&mut self, columns: &[ArrayRef]) -> Result<UInt64Array> {
        let left = self.converter.rows(columns)?;
        let rows = left.is_whole.len();
        let found = (0..rows).map(|row| {
            if !left.is_whole.value(row) {
                return None;
            }
            while self.passed < self.batch.num_rows() && self.is_reached(&left, row) {
                self.passed += 1;
            }
            let last = self.passed.checked_sub(1)?;
            (self.rows.key(last) == left.key(row)).then_some(last as u64)
        });
        Ok(found.collect())
    }

    /// True if the next right row comes before the left one, or stands at an equal time that matches.
    fn is_reached(&self, left: &JoinRows, row: usize) -> bool {
        let next = self.passed;
        let order = self.rows.key(next).cmp(&left.key(row));
        let order = order.then_with(|| self.rows.times.row(next).cmp(&left.times.row(row)));
        order.is_lt() || (order.is_eq() && self.matching.has_equal)
    }
}

//! One instant per row, or none, in blocks.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanBufferBuilder, TimestampMicrosecondArray, TimestampMillisecondArray,
    TimestampNanosecondArray, TimestampSecondArray,
};
use arrow::buffer::{BooleanBuffer, NullBuffer, ScalarBuffer};
use arrow::datatypes::{DataType, TimeUnit};
use datafusion::common::{Result, internal_err};

/// Blocks grow the memory by steps that are small beside the whole, where one vector would double.
const BLOCK: usize = 1 << 16;

#[derive(Debug)]
pub(super) struct Instants {
    blocks: Vec<Vec<i64>>,
    known: BooleanBufferBuilder,
}

impl Instants {
    pub(super) fn new() -> Self {
        Self {
            blocks: vec![],
            known: BooleanBufferBuilder::new(0),
        }
    }

    /// Adds rows without an instant.
    pub(super) fn extend(&mut self, rows: usize) {
        self.known.append_n(rows, false);
        let blocks = self.known.len().div_ceil(BLOCK);
        self.blocks.resize_with(blocks, || vec![0; BLOCK]);
    }

    pub(super) fn set(&mut self, row: usize, instant: Option<i64>) {
        self.known.set_bit(row, instant.is_some());
        self.blocks[row / BLOCK][row % BLOCK] = instant.unwrap_or_default();
    }

    pub(super) fn get(&self, row: usize) -> Option<i64> {
        let known = self.known.get_bit(row);
        known.then(|| self.blocks[row / BLOCK][row % BLOCK])
    }

    pub(super) fn size(&self) -> usize {
        self.blocks.len() * BLOCK * size_of::<i64>() + self.known.capacity() / 8
    }

    pub(super) fn finish(mut self, data_type: &DataType) -> Column {
        Column {
            blocks: self.blocks,
            known: self.known.finish(),
            data_type: data_type.clone(),
        }
    }
}

/// The finished instants of a range.
#[derive(Debug)]
pub(super) struct Column {
    blocks: Vec<Vec<i64>>,
    known: BooleanBuffer,
    data_type: DataType,
}

impl Column {
    /// Some rows as a column of timestamps.
    ///
    /// # Errors
    /// When the type is none of a timestamp, which the rule rules out.
    pub(super) fn slice(&self, offset: usize, rows: usize) -> Result<ArrayRef> {
        let mut values = Vec::with_capacity(rows);
        let (mut at, end) = (offset, offset + rows);
        while at < end {
            let first = at % BLOCK;
            let last = (first + end - at).min(BLOCK);
            values.extend_from_slice(&self.blocks[at / BLOCK][first..last]);
            at += last - first;
        }
        let nulls = NullBuffer::new(self.known.slice(offset, rows));
        timestamps(values, Some(nulls), &self.data_type)
    }
}

/// Ticks as a column of the timestamp type `data_type`.
///
/// # Errors
/// When it is no timestamp type.
pub(super) fn timestamps(
    values: Vec<i64>,
    nulls: Option<NullBuffer>,
    data_type: &DataType,
) -> Result<ArrayRef> {
    let DataType::Timestamp(unit, zone) = data_type else {
        return internal_err!("expected a timestamp, got {data_type}");
    };
    let (values, zone) = (ScalarBuffer::from(values), zone.clone());
    Ok(match unit {
        TimeUnit::Second => {
            Arc::new(TimestampSecondArray::new(values, nulls).with_timezone_opt(zone))
        }
        TimeUnit::Millisecond => {
            Arc::new(TimestampMillisecondArray::new(values, nulls).with_timezone_opt(zone))
        }
        TimeUnit::Microsecond => {
            Arc::new(TimestampMicrosecondArray::new(values, nulls).with_timezone_opt(zone))
        }
        TimeUnit::Nanosecond => {
            Arc::new(TimestampNanosecondArray::new(values, nulls).with_timezone_opt(zone))
        }
    })
}

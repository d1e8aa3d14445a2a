//! One instant per row, or none, in blocks.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanBufferBuilder, TimestampMicrosecondArray, TimestampMillisecondArray,
    TimestampNanosecondArray, TimestampSecondArray,
};
use arrow::buffer::{BooleanBuffer, NullBuffer, ScalarBuffer};
use arrow::datatypes::{DataType, TimeUnit};
use datafusion::common::{Result, internal_err};

use crate::functions::ticks_per_second;

/// Blocks grow the memory by steps that are small beside the whole, where one vector would double.
const BLOCK: usize = 1 << 16;

#[derive(Debug)]
pub(super) struct Instants {
    blocks: Vec<Block>,
    known: BooleanBufferBuilder,
    data_type: DataType,
    per_second: i64,
}

/// Archives keep whole seconds mostly, whatever their type could hold.
#[derive(Debug)]
enum Block {
    /// Seconds since 1970.
    Seconds(Vec<u32>),
    Ticks(Vec<i64>),
}

impl Block {
    fn new() -> Self {
        Self::Seconds(vec![0; BLOCK])
    }

    fn set(&mut self, place: usize, ticks: i64, per_second: i64) {
        if let Self::Seconds(seconds) = self {
            if ticks % per_second == 0
                && let Ok(second) = u32::try_from(ticks / per_second)
            {
                seconds[place] = second;
                return;
            }
            let ticks = seconds.iter().map(|&second| i64::from(second) * per_second);
            *self = Self::Ticks(ticks.collect());
        }
        if let Self::Ticks(all) = self {
            all[place] = ticks;
        }
    }

    fn get(&self, place: usize, per_second: i64) -> i64 {
        match self {
            Self::Seconds(seconds) => i64::from(seconds[place]) * per_second,
            Self::Ticks(ticks) => ticks[place],
        }
    }

    fn size(&self) -> usize {
        match self {
            Self::Seconds(seconds) => size_of_val(seconds.as_slice()),
            Self::Ticks(ticks) => size_of_val(ticks.as_slice()),
        }
    }
}

impl Instants {
    /// No rows yet; their instants will be of this timestamp type.
    pub(super) fn new(data_type: &DataType) -> Self {
        Self {
            blocks: vec![],
            known: BooleanBufferBuilder::new(0),
            data_type: data_type.clone(),
            per_second: ticks_per_second(data_type),
        }
    }

    /// Adds rows without an instant.
    pub(super) fn extend(&mut self, rows: usize) {
        self.known.append_n(rows, false);
        let blocks = self.known.len().div_ceil(BLOCK);
        self.blocks.resize_with(blocks, Block::new);
    }

    pub(super) fn set(&mut self, row: usize, instant: Option<i64>) {
        self.known.set_bit(row, instant.is_some());
        if let Some(ticks) = instant {
            self.blocks[row / BLOCK].set(row % BLOCK, ticks, self.per_second);
        }
    }

    pub(super) fn get(&self, row: usize) -> Option<i64> {
        let known = self.known.get_bit(row);
        known.then(|| self.blocks[row / BLOCK].get(row % BLOCK, self.per_second))
    }

    pub(super) fn size(&self) -> usize {
        self.blocks.iter().map(Block::size).sum::<usize>() + self.known.capacity() / 8
    }

    pub(super) fn finish(mut self) -> Column {
        Column {
            known: self.known.finish(),
            instants: self,
        }
    }
}

/// The finished instants of a range.
#[derive(Debug)]
pub(super) struct Column {
    instants: Instants,
    known: BooleanBuffer,
}

impl Column {
    /// Some rows as a column of timestamps.
    ///
    /// # Errors
    /// When the type is none of a timestamp, which the rule rules out.
    pub(super) fn slice(&self, offset: usize, rows: usize) -> Result<ArrayRef> {
        let (blocks, per_second) = (&self.instants.blocks, self.instants.per_second);
        let values =
            (offset..offset + rows).map(|row| blocks[row / BLOCK].get(row % BLOCK, per_second));
        let nulls = NullBuffer::new(self.known.slice(offset, rows));
        timestamps(values.collect(), Some(nulls), &self.instants.data_type)
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

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{Array, AsArray};
    use arrow::datatypes::TimestampMillisecondType;

    #[test]
    fn seconds_and_parts_of_seconds_come_back() {
        let zoned = DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into()));
        let mut instants = Instants::new(&zoned);
        instants.extend(BLOCK + 2);
        let given = [(0, 5_000), (1, 5_001), (2, -7), (BLOCK, 9_000)];
        for (row, ticks) in given {
            instants.set(row, Some(ticks));
        }
        instants.set(2, None);
        assert_eq!(instants.get(0), Some(5_000));
        assert_eq!(instants.get(3), None);
        let column = instants.finish();
        let first = column.slice(0, 4).unwrap();
        assert_eq!(first.data_type(), &zoned);
        let first = first.as_primitive::<TimestampMillisecondType>();
        assert_eq!(
            first.iter().collect::<Vec<_>>(),
            [Some(5_000), Some(5_001), None, None]
        );
        let seam = column.slice(BLOCK - 1, 2).unwrap();
        assert_eq!(
            seam.as_primitive::<TimestampMillisecondType>().value(1),
            9_000
        );
        assert!(seam.is_null(0));
    }
}

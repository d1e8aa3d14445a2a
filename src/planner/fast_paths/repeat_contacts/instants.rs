//! One optional instant per row, in blocks.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanBufferBuilder, TimestampMicrosecondArray, TimestampMillisecondArray,
    TimestampNanosecondArray, TimestampSecondArray,
};
use arrow::buffer::{NullBuffer, ScalarBuffer};
use arrow::datatypes::{DataType, TimeUnit};
use datafusion::common::{Result, internal_err};

use crate::functions::kernels::bits;
use crate::functions::kernels::times::ticks_per_second;

/// Rows per block: memory grows by blocks that are small beside the whole; a single vector would
/// double.
const BLOCK: usize = 1 << 16;

#[derive(Debug)]
pub(super) struct InstantColumn {
    blocks: Vec<InstantBlock>,
    rows: usize,
    data_type: DataType,
    per_second: i64,
}

/// Archives mostly have whole seconds, even if their type is finer.
#[derive(Debug)]
enum InstantBlock {
    /// Seconds since 1970 plus one, 0 for no instant.
    Seconds(Vec<u32>),
    Ticks(Vec<i64>, BooleanBufferBuilder),
}

/// Division by a constant takes a tenth of the time of division by a variable.
#[inline]
fn whole_seconds(ticks: i64, per_second: i64) -> Option<u32> {
    let (seconds, rest) = match per_second {
        1_000_000 => (ticks / 1_000_000, ticks % 1_000_000),
        1_000_000_000 => (ticks / 1_000_000_000, ticks % 1_000_000_000),
        1_000 => (ticks / 1_000, ticks % 1_000),
        _ => (ticks / per_second, ticks % per_second),
    };
    // Before 1970 the sum may be 0 or less.
    let seconds = u32::try_from(seconds.checked_add(1)?).ok()?;
    (rest == 0 && seconds > 0).then_some(seconds)
}

impl InstantBlock {
    fn new() -> Self {
        Self::Seconds(vec![0; BLOCK])
    }

    #[inline]
    fn set(&mut self, place: usize, ticks: i64, per_second: i64) {
        match self {
            Self::Seconds(seconds) => match whole_seconds(ticks, per_second) {
                Some(second) => seconds[place] = second,
                None => self.set_ticks(place, ticks, per_second),
            },
            Self::Ticks(..) => self.set_ticks(place, ticks, per_second),
        }
    }

    #[cold]
    fn set_ticks(&mut self, place: usize, ticks: i64, per_second: i64) {
        if let Self::Seconds(seconds) = self {
            let mut known = BooleanBufferBuilder::new(BLOCK);
            seconds.iter().for_each(|&second| known.append(second > 0));
            let ticks = seconds.iter().map(|&second| ticks_of(second, per_second));
            *self = Self::Ticks(ticks.map(Option::unwrap_or_default).collect(), known);
        }
        if let Self::Ticks(all, known) = self {
            all[place] = ticks;
            known.set_bit(place, true);
        }
    }

    fn forget(&mut self, place: usize) {
        match self {
            Self::Seconds(seconds) => seconds[place] = 0,
            Self::Ticks(_, known) => known.set_bit(place, false),
        }
    }

    #[inline]
    fn get(&self, place: usize, per_second: i64) -> Option<i64> {
        match self {
            Self::Seconds(seconds) => ticks_of(seconds[place], per_second),
            Self::Ticks(ticks, known) => known.get_bit(place).then(|| ticks[place]),
        }
    }

    fn size(&self) -> usize {
        match self {
            Self::Seconds(seconds) => size_of_val(seconds.as_slice()),
            Self::Ticks(ticks, known) => size_of_val(ticks.as_slice()) + known.capacity() / 8,
        }
    }
}

#[inline]
fn ticks_of(second: u32, per_second: i64) -> Option<i64> {
    Some(i64::from(second.checked_sub(1)?) * per_second)
}

impl InstantColumn {
    /// An empty column, with instants of this timestamp type.
    pub(super) fn new(data_type: &DataType) -> Self {
        Self {
            blocks: vec![],
            rows: 0,
            data_type: data_type.clone(),
            per_second: ticks_per_second(data_type),
        }
    }

    /// Appends rows without an instant.
    pub(super) fn extend(&mut self, rows: usize) {
        self.rows += rows;
        let blocks = self.rows.div_ceil(BLOCK);
        self.blocks.resize_with(blocks, InstantBlock::new);
    }

    #[inline]
    pub(super) fn set(&mut self, row: usize, instant: Option<i64>) {
        let block = &mut self.blocks[row / BLOCK];
        match instant {
            Some(ticks) => block.set(row % BLOCK, ticks, self.per_second),
            None => block.forget(row % BLOCK),
        }
    }

    pub(super) fn get(&self, row: usize) -> Option<i64> {
        self.blocks[row / BLOCK].get(row % BLOCK, self.per_second)
    }

    pub(super) fn size(&self) -> usize {
        self.blocks.iter().map(InstantBlock::size).sum::<usize>()
    }

    /// Some rows of one block of seconds, without a copy.
    fn seconds(&self, offset: usize, rows: usize) -> Option<&[u32]> {
        match self.blocks.get(offset / BLOCK)? {
            InstantBlock::Seconds(seconds) => seconds.get(offset % BLOCK..)?.get(..rows),
            InstantBlock::Ticks(..) => None,
        }
    }

    /// Some rows as a column of timestamps.
    ///
    /// # Errors
    /// When the type is no timestamp type, which the rule excludes.
    pub(super) fn slice(&self, offset: usize, rows: usize) -> Result<ArrayRef> {
        if let Some(seconds) = self.seconds(offset, rows) {
            let known = bits::collect(seconds, |second| second > 0);
            let ticks = seconds.iter().map(|&second| i64::from(second) - 1);
            let values = ticks.map(|second| second * self.per_second).collect();
            return timestamps(values, Some(NullBuffer::new(known)), &self.data_type);
        }
        let instants = (offset..offset + rows).map(|row| self.get(row));
        let mut known = BooleanBufferBuilder::new(rows);
        let values = instants.map(|instant| {
            known.append(instant.is_some());
            instant.unwrap_or_default()
        });
        let values = values.collect();
        timestamps(
            values,
            Some(NullBuffer::new(known.finish())),
            &self.data_type,
        )
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
        let mut instants = InstantColumn::new(&zoned);
        instants.extend(BLOCK + 2);
        let given = [(0, 5_000), (1, 5_001), (2, -7), (BLOCK, 9_000)];
        for (row, ticks) in given {
            instants.set(row, Some(ticks));
        }
        instants.set(2, None);
        assert_eq!(instants.get(0), Some(5_000));
        assert_eq!(instants.get(3), None);
        let first = instants.slice(0, 4).unwrap();
        assert_eq!(first.data_type(), &zoned);
        let first = first.as_primitive::<TimestampMillisecondType>();
        assert_eq!(
            first.iter().collect::<Vec<_>>(),
            [Some(5_000), Some(5_001), None, None]
        );
        let seam = instants.slice(BLOCK - 1, 2).unwrap();
        assert_eq!(
            seam.as_primitive::<TimestampMillisecondType>().value(1),
            9_000
        );
        assert!(seam.is_null(0));
    }
}

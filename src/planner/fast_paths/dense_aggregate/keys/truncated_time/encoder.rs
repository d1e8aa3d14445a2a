//! The encoder of truncated times. A granule is an hour or a day of local time.

use arrow::array::{Array, ArrayRef};
use datafusion::common::{HashMap, Result, ScalarValue};

use super::super::KeyEncoder;
use super::TruncatedTimeKey;
use super::divisor::ReciprocalDivisor;
use super::ticks::TickRange;
use crate::functions::kernels::bits::for_each_set;
use crate::functions::kernels::times::ticks;

/// Placeholder for an unknown code.
const UNKNOWN: u32 = u32::MAX;

/// Number of granules that are looked up by their number; others are looked up by their first tick.
const NUMBERED: usize = 1 << 16;

/// Number of rows that are encoded together.
const SOME: usize = 512;

/// The values so far, by granule; a change of the offset divides a granule in two.
#[derive(Debug)]
pub(crate) struct TruncatedTimeKeyEncoder {
    granules: TruncatedTimeKey,
    values: Vec<ScalarValue>,
    codes: HashMap<ScalarValue, u32>,
    /// Codes of whole granules, by their number minus `first`.
    numbered: Vec<u32>,
    first: Option<i64>,
    /// Codes of all other granules, by their first tick.
    others: HashMap<i64, u32>,
    /// By code: a range of consecutive instants that have it.
    runs: Vec<TickRange>,
    null: Option<u32>,
    /// The last range, and its code.
    last: (TickRange, u32),
    span: OffsetTickRange,
}

/// The time between two changes of the offset, in ticks.
#[derive(Debug, Clone, Copy, Default)]
struct OffsetTickRange {
    ticks: TickRange,
    offset: i64,
}

impl TruncatedTimeKeyEncoder {
    pub(super) fn new(granules: TruncatedTimeKey) -> Self {
        Self {
            granules,
            values: vec![],
            codes: HashMap::new(),
            numbered: vec![],
            first: None,
            others: HashMap::new(),
            runs: vec![],
            null: None,
            last: (TickRange::default(), 0),
            span: OffsetTickRange::default(),
        }
    }

    #[inline]
    fn code_at(&mut self, instant: i64) -> Result<u32> {
        let (run, code) = self.last;
        if run.has(instant) {
            Ok(code)
        } else {
            self.look_up(instant)
        }
    }

    /// The code of `instant`, by its granule.
    #[inline]
    fn look_up(&mut self, instant: i64) -> Result<u32> {
        if !self.span.ticks.has(instant) {
            self.span = self.span_at(instant);
        }
        let length = self.granules.length;
        let number = instant.saturating_add(self.span.offset).div_euclid(length);
        let place = usize::try_from(number.wrapping_sub(self.first.unwrap_or(number)));
        let place = place.ok().filter(|&place| place < NUMBERED);
        let known = place.and_then(|place| self.numbered.get(place)).copied();
        let code = match known {
            Some(code) if code != UNKNOWN => code,
            _ => return self.find(instant, number),
        };
        let run = self.runs[code as usize];
        self.last = if run.has(instant) {
            (run, code)
        } else {
            (self.whole(number).cut(self.span.ticks), code)
        };
        Ok(code)
    }

    /// The granule with a number, as if the offset did not change.
    #[inline]
    fn whole(&self, number: i64) -> TickRange {
        let length = self.granules.length;
        let start = number.saturating_mul(length);
        TickRange {
            start: start.saturating_sub(self.span.offset),
            end: (start.saturating_add(length)).saturating_sub(self.span.offset),
        }
    }

    /// The code of the granule with a number, which is added to the tables.
    #[cold]
    fn find(&mut self, instant: i64, number: i64) -> Result<u32> {
        let whole = self.whole(number);
        let granule = whole.cut(self.span.ticks);
        let code = match self.others.get(&granule.start) {
            Some(&code) => code,
            None => {
                let code = self.code_of(self.granules.at(Some(instant))?);
                if granule == whole {
                    self.remember(number, granule.start, code);
                } else {
                    self.others.insert(granule.start, code);
                }
                code
            }
        };
        let run = &mut self.runs[code as usize];
        *run = run.joined(granule);
        self.last = (*run, code);
        Ok(code)
    }

    /// Stores the code of a whole granule.
    fn remember(&mut self, number: i64, start: i64, code: u32) {
        // Files begin with the oldest rows, but not strictly.
        let margin = i64::try_from(NUMBERED / 4).unwrap_or(0);
        let first = *self
            .first
            .get_or_insert_with(|| number.saturating_sub(margin));
        match usize::try_from(number.wrapping_sub(first)) {
            Ok(place) if place < NUMBERED => {
                if self.numbered.len() <= place {
                    self.numbered.resize(place + 1, UNKNOWN);
                }
                self.numbered[place] = code;
            }
            _ => {
                self.others.insert(start, code);
            }
        }
    }

    #[cold]
    fn span_at(&self, instant: i64) -> OffsetTickRange {
        let per_second = self.granules.ticks_per_second;
        let zone = &self.granules.zone;
        let span = zone.spans()[zone.index_at(instant.div_euclid(per_second))];
        OffsetTickRange {
            ticks: TickRange {
                start: span.start.saturating_mul(per_second),
                end: span.end.saturating_mul(per_second),
            },
            offset: span.offset * per_second,
        }
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "fewer than the rows of a batch and 2^20"
    )]
    fn code_of(&mut self, value: ScalarValue) -> u32 {
        if let Some(&code) = self.codes.get(&value) {
            return code;
        }
        let code = self.values.len() as u32;
        self.values.push(value.clone());
        self.runs.push(TickRange::default());
        self.codes.insert(value, code);
        code
    }

    fn code_of_null(&mut self) -> Result<u32> {
        if self.null.is_none() {
            let value = self.granules.at(None)?;
            self.null = Some(self.code_of(value));
        }
        Ok(self.null.unwrap_or(0))
    }

    /// Writes the codes of instants; `is_valid` is false for NULL rows.
    fn encode_some(
        &mut self,
        instants: &[i64],
        is_valid: impl Fn(usize) -> bool,
        codes: &mut Vec<u32>,
    ) -> Result<()> {
        let (run, code) = self.last;
        // Files in time order seldom have two days within that many rows.
        if instants.iter().all(|&instant| run.has(instant)) {
            codes.resize(codes.len() + instants.len(), code);
            return Ok(());
        }
        let start = codes.len();
        self.numbered_codes(instants, codes);
        let codes = &mut codes[start..];
        if codes.contains(&UNKNOWN) {
            for (row, code) in codes.iter_mut().enumerate() {
                if *code == UNKNOWN && is_valid(row) {
                    *code = self.code_at(instants[row])?;
                }
            }
        }
        if let (Some(&instant), Some(&code)) = (instants.last(), codes.last())
            && let Some(&run) = self.runs.get(code as usize)
            && run.has(instant)
        {
            self.last = (run, code);
        }
        Ok(())
    }

    /// Writes the codes of known whole granules between the same changes of the offset as the last
    /// instant; [`UNKNOWN`] for other instants.
    fn numbered_codes(&self, instants: &[i64], codes: &mut Vec<u32>) {
        let length = self.granules.length;
        let base = self.first.and_then(|first| {
            let start = first.checked_mul(length)?;
            start.checked_sub(self.span.offset)
        });
        let Some(base) = base else {
            return codes.resize(codes.len() + instants.len(), UNKNOWN);
        };
        let (span, numbered) = (self.span.ticks, self.numbered.as_slice());
        let length = ReciprocalDivisor::new(length.cast_unsigned());
        codes.extend(instants.iter().map(|&instant| {
            let place = length.quotient(instant.wrapping_sub(base).cast_unsigned());
            let place = usize::try_from(place).unwrap_or(usize::MAX);
            let code = numbered.get(place).copied().unwrap_or(UNKNOWN);
            if span.has(instant) { code } else { UNKNOWN }
        }));
    }
}

impl KeyEncoder for TruncatedTimeKeyEncoder {
    fn encode(&mut self, column: &ArrayRef, codes: &mut Vec<u32>) -> Result<()> {
        let instants = ticks(column)?;
        let nulls = column.nulls().filter(|nulls| nulls.null_count() > 0);
        for (place, some) in instants.chunks(SOME).enumerate() {
            let is_valid = |row| nulls.is_none_or(|nulls| nulls.is_valid(place * SOME + row));
            self.encode_some(some, is_valid, codes)?;
        }
        if let Some(nulls) = nulls {
            let null = self.code_of_null()?;
            for_each_set(&!nulls.inner(), |row| codes[row] = null);
        }
        Ok(())
    }

    fn len(&self) -> usize {
        self.values.len()
    }

    fn values(&self, codes: &[u32]) -> Result<ArrayRef> {
        if codes.is_empty() {
            return Ok(arrow::array::new_empty_array(&self.granules.data_type));
        }
        let values = codes.iter().map(|&code| self.values[code as usize].clone());
        ScalarValue::iter_to_array(values)
    }

    fn size(&self) -> usize {
        (self.values.capacity() * 2) * size_of::<ScalarValue>()
            + self.codes.allocation_size()
            + self.others.allocation_size()
            + self.numbered.capacity() * size_of::<u32>()
    }
}

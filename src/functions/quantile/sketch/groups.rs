//! Accumulator of the sketches of many groups.

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::Int64Type;
use datafusion::common::Result;
use datafusion::logical_expr::{EmitTo, GroupsAccumulator};

use super::counts::{DurationSketch, SketchContents};
use super::{ApproxDurationQuantile, list_array, stored};
use crate::functions::declaration::outcome::KpiOutput;

/// One sketch per group, indexed by group number.
#[derive(Debug)]
pub(super) struct QuantileSketchGroupsAccumulator {
    of: ApproxDurationQuantile,
    outcome: KpiOutput,
    sketches: Vec<DurationSketch>,
    /// Heap bytes of the sketches.
    bytes: usize,
}

impl QuantileSketchGroupsAccumulator {
    pub(super) fn new(of: ApproxDurationQuantile, outcome: KpiOutput) -> Self {
        Self {
            of,
            outcome,
            sketches: vec![],
            bytes: 0,
        }
    }

    fn take(&mut self, emit_to: EmitTo) -> Vec<DurationSketch> {
        let taken = emit_to.take_needed(&mut self.sketches);
        self.bytes -= taken.iter().map(DurationSketch::bytes).sum::<usize>();
        taken
    }
}

/// Changes a sketch and updates the count of its memory.
#[inline]
fn change(sketch: &mut DurationSketch, bytes: &mut usize, how: impl FnOnce(&mut DurationSketch)) {
    *bytes -= sketch.bytes();
    how(sketch);
    *bytes += sketch.bytes();
}

impl GroupsAccumulator for QuantileSketchGroupsAccumulator {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        self.sketches
            .resize_with(total_num_groups, DurationSketch::default);
        let (sketches, bytes) = (self.sketches.as_mut_slice(), &mut self.bytes);
        self.of
            .of
            .read(values, opt_filter, |ticks| ticks, &mut |chunk| {
                let groups = &group_indices[chunk.start..chunk.start + chunk.items.len()];
                chunk.for_each(|row, duration| {
                    let sketch = &mut sketches[groups[row]];
                    if !sketch.count(duration) {
                        change(sketch, bytes, |sketch| sketch.add(duration));
                    }
                });
            })
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> Result<()> {
        self.sketches
            .resize_with(total_num_groups, DurationSketch::default);
        for_each_stored(values, |row, durations, counts| {
            let sketch = &mut self.sketches[group_indices[row]];
            change(sketch, &mut self.bytes, |sketch| {
                sketch.merge(durations, counts);
            });
        });
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let mut sketches = self.take(emit_to);
        let known: Vec<SketchContents> =
            sketches.iter_mut().map(DurationSketch::contents).collect();
        let of = &self.of;
        self.outcome
            .column(&known, |k| of.value(k), |k, level| of.measure(k, level))
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        Ok(stored(&mut self.take(emit_to)))
    }

    /// One list per row: the duration, or an empty list if the row does not count.
    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        opt_filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let mut durations = Vec::with_capacity(values[0].len());
        let mut lengths = vec![0; values[0].len()];
        self.of
            .of
            .read(values, opt_filter, |ticks| ticks, &mut |chunk| {
                chunk.for_each(|row, duration| {
                    durations.push(duration);
                    lengths[chunk.start + row] = 1;
                });
            })?;
        let ones = vec![1; durations.len()];
        let offsets = OffsetBuffer::from_lengths(lengths);
        Ok(vec![
            list_array(offsets.clone(), durations),
            list_array(offsets, ones),
        ])
    }

    fn size(&self) -> usize {
        self.bytes + self.sketches.capacity() * size_of::<DurationSketch>()
    }
}

/// Calls `each(row, durations, counts)` for every stored sketch.
pub(super) fn for_each_stored(columns: &[ArrayRef], mut each: impl FnMut(usize, &[i64], &[i64])) {
    let (durations, counts) = (columns[0].as_list::<i64>(), columns[1].as_list::<i64>());
    for row in 0..durations.len() {
        let (durations, counts) = (durations.value(row), counts.value(row));
        each(
            row,
            durations.as_primitive::<Int64Type>().values(),
            counts.as_primitive::<Int64Type>().values(),
        );
    }
}

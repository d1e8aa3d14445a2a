//! The frames of all rows of several groups.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::compute::SortColumn;
use arrow::compute::cast;
use arrow::compute::kernels::numeric::{add, sub};
use arrow::datatypes::{DataType, Int64Type};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{WindowFrame, WindowFrameBound, WindowFrameUnits};
use datafusion::physical_expr::window::WindowExpr;

use super::peers::peers;
use crate::functions::kernels::frames::FrameRanges;

/// A frame clause whose ends are found for many rows at once.
#[derive(Debug, Clone)]
pub(super) struct FrameShape {
    start: FrameBorder,
    end: FrameBorder,
}

/// Where a frame starts or ends.
#[derive(Debug, Clone)]
enum FrameBorder {
    /// With its group.
    Group,
    /// So many rows after the current one.
    Row(i64),
    /// With the rows that are equal in ORDER BY.
    Peers,
    /// Where the value of ORDER BY is this much more or less.
    Value(FrameOffset),
}

#[derive(Debug, Clone)]
struct FrameOffset {
    length: ScalarValue,
    is_preceding: bool,
}

impl FrameShape {
    /// `None` of frames that are left to the stock operator.
    pub(super) fn new(call: &Arc<dyn WindowExpr>) -> Option<Self> {
        let frame = call.get_window_frame();
        let shape = Self {
            start: border(frame, &frame.start_bound)?,
            end: border(frame, &frame.end_bound)?,
        };
        let is_forward = match (&shape.start, &shape.end) {
            (FrameBorder::Row(start), FrameBorder::Row(end)) => start <= end,
            _ => true,
        };
        let has_value = [&shape.start, &shape.end].map(|it| matches!(it, FrameBorder::Value(_)));
        let is_one_key = call.order_by().len() == 1;
        (is_forward && (is_one_key || !has_value.contains(&true))).then_some(shape)
    }

    /// True if all frames start with their group: an aggregate over them only gains rows.
    pub(super) const fn is_running(&self) -> bool {
        matches!(self.start, FrameBorder::Group)
    }

    /// True if each frame ends with the current row or those that are equal to it.
    pub(super) const fn ends_here(&self) -> bool {
        matches!(self.end, FrameBorder::Row(0) | FrameBorder::Peers)
    }

    /// The frames of rows that all belong to one group, from the first of them on; those that are equal are `peers`.
    pub(super) fn running_ranges(&self, peers: &[Range<usize>]) -> FrameRanges {
        let by_row = matches!(self.end, FrameBorder::Row(_));
        let ends: Vec<usize> = peers
            .iter()
            .flat_map(|equal| {
                equal
                    .clone()
                    .map(move |row| if by_row { row + 1 } else { equal.end })
            })
            .collect();
        FrameRanges::new(vec![0; ends.len()], ends)
    }

    /// The frames of `rows`; `None` where the values of ORDER BY cannot be compared as integers.
    ///
    /// # Errors
    /// When a key of ORDER BY cannot be evaluated.
    pub(super) fn ranges(
        &self,
        call: &Arc<dyn WindowExpr>,
        rows: &RecordBatch,
        groups: &[Range<usize>],
    ) -> Result<Option<FrameRanges>> {
        let of_peers = [&self.start, &self.end]
            .iter()
            .any(|border| matches!(border, FrameBorder::Peers));
        let equal = if of_peers {
            peers(call, rows, groups)?
        } else {
            vec![]
        };
        let places = BorderPlaces {
            call,
            rows,
            groups,
            equal: &equal,
        };
        let Some(starts) = places.of_all(&self.start, FrameSide::Start)? else {
            return Ok(None);
        };
        let ends = places.of_all(&self.end, FrameSide::End)?;
        Ok(ends.map(|ends| FrameRanges::new(starts, ends)))
    }
}

fn border(frame: &WindowFrame, bound: &WindowFrameBound) -> Option<FrameBorder> {
    let rows = |length: &ScalarValue| match length {
        ScalarValue::UInt64(Some(rows)) => i64::try_from(*rows).ok(),
        _ => None,
    };
    if bound.is_unbounded() {
        return Some(FrameBorder::Group);
    }
    match (frame.units, bound) {
        (WindowFrameUnits::Rows, WindowFrameBound::CurrentRow) => Some(FrameBorder::Row(0)),
        (WindowFrameUnits::Rows, WindowFrameBound::Preceding(length)) => {
            Some(FrameBorder::Row(-rows(length)?))
        }
        (WindowFrameUnits::Rows, WindowFrameBound::Following(length)) => {
            Some(FrameBorder::Row(rows(length)?))
        }
        (_, WindowFrameBound::CurrentRow) => Some(FrameBorder::Peers),
        (WindowFrameUnits::Range, WindowFrameBound::Preceding(length)) => {
            Some(FrameBorder::Value(FrameOffset {
                length: length.clone(),
                is_preceding: true,
            }))
        }
        (WindowFrameUnits::Range, WindowFrameBound::Following(length)) => {
            Some(FrameBorder::Value(FrameOffset {
                length: length.clone(),
                is_preceding: false,
            }))
        }
        (WindowFrameUnits::Groups, _) => None,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FrameSide {
    Start,
    End,
}

/// Finds the places of a border for all rows.
struct BorderPlaces<'a> {
    call: &'a Arc<dyn WindowExpr>,
    rows: &'a RecordBatch,
    groups: &'a [Range<usize>],
    equal: &'a [Range<usize>],
}

impl BorderPlaces<'_> {
    fn of_all(&self, border: &FrameBorder, side: FrameSide) -> Result<Option<Vec<usize>>> {
        let edge = |range: &Range<usize>| match side {
            FrameSide::Start => range.start,
            FrameSide::End => range.end,
        };
        let repeated = |ranges: &[Range<usize>]| {
            let places = ranges
                .iter()
                .flat_map(|range| std::iter::repeat_n(edge(range), range.len()));
            places.collect()
        };
        Ok(Some(match border {
            FrameBorder::Group => repeated(self.groups),
            FrameBorder::Peers => repeated(self.equal),
            FrameBorder::Row(offset) => self.at_rows(*offset, side),
            FrameBorder::Value(offset) => return self.at_values(offset, side),
        }))
    }

    fn at_rows(&self, offset: i64, side: FrameSide) -> Vec<usize> {
        // An end lies behind the last row of its frame.
        let offset = offset.saturating_add(i64::from(side == FrameSide::End));
        let offset = isize::try_from(offset).unwrap_or(isize::MAX);
        let places = self.groups.iter().flat_map(|group| {
            group.clone().map(|row| {
                let place = row.saturating_add_signed(offset);
                place.clamp(group.start, group.end)
            })
        });
        places.collect()
    }

    /// The first rows, from that of the row before on, whose values are not before those that are looked for.
    fn at_values(&self, offset: &FrameOffset, side: FrameSide) -> Result<Option<Vec<usize>>> {
        let order = self.call.order_by_columns(self.rows)?;
        let [key] = order.as_slice() else {
            return Ok(None);
        };
        let Some((values, wanted)) = compared(key, offset) else {
            return Ok(None);
        };
        let mut places = Vec::with_capacity(values.len());
        for group in self.groups {
            let mut place = group.start;
            for row in group.clone() {
                let is_before = |value: i64| match side {
                    FrameSide::Start => value < wanted[row],
                    FrameSide::End => value <= wanted[row],
                };
                while place < group.end && is_before(values[place]) {
                    place += 1;
                }
                places.push(place);
            }
        }
        Ok(Some(places))
    }
}

/// The values of ORDER BY, and those that are `offset` away from each, as integers that rise from row to row. `None`
/// of NULL and of other types, and where the calculation leaves the range of the type.
fn compared(key: &SortColumn, offset: &FrameOffset) -> Option<(Vec<i64>, Vec<i64>)> {
    let values = &key.values;
    let is_ordered = values.data_type().is_signed_integer()
        || matches!(
            values.data_type(),
            DataType::Date32 | DataType::Date64 | DataType::Timestamp(..)
        );
    if !is_ordered || values.null_count() > 0 {
        return None;
    }
    let is_descending = key.options.unwrap_or_default().descending;
    let length = offset.length.to_scalar().ok()?;
    let wanted = if offset.is_preceding == is_descending {
        add(values, &length)
    } else {
        sub(values, &length)
    };
    let wanted = wanted.ok()?;
    if wanted.data_type() != values.data_type() || wanted.null_count() > 0 {
        return None;
    }
    let [values, wanted] = [values, &wanted].map(|values| integers(values, is_descending));
    Some((values?, wanted?))
}

/// The numbers behind `values`, turned round if they fall.
fn integers(values: &ArrayRef, is_descending: bool) -> Option<Vec<i64>> {
    let numbers = cast(values, &DataType::Int64).ok()?;
    let numbers = numbers.as_primitive::<Int64Type>().values();
    Some(if is_descending {
        numbers.iter().map(|number| !number).collect()
    } else {
        numbers.to_vec()
    })
}

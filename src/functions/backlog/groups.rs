//! Accumulator of backlog moves for many groups.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Int64Array, ListArray, StructArray};
use arrow::buffer::OffsetBuffer;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, FieldRef, Fields, Int64Type, TimeUnit};
use datafusion::common::{Result, exec_datafusion_err, exec_err, internal_err};
use datafusion::logical_expr::{EmitTo, GroupsAccumulator};

use super::periods::PeriodIndex;
use crate::functions::kernels::rows::WAYS_ON;
use crate::functions::kernels::times::{instant_text, ticks};
use crate::settings::InvalidPolicy;

/// Counts of one period.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct BacklogPeriodMoves {
    opened: i64,
    closed: i64,
    /// Number of tickets that became overdue, minus overdue tickets that were closed.
    overdue: i64,
}

/// Counts by group and period. State and result are the same lists.
#[derive(Debug)]
pub(super) struct BacklogMovesGroupsAccumulator {
    function: &'static str,
    periods: PeriodIndex,
    invalid: InvalidPolicy,
    groups: Vec<Vec<BacklogPeriodMoves>>,
    fields: Fields,
    /// Heap bytes of the counts.
    heap: usize,
}

/// Fields of a list element; `period` is a timestamp without a zone.
pub(super) fn fields(period: &DataType) -> Fields {
    let period = match period {
        DataType::Timestamp(unit, _) => DataType::Timestamp(*unit, None),
        other => other.clone(),
    };
    let counts = ["opened", "closed", "overdue"];
    let counts = counts.map(|name| Field::new(name, DataType::Int64, false));
    let fields = std::iter::once(Field::new("period", period, false)).chain(counts);
    fields.collect()
}

/// Field of a list element.
pub(super) fn item(fields: &Fields) -> FieldRef {
    Arc::new(Field::new_list_field(
        DataType::Struct(fields.clone()),
        true,
    ))
}

impl BacklogMovesGroupsAccumulator {
    pub(super) fn new(
        function: &'static str,
        periods: PeriodIndex,
        invalid: InvalidPolicy,
        fields: Fields,
    ) -> Self {
        Self {
            function,
            periods,
            invalid,
            groups: Vec::new(),
            fields,
            heap: 0,
        }
    }

    /// Creates the first group if there is none.
    pub(super) fn make_one(&mut self) {
        self.resize(1);
    }

    fn resize(&mut self, groups: usize) {
        if groups > self.groups.len() {
            self.groups.resize_with(groups, Vec::new);
        }
    }

    #[inline]
    fn moves(&mut self, group: usize, number: u32) -> &mut BacklogPeriodMoves {
        let number = number as usize;
        if number >= self.groups[group].len() {
            self.widen(group);
        }
        &mut self.groups[group][number]
    }

    #[cold]
    fn widen(&mut self, group: usize) {
        let counts = &mut self.groups[group];
        self.heap -= counts.capacity() * size_of::<BacklogPeriodMoves>();
        counts.resize(self.periods.len(), BacklogPeriodMoves::default());
        self.heap += counts.capacity() * size_of::<BacklogPeriodMoves>();
    }

    /// Counts a ticket; `None` if one of its times is outside the calendar.
    ///
    /// A move belongs to the period by whose end it has happened: a ticket that opens or closes exactly at
    /// midnight has done so by the end of the day before; a ticket due then is not overdue yet.
    #[inline]
    fn count(&mut self, group: usize, ticket: &BacklogTicket) -> Option<()> {
        let opened = self.periods.at(ticket.opened.wrapping_sub(1))?;
        self.moves(group, opened).opened += 1;
        let closed = match ticket.closed {
            Some(closed) => Some(self.periods.at(closed.wrapping_sub(1))?),
            None => None,
        };
        if let Some(closed) = closed {
            self.moves(group, closed).closed += 1;
        }
        let Some(due) = ticket.due else {
            return Some(());
        };
        let late = if due < ticket.opened {
            opened
        } else {
            self.periods.at(due)?
        };
        match closed {
            None => self.moves(group, late).overdue += 1,
            Some(closed)
                if self.periods.local(late as usize) < self.periods.local(closed as usize) =>
            {
                self.moves(group, late).overdue += 1;
                self.moves(group, closed).overdue -= 1;
            }
            Some(_) => {}
        }
        Some(())
    }

    fn lists(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let taken = emit_to.take_needed(&mut self.groups);
        let bytes = taken
            .iter()
            .map(|counts| counts.capacity() * size_of::<BacklogPeriodMoves>());
        self.heap -= bytes.sum::<usize>();
        let (mut locals, mut all) = (Vec::new(), Vec::new());
        let mut lengths = Vec::with_capacity(taken.len());
        for counts in taken {
            let moved = counts.into_iter().enumerate();
            let moved = moved.filter(|(_, moves)| *moves != BacklogPeriodMoves::default());
            let mut moved: Vec<(i64, BacklogPeriodMoves)> = moved
                .map(|(number, moves)| (self.periods.local(number), moves))
                .collect();
            moved.sort_unstable_by_key(|(local, _)| *local);
            lengths.push(moved.len());
            locals.extend(moved.iter().map(|(local, _)| *local));
            all.extend(moved.into_iter().map(|(_, moves)| moves));
        }
        let column = |count: fn(&BacklogPeriodMoves) -> i64| -> ArrayRef {
            Arc::new(all.iter().map(count).collect::<Int64Array>())
        };
        let locals: ArrayRef = Arc::new(Int64Array::from(locals));
        let columns = vec![
            cast(&locals, self.fields[0].data_type())?,
            column(|moves| moves.opened),
            column(|moves| moves.closed),
            column(|moves| moves.overdue),
        ];
        let structs = StructArray::try_new(self.fields.clone(), columns, None)?;
        let offsets = OffsetBuffer::<i32>::from_lengths(lengths);
        let lists = ListArray::try_new(item(&self.fields), offsets, Arc::new(structs), None)?;
        Ok(Arc::new(lists))
    }
}

/// First day of the year 9999, a close time that many desks set for open tickets; for nanoseconds, whose
/// range ends earlier, of 2262.
fn never(data_type: &DataType) -> i64 {
    const YEAR_9999: i64 = 253_370_764_800;
    match data_type {
        DataType::Timestamp(TimeUnit::Second, _) => YEAR_9999,
        DataType::Timestamp(TimeUnit::Millisecond, _) => YEAR_9999 * 1_000,
        DataType::Timestamp(TimeUnit::Microsecond, _) => YEAR_9999 * 1_000_000,
        _ => 9_214_646_400 * 1_000_000_000,
    }
}

struct BacklogTicket {
    opened: i64,
    closed: Option<i64>,
    due: Option<i64>,
}

impl GroupsAccumulator for BacklogMovesGroupsAccumulator {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        self.resize(total_num_groups);
        let [opened_at, closed_at, due_at, ..] = values else {
            return internal_err!("{} takes three times", self.function);
        };
        let (opened, closed, due) = (ticks(opened_at)?, ticks(closed_at)?, ticks(due_at)?);
        let never = never(opened_at.data_type());
        for (row, &group) in group_indices.iter().enumerate() {
            let is_counted = opt_filter.is_none_or(|keep| keep.is_valid(row) && keep.value(row));
            if !is_counted || opened_at.is_null(row) {
                continue;
            }
            let closed = (closed_at.is_valid(row) && closed[row] < never).then(|| closed[row]);
            if closed.is_some_and(|closed| closed < opened[row]) {
                match self.invalid {
                    InvalidPolicy::Ignore => continue,
                    InvalidPolicy::Error => {
                        return exec_err!(
                            "{}: closed {} before opened {}; {WAYS_ON}",
                            self.function,
                            instant_text(closed_at, row),
                            instant_text(opened_at, row)
                        );
                    }
                }
            }
            let ticket = BacklogTicket {
                opened: opened[row],
                closed,
                due: due_at.is_valid(row).then(|| due[row]),
            };
            self.count(group, &ticket).ok_or_else(|| {
                exec_datafusion_err!(
                    "{}: a time of the ticket opened at {} is outside the calendar",
                    self.function,
                    instant_text(opened_at, row)
                )
            })?;
        }
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        self.lists(emit_to)
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        Ok(vec![self.lists(emit_to)?])
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> Result<()> {
        self.resize(total_num_groups);
        let lists = values[0].as_list::<i32>();
        let structs = lists.values().as_struct();
        let locals = cast(structs.column(0), &DataType::Int64)?;
        let locals = locals.as_primitive::<Int64Type>();
        let [opened, closed, overdue] =
            [1, 2, 3].map(|column| structs.column(column).as_primitive::<Int64Type>());
        let offsets = lists.value_offsets();
        for (row, &group) in group_indices.iter().enumerate() {
            let (Ok(from), Ok(to)) = (
                usize::try_from(offsets[row]),
                usize::try_from(offsets[row + 1]),
            ) else {
                return internal_err!("negative offset");
            };
            for place in from..to {
                let Some(number) = self.periods.starting_at(locals.value(place)) else {
                    return internal_err!("a period outside the calendar");
                };
                let moves = self.moves(group, number);
                moves.opened += opened.value(place);
                moves.closed += closed.value(place);
                moves.overdue += overdue.value(place);
            }
        }
        Ok(())
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        opt_filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let rows = values.first().map_or(0, Array::len);
        let each: Vec<usize> = (0..rows).collect();
        let mut own = Self::new(
            self.function,
            self.periods.again(),
            self.invalid,
            self.fields.clone(),
        );
        own.update_batch(values, &each, opt_filter, rows)?;
        own.state(EmitTo::All)
    }

    fn size(&self) -> usize {
        self.heap
            + self.groups.capacity() * size_of::<Vec<BacklogPeriodMoves>>()
            + self.periods.size()
    }
}

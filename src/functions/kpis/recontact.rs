//! `fcr(customer_id, opened_at, within)`: the share of contacts that are not repeated.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, ListArray, new_empty_array};
use arrow::buffer::OffsetBuffer;
use arrow::compute::{concat, filter as keep, take};
use arrow::datatypes::{DataType, Field};
use arrow::row::{RowConverter, SortField};
use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::logical_expr::{Accumulator, EmitTo, GroupsAccumulator};

use crate::functions::kpi::{Bound, Call, Form};
use crate::functions::outcome::Outcome;
use crate::functions::repeats::{Span, deadlines};
use crate::functions::rows::eligible;
use crate::functions::share::{measure, percent};
use crate::functions::signature::{Kind, Parameter};
use crate::functions::times::ticks;

/// The third form of `fcr`.
pub(crate) const FORM: Form = Form {
    parameters: &[
        Parameter::required(
            "customer_id",
            Kind::Key,
            "Who made the contact, of any type.",
        ),
        Parameter::required("opened_at", Kind::Instant, "When the contact began."),
        Parameter::required(
            "within",
            Kind::Span,
            "How soon another contact counts as a repeat, end included.",
        ),
    ],
    state: |types, _| {
        let list = |of: &DataType| DataType::List(Arc::new(item_field(of)));
        vec![("customers", list(&types[0])), ("opened", list(&types[1]))]
    },
    bind,
};

fn item_field(data_type: &DataType) -> Field {
    Field::new_list_field(data_type.clone(), true)
}

fn bind(call: &Call<'_>) -> Result<Box<dyn Bound>> {
    let Some(within) = call.span("within") else {
        return plan_err!("fcr: within must not be NULL; write for example INTERVAL '7 days'");
    };
    let types = [call.types[0].clone(), call.types[1].clone()];
    Ok(Box::new(Repeats {
        types,
        within: Span::new("fcr", within)?,
    }))
}

#[derive(Debug, Clone)]
struct Repeats {
    types: [DataType; 2],
    within: Span,
}

impl Bound for Repeats {
    fn accumulator(&self, outcome: Outcome, _sliding: bool) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Single {
            outcome,
            contacts: Contacts::new(self.clone()),
        }))
    }

    fn groups(&self, outcome: Outcome) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(Groups {
            outcome,
            total: 0,
            contacts: Contacts::new(self.clone()),
        }))
    }
}

/// Contacts of many groups, as they came: batches of (customer, opened) and their group.
#[derive(Debug)]
struct Contacts {
    call: Repeats,
    batches: Vec<[ArrayRef; 2]>,
    groups: Vec<usize>,
    bytes: usize,
}

/// How many contacts of a group are decided, and how many of those were not repeated.
#[derive(Debug, Clone, Copy, Default)]
struct Decided {
    resolved: i64,
    n: i64,
}

impl Contacts {
    fn new(call: Repeats) -> Self {
        Self {
            call,
            batches: vec![],
            groups: vec![],
            bytes: 0,
        }
    }

    /// Keeps the eligible rows; `group(row)` tells whose they are.
    fn add(
        &mut self,
        values: &[ArrayRef],
        filter: Option<&BooleanArray>,
        group: impl Fn(usize) -> usize,
    ) -> Result<()> {
        let rows = values[0].len();
        match eligible(&[&values[0], &values[1]], filter) {
            None => {
                self.groups.extend((0..rows).map(group));
                self.push([Arc::clone(&values[0]), Arc::clone(&values[1])]);
            }
            Some(counted) => {
                self.groups.extend(counted.set_indices().map(group));
                let mask = BooleanArray::new(counted, None);
                self.push([keep(&values[0], &mask)?, keep(&values[1], &mask)?]);
            }
        }
        Ok(())
    }

    fn push(&mut self, batch: [ArrayRef; 2]) {
        self.bytes += batch
            .iter()
            .map(|column| column.get_array_memory_size())
            .sum::<usize>();
        self.batches.push(batch);
    }

    /// Adds the contacts of stored states, one list per row.
    fn merge(&mut self, states: &[ArrayRef], group: impl Fn(usize) -> usize) {
        let (customers, opened) = (states[0].as_list::<i32>(), states[1].as_list::<i32>());
        for row in 0..customers.len() {
            let length = customers.value_length(row);
            self.groups.extend((0..length).map(|_| group(row)));
        }
        // Lists may be slices of larger children, and need not begin at the first value.
        let child = |list: &ListArray| {
            let (first, last) = (list.value_offsets()[0], list.value_offsets()[list.len()]);
            let (first, last) = (first.unsigned_abs() as usize, last.unsigned_abs() as usize);
            list.values().slice(first, last - first)
        };
        self.push([child(customers), child(opened)]);
    }

    /// All contacts as two columns.
    fn columns(&self) -> Result<[ArrayRef; 2]> {
        let column = |position: usize| -> Result<ArrayRef> {
            let parts: Vec<&dyn Array> = self
                .batches
                .iter()
                .map(|batch| batch[position].as_ref())
                .collect();
            match parts.is_empty() {
                true => Ok(new_empty_array(&self.call.types[position])),
                false => Ok(concat(&parts)?),
            }
        };
        Ok([column(0)?, column(1)?])
    }

    /// Counts the decided contacts of groups `0..groups`.
    fn decide(&self, groups: usize) -> Result<Vec<Decided>> {
        let [customers, opened] = self.columns()?;
        let converter = RowConverter::new(vec![SortField::new(customers.data_type().clone())])?;
        let customers = converter.convert_columns(&[customers])?;
        let times = ticks(&opened)?;
        let deadlines = deadlines(&opened, &self.call.within)?;
        let mut latest = vec![i64::MIN; groups];
        for (&group, &time) in self.groups.iter().zip(times.iter()) {
            if let Some(latest) = latest.get_mut(group) {
                *latest = (*latest).max(time);
            }
        }
        let mut order: Vec<usize> = (0..self.groups.len()).collect();
        // A stable sort: of contacts at the same instant the later row is the repeat.
        order.sort_by(|&a, &b| {
            (self.groups[a], customers.row(a), times[a]).cmp(&(
                self.groups[b],
                customers.row(b),
                times[b],
            ))
        });
        let mut decided = vec![Decided::default(); groups];
        for (position, &row) in order.iter().enumerate() {
            let Some(tally) = decided.get_mut(self.groups[row]) else {
                continue;
            };
            let repeated = order.get(position + 1).is_some_and(|&next| {
                self.groups[next] == self.groups[row]
                    && customers.row(next) == customers.row(row)
                    && times[next] <= deadlines[row]
            });
            if repeated || deadlines[row] <= latest[self.groups[row]] {
                tally.n += 1;
                tally.resolved += i64::from(!repeated);
            }
        }
        Ok(decided)
    }

    /// The contacts of groups `0..groups` as one list per group.
    fn lists(&self, groups: usize) -> Result<Vec<ArrayRef>> {
        let mut order: Vec<usize> = (0..self.groups.len())
            .filter(|&row| self.groups[row] < groups)
            .collect();
        order.sort_by_key(|&row| self.groups[row]);
        let mut lengths = vec![0; groups];
        for &row in &order {
            lengths[self.groups[row]] += 1;
        }
        let indices =
            arrow::array::UInt64Array::from_iter_values(order.iter().map(|&row| row as u64));
        self.columns()?
            .iter()
            .map(|column| list_of(&take(column, &indices, None)?, lengths.iter().copied()))
            .collect()
    }

    /// Forgets groups `0..groups` and renumbers the others.
    fn forget(&mut self, groups: usize) -> Result<()> {
        let kept = BooleanArray::from_iter(self.groups.iter().map(|&group| Some(group >= groups)));
        let [customers, opened] = self.columns()?;
        self.groups.retain(|&group| group >= groups);
        self.groups.iter_mut().for_each(|group| *group -= groups);
        self.batches.clear();
        self.bytes = 0;
        self.push([keep(&customers, &kept)?, keep(&opened, &kept)?]);
        Ok(())
    }

    fn size(&self) -> usize {
        self.bytes + self.groups.capacity() * size_of::<usize>()
    }
}

fn list_of(values: &ArrayRef, lengths: impl IntoIterator<Item = usize>) -> Result<ArrayRef> {
    let field = Arc::new(item_field(values.data_type()));
    let offsets = OffsetBuffer::from_lengths(lengths);
    Ok(Arc::new(ListArray::try_new(
        field,
        offsets,
        Arc::clone(values),
        None,
    )?))
}

fn of_outcome(outcome: &Outcome, decided: &[Decided]) -> Result<ArrayRef> {
    outcome.column(
        decided,
        |tally| percent(tally.resolved, tally.n),
        |tally, level| measure(tally.resolved, tally.n, vec![tally.resolved], level),
    )
}

#[derive(Debug)]
struct Single {
    outcome: Outcome,
    contacts: Contacts,
}

impl Accumulator for Single {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.contacts.add(values, None, |_| 0)
    }

    /// A frame gives up its oldest rows, which are the first ones here.
    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let gone = match eligible(&[&values[0], &values[1]], None) {
            None => values[0].len(),
            Some(counted) => counted.count_set_bits(),
        };
        let [customers, opened] = self.contacts.columns()?;
        let left = customers.len() - gone;
        self.contacts.groups.truncate(left);
        self.contacts.batches.clear();
        self.contacts.bytes = 0;
        self.contacts
            .push([customers.slice(gone, left), opened.slice(gone, left)]);
        Ok(())
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        ScalarValue::try_from_array(&of_outcome(&self.outcome, &self.contacts.decide(1)?)?, 0)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let lists = self.contacts.lists(1)?;
        lists
            .iter()
            .map(|list| ScalarValue::try_from_array(list, 0))
            .collect()
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.contacts.merge(states, |_| 0);
        Ok(())
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.contacts.size()
    }
}

#[derive(Debug)]
struct Groups {
    outcome: Outcome,
    total: usize,
    contacts: Contacts,
}

impl Groups {
    fn emitted(&self, emit_to: EmitTo) -> usize {
        match emit_to {
            EmitTo::All => self.total,
            EmitTo::First(n) => n,
        }
    }

    fn forget(&mut self, groups: usize) -> Result<()> {
        self.total -= groups;
        self.contacts.forget(groups)
    }
}

impl GroupsAccumulator for Groups {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        self.total = total_num_groups;
        self.contacts
            .add(values, opt_filter, |row| group_indices[row])
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> Result<()> {
        self.total = total_num_groups;
        self.contacts.merge(values, |row| group_indices[row]);
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let groups = self.emitted(emit_to);
        let column = of_outcome(&self.outcome, &self.contacts.decide(groups)?)?;
        self.forget(groups)?;
        Ok(column)
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let groups = self.emitted(emit_to);
        let lists = self.contacts.lists(groups)?;
        self.forget(groups)?;
        Ok(lists)
    }

    /// One list per row: the contact, or nothing where the row does not count.
    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        opt_filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let rows = values[0].len();
        let mut contacts = Contacts::new(self.contacts.call.clone());
        contacts.add(values, opt_filter, |row| row)?;
        contacts.lists(rows)
    }

    fn size(&self) -> usize {
        self.contacts.size()
    }
}

//! One range of the input, read in time order.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef};
use arrow::buffer::NullBuffer;
use arrow::datatypes::DataType;
use arrow::record_batch::RecordBatch;
use datafusion::common::{Result, exec_datafusion_err};

use super::contact_query::RepeatContactRequest;
use super::customers::CustomerNumbering;
use super::deadlines::masked;
use super::first_contacts::{FirstContact, FirstContacts};
use super::row_answers::RowAnswersBuilder;
use super::window_match::ContactQueryState;
use crate::functions::kernels::times::ticks;

/// Maximum number of rows: the row plus one, and the number of any customer, fit 32 bits.
const MOST_ROWS: u32 = i32::MAX.unsigned_abs() - 1;

/// The state of a range that is read in time order.
#[derive(Debug)]
pub(super) struct ContactRange {
    request: Arc<RepeatContactRequest>,
    pub(super) rows: u32,
    /// The instants of the first and the last row that has one.
    pub(super) span: Option<(i64, i64)>,
    pub(super) customers: CustomerNumbering,
    /// By customer: the row of the latest contact plus one, 0 for none.
    latest: Vec<u32>,
    /// The first contacts of customers, as far as they may be repeat contacts of earlier ranges.
    pub(super) firsts: FirstContacts,
    collects: FirstContactCutoff,
    /// Pairs of consecutive contacts of a customer at the same instant.
    pub(super) ties: Vec<(u32, u32)>,
    /// The instant of the last eligible row and the first row at that instant.
    run: (i64, u32),
    asked: Vec<ContactQueryState>,
    numbers: Vec<usize>,
    before: Vec<u32>,
}

/// The instant until which first contacts are recorded.
#[derive(Debug, Clone, Copy)]
enum FirstContactCutoff {
    Nothing,
    All,
    /// The deadline of a contact just before the range; computed when its first instant is known.
    Reachable,
    Until(i64),
}

impl ContactRange {
    /// A range without rows; `is_first` for the first of all ranges.
    ///
    /// # Errors
    /// When the customers cannot be compared.
    pub(super) fn new(request: &Arc<RepeatContactRequest>, is_first: bool) -> Result<Self> {
        let asked: Vec<_> = request
            .questions
            .iter()
            .map(|question| ContactQueryState::new(question, request))
            .collect();
        let customers = CustomerNumbering::new(request)?;
        let collects = match asked.iter().all(ContactQueryState::keeps_order) {
            _ if is_first => FirstContactCutoff::Nothing,
            true => FirstContactCutoff::Reachable,
            false => FirstContactCutoff::All,
        };
        Ok(Self {
            request: Arc::clone(request),
            rows: 0,
            span: None,
            latest: vec![0; customers.count()],
            customers,
            firsts: FirstContacts::new(&request.instant, !request.ties.is_empty()),
            collects,
            ties: vec![],
            run: (i64::MIN, 0),
            asked,
            numbers: vec![],
            before: vec![],
        })
    }

    /// Consumes the next rows; false if they are not in time order, which ends the range.
    ///
    /// # Errors
    /// When a deadline lies past the range of timestamps, or there are too many rows.
    pub(super) fn push(&mut self, batch: &RecordBatch) -> Result<bool> {
        let (keys, instants) = batch.columns().split_at(self.request.keys.len());
        let instants = &instants[0];
        let values = ticks(instants)?.clone();
        if !self.extends_span(&values, instants.nulls()) {
            return Ok(false);
        }
        let rows = u32::try_from(values.len())
            .ok()
            .and_then(|rows| self.rows.checked_add(rows))
            .filter(|&rows| rows <= MOST_ROWS);
        let Some(rows) = rows else {
            return Err(exec_datafusion_err!(
                "a part of the input has more than {} rows; SET deskql.repeat_contacts = false",
                MOST_ROWS
            ));
        };
        let eligible = self.request.eligible(keys, instants);
        self.customers.numbers(keys, &mut self.numbers)?;
        self.look_back(eligible.as_ref());
        self.collect_firsts(&values, instants, eligible.as_ref())?;
        if !self.request.ties.is_empty() {
            self.collect_ties(&values, eligible.as_ref());
        }
        let contacts = masked(instants, eligible.as_ref())?;
        for asked in &mut self.asked {
            asked.extend(self.rows, &contacts, eligible.as_ref())?;
            asked.follow(&values, &self.before);
            if let Some((_, end)) = self.span {
                asked.advance(end);
            }
        }
        self.rows = rows;
        Ok(true)
    }

    fn extends_span(&mut self, values: &[i64], nulls: Option<&NullBuffer>) -> bool {
        let (first, last) = match nulls.filter(|nulls| nulls.null_count() > 0) {
            None if values.is_empty() => return true,
            None if values.is_sorted() => (values[0], values[values.len() - 1]),
            None => return false,
            Some(nulls) => {
                let mut valid = nulls.valid_indices().map(|row| values[row]);
                let Some(first) = valid.next() else {
                    return true;
                };
                let last = valid.try_fold(first, |last, next| (last <= next).then_some(next));
                let Some(last) = last else {
                    return false;
                };
                (first, last)
            }
        };
        match &mut self.span {
            None => self.span = Some((first, last)),
            Some((_, end)) if *end <= first => *end = last,
            Some(_) => return false,
        }
        true
    }

    /// Finds the previous contact of the customer for each row of the batch, and updates the latest
    /// ones.
    fn look_back(&mut self, eligible: Option<&NullBuffer>) {
        let count = self.customers.count();
        if self.latest.len() < count {
            self.latest.resize(count, 0);
        }
        let (mut row, latest) = (self.rows, &mut self.latest);
        self.before.clear();
        match eligible {
            None => self.before.extend(self.numbers.iter().map(|&customer| {
                row += 1;
                std::mem::replace(&mut latest[customer], row)
            })),
            Some(eligible) => {
                let rows = self.numbers.iter().zip(eligible);
                self.before.extend(rows.map(|(&customer, eligible)| {
                    row += 1;
                    if eligible {
                        std::mem::replace(&mut latest[customer], row)
                    } else {
                        0
                    }
                }));
            }
        }
    }

    fn collect_firsts(
        &mut self,
        values: &[i64],
        instants: &ArrayRef,
        eligible: Option<&NullBuffer>,
    ) -> Result<()> {
        if let (FirstContactCutoff::Reachable, Some((start, _))) = (self.collects, self.span) {
            self.collects = self.reachable_from(start, instants)?;
        }
        let until = match self.collects {
            FirstContactCutoff::Nothing | FirstContactCutoff::Reachable => return Ok(()),
            FirstContactCutoff::All => i64::MAX,
            FirstContactCutoff::Until(until) => until,
        };
        let contacts = self.numbers.iter().zip(&self.before).enumerate();
        for (row, (index, (&customer, &before))) in (self.rows..).zip(contacts) {
            if before == 0 && eligible.is_none_or(|eligible| eligible.is_valid(index)) {
                let instant = values[index];
                if instant > until {
                    self.collects = FirstContactCutoff::Nothing;
                    break;
                }
                self.firsts.push(FirstContact {
                    // Ids of a compact span and assigned numbers are both bounded.
                    customer: u32::try_from(customer).unwrap_or(u32::MAX),
                    row,
                    instant,
                });
            }
        }
        Ok(())
    }

    /// Contacts up to `start` can have no repeat contact after the result.
    fn reachable_from(&self, start: i64, instants: &ArrayRef) -> Result<FirstContactCutoff> {
        let start = super::instants::timestamps(vec![start], None, instants.data_type())?;
        let mut until = i64::MIN;
        for reach in self.asked.iter().filter_map(ContactQueryState::reach) {
            // A deadline that cannot be computed is no error here.
            match reach.compute_deadlines(&start) {
                Ok(deadlines) => until = until.max(deadlines.at(0)),
                Err(_) => return Ok(FirstContactCutoff::All),
            }
        }
        Ok(FirstContactCutoff::Until(until))
    }

    fn collect_ties(&mut self, values: &[i64], eligible: Option<&NullBuffer>) {
        for (row, (index, &before)) in (self.rows..).zip(self.before.iter().enumerate()) {
            if eligible.is_none_or(|eligible| eligible.is_valid(index)) {
                if values[index] != self.run.0 {
                    self.run = (values[index], row);
                }
                if before > self.run.1 {
                    self.ties.push((before - 1, row));
                }
            }
        }
    }

    /// The row of the customer's latest contact.
    pub(super) fn latest_of(&self, customer: usize) -> Option<u32> {
        self.latest.get(customer)?.checked_sub(1)
    }

    /// True for the rows at the last instant, if that is `instant`.
    pub(super) fn ends_at(&self, instant: i64, row: u32) -> bool {
        self.run.0 == instant && row >= self.run.1
    }

    /// Updates the answer of the customer's last contact with `instant`, the next one in a later range.
    pub(super) fn follow(&mut self, row: u32, instant: i64) {
        for asked in &mut self.asked {
            asked.follow_later(row as usize, instant);
        }
    }

    /// The type of instants.
    pub(super) fn instant(&self) -> &DataType {
        &self.request.instant
    }

    pub(super) fn breaks_ties(&self) -> bool {
        !self.request.ties.is_empty()
    }

    /// The answers so far, one builder per question.
    pub(super) fn marks(&mut self) -> Vec<&mut RowAnswersBuilder> {
        self.asked
            .iter_mut()
            .map(|asked| &mut asked.marks)
            .collect()
    }

    /// The number of rows and their final answers, for the newest instant of all ranges.
    pub(super) fn settle(self, newest: Option<i64>) -> (usize, Vec<RowAnswersBuilder>) {
        let marks = self.asked.into_iter().map(|asked| asked.settle(newest));
        (self.rows as usize, marks.collect())
    }

    pub(super) fn size(&self) -> usize {
        self.customers.size()
            + self.latest.capacity() * size_of::<u32>()
            + self.firsts.size()
            + self.ties.capacity() * size_of::<(u32, u32)>()
            + self
                .asked
                .iter()
                .map(ContactQueryState::size)
                .sum::<usize>()
    }
}

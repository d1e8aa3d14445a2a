//! One question over the rows of a range in time order.

use arrow::array::{Array, ArrayRef, BooleanBufferBuilder};
use arrow::buffer::NullBuffer;
use datafusion::common::Result;

use super::contact_query::{ContactQuery, ObservationEnd, RepeatContactRequest};
use super::deadlines::RepeatDeadlineSpan;
use super::row_answers::{RowAnswer, RowAnswersBuilder};
use super::window::OpenContactWindow;

/// A question and the state of its answers.
#[derive(Debug)]
pub(super) struct ContactQueryState {
    pub(super) marks: RowAnswersBuilder,
    repeats: Option<RepeatedQueryState>,
}

#[derive(Debug)]
struct RepeatedQueryState {
    reach: RepeatDeadlineSpan,
    until: ObservationEnd,
    window: OpenContactWindow,
    /// True for each row that is decided, if that is known while reading.
    decided: BooleanBufferBuilder,
}

impl ContactQueryState {
    pub(super) fn new(question: &ContactQuery, request: &RepeatContactRequest) -> Self {
        let repeats = match question {
            ContactQuery::Next => None,
            ContactQuery::Repeated { within, until } => {
                let reach = RepeatDeadlineSpan::new(*within, &request.instant);
                Some(RepeatedQueryState {
                    window: OpenContactWindow::new(reach.keeps_order()),
                    reach,
                    until: *until,
                    decided: BooleanBufferBuilder::new(0),
                })
            }
        };
        Self {
            marks: RowAnswersBuilder::new(question, &request.instant),
            repeats,
        }
    }

    pub(super) fn reach(&self) -> Option<&RepeatDeadlineSpan> {
        self.repeats.as_ref().map(|repeats| &repeats.reach)
    }

    /// True if a later contact never has an earlier deadline; false for the next instant, which has no
    /// deadline.
    pub(super) fn keeps_order(&self) -> bool {
        self.repeats
            .as_ref()
            .is_some_and(|repeats| repeats.reach.keeps_order())
    }

    /// Consumes the contacts of a batch, NULL for ineligible rows.
    ///
    /// # Errors
    /// When a deadline lies past the range of timestamps.
    pub(super) fn extend(
        &mut self,
        start: u32,
        contacts: &ArrayRef,
        eligible: Option<&NullBuffer>,
    ) -> Result<()> {
        self.marks.extend(contacts.len(), eligible);
        if let Some(repeats) = &mut self.repeats {
            let deadlines = repeats.reach.compute_deadlines(contacts)?;
            if let ObservationEnd::Fixed(until) = repeats.until {
                for row in 0..contacts.len() {
                    let decided = until.is_some_and(|until| deadlines.at(row) <= until);
                    repeats.decided.append(decided);
                }
            }
            repeats.window.push(start as usize, deadlines);
        }
        Ok(())
    }

    /// Updates the answer of the previous contact of each row of the batch.
    pub(super) fn follow(&mut self, values: &[i64], before: &[u32]) {
        match (&mut self.repeats, &mut self.marks) {
            (Some(repeats), RowAnswersBuilder::Repeated { repeated, .. }) => {
                for (&now, &before) in values.iter().zip(before) {
                    if let Some(row) = before.checked_sub(1) {
                        repeats.window.advance(now);
                        if repeats.window.is_open(row as usize, now) {
                            repeated.set_bit(row as usize, true);
                        }
                    }
                }
            }
            (_, RowAnswersBuilder::Next(next)) => {
                for (&now, &before) in values.iter().zip(before) {
                    if let Some(row) = before.checked_sub(1) {
                        next.set(row as usize, Some(now));
                    }
                }
            }
            (None, RowAnswersBuilder::Repeated { .. }) => {}
        }
    }

    /// Removes contacts that cannot have a repeat contact from `now` on.
    pub(super) fn advance(&mut self, now: i64) {
        if let Some(repeats) = &mut self.repeats {
            repeats.window.advance(now);
        }
    }

    /// Updates the answer of a customer's last contact of the range with the next one, in a later
    /// range.
    pub(super) fn follow_later(&mut self, row: usize, instant: i64) {
        match &self.repeats {
            Some(repeats) if repeats.window.deadline(row) >= instant => {
                self.marks.set(row, RowAnswer::AGAIN);
            }
            Some(_) => {}
            None => self.marks.set(row, RowAnswer::Next(Some(instant))),
        }
    }

    /// Clears the answers of contacts that are undecided at the end of observation.
    pub(super) fn settle(mut self, newest: Option<i64>) -> RowAnswersBuilder {
        let Some(repeats) = &mut self.repeats else {
            return self.marks;
        };
        match repeats.until {
            ObservationEnd::Fixed(_) => self.marks.keep_decided(&repeats.decided.finish()),
            // Contacts that left the window have a deadline before some contact.
            ObservationEnd::Newest => {
                for (row, deadline) in repeats.window.rest() {
                    if newest.is_none_or(|newest| deadline > newest) {
                        self.marks.undecide(row);
                    }
                }
            }
        }
        self.marks
    }

    pub(super) fn size(&self) -> usize {
        let repeats = self.repeats.as_ref();
        let repeats = repeats.map(|repeats| repeats.window.size() + repeats.decided.capacity() / 8);
        self.marks.size() + repeats.unwrap_or_default()
    }
}

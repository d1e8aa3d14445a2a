//! The events of one ticket, in chronological order.

use std::cmp::Ordering;

use datafusion::common::{Result, exec_err};

use super::vocabulary::{EventCode, EventKind};

/// Range of a text in the ticket's buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TicketTextRef {
    start: u32,
    length: u32,
}

impl TicketTextRef {
    /// NULL.
    pub(super) const NONE: Self = Self {
        start: u32::MAX,
        length: 0,
    };
}

/// One event; times are ticks of the log's own unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TicketEvent {
    pub(super) at: i64,
    /// Its number in the log; the maximum if the log has none.
    pub(super) number: i64,
    pub(super) code: EventCode,
    pub(super) old: TicketTextRef,
    pub(super) new: TicketTextRef,
}

/// Longer runs of changes of one field at one time are not linked.
const LONGEST_CHAIN: usize = 64;

/// The events of one ticket. One value is reused for all tickets, so that events need no
/// allocation.
#[derive(Debug, Default)]
pub(super) struct TicketTimeline {
    pub(super) events: Vec<TicketEvent>,
    texts: String,
    is_unordered: bool,
}

impl TicketTimeline {
    pub(super) fn clear(&mut self) {
        self.events.clear();
        self.texts.clear();
        self.is_unordered = false;
    }

    /// Adds an event.
    ///
    /// # Errors
    /// When the texts of one ticket are longer than 4 GiB.
    pub(super) fn push(
        &mut self,
        at: i64,
        number: Option<i64>,
        code: EventCode,
        old: Option<&str>,
        new: Option<&str>,
    ) -> Result<()> {
        let event = TicketEvent {
            at,
            number: number.unwrap_or(i64::MAX),
            code,
            old: self.push_text(old)?,
            new: self.push_text(new)?,
        };
        if let Some(last) = self.events.last() {
            self.is_unordered |= (last.at, last.number) >= (event.at, event.number);
        }
        self.events.push(event);
        Ok(())
    }

    fn push_text(&mut self, text: Option<&str>) -> Result<TicketTextRef> {
        let Some(text) = text else {
            return Ok(TicketTextRef::NONE);
        };
        let place = |length: usize| {
            u32::try_from(length).or_else(|_| {
                exec_err!(
                    "one ticket has more than 4 GiB of values: leave events out whose ticket_id \
                     stands for no ticket"
                )
            })
        };
        let kept = TicketTextRef {
            start: place(self.texts.len())?,
            length: place(text.len())?,
        };
        self.texts.push_str(text);
        Ok(kept)
    }

    pub(super) fn text(&self, text: TicketTextRef) -> Option<&str> {
        if text == TicketTextRef::NONE {
            return None;
        }
        let start = text.start as usize;
        self.texts.get(start..start + text.length as usize)
    }

    /// Allocated bytes.
    pub(super) fn size(&self) -> usize {
        self.events.capacity() * size_of::<TicketEvent>() + self.texts.capacity()
    }

    /// Sorts the events: by time, by number in the log, and for ties by their content, so that the
    /// order of the input never changes a result. Duplicate rows that have a number are one event.
    pub(super) fn sort(&mut self) {
        if !self.is_unordered {
            return;
        }
        let mut events = std::mem::take(&mut self.events);
        events.sort_unstable_by(|one, other| self.compare(one, other));
        events.dedup_by(|one, other| {
            one.number != i64::MAX && self.compare(one, other) == Ordering::Equal
        });
        let mut from = 0;
        while from < events.len() {
            let run = self.run(&events[from..]);
            if run > 1 && run <= LONGEST_CHAIN {
                let (before, rest) = events.split_at_mut(from);
                self.link(before, &mut rest[..run]);
            }
            from += run;
        }
        self.events = events;
    }

    fn compare(&self, one: &TicketEvent, other: &TicketEvent) -> Ordering {
        let key = |event: &TicketEvent| (event.at, event.number, event.code.rank());
        key(one)
            .cmp(&key(other))
            .then_with(|| one.code.cmp(&other.code))
            .then_with(|| self.text(one.old).cmp(&self.text(other.old)))
            .then_with(|| self.text(one.new).cmp(&self.text(other.new)))
    }

    /// Number of events from the first on that change the same field at the same time.
    fn run(&self, events: &[TicketEvent]) -> usize {
        let Some(first) = events.first() else {
            return 0;
        };
        if first.code.kind() != EventKind::Change {
            return 1;
        }
        let same = |event: &&TicketEvent| {
            (event.at, event.number) == (first.at, first.number)
                && event.code.kind() == EventKind::Change
                && event.code.field() == first.code.field()
        };
        events.iter().take_while(same).count()
    }

    /// Orders changes of one field so that the old value of each is the new value of the one
    /// before.
    fn link(&self, before: &[TicketEvent], run: &mut [TicketEvent]) {
        let field = run[0].code.field();
        let earlier = before
            .iter()
            .rev()
            .find(|event| event.code.kind() == EventKind::Change && event.code.field() == field);
        let mut current = earlier.map(|event| self.after(event));
        for place in 0..run.len() {
            let rest = &run[place..];
            let follows = |event: &TicketEvent| current == Some(self.before(event));
            let is_first = |event: &TicketEvent| {
                let mut others = rest.iter().filter(|other| *other != event);
                !others.any(|other| self.after(other) == self.before(event))
            };
            let next = rest
                .iter()
                .position(follows)
                .or_else(|| rest.iter().position(is_first))
                .unwrap_or(0);
            run[place..=place + next].rotate_right(1);
            current = Some(self.after(&run[place]));
        }
    }

    fn before(
        &self,
        event: &TicketEvent,
    ) -> (Option<super::vocabulary::TicketStatus>, Option<&str>) {
        (event.code.old_status(), self.text(event.old))
    }

    fn after(
        &self,
        event: &TicketEvent,
    ) -> (Option<super::vocabulary::TicketStatus>, Option<&str>) {
        (event.code.new_status(), self.text(event.new))
    }
}

#[cfg(test)]
mod tests {
    use super::super::vocabulary::{ActorRole, ChangedField, EventVisibility, TicketStatus};
    use super::*;

    fn status(old: &str, new: &str) -> EventCode {
        let code = EventCode::new(
            EventKind::Change,
            ActorRole::Agent,
            EventVisibility::Internal,
            ChangedField::Status,
        );
        code.with_values(ChangedField::Status, Some(old), Some(new))
    }

    #[test]
    fn changes_at_one_instant_follow_each_other() {
        let mut ticket = TicketTimeline::default();
        let steps = [("open", "pending"), ("new", "open"), ("pending", "solved")];
        for (old, new) in steps {
            ticket.push(5, None, status(old, new), None, None).unwrap();
        }
        ticket.sort();
        let after: Vec<_> = ticket.events.iter().map(|e| e.code.new_status()).collect();
        assert_eq!(
            after,
            [
                TicketStatus::Open,
                TicketStatus::Pending,
                TicketStatus::Solved
            ]
            .map(Some)
        );
    }

    #[test]
    fn repeated_rows_are_one_event_where_rows_are_numbered() {
        for (number, expected) in [(Some(1), 1), (None, 2)] {
            let mut ticket = TicketTimeline::default();
            let code = EventCode::new(
                EventKind::Comment,
                ActorRole::Agent,
                EventVisibility::Public,
                ChangedField::Other,
            );
            for _ in 0..2 {
                ticket.push(5, number, code, None, None).unwrap();
            }
            ticket.sort();
            assert_eq!(ticket.events.len(), expected);
        }
    }
}

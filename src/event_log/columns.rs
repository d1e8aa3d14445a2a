//! The columns of `ticket_facts`: name, type, and their source in [`TicketFacts`].

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, BooleanBuilder, Float64Builder, Int64Builder, StringViewBuilder,
};
use arrow::compute::{CastOptions, cast, cast_with_options};
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::Result;

use super::facts::{ElapsedTicks, TicketFacts};
use super::ticket::{TicketTextRef, TicketTimeline};
use super::vocabulary::{ActorRole, TicketStatus};
use crate::functions::kernels::times::ticks_per_second;

/// Source of a column's values.
#[derive(Clone, Copy)]
enum FactSource {
    /// The ticket itself.
    Id,
    Time(fn(&TicketFacts) -> Option<i64>),
    Count(fn(&TicketFacts) -> i64),
    Flag(fn(&TicketFacts) -> bool),
    Word(fn(&TicketFacts) -> Option<&'static str>),
    Text(fn(&TicketFacts) -> Option<TicketTextRef>),
    /// A text with the id of another ticket.
    Reference(fn(&TicketFacts) -> Option<TicketTextRef>),
    /// An elapsed duration, with a second column in business time.
    Seconds(fn(&TicketFacts) -> Option<ElapsedTicks>),
}

use FactSource::{Count, Flag, Id, Reference, Seconds, Time, Word};

const COLUMNS: &[(&str, FactSource)] = &[
    ("ticket_id", Id),
    ("created_at", Time(|facts| facts.created)),
    (
        "created_by",
        Word(|facts| facts.created_by.and_then(ActorRole::label)),
    ),
    (
        "status",
        Word(|facts| facts.status.map(TicketStatus::label)),
    ),
    ("priority", FactSource::Text(|facts| facts.priority)),
    ("team", FactSource::Text(|facts| facts.team)),
    ("agent_id", FactSource::Text(|facts| facts.agent)),
    ("first_bot_reply_at", Time(|facts| facts.first_bot_reply)),
    ("first_response_at", Time(|facts| facts.first_response)),
    (
        "first_any_response_at",
        Time(|facts| facts.first_any_response),
    ),
    ("first_resolved_at", Time(|facts| facts.first_resolved)),
    ("resolved_at", Time(|facts| facts.resolved)),
    ("closed_at", Time(|facts| facts.closed)),
    ("first_ended_at", Time(|facts| facts.first_ended)),
    ("ended_at", Time(|facts| facts.ended)),
    ("first_assigned_at", Time(|facts| facts.first_assigned)),
    ("escalated_at", Time(|facts| facts.escalated)),
    ("merged_at", Time(|facts| facts.merged)),
    ("deleted_at", Time(|facts| facts.deleted)),
    ("waiting_since", Time(|facts| facts.waiting_since)),
    ("last_event_at", Time(|facts| Some(facts.last_event))),
    ("events", Count(|facts| facts.events)),
    ("early_events", Count(|facts| facts.early_events)),
    ("replies", Count(|facts| facts.replies)),
    ("bot_replies", Count(|facts| facts.bot_replies)),
    ("customer_messages", Count(|facts| facts.customer_messages)),
    ("internal_notes", Count(|facts| facts.internal_notes)),
    ("next_replies", Count(|facts| facts.next_replies)),
    ("reopens", Count(|facts| facts.reopens)),
    ("reassignments", Count(|facts| facts.reassignments)),
    ("handoffs", Count(|facts| facts.handoffs)),
    ("agents", Count(|facts| facts.agents)),
    ("teams", Count(|facts| facts.teams)),
    ("escalations", Count(|facts| facts.escalations)),
    ("is_escalated", Flag(|facts| facts.escalated.is_some())),
    ("is_merged", Flag(|facts| facts.merged.is_some())),
    ("merged_into_id", Reference(|facts| facts.merged_into)),
    (
        "first_response_seconds",
        Seconds(|facts| facts.to_first_response),
    ),
    (
        "first_any_response_seconds",
        Seconds(|facts| facts.to_first_any_response),
    ),
    (
        "first_resolution_seconds",
        Seconds(|facts| facts.to_first_end),
    ),
    ("resolution_seconds", Seconds(|facts| facts.to_end)),
    (
        "first_next_reply_seconds",
        Seconds(|facts| facts.first_next_reply),
    ),
    (
        "longest_next_reply_seconds",
        Seconds(|facts| facts.longest_next_reply),
    ),
    (
        "new_seconds",
        Seconds(|facts| stay(facts, &[TicketStatus::New])),
    ),
    (
        "open_seconds",
        Seconds(|facts| stay(facts, &[TicketStatus::Open])),
    ),
    (
        "pending_seconds",
        Seconds(|facts| stay(facts, &[TicketStatus::Pending])),
    ),
    (
        "hold_seconds",
        Seconds(|facts| stay(facts, &[TicketStatus::Hold])),
    ),
    (
        "other_seconds",
        Seconds(|facts| stay(facts, &[TicketStatus::Other])),
    ),
    (
        "solved_seconds",
        Seconds(|facts| stay(facts, &[TicketStatus::Solved])),
    ),
    (
        "requester_wait_seconds",
        Seconds(|facts| {
            stay(
                facts,
                &[TicketStatus::New, TicketStatus::Open, TicketStatus::Hold],
            )
        }),
    ),
    (
        "agent_wait_seconds",
        Seconds(|facts| stay(facts, &[TicketStatus::Pending])),
    ),
    (
        "agent_work_seconds",
        Seconds(|facts| stay(facts, &[TicketStatus::New, TicketStatus::Open])),
    ),
    ("unassigned_seconds", Seconds(|facts| facts.unassigned)),
];

fn stay(facts: &TicketFacts, statuses: &[TicketStatus]) -> Option<ElapsedTicks> {
    let stays = facts.stays.as_ref()?;
    let lengths = statuses.iter().map(|&status| stays[status as usize]);
    Some(lengths.fold(ElapsedTicks::default(), |sum, length| sum + length))
}

/// The type of each column: `id` is that of ticket ids, `time` that of the log's times.
pub(super) fn fields(id: &DataType, time: &DataType, has_calendar: bool) -> Vec<FieldRef> {
    let field = |name: String, source: &FactSource| {
        let data_type = match source {
            Id | Reference(_) => id.clone(),
            Time(_) => time.clone(),
            Count(_) => DataType::Int64,
            Flag(_) => DataType::Boolean,
            Word(_) | FactSource::Text(_) => DataType::Utf8View,
            Seconds(_) => DataType::Float64,
        };
        Arc::new(Field::new(name, data_type, !matches!(source, Id)))
    };
    let plain = COLUMNS
        .iter()
        .map(|(name, source)| field((*name).to_owned(), source));
    let business = durations()
        .filter(|_| has_calendar)
        .map(|(name, source)| field(format!("business_{name}"), source));
    plain.chain(business).collect()
}

fn durations() -> impl Iterator<Item = &'static (&'static str, FactSource)> {
    let is_duration = |column: &&(&str, FactSource)| matches!(column.1, Seconds(_));
    COLUMNS.iter().filter(is_duration)
}

/// Builder of one column.
struct FactColumnBuilder {
    source: FactSource,
    is_business: bool,
    values: FactArrayBuilder,
}

enum FactArrayBuilder {
    /// Ids are collected by the caller.
    Ids,
    Times(Int64Builder),
    Counts(Int64Builder),
    Flags(BooleanBuilder),
    Texts(StringViewBuilder),
    Seconds(Float64Builder),
}

/// Builder of the columns for a number of tickets.
pub(super) struct FactTableBuilder {
    columns: Vec<FactColumnBuilder>,
    id: DataType,
    time: DataType,
    ticks_per_second: f64,
    pub(super) length: usize,
}

impl FactTableBuilder {
    /// Builds the columns at `places` of [`fields`].
    pub(super) fn new(places: &[usize], id: &DataType, time: &DataType) -> Self {
        let plain = COLUMNS.iter().map(|(_, source)| (source, false));
        let business = durations().map(|(_, source)| (source, true));
        let all: Vec<_> = plain.chain(business).collect();
        let column = |&place: &usize| {
            let (&source, is_business) = all[place];
            let values = match source {
                Id => FactArrayBuilder::Ids,
                Time(_) => FactArrayBuilder::Times(Int64Builder::new()),
                Count(_) => FactArrayBuilder::Counts(Int64Builder::new()),
                Flag(_) => FactArrayBuilder::Flags(BooleanBuilder::new()),
                Word(_) | FactSource::Text(_) | Reference(_) => {
                    FactArrayBuilder::Texts(StringViewBuilder::new())
                }
                Seconds(_) => FactArrayBuilder::Seconds(Float64Builder::new()),
            };
            FactColumnBuilder {
                source,
                is_business,
                values,
            }
        };
        Self {
            columns: places.iter().map(column).collect(),
            id: id.clone(),
            time: time.clone(),
            ticks_per_second: ticks_per_second(time) as f64,
            length: 0,
        }
    }

    pub(super) fn append(&mut self, ticket: &TicketTimeline, facts: &TicketFacts) {
        self.length += 1;
        for column in &mut self.columns {
            match (&mut column.values, column.source) {
                (FactArrayBuilder::Times(values), Time(get)) => values.append_option(get(facts)),
                (FactArrayBuilder::Counts(values), Count(get)) => values.append_value(get(facts)),
                (FactArrayBuilder::Flags(values), Flag(get)) => values.append_value(get(facts)),
                (FactArrayBuilder::Texts(values), Word(get)) => values.append_option(get(facts)),
                (FactArrayBuilder::Texts(values), FactSource::Text(get) | Reference(get)) => {
                    let text = get(facts).and_then(|text| ticket.text(text));
                    values.append_option(text);
                }
                (FactArrayBuilder::Seconds(values), Seconds(get)) => {
                    let ticks = get(facts).map(|length| {
                        if column.is_business {
                            length.business
                        } else {
                            length.calendar
                        }
                    });
                    values.append_option(ticks.map(|ticks| ticks as f64 / self.ticks_per_second));
                }
                _ => {}
            }
        }
    }

    /// The columns of all rows so far, whose ticket ids are `ids`.
    ///
    /// # Errors
    /// When times do not fit the log's type, which they came from.
    pub(super) fn finish(&mut self, ids: &ArrayRef) -> Result<Vec<ArrayRef>> {
        self.length = 0;
        let (id, time) = (&self.id, &self.time);
        let column = |column: &mut FactColumnBuilder| -> Result<ArrayRef> {
            Ok(match &mut column.values {
                FactArrayBuilder::Ids => Arc::clone(ids),
                FactArrayBuilder::Times(values) => cast(&values.finish(), time)?,
                FactArrayBuilder::Counts(values) => Arc::new(values.finish()),
                FactArrayBuilder::Flags(values) => Arc::new(values.finish()),
                FactArrayBuilder::Seconds(values) => Arc::new(values.finish()),
                FactArrayBuilder::Texts(values) => {
                    let texts: ArrayRef = Arc::new(values.finish());
                    match column.source {
                        Reference(_) => reference(&texts, id)?,
                        _ => texts,
                    }
                }
            })
        };
        self.columns.iter_mut().map(column).collect()
    }
}

/// Ticket ids from texts; NULL if a text is not a valid id.
fn reference(names: &dyn Array, id: &DataType) -> Result<ArrayRef> {
    let options = CastOptions {
        safe: true,
        ..CastOptions::default()
    };
    Ok(cast_with_options(names, id, &options)?)
}

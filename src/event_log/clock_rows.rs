//! Rows of clocks: start and end of each, and the ticket's attributes at its start.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanBuilder, Int64Builder, ListBuilder, StringViewBuilder, UInt8Builder,
    UInt64Builder,
};
use arrow::compute::{cast, take};
use arrow::datatypes::{DataType, Field as ArrowField, FieldRef, Schema};
use datafusion::common::Result;
use serde::{Deserialize, Serialize};

use super::clocks::{ClockRun, TicketClocks};
use super::input::{AT, DETAILS, TICKET};
use super::ticket::{TicketEvent, TicketTimeline};
use super::ticket_rows::TicketRows;
use super::vocabulary::{ChangedField, EventKind};
use crate::sla::SlaMetric;

/// The clocks to emit, and the ticket attributes in their rows.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Serialize, Deserialize)]
pub(super) struct SlaClockSpec {
    /// Ticks of the log; later events are ignored.
    pub(super) as_of: i64,
    /// True if the priority at the clock's end applies, not that at its start.
    pub(super) retargets: bool,
    /// Metrics that have rules.
    pub(super) metrics: Vec<SlaMetric>,
    /// Ticket attributes to emit as of the clock's start.
    pub(super) tracks: Vec<TrackedAttribute>,
}

/// A ticket attribute that changes over time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Serialize, Deserialize)]
pub(super) enum TrackedAttribute {
    Priority,
    Team,
    Agent,
    Escalated,
    Status,
}

impl TrackedAttribute {
    pub(super) const ALL: [Self; 5] = [
        Self::Priority,
        Self::Team,
        Self::Agent,
        Self::Escalated,
        Self::Status,
    ];

    /// Its column in a table of tickets.
    pub(super) const fn column(self) -> &'static str {
        match self {
            Self::Priority => "priority",
            Self::Team => "team",
            Self::Agent => "agent_id",
            Self::Escalated => "is_escalated",
            Self::Status => "status",
        }
    }

    const fn field(self) -> ChangedField {
        match self {
            Self::Priority => ChangedField::Priority,
            Self::Team => ChangedField::Team,
            Self::Agent => ChangedField::Agent,
            Self::Escalated => ChangedField::Escalated,
            Self::Status => ChangedField::Status,
        }
    }

    /// The columns with its value, and with true if the log has it.
    pub(super) fn columns(self) -> (String, String) {
        let column = self.column();
        (format!("sla_{column}"), format!("sla_has_{column}"))
    }

    /// Its value at a time; `None` if the log does not have it, `Some(None)` for NULL.
    fn value_at<'a>(
        self,
        history: &TicketClocks,
        ticket: &'a TicketTimeline,
        at: i64,
    ) -> Option<Option<&'a str>> {
        if self == Self::Status {
            let mut known = history.statuses.iter().rev();
            let known = known.find(|(since, _)| *since <= at);
            return known.map(|(_, status)| Some(status.label()));
        }
        let is_own = |event: &&TicketEvent| {
            event.code.kind() == EventKind::Change && event.code.field() == self.field()
        };
        let mut before = None;
        for event in ticket.events.iter().filter(is_own) {
            let value = |text, truth: bool| match self {
                Self::Escalated => Some(if truth { "true" } else { "false" }),
                _ => ticket.text(text),
            };
            if event.at.max(history.start) > at {
                // The value before the first change, which may be after the time in question.
                return before.or_else(|| Some(value(event.old, !event.code.becomes_true())));
            }
            before = Some(value(event.new, event.code.becomes_true()));
        }
        before
    }
}

/// The columns of clock rows; `input` has those of [`super::input::EventLogInput`].
pub(super) fn fields(clocks: &SlaClockSpec, input: &Schema) -> Vec<FieldRef> {
    let field = |name: &str, data_type: DataType, is_nullable| {
        Arc::new(ArrowField::new(name, data_type, is_nullable))
    };
    let of = |place: usize| input.field(place).data_type().clone();
    let mut fields = vec![
        field("ticket_id", of(TICKET), false),
        field("sla_metric", DataType::UInt8, false),
        field("started_at", of(AT), false),
        field("sla_ended_at", of(AT), true),
        field("sla_outcome", DataType::UInt8, false),
        field("sla_steps", DataType::List(step()), false),
    ];
    for track in &clocks.tracks {
        let (value, is_told) = track.columns();
        fields.push(field(&value, DataType::Utf8View, true));
        fields.push(field(&is_told, DataType::Boolean, false));
    }
    let details = input.fields().iter().skip(DETAILS);
    fields.extend(details.map(|detail| {
        let detail = detail.as_ref().clone().with_nullable(true);
        Arc::new(detail)
    }));
    fields
}

fn step() -> FieldRef {
    Arc::new(ArrowField::new_list_field(DataType::Int64, true))
}

/// Builder of the rows of clocks.
pub(super) struct ClockRows {
    clocks: SlaClockSpec,
    places: Vec<usize>,
    time: DataType,
    history: TicketClocks,
    tickets: u64,
    owners: UInt64Builder,
    metrics: UInt8Builder,
    starts: Int64Builder,
    ends: Int64Builder,
    outcomes: UInt8Builder,
    steps: ListBuilder<Int64Builder>,
    told: Vec<(StringViewBuilder, BooleanBuilder)>,
    length: usize,
}

impl ClockRows {
    pub(super) fn new(clocks: &SlaClockSpec, places: &[usize], input: &Schema) -> Self {
        let builders = |_: &TrackedAttribute| (StringViewBuilder::new(), BooleanBuilder::new());
        Self {
            clocks: clocks.clone(),
            places: places.to_vec(),
            time: input.field(AT).data_type().clone(),
            history: TicketClocks::default(),
            tickets: 0,
            owners: UInt64Builder::new(),
            metrics: UInt8Builder::new(),
            starts: Int64Builder::new(),
            ends: Int64Builder::new(),
            outcomes: UInt8Builder::new(),
            steps: ListBuilder::new(Int64Builder::new()).with_field(step()),
            told: clocks.tracks.iter().map(builders).collect(),
            length: 0,
        }
    }

    fn push(&mut self, run: ClockRun, ticket: &TicketTimeline) {
        let until = run.end.unwrap_or(self.clocks.as_of);
        self.owners.append_value(self.tickets);
        self.metrics.append_value(run.metric as u8);
        self.starts.append_value(run.start);
        self.ends.append_option(run.end);
        self.outcomes.append_value(run.outcome as u8);
        self.length += 1;
        for (track, (values, is_told)) in self.clocks.tracks.iter().zip(&mut self.told) {
            let at = match (track, self.clocks.retargets) {
                (TrackedAttribute::Priority, true) => until,
                _ => run.start,
            };
            let told = track.value_at(&self.history, ticket, at);
            values.append_option(told.flatten());
            is_told.append_value(told.is_some());
        }
        let statuses = &self.history.statuses;
        let first = statuses.iter().rposition(|(since, _)| *since <= run.start);
        for (since, status) in statuses.iter().skip(first.unwrap_or(0)) {
            if *since > until {
                break;
            }
            self.steps.values().append_value(*since);
            self.steps.values().append_value(*status as i64);
        }
        self.steps.append(true);
    }
}

impl TicketRows for ClockRows {
    fn add(&mut self, ticket: &TicketTimeline) {
        self.history.read(ticket, self.clocks.as_of);
        for place in 0..self.history.runs.len() {
            let run = self.history.runs[place];
            if self.clocks.metrics.contains(&run.metric) {
                self.push(run, ticket);
            }
        }
        self.tickets += 1;
    }

    fn length(&self) -> usize {
        self.length
    }

    fn finish(&mut self, ids: &ArrayRef, details: &[ArrayRef]) -> Result<Vec<ArrayRef>> {
        self.length = 0;
        self.tickets = 0;
        let owners = self.owners.finish();
        let mut columns: Vec<ArrayRef> = vec![
            take(ids, &owners, None)?,
            Arc::new(self.metrics.finish()),
            cast(&self.starts.finish(), &self.time)?,
            cast(&self.ends.finish(), &self.time)?,
            Arc::new(self.outcomes.finish()),
            Arc::new(self.steps.finish()),
        ];
        for (values, is_told) in &mut self.told {
            columns.push(Arc::new(values.finish()));
            columns.push(Arc::new(is_told.finish()));
        }
        for detail in details {
            columns.push(take(detail, &owners, None)?);
        }
        let wanted = self.places.iter().map(|place| Arc::clone(&columns[*place]));
        Ok(wanted.collect())
    }
}

//! Second pass: converts contacts in order of time to tickets, events and surveys.

use std::collections::HashMap;
use std::ops::ControlFlow;

use arrow::array::RecordBatch;

use super::comments::CommentOccasion;
use super::contact::{SimulatedContact, SimulatedContactKind};
use super::customers::CustomerProfile;
use super::dirty::{DataFaultCounts, FaultInjector};
use super::encode::{EncodedRowGroup, ParquetTableLayout};
use super::experience;
use super::facts::SimulatedTicketFacts;
use super::files::{GenerateOutputFolder, TableSummary, TableWriter};
use super::parallel::in_order;
use super::plan::BlockSizes;
use super::spool::ContactSpool;
use super::surveys::{self, SurveyRow};
use super::tickets::{self, EventRow, TicketRow};
use super::timeline;
use super::world::SimulationWorld;
use crate::error::Result;

/// Number of survey ids reserved per contact.
const SURVEYS: i64 = 4;

/// Contact with the numbers that depend on its position in time.
struct NumberedContact {
    contact: SimulatedContact,
    /// Position among all contacts.
    position: i64,
    ticket: i64,
    merged_into: Option<i64>,
}

/// Returns blocks of a fixed number of tickets, numbered in order of time.
struct TicketBlockFeeder {
    spool: ContactSpool,
    block: u64,
    size: usize,
    waiting: std::vec::IntoIter<SimulatedContact>,
    position: i64,
    ticket: i64,
    /// Tickets into which a later contact of the same customer will be merged.
    targets: HashMap<u64, i64>,
}

impl TicketBlockFeeder {
    fn next(&mut self) -> Result<Option<(u64, Vec<NumberedContact>)>> {
        let mut entries = Vec::new();
        let last = self.ticket + i64::try_from(self.size).unwrap_or(i64::MAX);
        while self.ticket < last {
            match self.waiting.next() {
                Some(contact) => entries.push(self.entry(contact)),
                None => match self.spool.next_day()? {
                    Some(day) => self.waiting = day.into_iter(),
                    None => break,
                },
            }
        }
        self.block += 1;
        Ok((!entries.is_empty()).then_some((self.block, entries)))
    }

    fn entry(&mut self, contact: SimulatedContact) -> NumberedContact {
        self.position += 1;
        let mut merged_into = None;
        if contact.kind == SimulatedContactKind::Ticket {
            self.ticket += 1;
            if contact.merged {
                merged_into = self.targets.get(&contact.customer).copied();
            } else if contact.target {
                self.targets.insert(contact.customer, self.ticket);
            } else {
                self.targets.remove(&contact.customer);
            }
        }
        NumberedContact {
            contact,
            position: self.position,
            ticket: self.ticket,
            merged_into,
        }
    }
}

/// Encoded block of tickets.
struct TicketBlock {
    tickets: u64,
    groups: [EncodedRowGroup; 3],
    faults: DataFaultCounts,
}

struct TicketTableLayouts {
    tickets: ParquetTableLayout,
    events: ParquetTableLayout,
    surveys: ParquetTableLayout,
}

impl TicketTableLayouts {
    fn new(clean: bool) -> Result<Self> {
        let layout = |sample, order: &[&str]| {
            ParquetTableLayout::new(&sample, if clean { order } else { &[] })
                .map_err(datafusion::error::DataFusionError::from)
        };
        Ok(Self {
            tickets: layout(tickets::tickets(&[])?, &["created_at", "ticket_id"])?,
            events: layout(tickets::events(&[])?, &["ticket_id", "event_no"])?,
            surveys: layout(tickets::surveys(&[])?, &["survey_id"])?,
        })
    }
}

/// Converts the contacts of `spool` to tables.
pub(super) fn run(
    world: &SimulationWorld,
    cut: BlockSizes,
    spool: ContactSpool,
    dirty: f64,
    threads: usize,
    folder: &GenerateOutputFolder,
    progress: &mut dyn FnMut(u64) -> Result<()>,
) -> Result<(Vec<TableSummary>, DataFaultCounts)> {
    let layouts = TicketTableLayouts::new(dirty <= 0.0)?;
    let table = |name, layout: &ParquetTableLayout| {
        TableWriter::new(folder, name, layout.clone(), cut.split)
    };
    let mut writers = [
        table("tickets", &layouts.tickets),
        table("ticket_events", &layouts.events),
        table("surveys", &layouts.surveys),
    ];
    let mut feeder = TicketBlockFeeder {
        spool,
        block: 0,
        size: cut.tickets,
        waiting: Vec::new().into_iter(),
        position: 0,
        ticket: 0,
        targets: HashMap::new(),
    };
    let mut faults = DataFaultCounts::default();
    let mut done = 0;
    in_order(
        threads,
        || feeder.next(),
        |(number, entries)| block(world, &layouts, number, &entries, dirty),
        |block| {
            for (writer, group) in writers.iter_mut().zip(block.groups) {
                writer.append(group)?;
            }
            for (sum, count) in faults.iter_mut().zip(block.faults) {
                *sum += count;
            }
            done += block.tickets;
            progress(done)?;
            Ok(ControlFlow::Continue(()))
        },
    )?;
    let summaries = writers
        .into_iter()
        .map(TableWriter::finish)
        .collect::<Result<_>>()?;
    Ok((summaries, faults))
}

/// Rows of one block.
#[derive(Default)]
struct TicketBlockRows {
    tickets: Vec<TicketRow>,
    events: Vec<EventRow>,
    surveys: Vec<SurveyRow>,
}

fn block(
    world: &SimulationWorld,
    layouts: &TicketTableLayouts,
    number: u64,
    entries: &[NumberedContact],
    dirty: f64,
) -> Result<TicketBlock> {
    let mut rows = TicketBlockRows::default();
    for entry in entries {
        match entry.contact.kind {
            SimulatedContactKind::Ticket => ticket(world, entry, &mut rows),
            SimulatedContactKind::Relationship => {
                let id = entry.position * SURVEYS;
                rows.surveys
                    .push(surveys::relationship(world, id, &entry.contact));
            }
        }
    }
    let count = rows.tickets.len() as u64;
    let mut spoiler = FaultInjector::new(world.seed, number, dirty);
    let tickets = spoiler.tickets(rows.tickets);
    let events = spoiler.events(rows.events);
    let surveys = spoiler.surveys(rows.surveys);
    let groups = [
        encode(&layouts.tickets, tickets, tickets::tickets)?,
        encode(&layouts.events, events, tickets::events)?,
        encode(&layouts.surveys, surveys, tickets::surveys)?,
    ];
    Ok(TicketBlock {
        tickets: count,
        groups,
        faults: spoiler.counts,
    })
}

/// Frees the rows before their columns are encoded, since blocks dominate the memory use of a run.
fn encode<T>(
    layout: &ParquetTableLayout,
    rows: Vec<T>,
    columns: fn(&[T]) -> Result<RecordBatch>,
) -> Result<EncodedRowGroup> {
    let batch = columns(&rows)?;
    drop(rows);
    let group = layout.encode(&batch);
    Ok(group.map_err(datafusion::error::DataFusionError::from)?)
}

fn ticket(world: &SimulationWorld, entry: &NumberedContact, rows: &mut TicketBlockRows) {
    let contact = &entry.contact;
    let customer = CustomerProfile::draw(world.seed, contact.customer, &world.calendar);
    let mut course = timeline::simulate(world, &customer, contact, entry.merged_into);
    let facts = SimulatedTicketFacts::from_events(&course.log.events, course.traits.priority);
    let events = (1..)
        .zip(&course.log.events)
        .map(|(number, event)| EventRow {
            ticket: entry.ticket,
            number,
            at: Some(event.at),
            event: *event,
        });
    rows.events.extend(events);
    let experience = experience::assess(&customer, contact, &mut course, &facts);
    let id = entry.position * SURVEYS;
    let occasion = CommentOccasion {
        seed: world.seed,
        themes: experience.themes,
        region: customer.region,
    };
    let ticket = entry.ticket;
    let surveys = surveys::about_ticket(
        id,
        ticket,
        contact,
        &mut course,
        &facts,
        experience,
        &occasion,
    );
    rows.surveys.extend(surveys);
    rows.tickets
        .push(TicketRow::new(entry.ticket, contact, &course, facts));
}

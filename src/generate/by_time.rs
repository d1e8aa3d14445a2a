//! The second pass: contacts in the order of time become tickets, events and surveys.

use std::collections::HashMap;
use std::ops::ControlFlow;

use arrow::array::RecordBatch;

use super::contact::{Contact, Kind};
use super::customers::Profile;
use super::dirty::{Counts, Spoiler};
use super::encode::{Layout, RowGroup};
use super::experience;
use super::facts::Facts;
use super::files::{Folder, TableSummary, TableWriter};
use super::parallel::in_order;
use super::plan::Cut;
use super::spool::Spool;
use super::surveys::{self, Survey};
use super::tickets::{self, EventRow, Ticket};
use super::timeline;
use super::world::World;
use crate::error::Result;

/// Survey ids a contact may use.
const SURVEYS: i64 = 4;

/// A contact with what only its place in time tells.
struct Entry {
    contact: Contact,
    /// Position among all contacts.
    position: i64,
    ticket: i64,
    merged_into: Option<i64>,
}

/// Hands out blocks of a fixed number of tickets, numbered in the order of time.
struct Feeder {
    spool: Spool,
    block: u64,
    size: usize,
    waiting: std::vec::IntoIter<Contact>,
    position: i64,
    ticket: i64,
    /// The tickets that a later contact of the same customer will be merged into.
    targets: HashMap<u64, i64>,
}

impl Feeder {
    fn next(&mut self) -> Result<Option<(u64, Vec<Entry>)>> {
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

    fn entry(&mut self, contact: Contact) -> Entry {
        self.position += 1;
        let mut merged_into = None;
        if contact.kind == Kind::Ticket {
            self.ticket += 1;
            if contact.merged {
                merged_into = self.targets.get(&contact.customer).copied();
            } else if contact.target {
                self.targets.insert(contact.customer, self.ticket);
            } else {
                self.targets.remove(&contact.customer);
            }
        }
        Entry {
            contact,
            position: self.position,
            ticket: self.ticket,
            merged_into,
        }
    }
}

/// A block of tickets, encoded.
struct Block {
    tickets: u64,
    groups: [RowGroup; 3],
    faults: Counts,
}

struct Layouts {
    tickets: Layout,
    events: Layout,
    surveys: Layout,
}

impl Layouts {
    fn new(clean: bool) -> Result<Self> {
        let layout = |sample, order: &[&str]| {
            Layout::new(&sample, if clean { order } else { &[] })
                .map_err(datafusion::error::DataFusionError::from)
        };
        Ok(Self {
            tickets: layout(tickets::tickets(&[])?, &["created_at", "ticket_id"])?,
            events: layout(tickets::events(&[])?, &["ticket_id", "event_no"])?,
            surveys: layout(tickets::surveys(&[])?, &["survey_id"])?,
        })
    }
}

/// Turns the contacts of `spool` into tables.
pub(super) fn run(
    world: &World,
    cut: Cut,
    spool: Spool,
    dirty: f64,
    threads: usize,
    folder: &Folder,
    progress: &mut dyn FnMut(u64) -> Result<()>,
) -> Result<(Vec<TableSummary>, Counts)> {
    let layouts = Layouts::new(dirty <= 0.0)?;
    let table = |name, layout: &Layout| TableWriter::new(folder, name, layout.clone(), cut.split);
    let mut writers = [
        table("tickets", &layouts.tickets),
        table("ticket_events", &layouts.events),
        table("surveys", &layouts.surveys),
    ];
    let mut feeder = Feeder {
        spool,
        block: 0,
        size: cut.tickets,
        waiting: Vec::new().into_iter(),
        position: 0,
        ticket: 0,
        targets: HashMap::new(),
    };
    let mut faults = Counts::default();
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
struct Rows {
    tickets: Vec<Ticket>,
    events: Vec<EventRow>,
    surveys: Vec<Survey>,
}

fn block(
    world: &World,
    layouts: &Layouts,
    number: u64,
    entries: &[Entry],
    dirty: f64,
) -> Result<Block> {
    let mut rows = Rows::default();
    for entry in entries {
        match entry.contact.kind {
            Kind::Ticket => ticket(world, entry, &mut rows),
            Kind::Relationship => {
                let id = entry.position * SURVEYS;
                rows.surveys
                    .push(surveys::relationship(world, id, &entry.contact));
            }
        }
    }
    let count = rows.tickets.len() as u64;
    let mut spoiler = Spoiler::new(world.seed, number, dirty);
    let tickets = spoiler.tickets(rows.tickets);
    let events = spoiler.events(rows.events);
    let surveys = spoiler.surveys(rows.surveys);
    let groups = [
        encode(&layouts.tickets, tickets, tickets::tickets)?,
        encode(&layouts.events, events, tickets::events)?,
        encode(&layouts.surveys, surveys, tickets::surveys)?,
    ];
    Ok(Block {
        tickets: count,
        groups,
        faults: spoiler.counts,
    })
}

/// Frees the rows before their columns are encoded: blocks are what a run holds in memory.
fn encode<T>(
    layout: &Layout,
    rows: Vec<T>,
    columns: fn(&[T]) -> Result<RecordBatch>,
) -> Result<RowGroup> {
    let batch = columns(&rows)?;
    drop(rows);
    let group = layout.encode(&batch);
    Ok(group.map_err(datafusion::error::DataFusionError::from)?)
}

fn ticket(world: &World, entry: &Entry, rows: &mut Rows) {
    let contact = &entry.contact;
    let customer = Profile::draw(world.seed, contact.customer, &world.calendar);
    let mut course = timeline::simulate(world, &customer, contact, entry.merged_into);
    let facts = Facts::of(&course.log.events, course.traits.priority);
    let events = (1..)
        .zip(&course.log.events)
        .map(|(number, event)| EventRow {
            ticket: entry.ticket,
            number,
            at: Some(event.at),
            event: *event,
        });
    rows.events.extend(events);
    let experience = experience::of(world, &customer, contact, &mut course, &facts);
    let id = entry.position * SURVEYS;
    let surveys = surveys::about_ticket(id, entry.ticket, contact, &mut course, &facts, experience);
    rows.surveys.extend(surveys);
    rows.tickets
        .push(Ticket::new(entry.ticket, contact, &course, facts));
}

//! Deliberate faults in clean rows, as in real exports.

use super::calendar::HOUR;
use super::rng::{RandomDomain, RandomStream, round};
use super::surveys::SurveyRow;
use super::tickets::{EventRow, TicketRow};

/// Ids from this one on do not exist.
const NOBODY: i64 = 9_000_000_000_000;

/// Kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum DataFault {
    /// Survey score outside its scale.
    OffScaleScore,
    /// Ticket resolved before it was created.
    EndBeforeStart,
    /// Ticket, event or survey row that occurs twice in succession.
    Duplicate,
    /// Ticket of an unknown customer, or event or survey of an unknown ticket or customer.
    Orphan,
    /// NULL where a clean desk always has a value: a ticket's customer, channel or creation time,
    /// an event's time.
    Null,
}

impl DataFault {
    /// All kinds of faults.
    pub const ALL: [Self; 5] = [
        Self::OffScaleScore,
        Self::EndBeforeStart,
        Self::Duplicate,
        Self::Orphan,
        Self::Null,
    ];

    /// Name of the kind for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::OffScaleScore => "off-scale score",
            Self::EndBeforeStart => "end before start",
            Self::Duplicate => "duplicate",
            Self::Orphan => "orphan",
            Self::Null => "NULL",
        }
    }
}

/// Number of faults of each kind, in the order of [`DataFault::ALL`].
pub(super) type DataFaultCounts = [u64; DataFault::ALL.len()];

/// Injects faults with probability `rate`, at most one per row.
pub(super) struct FaultInjector {
    rng: RandomStream,
    rate: f64,
    pub(super) counts: DataFaultCounts,
}

impl FaultInjector {
    /// Injector of block number `block`, independent of all other blocks.
    pub(super) fn new(seed: u64, block: u64, rate: f64) -> Self {
        Self {
            rng: RandomStream::new(seed, RandomDomain::Faults, block, 0),
            rate,
            counts: [0; DataFault::ALL.len()],
        }
    }

    pub(super) fn tickets(&mut self, rows: Vec<TicketRow>) -> Vec<TicketRow> {
        self.each(rows, |row, rng| {
            let faults = [
                DataFault::EndBeforeStart,
                DataFault::Duplicate,
                DataFault::Orphan,
                DataFault::Null,
            ];
            let fault = match rng.any(&faults) {
                DataFault::EndBeforeStart if row.facts.resolved.is_none() => DataFault::Null,
                fault => fault,
            };
            match fault {
                DataFault::EndBeforeStart => {
                    let early = row
                        .created
                        .map(|at| at - 60 - round(rng.unit() * 72.0 * HOUR as f64));
                    row.facts.resolved = early;
                }
                DataFault::Orphan => row.customer = Some(NOBODY + row.id),
                DataFault::Null => match rng.index(3) {
                    0 => row.customer = None,
                    1 => row.channel = None,
                    _ => row.created = None,
                },
                _ => {}
            }
            fault
        })
    }

    pub(super) fn events(&mut self, rows: Vec<EventRow>) -> Vec<EventRow> {
        self.each(rows, |row, rng| {
            let fault = rng.any(&[DataFault::Duplicate, DataFault::Orphan, DataFault::Null]);
            match fault {
                DataFault::Orphan => row.ticket += NOBODY,
                DataFault::Null => row.at = None,
                _ => {}
            }
            fault
        })
    }

    pub(super) fn surveys(&mut self, rows: Vec<SurveyRow>) -> Vec<SurveyRow> {
        self.each(rows, |row, rng| {
            let fault = match rng.any(&[
                DataFault::OffScaleScore,
                DataFault::Duplicate,
                DataFault::Orphan,
            ]) {
                DataFault::OffScaleScore if row.score.is_none() => DataFault::Duplicate,
                fault => fault,
            };
            match (fault, row.ticket) {
                (DataFault::OffScaleScore, _) => row.score = Some(rng.any(&[-1, 11, 99])),
                (DataFault::Orphan, Some(ticket)) => row.ticket = Some(NOBODY + ticket),
                (DataFault::Orphan, None) => row.customer = Some(NOBODY + row.id),
                _ => {}
            }
            fault
        })
    }

    fn each<T: Clone>(
        &mut self,
        rows: Vec<T>,
        mut spoil: impl FnMut(&mut T, &mut RandomStream) -> DataFault,
    ) -> Vec<T> {
        if self.rate <= 0.0 {
            return rows;
        }
        let mut spoiled = Vec::with_capacity(rows.len());
        for mut row in rows {
            let hit = self.rng.chance(self.rate);
            let fault = hit.then(|| spoil(&mut row, &mut self.rng));
            if let Some(fault) = fault {
                self.counts[fault as usize] += 1;
            }
            if fault == Some(DataFault::Duplicate) {
                spoiled.push(row.clone());
            }
            spoiled.push(row);
        }
        spoiled
    }
}

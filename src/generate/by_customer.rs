//! First pass: simulates customers in blocks and writes their contacts to the spool.

use std::ops::ControlFlow;

use arrow::array::RecordBatch;

use super::calendar::END;
use super::contact::SimulatedContactKind;
use super::encode::{EncodedRowGroup, ParquetTableLayout};
use super::files::{GenerateOutputFolder, TableSummary, TableWriter};
use super::life::CustomerLife;
use super::parallel::in_order;
use super::plan::BlockSizes;
use super::spool::ContactSpool;
use super::world::SimulationWorld;
use super::{accounts, journey};
use crate::error::Result;

/// Table name, sort order, and the function that builds its batch.
type CustomerTableSpec = (
    &'static str,
    &'static [&'static str],
    fn(&[CustomerLife]) -> Result<RecordBatch>,
);

const TABLES: [CustomerTableSpec; 4] = [
    ("customers", &["customer_id"], accounts::customers),
    (
        "subscriptions",
        &["customer_id", "month"],
        accounts::subscriptions,
    ),
    ("onboarding", &["customer_id"], accounts::onboarding),
    ("outreach", &["outreach_id"], accounts::outreach),
];

/// Simulated and encoded block of customers.
struct CustomerBlock {
    first: u64,
    lives: Vec<CustomerLife>,
    tickets: u64,
    groups: Vec<EncodedRowGroup>,
}

/// Simulates customers until they have opened `total` tickets: exactly that many, so the contacts
/// of the last customer are truncated. Afterwards their contacts are in the spool.
pub(super) fn run(
    world: &SimulationWorld,
    cut: BlockSizes,
    total: u64,
    threads: usize,
    folder: &GenerateOutputFolder,
    progress: &mut dyn FnMut(u64) -> Result<()>,
) -> Result<(ContactSpool, Vec<TableSummary>)> {
    let layouts = layouts()?;
    let mut writers: Vec<TableWriter> = TABLES
        .iter()
        .zip(&layouts)
        .map(|((name, ..), layout)| TableWriter::new(folder, name, layout.clone(), cut.split))
        .collect();
    let mut spool = ContactSpool::new(folder.hidden());
    let mut found = 0;
    let mut next = 1;
    in_order(
        threads,
        || {
            let first = next;
            next += cut.customers;
            Ok(Some(first))
        },
        |first| block(world, &layouts, first, cut.customers),
        |mut block| {
            if found + block.tickets > total {
                block = shortened(&layouts, block, total - found)?;
            }
            found += block.tickets;
            for (writer, group) in writers.iter_mut().zip(block.groups) {
                writer.append(group)?;
            }
            for contact in block.lives.iter().flat_map(|life| &life.contacts) {
                spool.push(contact)?;
            }
            progress(found)?;
            Ok(if found >= total {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            })
        },
    )?;
    let summaries = writers
        .into_iter()
        .map(TableWriter::finish)
        .collect::<Result<_>>()?;
    Ok((spool, summaries))
}

fn layouts() -> Result<Vec<ParquetTableLayout>> {
    TABLES
        .iter()
        .map(|(_, order, make)| Ok(ParquetTableLayout::new(&make(&[])?, order).map_err(parquet)?))
        .collect()
}

fn parquet(error: parquet::errors::ParquetError) -> datafusion::error::DataFusionError {
    error.into()
}

fn block(
    world: &SimulationWorld,
    layouts: &[ParquetTableLayout],
    first: u64,
    count: u64,
) -> Result<CustomerBlock> {
    let mut lives: Vec<CustomerLife> = (first..first + count)
        .map(|id| journey::simulate_customer(world, id))
        .collect();
    for life in &mut lives {
        life.contacts.retain(|contact| contact.at < END);
    }
    encode(layouts, first, lives)
}

fn encode(
    layouts: &[ParquetTableLayout],
    first: u64,
    lives: Vec<CustomerLife>,
) -> Result<CustomerBlock> {
    let groups = TABLES
        .iter()
        .zip(layouts)
        .map(|((_, _, make), layout)| Ok(layout.encode(&make(&lives)?).map_err(parquet)?))
        .collect::<Result<_>>()?;
    Ok(CustomerBlock {
        first,
        tickets: lives.iter().map(journey::tickets).sum(),
        lives,
        groups,
    })
}

/// Truncates the block to its first `limit` tickets and the customers who opened them.
fn shortened(
    layouts: &[ParquetTableLayout],
    block: CustomerBlock,
    limit: u64,
) -> Result<CustomerBlock> {
    let mut left = limit;
    let mut lives = block.lives;
    let enough = lives.iter().position(|life| {
        let tickets = journey::tickets(life);
        let last = tickets >= left;
        left -= tickets.min(left);
        last
    });
    lives.truncate(enough.map_or(lives.len(), |last| last + 1));
    let before: u64 = lives.iter().rev().skip(1).map(journey::tickets).sum();
    if let Some(last) = lives.last_mut() {
        let mut keep = limit - before;
        last.contacts.retain(|contact| {
            let kept = keep > 0;
            keep -= u64::from(kept && contact.kind == SimulatedContactKind::Ticket);
            kept
        });
    }
    encode(layouts, block.first, lives)
}

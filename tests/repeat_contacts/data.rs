//! Random tickets in Parquet files of every layout that the fast path handles.

use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, Date32Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
    TimestampSecondArray,
};
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::file::properties::WriterProperties;
use rand_core::{RngCore, SeedableRng};
use rand_pcg::Pcg32;

/// Layout of the rows of a desk in its files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    ByTime,
    /// Each file is in time order, the files are not.
    FilesSwapped,
    None,
}

/// Kind of the customer column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ids {
    Compact,
    Spread,
    Text,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    pub(super) seed: u64,
    pub(super) rows: usize,
    pub(super) order: Order,
    pub(super) ids: Ids,
    /// In seconds without a zone instead of microseconds in UTC.
    pub(super) naive: bool,
}

/// One ticket; the instant is in hours.
#[derive(Debug, Clone)]
pub(super) struct Ticket {
    pub(super) id: i64,
    pub(super) customer: Option<i64>,
    pub(super) hour: Option<i64>,
    pub(super) category: Option<&'static str>,
}

/// 2026-01-01, in hours since 1970.
const START: i64 = 490_896;

pub(super) fn tickets(shape: Shape) -> Vec<Ticket> {
    let mut random = Pcg32::seed_from_u64(shape.seed);
    let mut below = |n: usize| i64::from(random.next_u32()) % n as i64;
    let (customers, hours) = (shape.rows / 5 + 1, shape.rows * 2);
    let mut tickets: Vec<_> = (0..shape.rows)
        .map(|id| Ticket {
            id: id as i64 * 7919 % 10_007,
            customer: (below(20) > 0).then(|| below(customers)),
            hour: (below(20) > 0).then(|| START + below(hours) / 3 * 3),
            category: [Some("billing"), Some("login"), None][usize::try_from(below(3)).unwrap()],
        })
        .collect();
    if shape.order != Order::None {
        tickets.sort_by_key(|ticket| ticket.hour);
    }
    tickets
}

/// Writes the tickets as a table of several files of several row groups, one of them empty.
pub(super) fn write(folder: &Path, shape: Shape, tickets: &[Ticket]) {
    let folder = folder.join("tickets");
    std::fs::create_dir_all(&folder).unwrap();
    let mut parts: Vec<&[Ticket]> = tickets.chunks(tickets.len().div_ceil(3).max(1)).collect();
    parts.insert(parts.len() / 2, &[]);
    if shape.order == Order::FilesSwapped {
        parts.reverse();
    }
    for (number, part) in parts.into_iter().enumerate() {
        let batch = RecordBatch::try_from_iter(columns(shape, part)).unwrap();
        let file = std::fs::File::create(folder.join(format!("part-{number}.parquet"))).unwrap();
        let properties = WriterProperties::builder().set_max_row_group_row_count(Some(40));
        let properties = Some(properties.build());
        let mut writer = ArrowWriter::try_new(file, batch.schema(), properties).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
    }
}

fn columns(shape: Shape, tickets: &[Ticket]) -> Vec<(&'static str, ArrayRef)> {
    let customers = tickets.iter().map(|ticket| ticket.customer);
    let customers: ArrayRef = match shape.ids {
        Ids::Compact => Arc::new(customers.collect::<Int64Array>()),
        Ids::Spread => {
            let spread = |id: i64| id.wrapping_mul(0x1234_5678_9abc_def1);
            let ids = customers.map(|customer| customer.map(spread));
            Arc::new(ids.collect::<Int64Array>())
        }
        Ids::Text => {
            let names =
                customers.map(|customer| customer.map(|id| format!("customer number {id}")));
            Arc::new(names.collect::<StringArray>())
        }
    };
    let hours = tickets.iter().map(|ticket| ticket.hour);
    let created: ArrayRef = if shape.naive {
        let seconds = hours.clone().map(|hour| hour.map(|hour| hour * 3_600));
        Arc::new(seconds.collect::<TimestampSecondArray>())
    } else {
        let micros = hours
            .clone()
            .map(|hour| hour.map(|hour| hour * 3_600_000_000));
        Arc::new(
            micros
                .collect::<TimestampMicrosecondArray>()
                .with_timezone("UTC"),
        )
    };
    let days = hours.map(|hour| hour.map(|hour| i32::try_from(hour / 24).unwrap()));
    let ids = tickets.iter().map(|ticket| Some(ticket.id));
    let categories = tickets.iter().map(|ticket| ticket.category);
    vec![
        ("ticket_id", Arc::new(ids.collect::<Int64Array>()) as _),
        ("customer_id", customers),
        ("created_at", created),
        ("created_on", Arc::new(days.collect::<Date32Array>()) as _),
        (
            "category",
            Arc::new(categories.collect::<StringArray>()) as _,
        ),
    ]
}

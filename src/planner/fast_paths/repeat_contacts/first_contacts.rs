//! The first contacts of customers in a range.

use arrow::datatypes::DataType;

use super::instants::InstantColumn;

/// Rows per block: memory grows by blocks that are small beside the whole; a single vector would
/// double.
const BLOCK: usize = 1 << 16;

/// A customer's first contact in a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FirstContact {
    pub(super) customer: u32,
    /// 0 if rows are not recorded.
    pub(super) row: u32,
    pub(super) instant: i64,
}

/// First contacts in input order.
#[derive(Debug)]
pub(super) struct FirstContacts {
    customers: Vec<Vec<u32>>,
    /// Recorded for ties only.
    rows: Option<Vec<Vec<u32>>>,
    instants: InstantColumn,
    count: usize,
}

impl FirstContacts {
    /// An empty list, with instants of this timestamp type.
    pub(super) fn new(instant: &DataType, keeps_rows: bool) -> Self {
        Self {
            customers: vec![],
            rows: keeps_rows.then(Vec::new),
            instants: InstantColumn::new(instant),
            count: 0,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.count
    }

    pub(super) fn push(&mut self, first: FirstContact) {
        push(&mut self.customers, first.customer);
        if let Some(rows) = &mut self.rows {
            push(rows, first.row);
        }
        self.instants.extend(1);
        self.instants.set(self.count, Some(first.instant));
        self.count += 1;
    }

    /// The contacts from `start` on, at most `most`.
    pub(super) fn some(&self, start: usize, most: usize) -> Vec<FirstContact> {
        let some = start..self.count.min(start.saturating_add(most));
        let first = |at: usize| {
            let rows = self.rows.as_ref();
            Some(FirstContact {
                customer: self.customers[at / BLOCK][at % BLOCK],
                row: rows.map_or(0, |rows| rows[at / BLOCK][at % BLOCK]),
                instant: self.instants.get(at)?,
            })
        };
        some.filter_map(first).collect()
    }

    pub(super) fn size(&self) -> usize {
        let rows = self.rows.as_ref().map_or(0, Vec::len);
        (self.customers.len() + rows) * BLOCK * size_of::<u32>() + self.instants.size()
    }
}

fn push(blocks: &mut Vec<Vec<u32>>, value: u32) {
    match blocks.last_mut() {
        Some(block) if block.len() < BLOCK => block.push(value),
        _ => {
            let mut block = Vec::with_capacity(BLOCK);
            block.push(value);
            blocks.push(block);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::datatypes::TimeUnit;

    #[test]
    fn they_come_back_across_blocks() {
        let micros = DataType::Timestamp(TimeUnit::Microsecond, None);
        let first = |at: usize, keeps_rows: bool| FirstContact {
            customer: u32::try_from(at * 3).unwrap(),
            row: u32::from(keeps_rows) * u32::try_from(at * 5).unwrap(),
            // Some are no whole seconds, and one is before 1970.
            instant: i64::try_from(at).unwrap() * 250_000 - 250_000,
        };
        for keeps_rows in [false, true] {
            let mut firsts = FirstContacts::new(&micros, keeps_rows);
            let all: Vec<FirstContact> = (0..BLOCK + 2).map(|at| first(at, keeps_rows)).collect();
            all.iter().for_each(|&first| firsts.push(first));
            assert_eq!(firsts.len(), BLOCK + 2);
            assert_eq!(firsts.some(0, usize::MAX), all);
            assert_eq!(firsts.some(BLOCK - 1, 2), all[BLOCK - 1..=BLOCK]);
            assert_eq!(firsts.some(BLOCK + 1, 9), all[BLOCK + 1..]);
        }
    }
}

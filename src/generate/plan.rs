//! Division of a run into blocks: it depends only on the number of tickets, so that files do not
//! depend on threads.

/// Sizes that are derived from the number of tickets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BlockSizes {
    /// Tickets in a row group of the tables by time.
    pub(super) tickets: usize,
    /// Customers in a row group of the tables by customer.
    pub(super) customers: u64,
    /// True if large tables are folders of several files.
    pub(super) split: bool,
}

impl BlockSizes {
    pub(super) fn new(tickets: u64) -> Self {
        let group = (tickets / 32).next_power_of_two().clamp(8_192, 32_768);
        Self {
            tickets: usize::try_from(group).unwrap_or(usize::MAX),
            customers: group / 4,
            split: tickets > 64 * group,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_desks_get_larger_groups_and_several_files() {
        let cut = |tickets| {
            let cut = BlockSizes::new(tickets);
            (cut.tickets, cut.customers, cut.split)
        };
        assert_eq!(cut(1), (8_192, 2_048, false));
        assert_eq!(cut(20_000), (8_192, 2_048, false));
        assert_eq!(cut(1_000_000), (32_768, 8_192, false));
        assert_eq!(cut(100_000_000), (32_768, 8_192, true));
    }
}

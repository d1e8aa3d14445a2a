//! One row a period: order, gaps and double rows of a series.

/// Periods that one series may span: a single wrong date among days must not fill the memory with zeros.
const PERIOD_LIMIT: i64 = 10_000_000;

/// Treatment of a period that has no row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MissingPeriods {
    /// It counts as 0: a day without tickets.
    Zero,
    /// It is left out: a day without answers has no mean.
    Skip,
}

/// A series that is not one row a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PeriodFault {
    /// Two rows, by their numbers, lie in one period.
    TwoRows {
        period: i64,
        first_row: usize,
        second_row: usize,
    },
    /// The first and the last period are too far apart to fill the gaps.
    TooLong { first: i64, last: i64, limit: i64 },
}

/// One period of a series, with the number of its row where it has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PeriodSlot {
    pub(crate) period: i64,
    pub(crate) row: Option<usize>,
}

/// A value of a series at its period. Missing values are `None`; an ignored one (a holiday) is neither judged
/// nor part of any reference.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct SeriesPoint {
    pub(crate) period: i64,
    pub(crate) value: Option<f64>,
    pub(crate) ignored: bool,
}

impl SeriesPoint {
    /// The value, where it may serve as a reference.
    pub(crate) fn usable(&self) -> Option<f64> {
        if self.ignored { None } else { self.value }
    }
}

/// Puts the rows of one series, given by their periods in any order, in order of time.
///
/// With [`MissingPeriods::Zero`] every period from the first row to the last one, or to `until` where that is
/// later, gets a slot: the days without tickets at the end of a series have no row of it that could tell them.
pub(crate) fn line_up(
    periods: &[i64],
    missing: MissingPeriods,
    until: Option<i64>,
) -> Result<Vec<PeriodSlot>, PeriodFault> {
    let mut order: Vec<(i64, usize)> = periods.iter().copied().zip(0..).collect();
    order.sort_unstable();
    for (&(period, first_row), &(next, second_row)) in order.iter().zip(order.iter().skip(1)) {
        if period == next {
            return Err(PeriodFault::TwoRows {
                period,
                first_row,
                second_row,
            });
        }
    }
    match missing {
        MissingPeriods::Skip => Ok(order
            .into_iter()
            .map(|(period, row)| PeriodSlot {
                period,
                row: Some(row),
            })
            .collect()),
        MissingPeriods::Zero => fill_gaps(&order, until),
    }
}

/// A slot for every period from the first to the last one.
fn fill_gaps(order: &[(i64, usize)], until: Option<i64>) -> Result<Vec<PeriodSlot>, PeriodFault> {
    let (Some(&(first, _)), Some(&(last, _))) = (order.first(), order.last()) else {
        return Ok(Vec::new());
    };
    let last = until.map_or(last, |until| until.max(last));
    let limit = PERIOD_LIMIT;
    if last.checked_sub(first).is_none_or(|span| span >= limit) {
        return Err(PeriodFault::TooLong { first, last, limit });
    }
    let mut rows = order.iter().copied().peekable();
    let slots = (first..=last).map(|period| PeriodSlot {
        period,
        row: rows
            .next_if(|&(next, _)| next == period)
            .map(|(_, row)| row),
    });
    Ok(slots.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slots(found: &[PeriodSlot]) -> Vec<(i64, Option<usize>)> {
        found.iter().map(|slot| (slot.period, slot.row)).collect()
    }

    #[test]
    fn gaps_are_filled_or_left() {
        let filled = line_up(&[5, 2, 3], MissingPeriods::Zero, Some(6)).unwrap();
        assert_eq!(
            slots(&filled),
            [
                (2, Some(1)),
                (3, Some(2)),
                (4, None),
                (5, Some(0)),
                (6, None)
            ]
        );
        let skipped = line_up(&[5, 2, 3], MissingPeriods::Skip, Some(6)).unwrap();
        assert_eq!(slots(&skipped), [(2, Some(1)), (3, Some(2)), (5, Some(0))]);
        assert_eq!(line_up(&[], MissingPeriods::Zero, Some(6)), Ok(Vec::new()));
    }

    /// An end before the last row drops nothing.
    #[test]
    fn an_early_end_drops_no_row() {
        let filled = line_up(&[-1, 1], MissingPeriods::Zero, Some(0)).unwrap();
        assert_eq!(slots(&filled), [(-1, Some(0)), (0, None), (1, Some(1))]);
    }

    #[test]
    fn two_rows_in_a_period_are_named() {
        let found = line_up(&[4, 7, 4], MissingPeriods::Skip, None);
        assert_eq!(
            found,
            Err(PeriodFault::TwoRows {
                period: 4,
                first_row: 0,
                second_row: 2
            })
        );
    }

    #[test]
    fn a_wrong_date_does_not_fill_the_memory() {
        for last in [PERIOD_LIMIT, i64::MAX] {
            let found = line_up(&[-1, last], MissingPeriods::Zero, None);
            assert!(matches!(found, Err(PeriodFault::TooLong { .. })));
            assert!(line_up(&[-1, last], MissingPeriods::Skip, None).is_ok());
        }
    }
}

//! A moving window over a series with a season: medians by position, and the residuals about them in order.
//!
//! A step forwards changes one position or two. Its residuals are merged into those of the others, which stay
//! sorted: a point costs a pass over the window and no sort.

use std::collections::VecDeque;

use super::medians::median_of_sorted;

/// The last values of a series.
pub(super) struct SeasonWindow {
    season: i64,
    /// Period, position and value, oldest first.
    values: VecDeque<(i64, usize, f64)>,
    /// Sorted values of each position.
    positions: Vec<Vec<f64>>,
    /// Sorted residuals with their positions, right but for the stale positions.
    residuals: Vec<(f64, usize)>,
    stale: Vec<usize>,
    scratch: Vec<(f64, usize)>,
    deviations: Vec<f64>,
}

impl SeasonWindow {
    /// An empty window that is to hold the values of at most `length` periods.
    pub(super) fn new(season: u32, length: u32) -> Self {
        // A season longer than the window is never judged, so that its positions need no room.
        let positions = usize::try_from(season.min(length)).unwrap_or(0).max(1);
        Self {
            season: i64::from(season.max(1)),
            values: VecDeque::new(),
            positions: vec![Vec::new(); positions],
            residuals: Vec::new(),
            stale: Vec::new(),
            scratch: Vec::new(),
            deviations: Vec::new(),
        }
    }

    /// Number of values.
    pub(super) fn len(&self) -> usize {
        self.values.len()
    }

    /// Adds the value of a period after all others.
    pub(super) fn push(&mut self, period: i64, value: f64) {
        let position = self.position(period);
        self.values.push_back((period, position, value));
        let sorted = &mut self.positions[position];
        let at = sorted.partition_point(|other| other.total_cmp(&value).is_lt());
        sorted.insert(at, value);
        self.mark_stale(position);
    }

    /// Drops the values of the periods before `period`.
    pub(super) fn drop_before(&mut self, period: i64) {
        while let Some((_, position, value)) = self
            .values
            .pop_front_if(|&mut (oldest, ..)| oldest < period)
        {
            let sorted = &mut self.positions[position];
            let at = sorted.partition_point(|other| other.total_cmp(&value).is_lt());
            sorted.remove(at);
            self.mark_stale(position);
        }
    }

    /// Median of the values at the position of a period; `None` without values there.
    pub(super) fn position_median(&self, period: i64) -> Option<f64> {
        median_of_sorted(&self.positions[self.position(period)])
    }

    /// Median of all values' residuals about the medians of their positions; `None` without values.
    pub(super) fn residual_median(&mut self) -> Option<f64> {
        while let Some(position) = self.stale.pop() {
            self.refresh(position);
        }
        let half = self.residuals.len() / 2;
        let (upper, _) = *self.residuals.get(half)?;
        if self.residuals.len() % 2 == 1 {
            return Some(upper);
        }
        let (lower, _) = *self.residuals.get(half - 1)?;
        Some(f64::midpoint(lower, upper))
    }

    /// Distances of the residuals from their median, ascending. To be called after
    /// [`residual_median`](Self::residual_median).
    pub(super) fn deviations_from(&mut self, centre: f64) -> &[f64] {
        let split = self
            .residuals
            .partition_point(|&(residual, _)| residual < centre);
        let (below, above) = self.residuals.split_at(split);
        let mut below = below
            .iter()
            .rev()
            .map(|(residual, _)| centre - residual)
            .peekable();
        self.deviations.clear();
        for deviation in above.iter().map(|(residual, _)| residual - centre) {
            while let Some(nearer) = below.next_if(|nearer| *nearer < deviation) {
                self.deviations.push(nearer);
            }
            self.deviations.push(deviation);
        }
        self.deviations.extend(below);
        &self.deviations
    }

    fn position(&self, period: i64) -> usize {
        let position = period.rem_euclid(self.season);
        usize::try_from(position).unwrap_or(0) % self.positions.len()
    }

    fn mark_stale(&mut self, position: usize) {
        if !self.stale.contains(&position) {
            self.stale.push(position);
        }
    }

    /// Puts the residuals of a position in the place of its former ones.
    fn refresh(&mut self, position: usize) {
        let sorted = &self.positions[position];
        let median = median_of_sorted(sorted).unwrap_or(0.0);
        let mut fresh = sorted.iter().map(|value| value - median).peekable();
        self.scratch.clear();
        for &(residual, other) in self
            .residuals
            .iter()
            .filter(|&&(_, other)| other != position)
        {
            while let Some(before) = fresh.next_if(|before| *before < residual) {
                self.scratch.push((before, position));
            }
            self.scratch.push((residual, other));
        }
        self.scratch
            .extend(fresh.map(|residual| (residual, position)));
        std::mem::swap(&mut self.residuals, &mut self.scratch);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Positions 0, 1, 0, 1, 0 hold 1, 10, 3, 14, 8: medians 3 and 12, residuals −2, −2, 0, 2, 5.
    #[test]
    fn a_window_by_hand() {
        let mut window = SeasonWindow::new(2, 5);
        for (period, value) in (4..).zip([1.0, 10.0, 3.0, 14.0, 8.0]) {
            window.push(period, value);
        }
        assert_eq!(window.position_median(10), Some(3.0));
        assert_eq!(window.position_median(-1), Some(12.0));
        assert_eq!(window.residual_median(), Some(0.0));
        assert_eq!(window.deviations_from(0.0), [0.0, 2.0, 2.0, 2.0, 5.0]);
        // Without the 1: medians 5.5 and 12, residuals −2.5, −2, 2, 2.5.
        window.drop_before(5);
        assert_eq!((window.len(), window.residual_median()), (4, Some(0.0)));
        assert_eq!(window.deviations_from(0.0), [2.0, 2.0, 2.5, 2.5]);
        window.drop_before(9);
        assert_eq!(
            (window.residual_median(), window.position_median(0)),
            (None, None)
        );
    }
}

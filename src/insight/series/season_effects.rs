//! Effects of the position in a season, taken out of a series before changes of level are searched.
//!
//! They are medians of deviations from a moving mean of one season: medians of the values themselves would
//! mistake a step for a week.

use super::medians::{count, mean, median};

/// Effect of each position in the season, their mean 0, in order of position.
///
/// `values` are (period, value) in order of time, one a period; missing periods are left out of the moving
/// means. A position that no whole season surrounds has the effect 0. `season` is at least 1.
pub(crate) fn season_effects(values: &[(i64, f64)], season: u32) -> Vec<f64> {
    let length = usize::try_from(season).unwrap_or(1).max(1);
    let mut deviations: Vec<Vec<f64>> = vec![Vec::new(); length.min(values.len())];
    if deviations.len() < length {
        // Not one whole season: nothing to tell positions by.
        return Vec::new();
    }
    for (at, centre) in moving_means(values, i64::from(season)).iter().enumerate() {
        if let (Some(&(period, value)), Some(centre)) = (values.get(at), centre) {
            deviations[season_position(period, length)].push(value - centre);
        }
    }
    let medians: Vec<Option<f64>> = deviations.iter_mut().map(|list| median(list)).collect();
    let known: Vec<f64> = medians.iter().copied().flatten().collect();
    let centre = mean(&known).unwrap_or(0.0);
    medians
        .iter()
        .map(|median| median.map_or(0.0, |median| median - centre))
        .collect()
}

/// The values less the effects of their positions.
pub(crate) fn without_season(values: &[(i64, f64)], season: u32) -> Vec<f64> {
    let effects = season_effects(values, season);
    let length = effects.len().max(1);
    values
        .iter()
        .map(|&(period, value)| {
            let effect = effects.get(season_position(period, length));
            value - effect.copied().unwrap_or(0.0)
        })
        .collect()
}

/// The place of a period in a season of `length` periods.
fn season_position(period: i64, length: usize) -> usize {
    let length = i64::try_from(length).unwrap_or(i64::MAX);
    usize::try_from(period.rem_euclid(length)).unwrap_or(0)
}

/// Mean of the season around each value, `None` where it reaches over an end of the series. An even season has
/// half a period at either end.
fn moving_means(values: &[(i64, f64)], season: i64) -> Vec<Option<f64>> {
    let (Some(&(first, _)), Some(&(last, _))) = (values.first(), values.last()) else {
        return Vec::new();
    };
    let half = season / 2;
    let (mut start, mut end) = (0, 0);
    let mut means = Vec::with_capacity(values.len());
    for &(period, _) in values {
        let (from, to) = (period.saturating_sub(half), period.saturating_add(half));
        if from < first || to > last {
            means.push(None);
            continue;
        }
        while values.get(start).is_some_and(|&(other, _)| other < from) {
            start += 1;
        }
        while values.get(end).is_some_and(|&(other, _)| other <= to) {
            end += 1;
        }
        let window = values.get(start..end).unwrap_or_default();
        means.push(weighted_mean(window, season % 2 == 0, from, to));
    }
    means
}

/// Mean of a window whose ends, at `from` and `to`, count half where the season is `even`.
fn weighted_mean(window: &[(i64, f64)], even: bool, from: i64, to: i64) -> Option<f64> {
    let is_end = |period: i64| even && (period == from || period == to);
    let ends = window.iter().filter(|&&(period, _)| is_end(period)).count();
    let weight = count(window.len()) - 0.5 * count(ends);
    let sum: f64 = window
        .iter()
        .map(|&(period, value)| if is_end(period) { 0.5 * value } else { value })
        .sum();
    (weight > 0.0).then(|| sum / weight)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Effects −1, 0, 1 on a line: the moving mean follows the line and the effects come out.
    #[test]
    fn effects_on_a_line() {
        let values: Vec<(i64, f64)> = (0..12_i32)
            .map(|at| (i64::from(at), f64::from(10 * at + at % 3 - 1)))
            .collect();
        assert_eq!(season_effects(&values, 3), [-1.0, 0.0, 1.0]);
        let plain = without_season(&values, 3);
        assert_eq!(plain[..3], [0.0, 10.0, 20.0]);
    }

    /// An even season: 1, 3, 1, 3, .. has the moving mean 2 everywhere.
    #[test]
    fn an_even_season_has_half_weights_at_the_ends() {
        let values: Vec<(i64, f64)> = (-4..5_i32)
            .map(|at| (i64::from(at), if at % 2 == 0 { 1.0 } else { 3.0 }))
            .collect();
        assert_eq!(season_effects(&values, 2), [-1.0, 1.0]);
    }

    /// Weekends have no rows: five effects, and 0 for those never seen.
    #[test]
    fn missing_positions_have_no_effect() {
        let values: Vec<(i64, f64)> = (0..35_i32)
            .filter(|day| day % 7 < 5)
            .map(|day| (i64::from(day), f64::from(day % 7)))
            .collect();
        let found = season_effects(&values, 7);
        assert_eq!(found, [-2.0, -1.0, 0.0, 1.0, 2.0, 0.0, 0.0]);
    }

    #[test]
    fn less_than_a_season_has_no_effects() {
        let values = [(0, 1.0), (1, 5.0)];
        assert_eq!(without_season(&values, 7), [1.0, 5.0]);
        assert_eq!(without_season(&[], 7), [0.0; 0]);
    }
}

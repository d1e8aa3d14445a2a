//! Lines of more points than the screen has columns.

use super::markup::Position;

/// Points that are drawn as they are.
const FEW: usize = 1500;

/// `points`, in the order of x, without those that could not be seen: of each column of one unit the first, the
/// lowest, the highest and the last point remain.
pub(super) fn thinned(points: Vec<Position>) -> Vec<Position> {
    if points.len() <= FEW {
        return points;
    }
    let mut kept = Vec::new();
    for column in points.chunk_by(|a, b| a[0].floor().total_cmp(&b[0].floor()).is_eq()) {
        let indices = 0..column.len();
        let by_height = |&a: &usize, &b: &usize| column[a][1].total_cmp(&column[b][1]);
        let lowest = indices.clone().min_by(by_height).unwrap_or(0);
        let highest = indices.max_by(by_height).unwrap_or(0);
        let mut seen = [0, lowest, highest, column.len() - 1];
        seen.sort_unstable();
        let mut last = None;
        for index in seen {
            if last != Some(index) {
                kept.push(column[index]);
            }
            last = Some(index);
        }
    }
    kept
}

/// Like [`thinned`] for the upper and the lower end of an interval: of each column the outermost ends.
pub(super) fn thinned_ends(ends: Vec<(f64, [f64; 2])>) -> Vec<(f64, [f64; 2])> {
    if ends.len() <= FEW {
        return ends;
    }
    let columns = ends.chunk_by(|a, b| a.0.floor().total_cmp(&b.0.floor()).is_eq());
    let outermost = |column: &[(f64, [f64; 2])]| {
        let both = column.iter().map(|(_, ends)| *ends);
        let both = both.reduce(|[a, b], [c, d]| [a.min(c), b.max(d)]);
        Some((column.first()?.0, both?))
    };
    columns.filter_map(outermost).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn peaks_of_many_points_remain() {
        let point = |index: u32| {
            let x = f64::from(index) / 100.0;
            [x, if index == 77_777 { 500.0 } else { x % 7.0 }]
        };
        let points: Vec<Position> = (0..100_000).map(point).collect();
        let kept = thinned(points.clone());
        assert!(kept.len() <= 4000 && kept.contains(&points[77_777]));
        assert_eq!((kept.first(), kept.last()), (points.first(), points.last()));
        assert!(kept.is_sorted_by(|a, b| a[0] < b[0]));
    }
}

//! PELT: the exact minimum of the costs of all stretches and a penalty for each change.
//!
//! Source: R. Killick, P. Fearnhead and I. A. Eckley, "Optimal detection of changepoints with a linear
//! computational cost", JASA 107, 2012.

use super::segment_costs::SegmentCost;

/// A start of the last stretch that may still be the best one.
struct StretchStart {
    place: usize,
    /// End from which on it cannot be the best any more.
    ///
    /// A start that loses at `t` loses against `t` itself, yet `t` may start a stretch only once that has the
    /// least length. Dropping the start at once, as is often done, misses the minimum.
    drop_at: Option<usize>,
}

/// Places, counted from 0, at which a new stretch starts in the cheapest cut of `n` values into stretches of
/// at least `least` values. The first place, 0, is not listed. Of cuts that cost the same the one with the
/// earlier last change is taken.
pub(crate) fn cheapest_cut(
    costs: &impl SegmentCost,
    n: usize,
    least: usize,
    penalty: f64,
) -> Vec<usize> {
    let least = least.max(1);
    // best[t] is the cost of the first t values, with a penalty for each stretch but the first one.
    let mut best = vec![f64::INFINITY; n + 1];
    let mut last_start = vec![0; n + 1];
    best[0] = -penalty;
    let mut starts: Vec<StretchStart> = Vec::new();
    for end in least..=n {
        let newest = end - least;
        if newest == 0 || newest >= least {
            starts.push(StretchStart {
                place: newest,
                drop_at: None,
            });
        }
        starts.retain(|start| start.drop_at.is_none_or(|drop_at| end < drop_at));
        let mut sums = Vec::with_capacity(starts.len());
        for start in &starts {
            let sum = best[start.place] + costs.cost(start.place, end);
            if sum + penalty < best[end] {
                best[end] = sum + penalty;
                last_start[end] = start.place;
            }
            sums.push(sum);
        }
        for (start, sum) in starts.iter_mut().zip(sums) {
            if sum >= best[end] && start.drop_at.is_none() {
                start.drop_at = Some(end + least);
            }
        }
    }
    changes_before(n, &last_start)
}

/// Follows the starts back from the end.
fn changes_before(n: usize, last_start: &[usize]) -> Vec<usize> {
    let mut changes = Vec::new();
    let mut place = last_start[n];
    while place > 0 {
        changes.push(place);
        place = last_start[place];
    }
    changes.reverse();
    changes
}

#[cfg(test)]
mod tests;

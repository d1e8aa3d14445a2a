//! Labels that would overlap are moved apart, none further than needed.

/// Labels that touch each other, and the mean of the places that they want, each without the distance to the first.
struct Block {
    sum: f64,
    count: f64,
    labels: usize,
}

/// Places for labels at `wanted`, in its order: `distance` from each other and, if there is room, between `low` and
/// `high`.
pub(super) fn apart(wanted: &[f64], distance: f64, [low, high]: [f64; 2]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|&a, &b| wanted[a].total_cmp(&wanted[b]));
    let mut blocks: Vec<Block> = Vec::new();
    let mut offset = 0.0;
    for &label in &order {
        let mut block = Block {
            sum: wanted[label] - offset,
            count: 1.0,
            labels: 1,
        };
        offset += distance;
        // Blocks that overlap become one, in the middle of what their labels want.
        while let Some(last) = blocks.pop_if(|last| last.sum / last.count > block.sum / block.count)
        {
            block.sum += last.sum;
            block.count += last.count;
            block.labels += last.labels;
        }
        blocks.push(block);
    }
    let last_offset = (offset - distance).max(0.0);
    let starts = blocks.iter().flat_map(|block| {
        let start = (block.sum / block.count).min(high - last_offset).max(low);
        std::iter::repeat_n(start, block.labels)
    });
    let mut places = vec![0.0; wanted.len()];
    let mut offset = 0.0;
    for (&label, start) in order.iter().zip(starts) {
        places[label] = start + offset;
        offset += distance;
    }
    places
}

#[cfg(test)]
mod tests {
    use super::apart;

    #[test]
    fn labels_move_only_if_they_touch() {
        for (wanted, places) in [
            (vec![], vec![]),
            (vec![50.0, 10.0], vec![50.0, 10.0]),
            (vec![50.0, 50.0], vec![45.0, 55.0]),
            (vec![50.0, 54.0, 90.0], vec![47.0, 57.0, 90.0]),
            (vec![99.0, 100.0], vec![90.0, 100.0]),
            (vec![0.0, 0.0, 1.0], vec![0.0, 10.0, 20.0]),
        ] {
            assert_eq!(apart(&wanted, 10.0, [0.0, 100.0]), places, "{wanted:?}");
        }
    }

    #[test]
    fn more_labels_than_room_keep_their_distance() {
        let places = apart(&[5.0; 4], 10.0, [0.0, 20.0]);
        assert_eq!(places, [0.0, 10.0, 20.0, 30.0]);
    }
}

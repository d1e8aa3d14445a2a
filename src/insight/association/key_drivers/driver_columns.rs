//! The columns of a model, and their correlations.

use super::cross_products::CrossProducts;
use super::matrix::SquareMatrix;
use super::refusal::DriverRefusal;
use super::tally::{DriverTally, OUTCOME, TallyColumns};

/// Columns that enter together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DriverBlock {
    pub(super) driver: usize,
    /// In the tally. Of a text all values but its commonest, from which the others are told.
    pub(super) columns: Vec<usize>,
}

/// Drivers of a model, those with most columns first: fewest matrices have these.
///
/// # Errors
/// When a text driver has one value.
pub(super) fn driver_blocks(
    tally: &DriverTally,
    total: &CrossProducts,
) -> Result<Vec<DriverBlock>, DriverRefusal> {
    let block = |(driver, columns): (usize, &TallyColumns)| {
        let columns = match columns {
            TallyColumns::Number(column) => vec![*column],
            TallyColumns::Text(levels) => {
                let mut columns: Vec<usize> = levels.values().copied().collect();
                columns.retain(|&column| total.sum(column) > 0);
                let rows = columns.iter().map(|&column| total.sum(column));
                // The first in the alphabet of those that are equally common.
                let commonest = rows.rev().enumerate().max_by_key(|&(_, rows)| rows);
                if let Some((from_last, _)) = commonest {
                    columns.remove(columns.len() - 1 - from_last);
                }
                columns
            }
        };
        DriverBlock { driver, columns }
    };
    let mut blocks: Vec<DriverBlock> = tally.columns.iter().enumerate().map(block).collect();
    let columns: usize = blocks.iter().map(|block| block.columns.len()).sum();
    if usize::try_from(total.n).unwrap_or(0) <= columns + 1 {
        let n = total.n;
        return Err(DriverRefusal::TooFewRows { n, columns });
    }
    for DriverBlock { driver, columns } in &blocks {
        let own = columns.first().map(|&column| total.centred(column, column));
        match own {
            Some(None) => return Err(DriverRefusal::TooLarge),
            Some(Some(own)) if !own.is_zero() => {}
            _ => return Err(DriverRefusal::Constant { driver: *driver }),
        }
    }
    blocks.sort_by_key(|block| std::cmp::Reverse(block.columns.len()));
    Ok(blocks)
}

/// Second moments of the columns of all blocks and, last, of the outcome.
#[derive(Debug, Clone)]
pub(super) struct DriverMoments {
    /// n² times the variance of each column, in its units.
    pub(super) scatters: Vec<f64>,
    /// 0 in row and column of one that is constant.
    pub(super) correlations: SquareMatrix,
}

impl DriverMoments {
    /// `None` if a sum overflowed.
    pub(super) fn new(sums: &CrossProducts, blocks: &[DriverBlock]) -> Option<Self> {
        let columns = blocks
            .iter()
            .flat_map(|block| block.columns.iter().copied());
        let columns: Vec<usize> = columns.chain([OUTCOME]).collect();
        let scatters = columns.iter().map(|&i| Some(sums.centred(i, i)?.to_f64()));
        let scatters: Vec<f64> = scatters.collect::<Option<_>>()?;
        let mut correlations = SquareMatrix::zero(columns.len());
        for (i, (&column, &own)) in columns.iter().zip(&scatters).enumerate() {
            for (j, (&second, &other)) in columns.iter().zip(&scatters).enumerate().take(i) {
                if own > 0.0 && other > 0.0 {
                    let product = sums.centred(column, second)?.to_f64();
                    correlations.set(i, j, product / (own * other).sqrt());
                }
            }
            correlations.set(i, i, if own > 0.0 { 1.0 } else { 0.0 });
        }
        Some(Self {
            scatters,
            correlations,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::tally::DriverKind;
    use super::*;

    fn tally(levels: &[&str]) -> DriverTally {
        let mut tally = DriverTally::new(1, &[DriverKind::Text], false);
        for level in levels {
            let column = tally.level_column(0, level).unwrap();
            tally.add(0, 1, &mut vec![(column, 1)]);
        }
        tally
    }

    fn columns(tally: &DriverTally) -> Result<Vec<usize>, DriverRefusal> {
        let blocks = driver_blocks(tally, &tally.total())?;
        Ok(blocks.into_iter().flat_map(|block| block.columns).collect())
    }

    /// b is met first and is column 1, a is 2, c is 3; a and c are equally common.
    #[test]
    fn the_commonest_value_has_no_column() {
        let found = columns(&tally(&["b", "a", "c", "a", "c"]));
        assert_eq!(found, Ok(vec![1, 3]));
    }

    #[test]
    fn a_single_value_is_constant() {
        let refused = Err(DriverRefusal::Constant { driver: 0 });
        assert_eq!(columns(&tally(&["b", "b", "b"])), refused);
    }

    #[test]
    fn there_must_be_more_rows_than_columns_and_one() {
        let refused = |n, columns| Err(DriverRefusal::TooFewRows { n, columns });
        assert_eq!(columns(&tally(&[])), refused(0, 0));
        assert_eq!(columns(&tally(&["a", "b"])), refused(2, 1));
        assert!(columns(&tally(&["a", "b", "b"])).is_ok());
    }
}

//! Distribution of the width of a terminal over the columns of a report's tables: the least important ones are left
//! out, and text wraps.

use unicode_width::UnicodeWidthStr;

/// Minimum width of a wrapped text column.
const NARROWEST: usize = 14;
/// Words up to this width are not broken.
const LONGEST_WORD: usize = 20;

/// A column with the width of its widest cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FittedColumn {
    pub(super) width: usize,
    /// Width of its widest word; `None` if its cells may not wrap, as numbers may not.
    pub(super) word: Option<usize>,
    /// The column with the highest rank is left out first, that of rank 0 never.
    pub(super) rank: usize,
}

impl FittedColumn {
    pub(super) fn new<'a>(
        cells: impl Iterator<Item = &'a str> + Clone,
        can_wrap: bool,
        rank: usize,
    ) -> Self {
        let words = cells
            .clone()
            .flat_map(|cell| cell.split(' '))
            .map(UnicodeWidthStr::width);
        let word = words.filter(|width| *width <= LONGEST_WORD).max();
        Self {
            width: cells.map(UnicodeWidthStr::width).max().unwrap_or(0).max(1),
            word: can_wrap.then_some(word.unwrap_or(0)),
            rank,
        }
    }

    fn least(self) -> usize {
        self.word
            .map_or(self.width, |word| self.width.min(word.max(NARROWEST)))
    }
}

/// Columns to show, in order, with their widths, so that the table with its borders fits into `room`.
pub(super) fn fit(columns: &[FittedColumn], room: usize) -> Vec<(usize, usize)> {
    let mut shown: Vec<usize> = (0..columns.len()).collect();
    while least_width(columns, &shown) > room {
        let least_important = shown
            .iter()
            .enumerate()
            .filter(|(_, column)| columns[**column].rank > 0)
            .max_by_key(|(_, column)| (columns[**column].rank, **column));
        match least_important {
            Some((place, _)) => drop(shown.remove(place)),
            None => break,
        }
    }
    let widths = shown
        .into_iter()
        .map(|column| (column, columns[column].least()))
        .collect();
    narrow(widen(columns, widths, room), room)
}

fn least_width(columns: &[FittedColumn], shown: &[usize]) -> usize {
    table_width(shown.iter().map(|column| columns[*column].least()))
}

/// Width of a table with its borders and the spaces beside them.
fn table_width(widths: impl Iterator<Item = usize>) -> usize {
    widths.map(|width| width + 3).sum::<usize>() + 1
}

/// Gives what is left to the columns that wrap, the narrowest first.
fn widen(
    columns: &[FittedColumn],
    mut widths: Vec<(usize, usize)>,
    room: usize,
) -> Vec<(usize, usize)> {
    let taken = table_width(widths.iter().map(|(_, width)| *width));
    for _ in taken..room {
        let wanting = widths
            .iter_mut()
            .filter(|(column, width)| *width < columns[*column].width);
        match wanting.min_by_key(|(_, width)| *width) {
            Some((_, width)) => *width += 1,
            None => break,
        }
    }
    widths
}

/// Takes from the widest columns where nothing can be left out: words are broken then.
fn narrow(mut widths: Vec<(usize, usize)>, room: usize) -> Vec<(usize, usize)> {
    let taken = table_width(widths.iter().map(|(_, width)| *width));
    for _ in room..taken {
        if let Some((_, width)) = widths.iter_mut().max_by_key(|(_, width)| *width)
            && *width > 1
        {
            *width -= 1;
        }
    }
    widths
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(width: usize, rank: usize) -> FittedColumn {
        FittedColumn {
            width,
            word: None,
            rank,
        }
    }

    fn text(width: usize) -> FittedColumn {
        FittedColumn {
            width,
            word: Some(5),
            rank: 0,
        }
    }

    #[test]
    fn what_fits_is_shown() {
        assert_eq!(fit(&[text(10), number(5, 1)], 22), [(0, 10), (1, 5)]);
    }

    #[test]
    fn text_wraps_before_a_column_is_left_out() {
        assert_eq!(fit(&[text(40), number(5, 1)], 30), [(0, 18), (1, 5)]);
        assert_eq!(
            fit(&[text(40), number(5, 1), number(5, 2)], 30),
            [(0, 18), (1, 5)]
        );
    }

    #[test]
    fn the_highest_rank_is_left_out_first_and_of_equals_the_last() {
        let columns = [text(10), number(10, 2), number(10, 1), number(10, 2)];
        assert_eq!(fit(&columns, 40), [(0, 10), (1, 10), (2, 10)]);
        assert_eq!(fit(&columns, 30), [(0, 10), (2, 10)]);
    }

    #[test]
    fn columns_that_stay_are_narrowed() {
        assert_eq!(fit(&[number(30, 0), number(10, 0)], 27), [(0, 10), (1, 10)]);
    }
}

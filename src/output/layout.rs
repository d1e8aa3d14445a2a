//! Distribution of the width of a terminal over the columns of a table.

use unicode_width::UnicodeWidthStr;

/// Minimum width of a wrapped text column in characters.
const NARROWEST: usize = 12;
/// Words up to this width are not broken.
const LONGEST_WORD: usize = 30;

/// Column with the width of its widest value.
#[derive(Debug, Clone, Copy)]
pub(super) struct LayoutColumn {
    pub(super) width: usize,
    /// True if values may wrap; a number on two lines would read as two numbers.
    pub(super) can_wrap: bool,
    /// Width of the widest word that is not broken; 0 if there are no words.
    pub(super) word: usize,
}

/// Width of the widest word in `texts` that is not broken.
pub(super) fn unbroken_word<'a>(texts: impl Iterator<Item = &'a str>) -> usize {
    let words = texts.flat_map(|text| text.split([' ', '\n']));
    let widths = words.map(UnicodeWidthStr::width);
    widths
        .filter(|width| *width <= LONGEST_WORD)
        .max()
        .unwrap_or(0)
}

impl LayoutColumn {
    fn least(self) -> usize {
        if self.can_wrap {
            self.width.min(self.word.max(NARROWEST))
        } else {
            self.width
        }
    }
}

/// Columns to show, in order, with their widths.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TableLayout {
    pub(super) widths: Vec<(usize, usize)>,
    /// Number of shown columns before the omitted ones.
    pub(super) gap: Option<usize>,
}

/// Fits `columns` into `room` characters, borders included: first by wrapping the widest text
/// columns, and if that is not enough by omitting columns of the middle, since readers know the
/// first and the last best.
pub(super) fn fit(columns: &[LayoutColumn], room: usize) -> TableLayout {
    let mut left = 0;
    let mut right = 0;
    let mut least: usize = columns
        .iter()
        .map(|column| framed(column.least()))
        .sum::<usize>()
        + 1;
    let mut shown: Vec<usize> = (0..columns.len()).collect();
    if least > room {
        least = framed(1) + 1;
        loop {
            let from_left = left <= right;
            let next = if from_left {
                left
            } else {
                columns.len() - 1 - right
            };
            let wanted = least + framed(columns[next].least());
            if left + right + 1 >= columns.len() || (wanted > room && left > 0) {
                break;
            }
            least = wanted;
            if from_left { left += 1 } else { right += 1 }
        }
        shown = (0..left)
            .chain(columns.len() - right..columns.len())
            .collect();
    }
    let gap = (shown.len() < columns.len()).then_some(left);
    let spare = room.saturating_sub(least);
    TableLayout {
        widths: widen(columns, &shown, spare),
        gap,
    }
}

/// Width of a column with its border and padding.
fn framed(width: usize) -> usize {
    width + 3
}

/// Distributes `spare` characters over the wrapped columns, the narrowest first.
fn widen(columns: &[LayoutColumn], shown: &[usize], mut spare: usize) -> Vec<(usize, usize)> {
    let mut widths: Vec<(usize, usize)> = shown
        .iter()
        .map(|&index| (index, columns[index].least()))
        .collect();
    loop {
        let wanting = widths
            .iter_mut()
            .filter(|(index, width)| *width < columns[*index].width)
            .min_by_key(|(_, width)| *width);
        match wanting {
            Some((_, width)) if spare > 0 => {
                *width += 1;
                spare -= 1;
            }
            _ => return widths,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(width: usize) -> LayoutColumn {
        LayoutColumn {
            width,
            can_wrap: false,
            word: 0,
        }
    }

    fn text(width: usize) -> LayoutColumn {
        LayoutColumn {
            width,
            can_wrap: true,
            word: 0,
        }
    }

    #[test]
    fn columns_that_fit_keep_their_width() {
        let layout = fit(&[text(10), number(5)], 80);
        assert_eq!(
            layout,
            TableLayout {
                widths: vec![(0, 10), (1, 5)],
                gap: None
            }
        );
    }

    #[test]
    fn long_text_is_wrapped_into_what_numbers_leave() {
        // 40 = 1 border + (10 + 3) + (23 + 3)
        let layout = fit(&[number(10), text(100)], 40);
        assert_eq!(
            layout,
            TableLayout {
                widths: vec![(0, 10), (1, 23)],
                gap: None
            }
        );
    }

    #[test]
    fn a_column_is_as_wide_as_its_words() {
        let names = LayoutColumn {
            word: unbroken_word(["a first_response_due_at", &"x".repeat(31)].into_iter()),
            ..text(100)
        };
        // 1 border, 10 + 3 and 21 + 3, where 12 + 3 would be enough without the word.
        assert_eq!(fit(&[number(10), names], 38).widths, [(0, 10), (1, 21)]);
        assert_eq!(fit(&[number(10), names], 37).gap, Some(1));
    }

    #[test]
    fn the_middle_is_left_out_when_wrapping_is_not_enough() {
        // Room for 1 border, 3 columns of 13 and the gap of 4.
        let columns = [number(10); 6];
        let layout = fit(&columns, 1 + 3 * 13 + 4);
        assert_eq!(
            layout,
            TableLayout {
                widths: vec![(0, 10), (1, 10), (5, 10)],
                gap: Some(2)
            }
        );
    }

    #[test]
    fn one_column_is_shown_however_narrow_the_terminal() {
        let layout = fit(&[number(30), number(30)], 10);
        assert_eq!(
            layout,
            TableLayout {
                widths: vec![(0, 30)],
                gap: Some(1)
            }
        );
    }

    #[test]
    fn a_table_without_columns_fits() {
        assert_eq!(
            fit(&[], 80),
            TableLayout {
                widths: vec![],
                gap: None
            }
        );
    }
}

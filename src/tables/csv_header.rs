//! Tells headers from titles above them and from data.

use std::collections::HashSet;

use datafusion::arrow::datatypes::{DataType, TimeUnit};

use super::text_type::ObservedValueKinds;

/// Lines that a title may have.
pub(super) const MOST_TITLE_LINES: usize = 40;

/// Years that people give to columns of a table by year.
const YEARS: std::ops::RangeInclusive<i64> = 1900..=2100;

/// Number of rows above the header of a sheet, whose rows all have the same number of fields; `is_apart` says whether
/// empty rows stand before one.
#[cfg_attr(
    not(feature = "excel"),
    expect(dead_code, reason = "only sheets need it by itself")
)]
pub(super) fn titles_above(rows: &[Vec<String>], is_apart: impl Fn(usize) -> bool) -> usize {
    let titles = rows.iter().take_while(|fields| filled(fields) < 2).count();
    let is_title = (1..MOST_TITLE_LINES).contains(&titles) && titles < rows.len();
    let behind: Vec<_> = rows[titles..].iter().map(Vec::as_slice).collect();
    if is_title && is_header(&behind, is_apart(titles)) {
        titles
    } else {
        0
    }
}

pub(super) fn filled(fields: &[String]) -> usize {
    fields.iter().filter(|field| !field.is_empty()).count()
}

/// Number of rows above a header that empty lines set apart, where those above do not fit the columns below;
/// 0 if there are none.
pub(super) fn lines_apart(rows: &[&[String]], is_apart: impl Fn(usize) -> bool) -> usize {
    let last = rows.len().min(MOST_TITLE_LINES);
    let apart = (1..last).filter(|row| is_apart(*row));
    let is_below = |row: &usize| {
        let (above, below) = rows.split_at(*row);
        is_header(below, false) && (0..below[0].len()).all(|column| !fits(above, below, column))
    };
    apart.filter(is_below).last().unwrap_or(0)
}

/// True if a row above a header may be one of those below it.
fn fits(above: &[&[String]], below: &[&[String]], column: usize) -> bool {
    let kind = value_type(&below[1..], column);
    let mut above = above.iter();
    kind.is_some() && above.any(|row| value_type(&[*row], column) == kind)
}

/// True if the first row certainly is a header: it has distinct words in all fields, and an empty line stands
/// before it or some column below has numbers or dates only.
pub(super) fn is_header(rows: &[&[String]], is_behind_blank: bool) -> bool {
    let Some((names, rows)) = rows.split_first() else {
        return false;
    };
    let is_word =
        |field: &String| !field.trim().is_empty() && kinds([field.as_str()].into_iter()).is_text();
    let mut all = names.iter().enumerate();
    let are_distinct = all.all(|(index, name)| !names[..index].contains(name));
    if rows.is_empty() || !are_distinct || !names.iter().all(is_word) {
        return false;
    }
    is_behind_blank || (0..names.len()).any(|column| value_type(rows, column).is_some())
}

/// True if the first row is data like the others: some columns have numbers or dates in all rows, the first
/// included, and no column has words below another word that could be its name.
///
/// Numbers may be names too, of columns by year or by a count: those of a run are.
pub(super) fn is_data(rows: &[&[String]]) -> bool {
    let Some((first, rest)) = rows.split_first() else {
        return false;
    };
    if rest.is_empty() {
        return false;
    }
    let mut values = vec![];
    for (column, field) in first.iter().enumerate() {
        match value_type(rest, column) {
            Some(kind) if field.is_empty() || value_type(rows, column).as_ref() == Some(&kind) => {
                values.extend((!field.is_empty()).then_some(field.as_str()));
            }
            Some(_) => return false,
            None if is_name_of_words(field, rest, column) => return false,
            None => {}
        }
    }
    !values.is_empty() && !are_numbered_names(&values)
}

/// True if few words stand below one that is none of them.
fn is_name_of_words(field: &str, rest: &[&[String]], column: usize) -> bool {
    let words = rest.iter().filter_map(|row| row.get(column));
    let words: Vec<&String> = words.filter(|word| !word.is_empty()).collect();
    let distinct: HashSet<_> = words.iter().collect();
    let are_few = words.len() > 3 && distinct.len() * 2 <= words.len();
    are_few && !words.iter().any(|word| *word == field)
}

/// True for years, and for whole numbers that grow by the same step.
fn are_numbered_names(values: &[&str]) -> bool {
    let numbers: Option<Vec<i64>> = values.iter().map(|value| value.parse().ok()).collect();
    let Some(numbers) = numbers else {
        return false;
    };
    let step = |pair: &[i64]| pair[1].saturating_sub(pair[0]);
    let first = numbers.get(..2).map(step);
    let is_run = numbers.len() > 2
        && first.is_some_and(|first| first > 0)
        && numbers.windows(2).map(step).all(|next| Some(next) == first);
    is_run || numbers.iter().all(|number| YEARS.contains(number))
}

/// The type of a column of numbers, dates or times; `None` if it has other values, or none.
fn value_type(rows: &[&[String]], column: usize) -> Option<DataType> {
    let values = rows.iter().filter_map(|row| row.get(column));
    let filled = values.map(String::as_str).filter(|value| !value.is_empty());
    match kinds(filled).data_type() {
        DataType::Utf8 | DataType::Boolean => None,
        // A whole number among others, a day among times.
        kind if kind.is_numeric() => Some(DataType::Float64),
        DataType::Date32 => Some(DataType::Timestamp(TimeUnit::Second, None)),
        DataType::Timestamp(_, zone) => Some(DataType::Timestamp(TimeUnit::Second, zone)),
        kind => Some(kind),
    }
}

fn kinds<'a>(values: impl Iterator<Item = &'a str>) -> ObservedValueKinds {
    let mut seen = ObservedValueKinds::default();
    values.for_each(|value| seen.add(value));
    seen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<Vec<String>> {
        let fields = |line: &str| line.split(',').map(ToOwned::to_owned).collect();
        text.lines().map(fields).collect()
    }

    fn first_is_data(text: &str) -> bool {
        let rows = rows(text);
        is_data(&rows.iter().map(Vec::as_slice).collect::<Vec<_>>())
    }

    #[test]
    fn a_first_row_of_values_like_the_others_is_data() {
        for text in [
            "1001,2024-01-02,5,open\n1002,2024-01-03,4,closed\n",
            "1,5\n2,4\n",
            "0.5,a\n0.7,b\n",
            "2024-01-01 10:00:00,x\n2024-01-02,y\n",
            "7\n8\n12\n",
            "a,1,x\nb,,x\nb,3,x\nc,4,x\na,9,x\n",
            ",12\n5,13\n",
        ] {
            assert!(first_is_data(text), "{text:?}");
        }
    }

    #[test]
    fn a_first_row_of_names_is_not() {
        for text in [
            "id,score\n1,5\n2,4\n",
            "team,2023,2024\nbilling,5,6\ntech,7,8\n",
            "hour,0,1,2,3\nmon,5,6,7,8\n",
            "team,10,20,30\nbilling,1,2,3\n",
            "2025\n17\n18\n",
            "name,team\nann,a\nbob,b\n",
            "day,2024-01-01\nmon,5\ntue,6\n",
            "status,1\nopen,5\nopen,6\nclosed,7\nopen,9\n",
            "flag\ntrue\nfalse\n",
            "1,5\n",
            "",
        ] {
            assert!(!first_is_data(text), "{text:?}");
        }
    }
}

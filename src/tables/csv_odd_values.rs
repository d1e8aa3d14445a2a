//! The few values that make text of a column of numbers or dates, to be said.

use super::text_type::ObservedValueKinds;

/// Rows that are looked at.
const MOST_ROWS: u64 = 10_000;

/// Different values that are remembered.
const MOST_VALUES: usize = 3;

/// Values of numbers or dates for one that is none.
const SHARE: u64 = 4;

/// What the first rows of a column have.
#[derive(Debug, Default, Clone)]
pub(crate) struct OddValues {
    /// Rows with a number, date or time.
    typed: u64,
    /// Rows with another value.
    odd: u64,
    /// The first of these, with their rows.
    examples: Vec<(String, u64)>,
    has_others: bool,
}

impl OddValues {
    /// Records the value of a row, counted from one.
    pub(crate) fn add(&mut self, value: &str, row: u64) {
        if row > MOST_ROWS || self.has_others {
            return;
        }
        let mut kinds = ObservedValueKinds::default();
        kinds.add(value);
        let kind = kinds.data_type();
        if kind.is_numeric() || kind.is_temporal() {
            self.typed += 1;
            return;
        }
        self.odd += 1;
        if self.examples.iter().any(|(known, _)| known == value) {
            return;
        }
        if self.examples.len() < MOST_VALUES {
            self.examples.push((value.to_owned(), row));
        } else {
            self.has_others = true;
        }
    }

    /// Why the column `name` is text; `None` if it is one of words.
    pub(crate) fn reason(&self, name: &str) -> Option<String> {
        let (first, row) = self.examples.first()?;
        if self.has_others || self.typed < SHARE * self.odd {
            return None;
        }
        let values: Vec<String> = self
            .examples
            .iter()
            .map(|(value, _)| format!("{value:?}"))
            .collect();
        Some(format!(
            "{name} is text, since row {row} has {first:?} (null = [{}] if that is no value)",
            values.join(", ")
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(values: &[&str]) -> Option<String> {
        let mut odd = OddValues::default();
        for (row, value) in (1..).zip(values) {
            odd.add(value, row);
        }
        odd.reason("score")
    }

    #[test]
    fn few_words_among_numbers_are_said() {
        let said =
            "score is text, since row 2 has \"NA\" (null = [\"NA\", \"-\"] if that is no value)";
        let values = ["1", "NA", "3", "4", "5", "6", "7", "8", "-", "10"];
        assert_eq!(reason(&values).as_deref(), Some(said));
    }

    #[test]
    fn columns_of_words_are_not() {
        assert_eq!(reason(&["1", "2", "3", "4"]), None);
        assert_eq!(reason(&["1", "x"]), None);
        assert_eq!(reason(&["a", "b", "c", "d", "1"]), None);
        let mut codes: Vec<String> = (0..100).map(|code| code.to_string()).collect();
        codes.extend(["A1", "A2", "A3", "A4"].map(ToOwned::to_owned));
        let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
        assert_eq!(reason(&codes), None);
    }
}

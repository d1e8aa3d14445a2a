//! Types as Arrow prints them, and DataFusion's native types, in which it describes functions.

use arrow::datatypes::DataType;

/// The words of native types that Arrow does not know, each with one of Arrow's that has the same name in SQL.
const WORDS: [(&str, &str); 4] = [
    ("String", "Utf8"),
    ("Date", "Date32"),
    ("Time", "Time64"),
    ("Decimal", "Decimal256"),
];

/// The zone of a function that takes times of any zone, and one that needs no words.
const ANY_ZONE: [&str; 2] = ["\"+TZ\"", "\"UTC\""];

/// The Arrow type that a printed native type stands for; `None` if it is none.
pub(super) fn data_type(text: &str) -> Option<DataType> {
    let text = text.replace(ANY_ZONE[0], ANY_ZONE[1]);
    if let Ok(known) = text.parse() {
        return Some(known);
    }
    let mut arrow = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let is_letter = |letter: char| letter.is_alphanumeric() || letter == '_';
        let end = rest.find(|letter| !is_letter(letter));
        let end = end.unwrap_or(rest.len());
        let (word, behind) = rest.split_at(end);
        let known = WORDS.iter().find(|(native, _)| *native == word);
        arrow.push_str(match known {
            Some(("Time", _)) if behind.starts_with("(s)") || behind.starts_with("(ms)") => {
                "Time32"
            }
            Some((_, arrow)) => arrow,
            None => word,
        });
        let gap = behind.find(is_letter).unwrap_or(behind.len());
        arrow.push_str(&behind[..gap]);
        rest = &behind[gap..];
    }
    arrow.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::super::of_printed;

    #[test]
    fn types_of_functions_are_in_the_words_of_sql() {
        assert_eq!(of_printed("String"), "VARCHAR");
        assert_eq!(of_printed("Date"), "DATE");
        assert_eq!(of_printed("Time(ns)"), "TIME");
        assert_eq!(of_printed("Time(s)"), "TIME");
        assert_eq!(of_printed("Timestamp(ns, \"+TZ\")"), "TIMESTAMPTZ");
        assert_eq!(of_printed("Decimal(38, 10)"), "DECIMAL(38, 10)");
        assert_eq!(of_printed("List(String)"), "VARCHAR[]");
        assert_eq!(of_printed("Interval(MonthDayNano)"), "INTERVAL");
        assert_eq!(of_printed("TABLE"), "TABLE");
    }
}

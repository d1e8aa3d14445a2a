//! Messages about statements that begin with no word of SQL.

use crate::text::nearest;

const START: &str = "Expected: an SQL statement, found: ";

/// Words with which statements begin.
const WORDS: [&str; 20] = [
    "SELECT",
    "FROM",
    "WITH",
    "VALUES",
    "TABLE",
    "INSERT",
    "UPDATE",
    "DELETE",
    "CREATE",
    "DROP",
    "COPY",
    "DESCRIBE",
    "SUMMARIZE",
    "EXPLAIN",
    "SHOW",
    "SET",
    "RESET",
    "PREPARE",
    "EXECUTE",
    "DEALLOCATE",
];

/// The parser's message, with the word that is probably meant.
pub(super) fn wording(text: String) -> String {
    let Some(rest) = text.strip_prefix(START) else {
        return text;
    };
    let (word, place) = match rest.find(' ') {
        Some(end) => rest.split_at(end),
        None => (rest, ""),
    };
    match nearest(word, WORDS) {
        Some(meant) => format!("{START}{word}; did you mean {meant}?{place}"),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::wording;

    #[test]
    fn slips_in_the_first_word_are_found() {
        let said = |word: &str| {
            wording(format!(
                "Expected: an SQL statement, found: {word} at Line: 1, Column: 1"
            ))
        };
        assert_eq!(
            said("selct"),
            "Expected: an SQL statement, found: selct; did you mean SELECT? at Line: 1, Column: 1"
        );
        assert!(!said("tickets").contains("did you mean"));
        assert_eq!(wording("other".to_owned()), "other");
    }
}

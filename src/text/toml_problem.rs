//! Position of a problem in a TOML text, and its message.

use super::nearest::nearest;

/// Line (from 1) of the byte at `offset`.
pub(crate) fn line(text: &str, offset: usize) -> usize {
    let before = text.as_bytes().get(..offset).unwrap_or(text.as_bytes());
    before.iter().filter(|byte| **byte == b'\n').count() + 1
}

/// Parser's message on one line; an unknown key or word gets the nearest valid one.
pub(crate) fn wording(message: &str) -> String {
    let message = message.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some(rest) = message.strip_prefix("unknown variant ") {
        let mut words = rest.split('`').skip(1).step_by(2);
        let given = words.next().unwrap_or_default();
        let known: Vec<&str> = words.collect();
        return match nearest(given, known.iter().copied()) {
            Some(near) => format!("{given:?} is not known; did you mean {near:?}?"),
            None => format!("{given:?} is none of {}", known.join(", ")),
        };
    }
    let Some(rest) = message.strip_prefix("unknown field ") else {
        return message;
    };
    let mut names = rest.split('`').skip(1).step_by(2);
    let Some(key) = names.next() else {
        return message;
    };
    let known: Vec<&str> = names.collect();
    match nearest(key, known.iter().copied()) {
        Some(near) => format!("unknown key {key:?}; did you mean {near:?}?"),
        None => format!("unknown key {key:?}; valid keys: {}", known.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_keys_get_the_nearest() {
        let message = "unknown field `locaton`, expected one of `location`, `format`";
        assert_eq!(
            wording(message),
            "unknown key \"locaton\"; did you mean \"location\"?"
        );
        let message = "unknown field `colour`, expected `tables`";
        assert_eq!(
            wording(message),
            "unknown key \"colour\"; valid keys: tables"
        );
        let message = "unknown variant `opne`, expected one of `open`, `done`";
        assert_eq!(
            wording(message),
            "\"opne\" is not known; did you mean \"open\"?"
        );
        let message = "unknown variant `year`, expected `week` or `month`";
        assert_eq!(wording(message), "\"year\" is none of week, month");
        assert_eq!(line("a\nb\nc", 2), 2);
    }
}

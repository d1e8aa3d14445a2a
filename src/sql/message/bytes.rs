//! Messages about bytes, which may be text that its writer has not marked as such.

const ADVICE: &str = "if its bytes are text, write its name with ::TEXT";

/// `There is no built-in encoding named 'utf8', currently supported encodings are: base64, ..`
pub(super) fn wording(text: &str) -> Option<String> {
    let rest = text.strip_prefix("There is no built-in encoding named '")?;
    let (name, rest) = rest.split_once('\'')?;
    let (_, known) = rest.split_once(" are: ")?;
    let plain = name.to_ascii_lowercase().replace(['-', '_'], "");
    let advice = if matches!(plain.as_str(), "utf8" | "escape" | "ascii" | "text") {
        "; bytes become text with ::TEXT, and text becomes bytes with ::BYTEA"
    } else {
        ""
    };
    Some(format!(
        "encode and decode have no '{name}', but {known}{advice}"
    ))
}

/// Advice for a message that refuses bytes.
pub(super) fn advice(message: &str) -> Option<&'static str> {
    let given = |before: &str| {
        let (_, rest) = message.split_once(before)?;
        Some(rest.split_once(')').map_or(rest, |(given, _)| given))
    };
    let is_given = ["does not take (", "; got ("]
        .into_iter()
        .filter_map(given)
        .any(|given| given.contains("BYTEA"));
    let is_refused = message.starts_with("BYTEA cannot be cast to ")
        || message.contains(" is BYTEA, not ")
        || is_given;
    is_refused.then_some(ADVICE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_of_text_are_casts() {
        let text = |name: &str| {
            let stock = format!(
                "There is no built-in encoding named '{name}', currently supported encodings are: base64, hex"
            );
            wording(&stock).unwrap()
        };
        assert_eq!(
            text("utf-8"),
            "encode and decode have no 'utf-8', but base64, hex; bytes become text with ::TEXT, and text becomes bytes \
             with ::BYTEA"
        );
        assert_eq!(
            text("base32"),
            "encode and decode have no 'base32', but base64, hex"
        );
    }

    #[test]
    fn bytes_that_are_given_are_advised_upon() {
        for refused in [
            "nps(score) takes score = a number; got (BYTEA)",
            "date_trunc does not take (VARCHAR, BYTEA): give it TIMESTAMP",
            "BYTEA cannot be cast to DATE",
            "local_date: the time is BYTEA, not a timestamp with a time zone",
        ] {
            assert_eq!(advice(refused), Some(ADVICE), "{refused}");
        }
        let wanted = "md5 does not take (BIGINT): write md5(text) or md5(BYTEA)";
        assert_eq!(advice(wanted), None);
    }
}

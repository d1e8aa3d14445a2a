//! The nearest known name, for "did you mean" in error messages.

/// Candidate that `name` most likely misspells; `None` if nothing is near.
///
/// Case is ignored. At most a third of the letters (and always one) may differ.
#[must_use]
pub(crate) fn nearest<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let wanted = name.to_lowercase();
    let allowed = (wanted.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| {
            let distance = strsim::damerau_levenshtein(&wanted, &candidate.to_lowercase());
            (distance, candidate)
        })
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_found_and_strangers_are_not() {
        let known = ["tickets", "ticket_events", "surveys"];
        assert_eq!(nearest("tikets", known), Some("tickets"));
        assert_eq!(nearest("SURVEYS", known), Some("surveys"));
        assert_eq!(nearest("customers", known), None);
        assert_eq!(nearest("", known), None);
    }
}

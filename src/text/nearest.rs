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

/// Candidates that begin about like `name`, or have it within them: what someone may mean who types part of a name.
/// All of them are far from `name` as a whole.
#[must_use]
pub(crate) fn alike<'a>(name: &str, candidates: &[&'a str]) -> Vec<&'a str> {
    /// Shorter texts are like everything.
    const SHORTEST: usize = 4;
    let wanted = name.to_lowercase();
    let length = wanted.chars().count();
    if length < SHORTEST {
        return Vec::new();
    }
    let is_alike = |candidate: &&&str| {
        let candidate = candidate.to_lowercase();
        let start: String = candidate.chars().take(length).collect();
        candidate.contains(&wanted) || strsim::damerau_levenshtein(&wanted, &start) <= length / 4
    };
    candidates.iter().filter(is_alike).copied().collect()
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

    #[test]
    fn parts_of_names_are_found() {
        let known = [
            "first_response_at",
            "first_resolved_at",
            "resolved_at",
            "due_at",
        ];
        assert_eq!(alike("frist", &known), known[..2]);
        assert_eq!(alike("resolved", &known), known[1..3]);
        assert_eq!(alike("at", &known), Vec::<&str>::new());
        assert_eq!(alike("customer", &known), Vec::<&str>::new());
    }
}

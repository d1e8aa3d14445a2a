//! Finds a query by words, or by a question in natural language.

use super::query::NamedQuery;

/// Stop words.
const EMPTY: [&str; 34] = [
    "a", "an", "and", "any", "are", "at", "between", "by", "can", "did", "do", "does", "for",
    "from", "has", "have", "how", "in", "is", "it", "least", "many", "much", "of", "on", "or",
    "our", "the", "to", "was", "we", "were", "what", "which",
];

/// Maximum number of results that match only some of the words.
const NEAR: usize = 5;

/// The queries among `all` that best match `text`: those that have every word in their name, title,
/// question or topic; else those with every word there or in their KPIs, parameters or SQL; else
/// those with the most words, best first.
pub(super) fn search<'a>(
    all: impl Iterator<Item = &'a NamedQuery>,
    text: &str,
) -> Vec<&'a NamedQuery> {
    let words = words(text);
    if words.is_empty() {
        return Vec::new();
    }
    let scored: Vec<_> = all
        .map(|query| (query, SearchScore::for_query(query, &words)))
        .collect();
    for is_wanted in [
        SearchScore::says_all as fn(&SearchScore, usize) -> bool,
        SearchScore::has_all,
    ] {
        let found = scored
            .iter()
            .filter(|(_, score)| is_wanted(score, words.len()));
        let found: Vec<&NamedQuery> = found.map(|(query, _)| *query).collect();
        if !found.is_empty() {
            return found;
        }
    }
    let mut near: Vec<_> = scored
        .into_iter()
        .filter(|(_, score)| score.had >= 2 && 2 * score.had >= words.len())
        .collect();
    near.sort_by_key(|(_, score)| std::cmp::Reverse((score.had, score.said)));
    near.truncate(NEAR);
    near.into_iter().map(|(query, _)| query).collect()
}

/// Number of words that a query matches.
struct SearchScore {
    /// In its name, title, question or topic.
    said: usize,
    /// There or in its KPIs, parameters or SQL.
    had: usize,
}

impl SearchScore {
    fn for_query(query: &NamedQuery, words: &[String]) -> Self {
        let said = [&query.name, &query.title, &query.question, &query.topic];
        let said = said.map(String::as_str).join("\n").to_lowercase();
        let mut rest = query.kpis.join("\n");
        for parameter in &query.parameters {
            rest.push_str(&parameter.about);
            rest.extend(parameter.choices.keys().flat_map(|choice| ["\n", choice]));
        }
        rest.push_str(&query.sql);
        let rest = rest.to_lowercase();
        let count =
            |holds: &dyn Fn(&String) -> bool| words.iter().filter(|word| holds(word)).count();
        Self {
            said: count(&|word| said.contains(word.as_str())),
            had: count(&|word| said.contains(word.as_str()) || rest.contains(word.as_str())),
        }
    }

    fn says_all(&self, words: usize) -> bool {
        self.said == words
    }

    fn has_all(&self, words: usize) -> bool {
        self.had == words
    }
}

/// The words except stop words, without plural and possessive endings.
fn words(text: &str) -> Vec<String> {
    let cut = |c: char| !(c.is_alphanumeric() || c == '_');
    let words = text.split(cut).map(str::to_lowercase);
    let words = words.filter(|word| word.len() > 1 && !EMPTY.contains(&word.as_str()));
    let stem = |word: String| match word.strip_suffix('s') {
        Some(stem) if stem.len() > 3 => stem.to_owned(),
        _ => word,
    };
    words.map(stem).collect()
}

#[cfg(test)]
mod tests {
    use crate::queries::QueryLibrary;

    /// Questions of analysts, each with the query that answers it.
    const ASKED: [(&str, &str); 12] = [
        (
            "which team's FCR fell most between two quarters?",
            "fcr_change",
        ),
        (
            "do customers answered within an hour churn less?",
            "speed_and_churn",
        ),
        ("what does an escalation cost?", "escalation_cost"),
        (
            "which channel has the worst p90 first response, with how many tickets?",
            "frt",
        ),
        (
            "how many tickets were open at the end of each month?",
            "backlog",
        ),
        ("did the deployment change CSAT?", "csat_before_after"),
        (
            "which agents beat the team's CSAT with at least 50 answers?",
            "agents_vs_team",
        ),
        (
            "what share of FRT breaches fall on weekends?",
            "breaches_by_weekday",
        ),
        ("do CSAT and NPS agree?", "satisfaction_correlation"),
        (
            "what would NPS be without the incident's customers?",
            "nps_without_incident",
        ),
        ("VIP incidents", "vip_incidents"),
        ("weekend", "breaches_by_weekday"),
    ];

    #[test]
    fn a_question_leads_to_the_query_that_answers_it() {
        let library = QueryLibrary::open(&[]).unwrap();
        for (question, wanted) in ASKED {
            let found = library.search(question);
            let names: Vec<&str> = found.iter().map(|query| query.name.as_str()).collect();
            assert!(
                names.iter().take(2).any(|name| *name == wanted),
                "{question}: {names:?}"
            );
        }
        assert!(library.search("what is the").is_empty());
        assert!(library.search("gibberish zzz").is_empty());
    }
}

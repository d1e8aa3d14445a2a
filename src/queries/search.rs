//! Finds a query by words, or by a question in natural language.

use super::query::NamedQuery;
use crate::text::{SearchedText, search_words};

/// The queries among `all` that best match `text` in their name, title, question or topic, or in their KPIs,
/// parameters or SQL.
pub(super) fn search<'a>(
    all: impl Iterator<Item = &'a NamedQuery>,
    text: &str,
) -> Vec<&'a NamedQuery> {
    search_words(all, text, searched)
}

fn searched(query: &NamedQuery) -> SearchedText {
    let heading = [&query.name, &query.title, &query.question, &query.topic];
    let mut body = query.kpis.join("\n");
    for parameter in &query.parameters {
        body.push_str(&parameter.about);
        body.extend(parameter.choices.keys().flat_map(|choice| ["\n", choice]));
    }
    body.push_str(&query.sql);
    SearchedText {
        heading: heading.map(String::as_str).join("\n"),
        body,
    }
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

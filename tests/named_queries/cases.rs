//! Parameters of the tests of shipped queries.

use deskql::{NamedQuery, ParameterType, QueryParameter};

/// Parameters of one run, by name.
pub(super) type Given = Vec<(String, String)>;

/// First days of the period for queries that have one, or a day or instant of it.
const PERIOD: [(&str, &str); 4] = [
    ("from", "2025-01-01"),
    ("to", "2025-10-01"),
    ("day", "2025-03-12"),
    ("as_of", "2025-08-01 15:00"),
];

/// Required parameters: the day of the bad release in the sample.
const REQUIRED: [(&str, &str); 1] = [("date", "2025-03-11")];

/// Parameters whose default gives no row of the sample: on the evening of its last day nothing falls due within the next
/// working day.
const WIDER: [(&str, &str); 1] = [("minutes", "960")];

/// Choices that make a better second snapshot than the first one on the list.
const BETTER: [(&str, &str); 1] = [("grain", "quarter")];

/// Only required parameters and [`WIDER`] ones, so that defaults apply.
pub(super) fn defaults(query: &NamedQuery) -> Given {
    let required = query.parameters.iter().filter(|known| known.is_required());
    let wider = WIDER
        .iter()
        .filter(|(name, _)| query.parameters.iter().any(|known| known.name == *name));
    let given = required.map(|parameter| {
        let name = parameter.name.as_str();
        let value = REQUIRED.iter().find(|(known, _)| *known == name);
        pair(
            name,
            value.unwrap_or_else(|| panic!("REQUIRED lacks {name}")).1,
        )
    });
    given
        .chain(wider.map(|(name, value)| pair(name, value)))
        .collect()
}

/// A run with other values for the period and everything that has choices.
pub(super) fn another(query: &NamedQuery) -> Given {
    let mut given = period(query);
    given.extend(defaults(query));
    for parameter in &query.parameters {
        let better = BETTER.iter().find(|(name, _)| *name == parameter.name);
        let better = better.filter(|(_, choice)| others(parameter).any(|other| other == *choice));
        let choice = match better {
            Some((_, choice)) => Some(*choice),
            None => others(parameter).next(),
        };
        given.extend(choice.map(|choice| pair(&parameter.name, choice)));
    }
    given
}

/// The defaults, another run, and each further choice of parameters that are neither a segment nor the
/// length of a period; of these two the last choice. With `DESKQL_TWINS=all` each choice of everything.
pub(super) fn all(query: &NamedQuery) -> Vec<Given> {
    let is_thorough = std::env::var("DESKQL_TWINS").is_ok_and(|value| value == "all");
    let mut all = vec![Given::new(), another(query)];
    let mut last = Given::new();
    for parameter in &query.parameters {
        let name = &parameter.name;
        if is_thorough || !["by", "grain"].contains(&name.as_str()) {
            all.extend(others(parameter).map(|choice| vec![pair(name, choice)]));
        } else {
            last.extend(others(parameter).last().map(|choice| pair(name, choice)));
        }
    }
    all.push(last);
    all.push(period(query));
    // A zone with offset changes within the sample.
    let takes_zone = query.parameters.iter().any(|known| known.name == "zone");
    all.extend(takes_zone.then(|| vec![pair("zone", "America/New_York")]));
    for given in &mut all {
        given.extend(defaults(query));
        given.sort();
        given.dedup();
    }
    all.sort();
    all.dedup();
    all
}

fn others(parameter: &QueryParameter) -> impl Iterator<Item = &str> {
    let choices = parameter.choices.keys().map(String::as_str);
    choices.filter(|choice| Some(*choice) != parameter.default.as_deref())
}

fn period(query: &NamedQuery) -> Given {
    let takes = |name: &str| {
        let mut all = query.parameters.iter();
        all.any(|parameter| {
            parameter.name == name
                && matches!(
                    parameter.kind,
                    ParameterType::Date | ParameterType::Timestamp
                )
        })
    };
    let taken = PERIOD.iter().filter(|(name, _)| takes(name));
    taken.map(|(name, value)| pair(name, value)).collect()
}

fn pair(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

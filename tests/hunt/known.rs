//! Intended differences, each with its row in `docs/differences.md`.

use regex::Regex;

use super::verdict::Failure;

struct Known {
    /// The row's name on the page.
    row: &'static str,
    failures: &'static [Failure],
    /// Text that the smallest statement contains.
    statement: &'static str,
    /// Text that the answers contain; the first answer is deskql's.
    answers: &'static str,
}

const ANY: &[Failure] = &[Failure::Wrong, Failure::Neither, Failure::Lonely];
const REFUSED: &[Failure] = &[Failure::Refused];

/// A statement that deskql rejects.
const fn refused(row: &'static str, answers: &'static str) -> Known {
    Known {
        row,
        failures: REFUSED,
        statement: "",
        answers,
    }
}

const KNOWN: &[Known] = &[
    Known {
        row: "capital letters",
        failures: ANY,
        statement: r"(?i)\b(upper|initcap)\(",
        answers: "",
    },
    Known {
        row: "remainder of a quotient",
        failures: ANY,
        statement: r"%[^%]*/|epoch[^%]*%",
        answers: "",
    },
    Known {
        row: "times as text",
        failures: ANY,
        statement: "",
        answers: r"\d{4}-\d{2}-\d{2}T\d{2}:",
    },
    Known {
        row: "dates and lengths",
        failures: ANY,
        statement: "(?s)INTERVAL.*(AS TEXT|::TEXT|::VARCHAR)",
        answers: r#"deskql .*Text\("\d{4}-\d{2}-\d{2}"\)"#,
    },
    Known {
        row: "doubles as text",
        failures: ANY,
        statement: r"AS TEXT|::TEXT|::VARCHAR|\|\|",
        answers: r#"Text\("-?\d+\.0"#,
    },
    Known {
        row: "correlation with a constant",
        failures: ANY,
        statement: "corr|regr_",
        answers: "",
    },
    Known {
        row: "nanoseconds",
        failures: ANY,
        statement: "avg",
        answers: r"\.\d{6,9}",
    },
    Known {
        row: "patterns of SIMILAR TO",
        failures: ANY,
        statement: "SIMILAR TO",
        answers: "",
    },
    Known {
        row: "truth values in concat",
        failures: &[Failure::Lonely, Failure::Neither],
        statement: r"concat(_ws)?\(",
        answers: "true|false",
    },
    Known {
        row: "halves of doubles",
        failures: &[Failure::Neither],
        statement: r"round\(",
        answers: "",
    },
    Known {
        row: "order of evaluation",
        failures: &[Failure::Ways],
        statement: "",
        answers: "does not fit|too large to store",
    },
    refused(
        "dates and lengths",
        "gives either .*Interval.* or Int64|a (TIMESTAMP|DATE) [-+] a number",
    ),
    refused(
        "subquery in ON of a full join",
        "in ON of a FULL JOIN that reads columns of both sides",
    ),
    refused(
        "grouping sets in a subquery",
        "ROLLUP, CUBE (or|and) GROUPING SETS",
    ),
    refused(
        "order of evaluation",
        "does not fit|too large to store|[Oo]verflow|divide|Cannot cast string",
    ),
    Known {
        row: "subquery in a list",
        failures: REFUSED,
        statement: r"IN \([^()]*\(SELECT",
        answers: "ParserError",
    },
    refused("HAVING without groups", "HAVING clause references"),
];

/// The row of the page that explains a finding, if there is one.
pub(super) fn reason(failure: Failure, smallest: &str, answers: &str) -> Option<&'static str> {
    let is = |pattern: &str, text: &str| Regex::new(pattern).unwrap().is_match(text);
    let found = KNOWN.iter().find(|known| {
        known.failures.contains(&failure)
            && is(known.statement, smallest)
            && is(known.answers, answers)
    });
    found.map(|known| known.row)
}

/// The rows that known differences refer to.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    KNOWN.iter().map(|known| known.row)
}

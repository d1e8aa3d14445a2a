//! Wording of what went wrong: DataFusion's error as one line for the user, and the place in the SQL.

use datafusion::common::SchemaError;
use datafusion::error::DataFusionError;
use datafusion::sql::sqlparser::parser::ParserError;

use super::place::Place;
use crate::error::Error;
use crate::nearest::nearest;

/// One line that says what is wrong and, where known, what to write instead. When the place in `sql`
/// is known, the line ends in it and the offending line of `sql` follows with a caret below.
#[must_use]
pub fn explain(error: &DataFusionError, sql: Option<&str>) -> String {
    let root = root(error);
    let mut text = wording(root);
    for help in diagnostics(error).iter().flat_map(|d| &d.helps) {
        text.push_str("; ");
        text.push_str(&one_line(&help.message));
    }
    let text = Place::strip(&text);
    match (place(error), sql) {
        (Some(place), Some(sql)) => place.mark(text, sql),
        _ => text.to_owned(),
    }
}

/// Whether [`explain`] can point into the SQL.
pub(super) fn has_place(error: &DataFusionError) -> bool {
    place(error).is_some()
}

fn place(error: &DataFusionError) -> Option<Place> {
    let root = root(error);
    let spanned = diagnostics(error).iter().find_map(|d| d.span);
    spanned
        .map(Place::of_span)
        .or_else(|| own_place(root))
        .or_else(|| Place::in_text(&wording(root)))
}

/// The error below all wrappings that only say where it came by.
fn root(error: &DataFusionError) -> &DataFusionError {
    match error.find_root() {
        DataFusionError::Collection(all) => all.first().map_or(error, root),
        found => found,
    }
}

fn diagnostics(error: &DataFusionError) -> Vec<&datafusion::common::Diagnostic> {
    let mut found = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next {
        next = match error {
            DataFusionError::Diagnostic(diagnostic, inner) => {
                found.push(diagnostic.as_ref());
                Some(inner)
            }
            DataFusionError::Context(_, inner) => Some(inner),
            DataFusionError::Shared(inner) => Some(inner),
            DataFusionError::Collection(all) => all.first(),
            _ => None,
        };
    }
    found
}

fn own_place(root: &DataFusionError) -> Option<Place> {
    let DataFusionError::SchemaError(problem, _) = root else {
        return None;
    };
    let (SchemaError::FieldNotFound { field, .. } | SchemaError::AmbiguousReference { field }) =
        problem.as_ref()
    else {
        return None;
    };
    field.spans.first().map(Place::of_span)
}

fn wording(root: &DataFusionError) -> String {
    match root {
        DataFusionError::SchemaError(problem, _) => schema(problem),
        DataFusionError::SQL(problem, _) => match problem.as_ref() {
            ParserError::ParserError(text) | ParserError::TokenizerError(text) => one_line(text),
            ParserError::RecursionLimitExceeded => {
                "the SQL is nested too deeply: name parts of it in WITH".to_owned()
            }
        },
        DataFusionError::External(inner) => match inner.downcast_ref::<Error>() {
            Some(own) => own.to_string(),
            None => one_line(&inner.to_string()),
        },
        DataFusionError::ArrowError(inner, _) => bare(&inner.to_string()),
        DataFusionError::NotImplemented(text) => not_supported(&bare(text)),
        DataFusionError::ResourcesExhausted(text) => {
            let first = text.lines().next().unwrap_or_default();
            format!(
                "out of memory: {}; raise --memory-limit",
                bare(first).trim_end_matches(" as:")
            )
        }
        DataFusionError::Internal(text) => {
            let first = text.lines().next().unwrap_or_default();
            format!("internal error: {}; please report the query", bare(first))
        }
        other => planned(&bare(&other.message())),
    }
}

fn schema(problem: &SchemaError) -> String {
    match problem {
        SchemaError::FieldNotFound {
            field,
            valid_fields,
        } => {
            let names: Vec<&str> = valid_fields.iter().map(|c| c.name.as_str()).collect();
            let hint = match nearest(&field.name, names.iter().copied()) {
                Some(name) => format!("; did you mean '{name}'?"),
                None if names.is_empty() => String::new(),
                None => format!("; there is {}", listed(&names)),
            };
            let table = field.relation.as_ref();
            let table = table.map(|t| format!(" in '{t}'")).unwrap_or_default();
            format!("no column named '{}'{table}{hint}", field.name)
        }
        SchemaError::AmbiguousReference { field } => format!(
            "column '{}' is in several tables: write the table's name before it",
            field.name
        ),
        other => one_line(&other.to_string()),
    }
}

/// The first names of a list that may be long.
fn listed(names: &[&str]) -> String {
    const SHOWN: usize = 8;
    let mut text = names[..names.len().min(SHOWN)].join(", ");
    if names.len() > SHOWN {
        text.push_str(", ..");
    }
    text
}

/// Rewords what the planner says most often.
fn planned(text: &str) -> String {
    if let Some(rest) = text.strip_prefix("Invalid function '") {
        let (name, rest) = rest.split_once('\'').unwrap_or((rest, ""));
        let suggested = rest.split('\'').nth(1).into_iter();
        return match nearest(name, suggested) {
            Some(other) => format!("no function named '{name}'; did you mean '{other}'?"),
            None => format!("no function named '{name}'; see deskql functions"),
        };
    }
    if let Some(name) = unknown_table(text) {
        return format!("no table named '{name}'");
    }
    if let Some(problem) = own_words(text) {
        return problem;
    }
    if let Some((_, call)) =
        text.split_once("No function matches the given name and argument types '")
        && let Some((call, rest)) = call.split_once("'.")
    {
        return wrong_arguments(call, rest);
    }
    text.to_owned()
}

/// The table that the planner did not find, without the catalog and schema it supposed.
pub(super) fn unknown_table(text: &str) -> Option<&str> {
    let name = text.strip_prefix("table '")?.strip_suffix("' not found")?;
    Some(name.strip_prefix("datafusion.public.").unwrap_or(name))
}

/// What a function says itself about its arguments.
fn own_words(text: &str) -> Option<String> {
    let (_, said) = text.split_once("user-defined coercion failed with: ")?;
    let (said, _) = said.split_once(" No function matches the given name")?;
    Some(bare(said.trim_end_matches('.')))
}

fn wrong_arguments(call: &str, rest: &str) -> String {
    let (name, arguments) = call.split_once('(').unwrap_or((call, ")"));
    let given = sql_types(&format!("({arguments}"));
    let candidates = rest
        .split_once("Candidate functions:")
        .map_or("", |(_, list)| list);
    let forms: Vec<String> = candidates
        .split(&format!(" {name}("))
        .skip(1)
        .map(|form| sql_types(&format!("{name}({}", form.trim())))
        .collect();
    match forms.as_slice() {
        [] => format!("{name} does not take {given}"),
        forms => format!("{name} does not take {given}: write {}", forms.join(" or ")),
    }
}

/// What to write instead of a form that the planner turns down.
fn not_supported(text: &str) -> String {
    const INSTEAD: [(&str, &str); 7] = [
        ("FETCH clause", "FETCH FIRST is not supported: write LIMIT"),
        ("TOP", "TOP is not supported: write LIMIT at the end"),
        ("SORT BY", "SORT BY is not supported: write ORDER BY"),
        ("CLUSTER BY", "CLUSTER BY is not supported: write ORDER BY"),
        (
            "LATERAL VIEWS",
            "LATERAL VIEW is not supported: write CROSS JOIN unnest(..)",
        ),
        (
            "LIMIT BY clause",
            "LIMIT BY is not supported: write QUALIFY row_number() OVER (PARTITION BY ..) <= n",
        ),
        (
            "UNNEST with ordinality",
            "WITH ORDINALITY is not supported: number the rows with row_number() OVER ()",
        ),
    ];
    let found = INSTEAD.iter().find(|(start, _)| text.starts_with(start));
    found.map_or_else(
        || format!("not supported: {text}"),
        |(_, instead)| (*instead).to_owned(),
    )
}

/// Arrow's type names as SQL's.
fn sql_types(text: &str) -> String {
    const NAMES: [(&str, &str); 12] = [
        ("LargeUtf8", "VARCHAR"),
        ("Utf8View", "VARCHAR"),
        ("Utf8", "VARCHAR"),
        ("UInt64", "UBIGINT"),
        ("UInt32", "UINTEGER"),
        ("Int64", "BIGINT"),
        ("Int32", "INTEGER"),
        ("Float64", "DOUBLE"),
        ("Float32", "REAL"),
        ("Boolean", "BOOLEAN"),
        ("Date32", "DATE"),
        ("Timestamp(ns)", "TIMESTAMP"),
    ];
    NAMES.iter().fold(text.to_owned(), |text, (arrow, sql)| {
        text.replace(arrow, sql)
    })
}

/// Without the kinds of error that wrappers put in front.
fn bare(text: &str) -> String {
    const NOISE: [&str; 14] = [
        "DataFusion error: ",
        "Error during planning: ",
        "Execution error: ",
        "Schema error: ",
        "Arrow error: ",
        "External error: ",
        "External: ",
        "Invalid or Unsupported Configuration: ",
        "This feature is not implemented: ",
        "Cast error: ",
        "Compute error: ",
        "Parser error: ",
        "Invalid argument error: ",
        "Internal error: ",
    ];
    let text = one_line(text.split("\n\nbacktrace:").next().unwrap_or(text));
    let mut rest = text.as_str();
    while let Some(shorter) = NOISE.iter().find_map(|noise| rest.strip_prefix(noise)) {
        rest = shorter;
    }
    rest.to_owned()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_goes() {
        let plan = DataFusionError::Plan("a\n  b".to_owned());
        assert_eq!(explain(&plan, None), "a b");
        let wrapped = DataFusionError::Execution("Arrow error: Cast error: bad".to_owned());
        assert_eq!(explain(&wrapped.context("while x"), None), "bad");
        let internal = DataFusionError::Internal("odd".to_owned());
        assert_eq!(
            explain(&internal, None),
            "internal error: odd; please report the query"
        );
    }

    #[test]
    fn functions_speak_for_themselves() {
        let text = "Execution error: Function 'f' user-defined coercion failed with: Error during \
                    planning: f: no zone; write g(x). No function matches the given name and \
                    argument types 'f(Utf8)'.";
        assert_eq!(
            explain(&DataFusionError::Plan(text.to_owned()), None),
            "f: no zone; write g(x)"
        );
    }

    #[test]
    fn wrong_arguments_name_the_forms_there_are() {
        let text = "No function matches the given name and argument types 'nps(Utf8)'. You might \
                    need to add explicit type casts.\n\tCandidate functions:\n\tnps(Float64)";
        assert_eq!(
            explain(&DataFusionError::Plan(text.to_owned()), None),
            "nps does not take (VARCHAR): write nps(DOUBLE)"
        );
    }
}

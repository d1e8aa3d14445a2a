//! Error messages: DataFusion's error as one line for the user, and its position in the SQL.

use datafusion::arrow::error::ArrowError;
use datafusion::common::SchemaError;
use datafusion::error::DataFusionError;
use datafusion::sql::sqlparser::parser::ParserError;

use super::place::SqlPosition;
use crate::error::Error;
use crate::sql_type;

mod anchor;
mod beginnings;
mod bytes;
mod columns;
mod functions;
mod other_engines;
mod placed;
mod planned;
mod reading;
mod subqueries;
mod values;

use anchor::ErrorAnchor;
pub(crate) use anchor::SqlFragment;
pub(super) use functions::UNKNOWN_FUNCTION;
pub(crate) use placed::PlacedValue;
pub(crate) use reading::parquet_problem;
pub(crate) use values::ValueProblem;

/// Prefixes of the planner's helps that our own messages already contain.
const SAID: [&str; 4] = [
    "Either add ",
    "Select only one column",
    "perhaps you need to cast",
    "Compute '",
];

/// Advice for a cast written in the SQL, and for one in the definition of a column.
const LENIENT: &str = "gives NULL for such values";
const LENIENT_BEHIND: &str =
    "gives NULL for such values; for a column of deskql.toml, write invalid = \"null\"";

/// One line with the problem and, where known, the replacement. If the position in `sql` is known,
/// the line ends with it, and the offending line of `sql` follows with a caret below.
#[must_use]
pub fn explain(error: &DataFusionError, sql: Option<&str>) -> String {
    let root = root(error);
    let mut text = match PlacedValue::from_error(error) {
        Some(placed) => subqueries::without_plan(placed.problem),
        None => setting(error)
            .or_else(|| subqueries::lost_column(error, root))
            .unwrap_or_else(|| subqueries::without_plan(wording(root))),
    };
    for help in diagnostics(error).iter().flat_map(|d| &d.helps) {
        let help = sql_type::in_text(&one_line(&help.message));
        if !SAID.iter().any(|said| help.starts_with(said)) && !subqueries::shows_plan(&help) {
            text.push_str("; ");
            text.push_str(&help);
        }
    }
    if let Some(advice) = bytes::advice(&text) {
        text.push_str("; ");
        text.push_str(advice);
    }
    if sql.is_some_and(|sql| anchor(error).is_some_and(|anchor| anchor.is_missing(sql))) {
        text = text.replace(LENIENT, LENIENT_BEHIND);
    }
    let text = SqlPosition::strip(&text);
    match sql.and_then(|sql| Some((place(error, sql)?, sql))) {
        Some((place, sql)) => {
            let advice = unknown_name(error).and_then(|name| {
                let is_text = place.may_be_text(sql);
                let quoted = is_text.then(|| format!("texts take single quotes: '{name}'"));
                quoted.or_else(|| functions::usual_column(name, &place.text(sql)?))
            });
            let advice = advice.map_or_else(String::new, |advice| format!("; {advice}"));
            place.mark(&format!("{text}{advice}"), sql)
        }
        None => text.to_owned(),
    }
}

/// The name without a table that is no column.
fn unknown_name(error: &DataFusionError) -> Option<&str> {
    let DataFusionError::SchemaError(problem, _) = root(error) else {
        return None;
    };
    match problem.as_ref() {
        SchemaError::FieldNotFound { field, .. } if field.relation.is_none() => Some(&field.name),
        _ => None,
    }
}

/// True if [`explain`] returns more when it has `sql`.
pub(super) fn has_place(error: &DataFusionError, sql: &str) -> bool {
    place(error, sql).is_some() || PlacedValue::from_error(error).is_some()
}

/// The part of the SQL that the error is about.
fn anchor(error: &DataFusionError) -> Option<ErrorAnchor> {
    match PlacedValue::from_error(error) {
        Some(placed) => placed.written.map(ErrorAnchor),
        None => ErrorAnchor::from_error(root(error)),
    }
}

/// The problem of a value, if `error` is about one.
pub(crate) fn value_problem(error: &DataFusionError) -> ValueProblem {
    let root = root(error);
    let text = match root {
        DataFusionError::ArrowError(inner, _) => bare(&inner.to_string()),
        DataFusionError::External(inner) => bare(&inner.to_string()),
        other => bare(&other.message()),
    };
    values::problem(&text).unwrap_or_else(|| ValueProblem {
        what: wording(root),
        advice: None,
        value: None,
    })
}

fn place(error: &DataFusionError, sql: &str) -> Option<SqlPosition> {
    let anchored = || anchor(error)?.place(sql);
    if let Some(placed) = PlacedValue::from_error(error) {
        return placed.place(sql).or_else(anchored);
    }
    let root = root(error);
    let spanned = diagnostics(error).iter().find_map(|d| d.span);
    spanned
        .map(SqlPosition::of_span)
        .or_else(|| own_place(root))
        .or_else(|| SqlPosition::in_text(&wording(root)))
        .or_else(anchored)
}

/// The innermost error, below wrappers that only add context.
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

fn own_place(root: &DataFusionError) -> Option<SqlPosition> {
    let DataFusionError::SchemaError(problem, _) = root else {
        return None;
    };
    let (SchemaError::FieldNotFound { field, .. } | SchemaError::AmbiguousReference { field }) =
        problem.as_ref()
    else {
        return None;
    };
    field.spans.first().map(SqlPosition::of_span)
}

/// Error about the value of a setting, which only the context of the error contains.
fn setting(error: &DataFusionError) -> Option<String> {
    let mut next = error;
    loop {
        next = match next {
            DataFusionError::Context(text, inner) => {
                let parsed = text.strip_prefix("Error parsing '");
                if let Some((value, kind)) = parsed.and_then(|rest| rest.rsplit_once("' as ")) {
                    let kind = match kind {
                        "bool" => "true or false",
                        "f32" | "f64" => "a number",
                        _ => "a whole number of 0 or more",
                    };
                    return Some(format!("'{value}' is not {kind}"));
                }
                inner
            }
            DataFusionError::Diagnostic(_, inner) => inner,
            DataFusionError::Shared(inner) => inner,
            _ => return None,
        };
    }
}

/// An error of deskql that a lower layer, such as a decompressor, has wrapped.
fn own<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a Error> {
    if let Some(own) = error.downcast_ref::<Error>() {
        return Some(own);
    }
    // The source of an I/O error is that of the error that it wraps.
    if let Some(inner) = error.downcast_ref::<std::io::Error>() {
        return own(inner.get_ref()?);
    }
    own(error.source()?)
}

fn wording(root: &DataFusionError) -> String {
    if let Some(own) = own(root).filter(|own| !matches!(own, Error::Query(_))) {
        return own.to_string();
    }
    match root {
        DataFusionError::SchemaError(problem, _) => columns::wording(problem),
        DataFusionError::SQL(problem, _) => match problem.as_ref() {
            ParserError::ParserError(text) | ParserError::TokenizerError(text) => {
                beginnings::wording(one_line(text))
            }
            ParserError::RecursionLimitExceeded => {
                "the SQL is nested too deeply: name parts of it in WITH".to_owned()
            }
        },
        DataFusionError::External(inner) => match inner.downcast_ref::<Error>() {
            Some(own) => own.to_string(),
            None => said(&bare(&inner.to_string())),
        },
        DataFusionError::ArrowError(inner, _) => match inner.as_ref() {
            ArrowError::ParquetError(problem) => reading::parquet(&bare(problem)),
            ArrowError::IoError(_, inner) => reading::system(inner),
            other => said(&bare(&other.to_string())),
        },
        DataFusionError::IoError(inner) => reading::system(inner),
        DataFusionError::ParquetError(inner) => reading::parquet(&bare(&inner.to_string())),
        DataFusionError::ObjectStore(inner) => reading::store(inner),
        DataFusionError::NotImplemented(text) => planned::not_supported(&bare(text)),
        DataFusionError::ResourcesExhausted(text) => {
            let first = text.lines().next().unwrap_or_default();
            format!(
                "out of memory: {}; raise --memory-limit",
                bare(first).trim_end_matches(" as:")
            )
        }
        DataFusionError::Internal(text) if text.contains("regex parse error:") => said(&bare(text)),
        DataFusionError::Internal(text) => {
            let first = bare(text.lines().next().unwrap_or_default());
            let known =
                Some(planned::planned(&first)).filter(|words| *words != sql_type::in_text(&first));
            known.unwrap_or_else(|| {
                let first = sql_type::in_text(&first);
                format!("internal error: {first}; please report the query")
            })
        }
        other => said(&bare(&other.message())),
    }
}

/// Message of a lower layer about a value, a file or a plan, with SQL's terms.
fn said(text: &str) -> String {
    if let Some(name) = unknown_table(text) {
        return format!("no table named '{name}'");
    }
    if let Some(problem) = values::problem(text) {
        return problem.into_line();
    }
    reading::wording(text).unwrap_or_else(|| planned::planned(text))
}

/// The table that the planner did not find, without the default catalog and schema.
pub(super) fn unknown_table(text: &str) -> Option<&str> {
    let name = text.strip_prefix("table '")?.strip_suffix("' not found")?;
    let name = name.strip_prefix("datafusion.").unwrap_or(name);
    Some(name.strip_prefix("public.").unwrap_or(name))
}

/// Removes the kinds of error that wrappers prepend.
fn bare(text: &str) -> String {
    const NOISE: [&str; 18] = [
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
        "Json error: ",
        "Csv error: ",
        "Parquet error: ",
        "Object Store error: ",
    ];
    let text = one_line(text.split("\n\nbacktrace:").next().unwrap_or(text));
    let text = text.replace(BUG_REPORT, "");
    let mut rest = without_syntax_tree(&text);
    while let Some(shorter) = NOISE.iter().find_map(|noise| rest.strip_prefix(noise)) {
        rest = shorter;
    }
    rest.to_owned()
}

/// Suffix that stock functions add to user errors.
const BUG_REPORT: &str = ". This issue was likely caused by a bug in DataFusion's code. Please help us to \
    resolve this by filing a bug report in our issue tracker: https://github.com/apache/datafusion/issues";

/// `text` up to the first printed part of the syntax tree.
fn without_syntax_tree(text: &str) -> &str {
    if !text.contains("span: Span(") {
        return text;
    }
    let starts = ["Identifier(Ident", "Value(ValueWithSpan", "Ident {", " {"];
    let end = starts.iter().filter_map(|start| text.find(start)).min();
    text[..end.unwrap_or(text.len())].trim_end_matches([' ', ':'])
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

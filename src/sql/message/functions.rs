//! Messages about function calls that the planner refuses.

use datafusion::functions_window::all_default_window_functions;

use super::other_engines;
use crate::sql_type;
use crate::text::nearest;

/// Start of the planner's message about a name that is no function. Behind the name, a colon is followed by what is
/// to be said in its place.
pub(crate) const UNKNOWN_FUNCTION: &str = "Invalid function '";

/// Those of ours, beside the stock ones.
const OWN_WINDOW_FUNCTIONS: [&str; 2] = ["p_adjust", "recontacted"];

/// Message for a refused call, if the text is about one; `planned` rewords the function's own
/// errors.
pub(super) fn wording(text: &str, planned: fn(&str) -> String) -> Option<String> {
    if let Some(rest) = text.strip_prefix(UNKNOWN_FUNCTION) {
        let (name, rest) = rest.split_once('\'').unwrap_or((rest, ""));
        if let Some(said) = rest.strip_prefix(": ") {
            return Some(format!("{name} {said}"));
        }
        if let Some(instead) = other_engines::instead(name) {
            return Some(instead);
        }
        if is_window_function(name) {
            return Some(format!(
                "{name} is a window function: write {name}(..) OVER (PARTITION BY .. ORDER BY ..)"
            ));
        }
        let suggested = rest.split('\'').nth(1).into_iter();
        return Some(match nearest(name, suggested) {
            Some(other) => format!("no function named '{name}'; did you mean '{other}'?"),
            None => format!("no function named '{name}'; see deskql functions"),
        });
    }
    if let Some(problem) = own_words(text, planned) {
        return Some(problem);
    }
    if let Some((_, call)) =
        text.split_once("No function matches the given name and argument types '")
        && let Some((call, rest)) = call.split_once("'.")
    {
        return Some(wrong_arguments(call, rest));
    }
    not_coerced(text).or_else(|| no_signature(text))
}

/// True for functions that stand with OVER only.
fn is_window_function(name: &str) -> bool {
    let stock = all_default_window_functions();
    let mut names = stock
        .iter()
        .map(|function| function.name())
        .chain(OWN_WINDOW_FUNCTIONS);
    names.any(|known| known.eq_ignore_ascii_case(name))
}

/// Advice about a column that the table function at `marked` looks for by its usual name.
pub(super) fn usual_column(name: &str, marked: &str) -> Option<String> {
    if !marked.eq_ignore_ascii_case("backlog_series") {
        return None;
    }
    match name {
        "due_at" => Some("write due_at => NULL where there are no targets".to_owned()),
        "created_at" => Some("name the column: opened_at => ..".to_owned()),
        "closed_at" => Some("name the column: closed_at => ..".to_owned()),
        _ => None,
    }
}

/// A function's own error about its arguments.
fn own_words(text: &str, planned: fn(&str) -> String) -> Option<String> {
    let (function, said) = text.split_once("user-defined coercion failed with: ")?;
    let (said, call) = said
        .split_once(" No function matches the given name")
        .unwrap_or((said, ""));
    let said = super::bare(said.trim_end_matches('.'));
    // Errors of stock functions about types do not name the call.
    let is_vague = [
        "Fail to find",
        "Expect to get struct",
        "Unavailable default cast",
        "Coercion from ",
    ];
    let is_vague = is_vague.iter().any(|vague| said.contains(vague));
    let called = call
        .split('\'')
        .nth(1)
        .or_else(|| function.split('\'').nth(1));
    match called {
        Some(call) if is_vague => {
            let (name, _) = call.split_once('(').unwrap_or((call, ""));
            let given = sql_type::in_text(call.strip_prefix(name).unwrap_or_default());
            Some(match given.contains(',') {
                true => format!("{name}: {given} do not go together: cast them to one type"),
                false if given.is_empty() => format!("{name} does not take a value of this type"),
                false => format!("{name} does not take {given}"),
            })
        }
        _ => Some(planned(&said)),
    }
}

/// `Failed to coerce arguments to satisfy a call to 'concat' function: coercion from X to the signature ..`
fn not_coerced(text: &str) -> Option<String> {
    let rest = text.strip_prefix("Failed to coerce arguments to satisfy a call to '")?;
    let (name, rest) = rest.split_once('\'')?;
    let (_, given) = rest.split_once("coercion from ")?;
    let (given, _) = given.rsplit_once(" to the signature")?;
    Some(format!(
        "{name} does not take ({})",
        sql_type::in_text(given)
    ))
}

/// `Function 'median' failed to match any signature, errors: .. received String (DataType: Utf8)..`
fn no_signature(text: &str) -> Option<String> {
    let rest = text.strip_prefix("Function '")?;
    let (name, rest) = rest.split_once('\'')?;
    if let Some((wanted, given)) = rest
        .strip_prefix(" requires ")
        .and_then(|rest| rest.split_once(", but received "))
    {
        return Some(refused(name, given, &kinds(wanted)));
    }
    if let Some((wanted, _)) = rest
        .split_once(" expects ")
        .and_then(|(_, rest)| rest.split_once(" arguments but received"))
    {
        let plural = if wanted == "1" { "" } else { "s" };
        return Some(format!("{name} takes {wanted} argument{plural}"));
    }
    if !rest.starts_with(" failed to match any signature") && !rest.contains("DataType: ") {
        return None;
    }
    let wanted = rest
        .split(" requires ")
        .skip(1)
        .filter_map(|part| part.split_once(", but"))
        .map(|(wanted, _)| kinds(wanted));
    let mut forms: Vec<String> = Vec::new();
    for form in wanted {
        if !forms.contains(&form) {
            forms.push(form);
        }
    }
    Some(refused(name, rest, &forms.join(" or ")))
}

fn refused(name: &str, given: &str, wanted: &str) -> String {
    let given = given
        .split_once("DataType: ")
        .map(|(_, rest)| sql_type::in_text(closed(rest)));
    match (given, wanted) {
        (Some(given), "") => format!("{name} does not take ({given})"),
        (Some(given), wanted) => format!("{name} does not take ({given}): give it {wanted}"),
        (None, wanted) => format!("{name} takes {wanted}"),
    }
}

/// `text` up to the parenthesis that closes more than was opened.
fn closed(text: &str) -> &str {
    let mut depth = 0_i32;
    let end = text.char_indices().find(|(_, character)| {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        depth < 0
    });
    end.map_or(text, |(end, _)| &text[..end])
}

fn wrong_arguments(call: &str, rest: &str) -> String {
    let (name, arguments) = call.split_once('(').unwrap_or((call, ")"));
    let given = sql_type::in_text(&format!("({arguments}"));
    let candidates = rest
        .split_once("Candidate functions:")
        .map_or("", |(_, list)| list);
    let mut forms: Vec<String> = Vec::new();
    for form in candidates.split(&format!(" {name}(")).skip(1) {
        let form = format!("{name}({}", kinds(form.trim()));
        if !forms.contains(&form) && !form.contains("NULL") {
            forms.push(form);
        }
    }
    match forms.as_slice() {
        [] => format!("{name} does not take {given}"),
        forms => format!("{name} does not take {given}: write {}", forms.join(" or ")),
    }
}

/// Kinds of arguments in words: `Numeric(1)`, `Coercible(Native(LogicalType(Native(Int64), Int64)))`.
fn kinds(text: &str) -> String {
    const WORDS: [(&str, &str); 26] = [
        ("NullAry()", ""),
        ("Nullary()", ""),
        ("UserDefined", ".."),
        ("VariadicAny", ".."),
        ("Numeric(1)", "number"),
        ("Numeric(2)", "number, number"),
        ("Numeric(3)", "number, number, number"),
        ("String(1)", "text"),
        ("String(2)", "text, text"),
        ("String(3)", "text, text, text"),
        ("Comparable(1)", "value"),
        ("Comparable(2)", "value, value of the same type"),
        ("Comparable(3)", "value, values of the same type"),
        ("Any(0)", ""),
        ("Any(1)", "value"),
        ("Any(2)", "value, value"),
        ("Any(3)", "value, value, value"),
        ("String", "text"),
        ("Integer", "whole number"),
        ("Float", "DOUBLE"),
        ("Numeric", "number"),
        ("Any", "value"),
        ("Binary", "BYTEA"),
        ("Date", "DATE"),
        ("Time", "TIME"),
        ("Decimal", "DECIMAL"),
    ];
    let mut words = text.to_owned();
    for wrapper in ["TypeSignatureClass::", "NativeType::", "LogicalType::"] {
        words = words.replace(wrapper, "");
    }
    for (kind, word) in WORDS {
        words = replace_word(&words, kind, word);
    }
    sql_type::in_text(&words)
}

/// `text` with `from` replaced where it is a whole word.
fn replace_word(text: &str, from: &str, to: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(from) {
        let (before, after) = (&rest[..at], &rest[at + from.len()..]);
        let is_word =
            !before.ends_with(char::is_alphanumeric) && !after.starts_with(char::is_alphanumeric);
        out.push_str(before);
        out.push_str(if is_word { to } else { from });
        rest = after;
    }
    out + rest
}

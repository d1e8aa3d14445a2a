//! Messages for planner errors about a statement.

use super::bytes;
use super::functions;
use super::subqueries::{LOOKS_OUT, SEVERAL_ROWS};
use crate::sql_type;

/// `text` with SQL's terms: every known form of planner errors, and in any case with SQL's types.
pub(super) fn planned(text: &str) -> String {
    functions::wording(text, planned)
        .or_else(|| bytes::wording(text))
        .or_else(|| operators(text))
        .or_else(|| branches(text))
        .or_else(|| clauses(text))
        .or_else(|| statements(text))
        .unwrap_or_else(|| sql_type::in_text(text))
}

/// The text between `start` and `end`, if it contains both.
fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(start)?;
    rest.split_once(end).map(|(found, _)| found)
}

fn operators(text: &str) -> Option<String> {
    let sides = between(
        text,
        "Cannot coerce arithmetic expression ",
        " to valid types",
    )
    .or_else(|| text.strip_prefix("Cannot infer common type for bitwise operation "))
    .or_else(|| {
        between(
            text,
            "Cannot infer common argument type for ",
            " operation ",
        )
        .and_then(|kind| {
            text.split_once(&format!("{kind} operation "))
                .map(|(_, sides)| sides)
        })
    })
    .or_else(|| between(text, "Cannot get result type for temporal operation ", ": "));
    if let Some(sides) = sides {
        return Some(operator(&sql_type::in_text(sides)));
    }
    if let Some(rest) =
        text.strip_prefix("Unary operator 'NOT' requires a boolean expression, got ")
    {
        let (given, _) = rest.split_once(';').unwrap_or((rest, ""));
        let given = sql_type::in_text(given);
        return Some(format!(
            "NOT takes a condition that is true or false, not {given}; write a comparison, such as x <> ''"
        ));
    }
    if text.starts_with("Unary operator '-' only supports") {
        return Some("- takes a number or a length of time; cast the value first".to_owned());
    }
    let (sides, like) = between(text, "There isn't a common type to coerce ", " expression")?
        .rsplit_once(" in ")?;
    let sides = sql_type::in_text(sides);
    Some(format!(
        "{like} takes two texts, not {sides}; cast to VARCHAR first"
    ))
}

/// `VARCHAR + BIGINT` as a sentence.
fn operator(sides: &str) -> String {
    const LOGICAL: [&str; 2] = ["AND", "OR"];
    const COMPARING: [&str; 10] = [
        "=",
        "<>",
        "!=",
        "<",
        ">",
        "<=",
        ">=",
        "IS DISTINCT FROM",
        "IS NOT DISTINCT FROM",
        "~",
    ];
    const OTHER: [&str; 12] = [
        "+", "-", "*", "/", "%", "||", "&", "|", "^", "<<", ">>", "BIT_XOR",
    ];
    let all = LOGICAL.iter().chain(&COMPARING).chain(&OTHER);
    let found = all
        .filter_map(|operator| {
            let (left, right) = sides.split_once(&format!(" {operator} "))?;
            Some((left, *operator, right))
        })
        .min_by_key(|(left, operator, _)| (left.len(), usize::MAX - operator.len()));
    let Some((left, operator, right)) = found else {
        return format!("{sides} is not possible: cast one side first");
    };
    if LOGICAL.contains(&operator) {
        return format!(
            "{operator} takes conditions that are true or false, not {left} and {right}"
        );
    }
    let advice = match (left == "VARCHAR", right == "VARCHAR") {
        (true, false) | (false, true) => "cast the text first, as in CAST(.. AS DOUBLE)",
        _ => "cast one side first",
    };
    let verb = if COMPARING.contains(&operator) {
        "does not compare"
    } else {
        "does not take"
    };
    format!("{operator} {verb} {left} and {right}: {advice}")
}

/// Types that cannot be coerced to one type.
fn branches(text: &str) -> Option<String> {
    let cast = "cast them to one type";
    if let Some(types) = between(text, "Failed to coerce ", " expression")
        && text.contains("in CASE ")
    {
        let (types, _) = types.split_once(" to common types").unwrap_or((types, ""));
        let types = sql_type::in_text(types);
        return Some(format!(
            "the branches of CASE have types that do not go together, {types}: {cast}"
        ));
    }
    if let Some(types) = between(text, "Failed to coerce types ", " in BETWEEN expression") {
        let types = sql_type::in_text(types);
        return Some(format!(
            "BETWEEN does not compare {types}: cast one side first"
        ));
    }
    if let Some((of, list)) = between(text, "Can not find compatible types to compare ", "]")
        .and_then(|types| types.split_once(" with ["))
    {
        let (of, list) = (sql_type::in_text(of), sql_type::in_text(list));
        return Some(format!("IN does not compare {of} with {list}: {cast}"));
    }
    if let Some(types) = between(text, "Failed to unify argument types of make_array: [", "]") {
        let types = sql_type::in_text(types);
        return Some(format!(
            "the elements of a list have one type, not {types}: {cast}"
        ));
    }
    if let Some(rest) =
        text.strip_prefix("Incompatible inputs for Union: Previous inputs were of type ")
    {
        let (first, rest) = rest.split_once(", but got incompatible type ")?;
        let (second, column) = rest.split_once(" on column ").unwrap_or((rest, "''"));
        let (first, second) = (sql_type::in_text(first), sql_type::in_text(second));
        return Some(format!(
            "UNION: column {column} is {first} in one query and {second} in another: {cast}"
        ));
    }
    if text.starts_with("Fail to find the coerced type")
        || text.starts_with("Fail to find a coerced type")
    {
        return Some(format!(
            "the arguments have types that do not go together: {cast}"
        ));
    }
    if let Some(rest) = text.strip_prefix("Unsupported CAST from ") {
        let (from, to) = rest.split_once(" to ")?;
        let (from, to) = (sql_type::of_printed(from), sql_type::of_printed(to));
        return Some(format!("{from} cannot be cast to {to}"));
    }
    None
}

fn clauses(text: &str) -> Option<String> {
    if let Some(rest) = text.strip_prefix("Source table contains ")
        && let Some((columns, rest)) = rest.split_once(" columns but only ")
    {
        let (names, _) = rest.split_once(' ').unwrap_or((rest, ""));
        return Some(format!(
            "{columns} columns stand beside {names} names or values: write as many on both sides"
        ));
    }
    if let Some(rest) = text.strip_prefix("Cannot create filter with non-boolean predicate '") {
        let (predicate, given) = rest.rsplit_once("' returning ")?;
        let (predicate, given) = (sql_type::in_text(predicate), sql_type::in_text(given));
        return Some(format!(
            "WHERE takes a condition that is true or false, but {predicate} is {given}: write a comparison"
        ));
    }
    if let Some(given) = text.strip_prefix("Join condition must be boolean type, but got ") {
        let given = sql_type::in_text(given);
        return Some(format!(
            "ON takes a condition that is true or false, not {given}: write a comparison"
        ));
    }
    if text.contains("must appear in the GROUP BY clause") {
        let column = between(text, "column \"", "\" must appear")
            .or_else(|| between(text, "expression \"", "\" must appear"))?;
        let column = sql_type::in_text(column);
        return Some(format!(
            "{column} is neither in GROUP BY nor inside an aggregate: add it to GROUP BY, or write first_value({column})"
        ));
    }
    if text.starts_with("Aggregate functions are not allowed in the WHERE clause") {
        return Some("aggregates are not allowed in WHERE: write HAVING".to_owned());
    }
    if text.starts_with("Too many columns! The subquery should only return one column") {
        return Some("a subquery here gives one column: select only one".to_owned());
    }
    if text.starts_with("Scalar subquery returned more than one row") {
        return Some(SEVERAL_ROWS.to_owned());
    }
    if let Some(field) = between(text, "Field ", " not found in struct") {
        return Some(format!(
            "the STRUCT has no field '{}'",
            field.trim_matches(['\'', '"'])
        ));
    }
    if let Some(of) = between(
        text,
        "Cannot access field at argument 1: type ",
        " is not Struct",
    ) {
        let of = sql_type::in_text(of);
        return Some(format!(
            "{of} has no fields: only a STRUCT or a MAP has; a list is read by number, as in x[1]"
        ));
    }
    None
}

fn statements(text: &str) -> Option<String> {
    if let Some(written) = text.strip_prefix("Unsupported SQL type ") {
        return Some(format!("no type named {written}"));
    }
    if let Some(sizes) = between(text, "Decimal(precision = ", ")") {
        let sizes = sizes.replace("scale = ", "");
        return Some(format!(
            "DECIMAL({sizes}): a DECIMAL has 1 to 76 digits, of which at most all stand after the point"
        ));
    }
    if let Some(format) = text.strip_prefix("There is no registered file format with ext ") {
        return Some(format!(
            "there is no format named {format}: write STORED AS CSV, JSON, PARQUET or ARROW"
        ));
    }
    if let Some(format) = text.strip_prefix("Unable to find factory for ") {
        return Some(no_format(format));
    }
    if text.starts_with("Cannot generate date range less than 1 day") {
        return Some(
            "a series of dates has steps of whole days: begin with a TIMESTAMP for shorter ones"
                .to_owned(),
        );
    }
    if text.starts_with("Format not explicitly set") {
        return Some(
            "the name of the file does not say which format to write: add (FORMAT csv), or json, parquet or arrow"
                .to_owned(),
        );
    }
    if text.starts_with("Inserting into a ListingTable backed by a single file") {
        return Some(
            "INSERT adds files to a folder, and this table is one file: write COPY (..) TO a new file"
                .to_owned(),
        );
    }
    if let Some((verb, _)) = text.split_once(" not supported for Base table") {
        return Some(format!(
            "{verb} is not supported: the files of a table are only read"
        ));
    }
    if let Some(places) = text.strip_prefix("Projections require unique expression names") {
        return Some(repeated_name(places));
    }
    if text.starts_with("Substring without for/from") {
        return Some("substr takes a text and a start: substr(x, 1, 3)".to_owned());
    }
    if text.starts_with("Dot access not supported") {
        return Some("write the field of such a value in brackets: (..)['field']".to_owned());
    }
    if let Some(name) = between(text, "Placeholder '", "' was not provided a value") {
        return Some(format!(
            "the parameter {name} has no value: write the value itself, or PREPARE and EXECUTE"
        ));
    }
    None
}

/// Two columns of one SELECT list with the same name.
fn repeated_name(places: &str) -> String {
    let mut places = places.split(" at position ").skip(1).filter_map(|rest| {
        let digits = rest.split(|c: char| !c.is_ascii_digit()).next()?;
        digits.parse::<usize>().ok()
    });
    let which = match (places.next(), places.next()) {
        (Some(one), Some(other)) => format!("columns {} and {} of a SELECT", one + 1, other + 1),
        _ => "two columns of a SELECT".to_owned(),
    };
    format!("{which} have the same name: give one of them another with AS")
}

fn no_format(format: &str) -> String {
    if ["EXCEL", "XLSX", "XLS", "ODS"].contains(&format.to_ascii_uppercase().as_str()) {
        return "a workbook is read by its name: CREATE TABLE t AS SELECT * FROM 'file.xlsx'"
            .to_owned();
    }
    format!(
        "there is no format named {format}: write STORED AS PARQUET, CSV, TSV, JSON, NDJSON or ARROW"
    )
}

/// The replacement for a form that the planner does not support.
pub(super) fn not_supported(text: &str) -> String {
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
    if let Some((_, instead)) = INSTEAD.iter().find(|(start, _)| text.starts_with(start)) {
        return (*instead).to_owned();
    }
    if let Some(expression) =
        text.strip_prefix("Physical plan does not support logical expression ")
    {
        return unplanned(expression);
    }
    if text.starts_with("Unsupported ast node") {
        return "an expression of this form is not supported here: a constant, or a column, may be"
            .to_owned();
    }
    branches(text)
        .or_else(|| statements(text))
        .unwrap_or_else(|| format!("not supported: {}", sql_type::in_text(text)))
}

/// Expressions that remain after the optimizer has rewritten subqueries to joins.
fn unplanned(expression: &str) -> String {
    let start: String = expression
        .chars()
        .take_while(|character| character.is_alphanumeric())
        .collect();
    match start.as_str() {
        "ScalarSubquery" | "Exists" | "InSubquery" | "SetComparison" | "OuterReferenceColumn" => {
            LOOKS_OUT.to_owned()
        }
        "WindowFunction" => {
            "window functions are not allowed here: write QUALIFY in place of WHERE, or name the column in a subquery"
                .to_owned()
        }
        "AggregateFunction" => {
            "aggregates are not allowed here: name the column in a subquery".to_owned()
        }
        "Wildcard" => "* is not allowed here".to_owned(),
        "GroupingSet" => "GROUPING SETS, CUBE and ROLLUP stand in GROUP BY only".to_owned(),
        _ => "an expression of this form is not supported here".to_owned(),
    }
}

//! The message about a failed value.

use arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, ScalarValue};
use datafusion::error::DataFusionError;
use datafusion::logical_expr::expr::{BinaryExpr, Cast, ScalarFunction};
use datafusion::logical_expr::{Expr, Operator};
use datafusion::sql::unparser::expr_to_sql;

use super::evaluate::RowFailure;
use crate::sql::{PlacedValue, SqlFragment, ValueProblem, value_problem};
use crate::sql_type;

/// Maximum length of an expression that is shown whole.
const LONGEST: usize = 100;

/// Functions that replace casts.
const CASTS: [&str; 2] = ["rounded_cast", "time_of_text"];

/// A failure with its position.
#[derive(Debug, Clone)]
pub(super) struct FailureReport(PlacedValue);

impl FailureReport {
    /// The report on `hit`, at `place` of the data.
    pub(super) fn new(hit: &RowFailure, place: Option<String>) -> Self {
        let mut problem = value_problem(&hit.error);
        if problem.advice.is_none()
            && let Some((what, advice)) = problem.what.clone().split_once("; ")
        {
            (problem.what, problem.advice) = (what.to_owned(), Some(advice.to_owned()));
        }
        let columns = columns(&hit.expr);
        let values = values(&columns, hit);
        if is_of_sql(&hit.expr, &values, &problem.what) {
            return Self(PlacedValue {
                written: text_named(&hit.expr, &problem.what).map(SqlFragment::Literal),
                problem: problem.what,
                advice: problem.advice,
                span: None,
                column: None,
            });
        }
        let at = columns.iter().find(|column| column.spans.first().is_some());
        let subject = subject(&hit.expr, &columns, &values, &problem);
        let place = place.map(|place| format!(" ({place})")).unwrap_or_default();
        Self(PlacedValue {
            problem: format!("{subject}{place}"),
            advice: problem.advice.clone(),
            written: written(&hit.expr, &problem),
            span: at.and_then(|column| column.spans.first()),
            column: at.map(|column| column.name.clone()),
        })
    }

    /// A failure of a file reader.
    pub(super) fn of_reader(problem: String, advice: Option<String>) -> Self {
        Self(PlacedValue {
            problem,
            advice,
            written: None,
            span: None,
            column: None,
        })
    }

    /// `error` with the details attached.
    pub(super) fn beside(&self, error: DataFusionError) -> DataFusionError {
        self.0.beside(error)
    }
}

/// The columns of an expression, without duplicates.
fn columns(expr: &Expr) -> Vec<Column> {
    let mut found: Vec<Column> = Vec::new();
    let seen = expr.apply(|inner| {
        if let Expr::Column(column) = inner
            && !found.contains(column)
        {
            found.push(column.clone());
        }
        Ok(TreeNodeRecursion::Continue)
    });
    drop(seen);
    found
}

/// Values of the columns in the failed row.
fn values(columns: &[Column], hit: &RowFailure) -> Vec<(String, String)> {
    if hit.values.num_rows() != 1 {
        return Vec::new();
    }
    let options = FormatOptions::default().with_null("NULL");
    let value = |column: &Column| {
        let array = hit.values.column_by_name(&column.name)?;
        let text = ArrayFormatter::try_new(array, &options)
            .ok()?
            .value(0)
            .try_to_string()
            .ok()?;
        Some((column.name.clone(), text))
    };
    columns.iter().filter_map(value).collect()
}

fn subject(
    expr: &Expr,
    columns: &[Column],
    values: &[(String, String)],
    problem: &ValueProblem,
) -> String {
    let what = &problem.what;
    let is_named = |(_, value): &(String, String)| has_word(what, value);
    match columns {
        [] => what.clone(),
        [column] if values.iter().any(is_named) => format!("column {}: {what}", column.name),
        // The message contains the values itself.
        _ if values.iter().any(is_named) => {
            let names: Vec<&str> = columns.iter().take(4).map(|c| c.name.as_str()).collect();
            format!("columns {}: {what}", names.join(", "))
        }
        _ if values.is_empty() => format!("{}: {what}", written_as(expr)),
        _ => {
            let values = values.iter().take(4);
            let values: Vec<String> = values
                .map(|(name, value)| format!("{name} = {}", shortened(value)))
                .collect();
            format!(
                "{}: {what} where {}",
                written_as(expr),
                values.join(" and ")
            )
        }
    }
}

/// True if `text` contains `word` as a whole word or number.
fn has_word(text: &str, word: &str) -> bool {
    let is_of_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
    let mut found = text.match_indices(word);
    !word.is_empty()
        && found.any(|(at, _)| {
            let next = text[at + word.len()..].trim_end_matches('.');
            !text[..at].ends_with(is_of_word) && !next.starts_with(is_of_word)
        })
}

/// True if the fault is a text in the SQL, whatever the row's values: a pattern, a zone, a date
/// part.
fn is_of_sql(expr: &Expr, values: &[(String, String)], what: &str) -> bool {
    let is_of_row = values.iter().any(|(_, value)| has_word(what, value));
    !is_of_row && (what.starts_with("unknown time zone") || text_named(expr, what).is_some())
}

/// The text literal of `expr` that `what` has in quotes.
fn text_named(expr: &Expr, what: &str) -> Option<String> {
    let mut found = None;
    let visited = expr.apply(|inner| {
        if let Expr::Literal(value, _) = inner
            && let Some(Some(text)) = value.try_as_str()
            && (what.contains(&format!("'{text}'")) || what.contains(&format!("\"{text}\"")))
        {
            found = Some(text.to_owned());
        }
        Ok(TreeNodeRecursion::Continue)
    });
    drop(visited);
    found
}

/// The expression as SQL.
fn written_as(expr: &Expr) -> String {
    let plain = expr.clone().transform_up(|inner| {
        Ok(match inner {
            Expr::Column(column) => {
                Transformed::yes(Expr::Column(Column::new_unqualified(column.name)))
            }
            Expr::ScalarFunction(call) => operator(call),
            other => Transformed::no(other),
        })
    });
    let text = match plain {
        Ok(plain) => match expr_to_sql(&plain.data) {
            Ok(sql) => sql.to_string(),
            Err(_) => sql_type::in_text(&plain.data.to_string()),
        },
        Err(_) => sql_type::in_text(&expr.to_string()),
    };
    shortened(outside_parentheses(&text))
}

/// Removes the parentheses around the whole.
fn outside_parentheses(text: &str) -> &str {
    let inner = text
        .strip_prefix('(')
        .and_then(|text| text.strip_suffix(')'));
    let Some(inner) = inner else {
        return text;
    };
    let mut depth = 0_i32;
    for character in inner.chars() {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return text;
        }
    }
    inner
}

/// Converts the checked form of an operator to the operator.
fn operator(call: ScalarFunction) -> Transformed<Expr> {
    let operator = match call.name() {
        "checked_add" => Operator::Plus,
        "checked_subtract" => Operator::Minus,
        "checked_multiply" => Operator::Multiply,
        "decimal_quotient" => Operator::Divide,
        cast if CASTS.contains(&cast) => return cast_of(call),
        _ => return Transformed::no(Expr::ScalarFunction(call)),
    };
    match <[Expr; 2]>::try_from(call.args) {
        Ok([left, right]) => {
            let (left, right) = (Box::new(left), Box::new(right));
            Transformed::yes(Expr::BinaryExpr(BinaryExpr::new(left, operator, right)))
        }
        Err(args) => Transformed::no(Expr::ScalarFunction(ScalarFunction::new_udf(
            call.func, args,
        ))),
    }
}

/// Converts a call that replaces a cast to the cast. The type is that of the second argument, or
/// its text.
fn cast_of(call: ScalarFunction) -> Transformed<Expr> {
    let wanted = match call.args.get(1) {
        Some(Expr::Literal(wanted, _)) => match wanted.try_as_str() {
            Some(Some(text)) => text.parse().ok(),
            _ => Some(wanted.data_type()),
        },
        _ => None,
    };
    match (call.args.first(), wanted) {
        (Some(value), Some(wanted)) => {
            Transformed::yes(Expr::Cast(Cast::new(Box::new(value.clone()), wanted)))
        }
        _ => Transformed::no(Expr::ScalarFunction(call)),
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}..", &text[..end]),
        None => text.to_owned(),
    }
}

/// True if the call replaces an operator or a cast of the SQL.
fn is_stand_in(call: &ScalarFunction) -> bool {
    let shown = call.func.schema_name(&call.args);
    shown.is_ok_and(|shown| !shown.starts_with(call.name()))
}

/// The SQL text at the position, as far as the expression determines it.
fn written(expr: &Expr, problem: &ValueProblem) -> Option<SqlFragment> {
    match expr {
        Expr::Cast(cast) => match cast.expr.as_ref() {
            Expr::Column(column) => Some(SqlFragment::Cast(column.name.clone())),
            Expr::Literal(ScalarValue::Utf8(Some(text)), _) => {
                Some(SqlFragment::Literal(text.clone()))
            }
            _ => problem.value.clone().map(SqlFragment::Literal),
        },
        Expr::ScalarFunction(call) if is_stand_in(call) => match call.args.first() {
            Some(Expr::Column(column)) if CASTS.contains(&call.name()) => {
                Some(SqlFragment::Cast(column.name.clone()))
            }
            _ => None,
        },
        Expr::ScalarFunction(call) => Some(SqlFragment::Call(call.name().to_owned())),
        Expr::AggregateFunction(call) => Some(SqlFragment::Call(call.func.name().to_owned())),
        Expr::BinaryExpr(binary) => Some(SqlFragment::Operator(binary.op.to_string())),
        _ => None,
    }
}

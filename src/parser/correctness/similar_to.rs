//! `SIMILAR TO` as in the SQL standard: the pattern must match the whole text, `%` and `_` are
//! wildcards.
//!
//! The engine reads the pattern as a regular expression that may match anywhere. Here it becomes
//! one that is anchored at both ends, or `LIKE` if it contains only wildcards.
//!
//! Upstream: none found: "SIMILAR TO is planned as an unanchored regular expression, % and _ are ordinary characters"
//! Retire when: `SELECT 'abc' SIMILAR TO 'b', 'abc' SIMILAR TO 'a%'` is false, true.

use datafusion::error::{DataFusionError, Result};
use datafusion::sql::sqlparser::ast::{BinaryOperator, Expr, Value};

use super::like_escape::{function, literal, take, text};
use crate::functions::compat::patterns::{plain_pattern, similar_pattern};

const FUNCTION: &str = "similar_to_escape";

pub(super) fn rewrite(expr: &mut Expr) -> Result<()> {
    let Expr::SimilarTo {
        negated,
        expr: subject,
        pattern,
        escape_char,
    } = expr
    else {
        return Ok(());
    };
    let escape = escape_char.take().map(|escape| escape.value);
    let given = escape.as_ref().map_or(Some("\\"), text);
    let (negated, subject) = (*negated, Box::new(take(subject)));
    let regular = match (literal(pattern), given) {
        (Some(pattern), Some(escape)) if !pattern.contains(|c| "|*+?{}()[]".contains(c)) => {
            let plain = plain_pattern(pattern, escape).map_err(DataFusionError::Plan)?;
            *expr = Expr::Like {
                negated,
                any: false,
                expr: subject,
                pattern: Box::new(Expr::value(Value::SingleQuotedString(plain))),
                escape_char: None,
            };
            return Ok(());
        }
        (Some(pattern), Some(escape)) => {
            let regular = similar_pattern(pattern, escape).map_err(DataFusionError::Plan)?;
            Expr::value(Value::SingleQuotedString(regular))
        }
        _ if is_call(pattern) => take(pattern),
        _ => call(take(pattern), escape.map(Expr::value)),
    };
    *expr = Expr::BinaryOp {
        left: subject,
        op: if negated {
            BinaryOperator::PGRegexNotMatch
        } else {
            BinaryOperator::PGRegexMatch
        },
        right: Box::new(regular),
    };
    Ok(())
}

/// The regular expression for a pattern, evaluated for each row.
pub(super) fn call(pattern: Expr, escape: Option<Expr>) -> Expr {
    function(FUNCTION, std::iter::once(pattern).chain(escape).collect())
}

fn is_call(pattern: &Expr) -> bool {
    matches!(pattern, Expr::Function(call) if call.name.to_string() == FUNCTION)
}

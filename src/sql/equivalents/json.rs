//! Operators on JSON, and casts to JSON, which is text here.

use datafusion::common::plan_err;
use datafusion::error::DataFusionError;
use datafusion::sql::sqlparser::ast::{
    BinaryOperator, CastKind, DataType, Expr, JsonPath, JsonPathElem, Value,
};

use super::{function, text};

/// The call that an operator on JSON stands for.
///
/// # Errors
/// If the right side of `#>` is not a list of keys, or a cast behind a key binds to the key.
pub(super) fn operator(
    left: &Expr,
    op: &BinaryOperator,
    right: &Expr,
) -> Result<Option<Expr>, DataFusionError> {
    let (name, shown) = match op {
        BinaryOperator::Arrow => ("json_extract", "->"),
        BinaryOperator::LongArrow => ("json_extract_string", "->>"),
        BinaryOperator::HashArrow => ("json_extract", "#>"),
        BinaryOperator::HashLongArrow => ("json_extract_string", "#>>"),
        _ => return Ok(None),
    };
    if let Expr::Cast {
        expr, data_type, ..
    } = right
        && literal(expr).is_some()
    {
        return plan_err!(
            "{left} {shown} {right} casts the key: write ({left} {shown} {expr})::{data_type}"
        );
    }
    let path = match op {
        BinaryOperator::HashArrow | BinaryOperator::HashLongArrow => {
            let keys = literal(right).and_then(|keys| keys.strip_prefix('{')?.strip_suffix('}'));
            let Some(keys) = keys else {
                return plan_err!("{shown} takes keys in braces: {left} {shown} '{{plan,seats}}'");
            };
            pointer(keys)
        }
        _ => right.clone(),
    };
    Ok(Some(function(name, vec![left.clone(), path])))
}

/// The call that `value:key.other[0]` of Snowflake stands for.
///
/// # Errors
/// If a step is neither a name nor a constant.
pub(super) fn path(value: &Expr, path: &JsonPath) -> Result<Expr, DataFusionError> {
    let mut pointer_text = String::new();
    for step in &path.path {
        let key = match step {
            JsonPathElem::Dot { key, .. } => Some(key.as_str()),
            JsonPathElem::Bracket { key } | JsonPathElem::ColonBracket { key } => step_key(key),
        };
        let Some(key) = key else {
            return plan_err!("{value}{path} takes names and constants: write {value} -> key");
        };
        pointer_text.push('/');
        pointer_text.push_str(&escaped(key));
    }
    let arguments = vec![value.clone(), text(&pointer_text)];
    Ok(function("json_extract", arguments))
}

/// A key or a place in a list.
fn step_key(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Value(value) => match &value.value {
            Value::SingleQuotedString(text) | Value::Number(text, _) => Some(text),
            _ => None,
        },
        _ => None,
    }
}

/// A key as a step of a JSON pointer.
fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

fn literal(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Value(value) => match &value.value {
            Value::SingleQuotedString(text) => Some(text),
            _ => None,
        },
        _ => None,
    }
}

/// `a,0,"b c"` as `/a/0/b c`.
fn pointer(keys: &str) -> Expr {
    if keys.trim().is_empty() {
        return text("$");
    }
    let keys = keys.split(',').map(|key| {
        let key = key.trim();
        let bare = key.strip_prefix('"').and_then(|key| key.strip_suffix('"'));
        escaped(bare.unwrap_or(key))
    });
    text(&keys.fold(String::new(), |path, key| path + "/" + &key))
}

/// The call that a cast to JSON stands for.
pub(super) fn cast(kind: &CastKind, expr: &Expr, data_type: &DataType) -> Option<Expr> {
    let name = match kind {
        CastKind::Cast | CastKind::DoubleColon => "json",
        CastKind::TryCast | CastKind::SafeCast => "try_json",
    };
    let is_json = matches!(data_type, DataType::JSON | DataType::JSONB);
    is_json.then(|| function(name, vec![expr.clone()]))
}

//! Functions that are here under another name and take the same arguments.

use datafusion::sql::sqlparser::ast::{BinaryOperator, DataType, Expr, Function};

use super::{binary, cast, function, set_name, text};

/// Name there, name here.
const RENAMED: [(&str, &str); 10] = [
    ("list_min", "array_min"),
    ("list_value", "make_array"),
    ("split", "string_to_array"),
    ("jsonb_build_object", "json_build_object"),
    ("jsonb_build_array", "json_build_array"),
    ("statement_timestamp", "now"),
    ("transaction_timestamp", "now"),
    ("truncate", "trunc"),
    ("greatest_common_divisor", "gcd"),
    ("least_common_multiple", "lcm"),
];

/// Gives `call` the name that the function has here.
pub(super) fn rename(name: &str, call: &mut Function) {
    if let Some((_, here)) = RENAMED.iter().find(|(there, _)| *there == name) {
        set_name(call, here);
    }
}

/// The expression that a call with these arguments is.
pub(super) fn equivalent(name: &str, arguments: &[Expr]) -> Option<Expr> {
    Some(match (name, arguments) {
        // UTF-8 both ways, as a cast.
        ("decode", [bytes]) => cast(bytes, DataType::Varchar(None)),
        ("encode", [written]) => cast(written, DataType::Bytea),
        ("regexp_full_match", [whole, pattern]) => {
            let opened = binary(&text("^(?:"), BinaryOperator::StringConcat, pattern);
            let closed = binary(&opened, BinaryOperator::StringConcat, &text(")$"));
            function("regexp_like", vec![whole.clone(), closed])
        }
        _ => return None,
    })
}

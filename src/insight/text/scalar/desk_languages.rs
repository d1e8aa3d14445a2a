//! The languages of the desk become arguments of the calls that need them.
//!
//! They belong to the session, and a plan may run in another one.

use arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::common::tree_node::Transformed;
use datafusion::logical_expr::{Expr, lit};

use super::specification::TextFunction;

/// `language(text)` and `sentiment(text)` with the languages of the desk, if it names any; other expressions as
/// they are.
pub(crate) fn with_desk_languages(mut expr: Expr, languages: &[String]) -> Transformed<Expr> {
    let Expr::ScalarFunction(call) = &mut expr else {
        return Transformed::no(expr);
    };
    let Some(function) = call.func.inner().downcast_ref::<TextFunction>() else {
        return Transformed::no(expr);
    };
    let takes_them = function.spec.carries_languages || function.spec.name == "language";
    let place = if function.spec.carries_languages {
        function.spec.parameters.len()
    } else {
        1
    };
    if !takes_them || languages.is_empty() || call.args.len() > place {
        return Transformed::no(expr);
    }
    call.args
        .resize_with(place, || lit(ScalarValue::Utf8(None)));
    let codes: Vec<_> = languages
        .iter()
        .map(|code| ScalarValue::from(code.as_str()))
        .collect();
    let list = ScalarValue::new_list_nullable(&codes, &DataType::Utf8);
    call.args.push(lit(ScalarValue::List(list)));
    Transformed::yes(expr)
}

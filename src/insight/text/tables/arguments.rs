//! Arguments that several of these functions take.

use arrow::array::{Array, AsArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::logical_expr::{Expr, ExprSchemable};

use crate::functions::declaration::parameter::unpacked;
use crate::insight::table_function::{TableCall, TableOption, optional, required};
use crate::insight::text::scalar::USUAL_LANGUAGE;
use crate::sql_type;

pub(super) const TEXT: TableOption = required("text", "The column with what was written.");

pub(super) const LANGUAGE: TableOption = optional(
    "language",
    "'en'",
    "ISO 639-1 code of the texts, for stems and words that say nothing; when absent the first of `[text] languages` \
     in deskql.toml, else 'en'.",
);

pub(super) const STOP: TableOption = optional(
    "stop",
    "[..]",
    "Further words to leave out, such as the name of the product: `['acme', 'app']`.",
);

pub(super) const REDACT: TableOption = optional(
    "redact",
    "true",
    "False shows examples with the mail addresses, numbers of accounts, cards and phones that are in them.",
);

/// The column of texts.
///
/// # Errors
/// When it is of another type.
pub(super) fn text(call: &mut TableCall<'_>) -> Result<Expr> {
    let text = call.required("text")?;
    let data_type = text.get_type(call.input().schema())?;
    if data_type.is_null() || unpacked(&data_type).is_string() {
        return Ok(text);
    }
    plan_err!(
        "{}: text must be a text, not {}",
        call.function(),
        sql_type::name(&data_type)
    )
}

/// The language of the texts: that of the call, or the first of the desk's.
///
/// # Errors
/// When it is no code of two letters.
pub(super) fn language(call: &mut TableCall<'_>) -> Result<String> {
    let Some(given) = call.text("language")? else {
        let desk = call.desk_languages();
        return Ok(desk
            .first()
            .map_or(USUAL_LANGUAGE, String::as_str)
            .to_owned());
    };
    let code = given.to_lowercase();
    if code.len() == 2 && code.bytes().all(|letter| letter.is_ascii_lowercase()) {
        return Ok(code);
    }
    plan_err!(
        "{}: language is a code of two letters such as 'en', not '{given}'",
        call.function()
    )
}

/// The caller's stop words.
///
/// # Errors
/// When they are no constant list of texts.
pub(super) fn stop(call: &mut TableCall<'_>) -> Result<Vec<String>> {
    let Some(value) = call.constant("stop")? else {
        return Ok(vec![]);
    };
    if let Some(Some(word)) = value.try_as_str() {
        return Ok(vec![word.to_owned()]);
    }
    let words = match &value {
        ScalarValue::List(list) => list.values(),
        ScalarValue::LargeList(list) => list.values(),
        ScalarValue::FixedSizeList(list) => list.values(),
        other => return no_list(call, other),
    };
    if !words.data_type().is_string() && !words.data_type().is_null() {
        return no_list(call, &value);
    }
    let words = cast(words, &DataType::Utf8)?;
    let words = words.as_string::<i32>().iter().flatten();
    Ok(words.map(str::to_owned).collect())
}

fn no_list(call: &TableCall<'_>, value: &ScalarValue) -> Result<Vec<String>> {
    plan_err!(
        "{}: stop is a list of words such as ['acme', 'app'], not {value}",
        call.function()
    )
}

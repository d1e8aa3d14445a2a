//! Functions that encode the texts of an event as its [`EventCode`], below the sort.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StringViewArray, StringViewBuilder, UInt32Array};
use arrow::datatypes::{DataType, UInt32Type};
use datafusion::common::{Result, internal_err};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::vocabulary::{ActorRole, ChangedField, EventCode, EventKind, EventVisibility};

/// `event_code(kind, actor_role, is_public, field, old_value, new_value)`.
pub(super) fn code(arguments: Vec<Expr>) -> Expr {
    call(EventEncodingKind::Code, arguments)
}

/// `event_text(event_code, value)`: the value if the facts need its text, else NULL.
pub(super) fn text(code: Expr, value: Expr) -> Expr {
    call(EventEncodingKind::Text, vec![code, value])
}

fn call(step: EventEncodingKind, arguments: Vec<Expr>) -> Expr {
    function(step).call(arguments)
}

/// Both functions, which deserialized plans look up by name.
pub(super) fn functions() -> [ScalarUDF; 2] {
    [EventEncodingKind::Code, EventEncodingKind::Text].map(function)
}

fn function(step: EventEncodingKind) -> ScalarUDF {
    ScalarUDF::from(EventEncodingFunction {
        step,
        signature: Signature::variadic_any(Volatility::Immutable),
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum EventEncodingKind {
    Code,
    Text,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct EventEncodingFunction {
    step: EventEncodingKind,
    signature: Signature,
}

impl ScalarUDFImpl for EventEncodingFunction {
    fn name(&self) -> &str {
        match self.step {
            EventEncodingKind::Code => "event_code",
            EventEncodingKind::Text => "event_text",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(match self.step {
            EventEncodingKind::Code => DataType::UInt32,
            EventEncodingKind::Text => DataType::Utf8View,
        })
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let columns = ColumnarValue::values_to_arrays(&args.args)?;
        let column: ArrayRef = match self.step {
            EventEncodingKind::Code => Arc::new(codes(&columns)?),
            EventEncodingKind::Text => Arc::new(texts(&columns)?),
        };
        Ok(ColumnarValue::Array(column))
    }
}

fn codes(columns: &[ArrayRef]) -> Result<UInt32Array> {
    let [kinds, roles, public, fields, old, new] = columns else {
        return internal_err!("event_code takes six arguments");
    };
    let (kinds, roles) = (kinds.as_string_view(), roles.as_string_view());
    let (fields, public) = (fields.as_string_view(), public.as_boolean());
    let (old, new) = (old.as_string_view(), new.as_string_view());
    let mut kind_of = WordParseCache::new(EventKind::parse, EventKind::Other);
    let mut role_of = WordParseCache::new(ActorRole::parse, ActorRole::Unknown);
    let mut field_of = WordParseCache::new(ChangedField::parse, ChangedField::Other);
    let code = |row: usize| {
        let field = field_of.meaning(fields, row);
        let code = EventCode::new(
            kind_of.meaning(kinds, row),
            role_of.meaning(roles, row),
            match (public.is_valid(row), public.value(row)) {
                (false, _) => EventVisibility::Unknown,
                (true, false) => EventVisibility::Internal,
                (true, true) => EventVisibility::Public,
            },
            field,
        );
        match field {
            ChangedField::Status | ChangedField::Escalated => {
                code.with_values(field, value(old, row), value(new, row)).0
            }
            _ => code.0,
        }
    };
    Ok(UInt32Array::from_iter_values((0..kinds.len()).map(code)))
}

fn texts(columns: &[ArrayRef]) -> Result<StringViewArray> {
    let [codes, values] = columns else {
        return internal_err!("event_text takes two arguments");
    };
    let (codes, values) = (codes.as_primitive::<UInt32Type>(), values.as_string_view());
    let mut kept = StringViewBuilder::with_capacity(values.len());
    for row in 0..values.len() {
        let code = EventCode(codes.value(row));
        let keeps = code.kind() == EventKind::Change && code.field().keeps_text();
        kept.append_option(if keeps { value(values, row) } else { None });
    }
    Ok(kept.finish())
}

fn value(column: &StringViewArray, row: usize) -> Option<&str> {
    column.is_valid(row).then(|| column.value(row))
}

/// Cache of the parsed words of a column. A word of up to twelve bytes is inlined in its view, so
/// that equal words have equal views in every row.
struct WordParseCache<T> {
    known: Vec<(u128, T)>,
    parse: fn(&str) -> T,
    absent: T,
}

/// Maximum number of cached words; others are parsed for each row.
const REMEMBERED: usize = 16;
const INLINE: u128 = 12;

impl<T: Copy> WordParseCache<T> {
    fn new(parse: fn(&str) -> T, absent: T) -> Self {
        Self {
            known: Vec::with_capacity(REMEMBERED),
            parse,
            absent,
        }
    }

    fn meaning(&mut self, column: &StringViewArray, row: usize) -> T {
        if column.is_null(row) {
            return self.absent;
        }
        let view = column.views()[row];
        let is_inline = view & u128::from(u32::MAX) <= INLINE;
        if is_inline && let Some((_, meaning)) = self.known.iter().find(|(known, _)| *known == view)
        {
            return *meaning;
        }
        let meaning = (self.parse)(column.value(row));
        if is_inline && self.known.len() < REMEMBERED {
            self.known.push((view, meaning));
        }
        meaning
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::BooleanArray;

    use super::super::vocabulary::TicketStatus;
    use super::*;

    fn words(words: &[Option<&str>]) -> ArrayRef {
        Arc::new(StringViewArray::from(words.to_vec()))
    }

    #[test]
    fn events_are_read_with_nulls_and_unknown_words() {
        let columns = [
            words(&[
                Some("created"),
                Some("change"),
                None,
                Some("a kind nobody knows of"),
            ]),
            words(&[Some("customer"), Some("AGENT"), None, Some("robot")]),
            Arc::new(BooleanArray::from(vec![
                Some(true),
                Some(false),
                None,
                None,
            ])),
            words(&[None, Some("status"), Some("team"), None]),
            words(&[None, Some("new"), None, None]),
            words(&[None, Some("open"), Some("billing"), None]),
        ];
        let codes = codes(&columns).unwrap();
        let code = |row: usize| EventCode(codes.value(row));
        assert_eq!(
            (code(0).kind(), code(0).role()),
            (EventKind::Created, ActorRole::Customer)
        );
        assert_eq!(
            (code(1).kind(), code(1).role()),
            (EventKind::Change, ActorRole::Agent)
        );
        assert_eq!(code(1).old_status(), Some(TicketStatus::New));
        assert_eq!(code(1).new_status(), Some(TicketStatus::Open));
        assert_eq!(
            (code(2).kind(), code(2).role()),
            (EventKind::Other, ActorRole::Unknown)
        );
        assert_eq!(code(2).field(), ChangedField::Team);
        assert_eq!(
            (code(3).kind(), code(3).role()),
            (EventKind::Other, ActorRole::Unknown)
        );
        assert_eq!(code(3).public(), EventVisibility::Unknown);
    }
}

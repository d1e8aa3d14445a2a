//! Types of fields, from all values of all rows.

use datafusion::arrow::datatypes::{DataType, Field, Fields};
use indexmap::IndexMap;
use serde::de::{Deserializer, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::key::for_each_member;
use super::{JsonProblem, NOT_UTF8};

/// Below so many levels, values are JSON text.
const DEEPEST: usize = 24;

/// An object with more different keys over all rows has keys that are values: it is JSON text.
const MOST_KEYS: usize = 1000;

/// Greatest whole number up to which a double holds each.
const EXACT_IN_DOUBLE: u64 = 1 << 53;

/// Kinds of the values of one field.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct ValueKinds(u16);

impl ValueKinds {
    const BOOLEAN: u16 = 1;
    const INTEGER: u16 = 1 << 1;
    /// Whole number that a double does not hold exactly.
    const WIDE: u16 = 1 << 2;
    /// Whole number beyond 64 bits, of up to 38 digits.
    const DECIMAL: u16 = 1 << 3;
    const DOUBLE: u16 = 1 << 4;
    /// Number beyond all types.
    const HUGE: u16 = 1 << 5;
    const TEXT: u16 = 1 << 6;
    const OBJECT: u16 = 1 << 7;
    const LIST: u16 = 1 << 8;
    /// Too deep or with too many keys to be taken apart.
    const OPAQUE: u16 = 1 << 9;

    fn of_number(text: &str) -> u16 {
        if text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'-')
        {
            return match text.parse::<i64>() {
                Ok(number) if number.unsigned_abs() <= EXACT_IN_DOUBLE => Self::INTEGER,
                Ok(_) => Self::INTEGER | Self::WIDE,
                Err(_) if text.trim_start_matches('-').len() <= 38 => Self::DECIMAL,
                Err(_) => Self::HUGE,
            };
        }
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Self::DOUBLE,
            _ => Self::HUGE,
        }
    }
}

/// Values that one field had so far.
#[derive(Debug, Clone, Default)]
struct ObservedField {
    kinds: ValueKinds,
    members: ObservedFields,
    elements: Option<Box<Self>>,
}

/// Fields of an object, in the order in which they appeared.
#[derive(Debug, Clone, Default)]
pub(crate) struct ObservedFields {
    fields: IndexMap<String, (ObservedField, u64)>,
    /// Number of objects so far, by which a key that is there twice is known.
    objects: u64,
}

impl ObservedFields {
    /// Takes in the row that begins on `line`.
    ///
    /// # Errors
    /// If it is not JSON, or has a key twice in one object.
    pub(crate) fn add_row(&mut self, row: &[u8], line: u64) -> Result<(), JsonProblem> {
        let text = std::str::from_utf8(row).map_err(|error| {
            let before = &row[..error.valid_up_to()];
            JsonProblem::new(line + line_breaks(before), NOT_UTF8)
        })?;
        let added = self.add(text, 0);
        added.map_err(|error| row_problem(&error, line))
    }

    fn add(&mut self, object: &str, depth: usize) -> serde_json::Result<()> {
        self.objects += 1;
        let mut next = 0;
        for_each_member(object, |key, value| {
            let key = key.0.as_ref();
            let index = self.index(key, next);
            next = index + 1;
            let (field, last) = &mut self.fields[index];
            if *last == self.objects {
                return Err(format!("the key {key:?} is there twice in one object"));
            }
            *last = self.objects;
            field.add(value, depth).map_err(|error| error.to_string())
        })
    }

    /// Place of `key`, which is most often the one behind the key before it.
    fn index(&mut self, key: &str, likely: usize) -> usize {
        if let Some((known, _)) = self.fields.get_index(likely)
            && known == key
        {
            return likely;
        }
        match self.fields.get_index_of(key) {
            Some(index) => index,
            None => {
                self.fields
                    .insert_full(key.to_owned(), Default::default())
                    .0
            }
        }
    }

    /// Takes in the fields of another file.
    pub(crate) fn merge(&mut self, other: &Self) {
        for (key, (field, _)) in &other.fields {
            let index = self.index(key, usize::MAX);
            self.fields[index].0.merge(field);
        }
    }

    /// Fields with the types that hold every value.
    pub(crate) fn types(&self) -> Fields {
        let fields = self.fields.iter();
        fields
            .map(|(name, (field, _))| Field::new(name, field.data_type(), true))
            .collect()
    }

    /// True if a value must be turned into text.
    pub(crate) fn has_json_text(&self) -> bool {
        self.fields.values().any(|(field, _)| field.has_json_text())
    }
}

impl ObservedField {
    fn add(&mut self, value: &str, depth: usize) -> serde_json::Result<()> {
        let first = value.as_bytes().first().copied().unwrap_or_default();
        self.kinds.0 |= match first {
            b'n' => 0,
            b't' | b'f' => ValueKinds::BOOLEAN,
            b'"' => ValueKinds::TEXT,
            b'{' | b'[' if self.is_text(depth) => ValueKinds::OPAQUE,
            b'{' => {
                self.members.add(value, depth + 1)?;
                ValueKinds::OBJECT
            }
            b'[' => {
                self.add_elements(value, depth + 1)?;
                ValueKinds::LIST
            }
            _ => ValueKinds::of_number(value),
        };
        Ok(())
    }

    /// True if the field is text whatever follows, so that nothing within a value matters.
    fn is_text(&self, depth: usize) -> bool {
        self.kinds.0 & ValueKinds::OPAQUE != 0
            || depth >= DEEPEST
            || self.members.fields.len() > MOST_KEYS
    }

    fn add_elements(&mut self, list: &str, depth: usize) -> serde_json::Result<()> {
        struct ElementVisitor<'a>(&'a mut ObservedField, usize);
        impl<'de> Visitor<'de> for ElementVisitor<'_> {
            type Value = ();

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a list")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
                while let Some(element) = seq.next_element::<&'de RawValue>()? {
                    let added = self.0.add(element.get(), self.1);
                    added.map_err(|error| serde::de::Error::custom(plain(&error)))?;
                }
                Ok(())
            }
        }
        let elements = self.elements.get_or_insert_default();
        serde_json::Deserializer::from_str(list).deserialize_seq(ElementVisitor(elements, depth))
    }

    fn merge(&mut self, other: &Self) {
        self.kinds.0 |= other.kinds.0;
        self.members.merge(&other.members);
        if let Some(elements) = &other.elements {
            self.elements.get_or_insert_default().merge(elements);
        }
    }

    /// Type that holds every value. A field without values is text.
    fn data_type(&self) -> DataType {
        const WHOLE: u16 = ValueKinds::INTEGER | ValueKinds::WIDE;
        match self.kinds.0 {
            ValueKinds::BOOLEAN => DataType::Boolean,
            kinds if kinds != 0 && kinds & !WHOLE == 0 => DataType::Int64,
            kinds if kinds & ValueKinds::DECIMAL != 0 && self.is_whole() => {
                DataType::Decimal128(38, 0)
            }
            kinds if kinds & !(ValueKinds::INTEGER | ValueKinds::DOUBLE) == 0 && kinds != 0 => {
                DataType::Float64
            }
            ValueKinds::OBJECT if self.has_struct() => DataType::Struct(self.members.types()),
            ValueKinds::LIST => {
                let element = self.elements.as_ref();
                let element = element.map_or(DataType::Utf8, |element| element.data_type());
                DataType::new_list(element, true)
            }
            _ => DataType::Utf8,
        }
    }

    fn is_whole(&self) -> bool {
        let whole = ValueKinds::INTEGER | ValueKinds::WIDE | ValueKinds::DECIMAL;
        self.kinds.0 & !whole == 0
    }

    fn has_struct(&self) -> bool {
        (1..=MOST_KEYS).contains(&self.members.fields.len())
    }

    fn has_json_text(&self) -> bool {
        match self.data_type() {
            DataType::Utf8 => self.kinds.0 & !ValueKinds::TEXT != 0,
            DataType::Struct(_) => self.members.has_json_text(),
            DataType::List(_) => {
                let elements = self.elements.as_ref();
                elements.is_some_and(|elements| elements.has_json_text())
            }
            _ => false,
        }
    }
}

pub(super) fn line_breaks(text: &[u8]) -> u64 {
    text.iter().map(|byte| u64::from(*byte == b'\n')).sum()
}

/// Problem of the row that begins on `line`.
pub(super) fn row_problem(error: &serde_json::Error, line: u64) -> JsonProblem {
    let below = u64::try_from(error.line()).unwrap_or_default();
    let text = plain(error);
    let what = match error.classify() {
        serde_json::error::Category::Data => text,
        _ => format!("not JSON: {text}"),
    };
    JsonProblem::new(line + below.saturating_sub(1), what)
}

/// Message of an error without its position.
fn plain(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rsplit_once(" at line ") {
        Some((what, place))
            if place
                .bytes()
                .all(|byte| byte.is_ascii_digit() || b" column".contains(&byte)) =>
        {
            what.to_owned()
        }
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use DataType::{Boolean, Decimal128, Float64, Int64, Utf8};

    fn fields(rows: &[&str]) -> ObservedFields {
        let mut fields = ObservedFields::default();
        for row in rows {
            fields.add_row(row.as_bytes(), 1).unwrap();
        }
        fields
    }

    /// Type of a field with these values.
    fn data_type(values: &[&str]) -> (DataType, bool) {
        let rows = values.iter().map(|value| format!("{{\"v\": {value}}}"));
        let rows: Vec<String> = rows.collect();
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let fields = fields(&rows);
        (
            fields.types()[0].data_type().clone(),
            fields.has_json_text(),
        )
    }

    #[test]
    fn numbers_keep_their_digits() {
        for (values, expected) in [
            (vec!["1", "-20", "0", "-0"], Int64),
            (vec!["9223372036854775807", "-9223372036854775808"], Int64),
            (vec!["9223372036854775808", "1"], Decimal128(38, 0)),
            (
                vec!["99999999999999999999999999999999999999"],
                Decimal128(38, 0),
            ),
            (vec!["999999999999999999999999999999999999999"], Utf8),
            (vec!["1", "2.5", "1e3", "9007199254740992"], Float64),
            (vec!["2.5", "9007199254740993"], Utf8),
            (vec!["1e400"], Utf8),
            (vec!["9223372036854775808", "0.5"], Utf8),
        ] {
            let is_text = expected == Utf8;
            assert_eq!(data_type(&values), (expected, is_text), "{values:?}");
        }
    }

    #[test]
    fn different_types_are_text() {
        for (values, expected, is_converted) in [
            (vec!["null", "true"], Boolean, false),
            (vec!["null"], Utf8, false),
            (vec!["\"a\"", "null"], Utf8, false),
            (vec!["\"a\"", "1"], Utf8, true),
            (vec!["true", "1"], Utf8, true),
            (vec!["{}", "{}"], Utf8, true),
            (vec!["{\"a\":1}", "\"bot\""], Utf8, true),
            (vec!["[1,2]", "1"], Utf8, true),
            (vec!["[]", "null"], DataType::new_list(Utf8, true), false),
            (
                vec!["[1]", "[null, 2]"],
                DataType::new_list(Int64, true),
                false,
            ),
            (vec!["[1,\"a\"]"], DataType::new_list(Utf8, true), true),
        ] {
            assert_eq!(data_type(&values), (expected, is_converted), "{values:?}");
        }
    }

    #[test]
    fn members_merge_over_rows_and_files() {
        let mut one = fields(&[
            "{\"b\":{\"x\":1},\"a\":[{\"k\":1}]}",
            "{\"c\":1,\"b\":{\"y\":2}}",
        ]);
        one.merge(&fields(&[
            "{\"d\":1,\"b\":{\"x\":1.5},\"a\":[{\"k\":\"s\"}]}",
        ]));
        let field = |name: &str, data_type| Field::new(name, data_type, true);
        let element = DataType::Struct(Fields::from(vec![field("k", Utf8)]));
        let expected = vec![
            field(
                "b",
                DataType::Struct(vec![field("x", Float64), field("y", Int64)].into()),
            ),
            field("a", DataType::new_list(element, true)),
            field("c", Int64),
            field("d", Int64),
        ];
        assert_eq!(one.types(), Fields::from(expected));
        assert!(one.has_json_text());
    }

    #[test]
    fn bad_rows_are_told() {
        let problem = |row: &str| {
            let problem = ObservedFields::default()
                .add_row(row.as_bytes(), 7)
                .unwrap_err();
            (problem.line, problem.what)
        };
        let twice = "the key \"a\" is there twice in one object".to_owned();
        assert_eq!(problem("{\"a\":1,\n\"a\":2}").1, twice);
        assert_eq!(problem("{\"b\":[{\"a\":1,\"a\":2}]}").1, twice);
        let (line, what) = problem("{\"a\":\n nope}");
        assert_eq!(line, 8);
        assert!(what.starts_with("not JSON: expected ident"), "{what}");
    }
}

//! Narrowest common type of two types, and schemas merged column by column.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Fields, Schema, TimeUnit};
use indexmap::IndexMap;

/// Conflict of two files whose columns have no common type.
#[derive(Debug)]
pub(crate) struct ColumnTypeConflict {
    pub(crate) column: String,
    /// File and type.
    pub(crate) left: (String, DataType),
    /// File and type.
    pub(crate) right: (String, DataType),
}

/// Columns of several files, by name, in order of first appearance.
#[derive(Debug, Default)]
pub(crate) struct MergedColumns {
    columns: IndexMap<String, (FieldRef, String)>,
}

impl MergedColumns {
    /// Widens the columns so that they also hold those of `file`.
    pub(crate) fn add(&mut self, schema: &Schema, file: &str) -> Result<(), ColumnTypeConflict> {
        for field in schema.fields() {
            let data_type = value_type(field.data_type());
            let Some((known, origin)) = self.columns.get_mut(field.name()) else {
                let field = Field::new(field.name(), data_type, true);
                let entry = (Arc::new(field), file.to_owned());
                self.columns.insert(entry.0.name().clone(), entry);
                continue;
            };
            let Some(wide) = widen(known.data_type(), &data_type) else {
                return Err(ColumnTypeConflict {
                    column: field.name().clone(),
                    left: (origin.clone(), known.data_type().clone()),
                    right: (file.to_owned(), field.data_type().clone()),
                });
            };
            if wide != *known.data_type() {
                *known = Arc::new(known.as_ref().clone().with_data_type(wide));
                file.clone_into(origin);
            }
        }
        Ok(())
    }

    pub(crate) fn into_fields(self) -> Fields {
        self.columns.into_values().map(|(field, _)| field).collect()
    }
}

/// Type without dictionaries at any depth: their keys overflow when files are combined.
pub(crate) fn value_type(data_type: &DataType) -> DataType {
    let inner = |field: &FieldRef| {
        let data_type = value_type(field.data_type());
        Arc::new(field.as_ref().clone().with_data_type(data_type))
    };
    match data_type {
        DataType::Dictionary(_, value) => match value_type(value) {
            DataType::Utf8 | DataType::LargeUtf8 => DataType::Utf8View,
            DataType::Binary | DataType::LargeBinary => DataType::BinaryView,
            other => other,
        },
        DataType::List(field) => DataType::List(inner(field)),
        DataType::LargeList(field) => DataType::LargeList(inner(field)),
        DataType::FixedSizeList(field, size) => DataType::FixedSizeList(inner(field), *size),
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(inner).collect()),
        other => other.clone(),
    }
}

/// Narrowest type that holds both; `None` if there is none.
pub(crate) fn widen(a: &DataType, b: &DataType) -> Option<DataType> {
    use DataType::{BinaryView, Date32, Date64, Float64, Null, Struct, Timestamp, Utf8View};
    if a == b {
        return Some(a.clone());
    }
    match (a, b) {
        (Null, other) | (other, Null) => Some(other.clone()),
        (Struct(left), Struct(right)) => widen_struct(left, right),
        (Timestamp(u, zone), Timestamp(v, other)) => Some(Timestamp(
            finer(*u, *v),
            widen_zone(zone.as_ref(), other.as_ref()),
        )),
        (Date32 | Date64, Timestamp(unit, zone)) | (Timestamp(unit, zone), Date32 | Date64) => {
            Some(Timestamp(*unit, zone.clone()))
        }
        (Date32, Date64) | (Date64, Date32) => Some(Date64),
        _ if is_list(a) && is_list(b) => widen_list(a, b),
        _ if is_text(a) && is_text(b) => Some(Utf8View),
        _ if is_binary(a) && is_binary(b) => Some(BinaryView),
        _ if a.is_integer() && b.is_integer() => widen_integers(a, b),
        _ if is_decimal(a) || is_decimal(b) => widen_decimals(a, b),
        _ if a.is_numeric() && b.is_numeric() => Some(Float64),
        _ => None,
    }
}

fn is_text(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View
    )
}

fn is_binary(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Binary
            | DataType::LargeBinary
            | DataType::BinaryView
            | DataType::FixedSizeBinary(_)
    )
}

fn is_list(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::List(_) | DataType::LargeList(_) | DataType::FixedSizeList(_, _)
    )
}

fn is_decimal(data_type: &DataType) -> bool {
    data_type.is_decimal()
}

fn finer(a: TimeUnit, b: TimeUnit) -> TimeUnit {
    a.max(b)
}

/// A time without a zone is interpreted as UTC if the other one has a zone.
fn widen_zone(a: Option<&Arc<str>>, b: Option<&Arc<str>>) -> Option<Arc<str>> {
    match (a, b) {
        (None, None) => None,
        (Some(a), Some(b)) if a == b => Some(Arc::clone(a)),
        _ => Some(Arc::from("UTC")),
    }
}

fn widen_struct(left: &Fields, right: &Fields) -> Option<DataType> {
    let mut merged = MergedColumns::default();
    merged.add(&Schema::new(left.clone()), "").ok()?;
    merged.add(&Schema::new(right.clone()), "").ok()?;
    Some(DataType::Struct(merged.into_fields()))
}

fn widen_list(a: &DataType, b: &DataType) -> Option<DataType> {
    let (left, right) = (item(a)?, item(b)?);
    let wide = widen(left.data_type(), right.data_type())?;
    let field = Field::new(left.name(), wide, true);
    let large = matches!(a, DataType::LargeList(_)) || matches!(b, DataType::LargeList(_));
    Some(if large {
        DataType::LargeList(Arc::new(field))
    } else {
        DataType::List(Arc::new(field))
    })
}

fn item(list: &DataType) -> Option<&FieldRef> {
    match list {
        DataType::List(field) | DataType::LargeList(field) | DataType::FixedSizeList(field, _) => {
            Some(field)
        }
        _ => None,
    }
}

fn widen_integers(a: &DataType, b: &DataType) -> Option<DataType> {
    let bits = |data_type: &DataType| data_type.primitive_width().map(|bytes| bytes * 8);
    let (left, right) = (bits(a)?, bits(b)?);
    if a.is_signed_integer() == b.is_signed_integer() {
        return Some(if left >= right { a.clone() } else { b.clone() });
    }
    let (signed, unsigned) = if a.is_signed_integer() {
        (left, right)
    } else {
        (right, left)
    };
    Some(match signed.max(unsigned * 2) {
        16 => DataType::Int16,
        32 => DataType::Int32,
        64 => DataType::Int64,
        _ => DataType::Decimal128(20, 0),
    })
}

fn widen_decimals(a: &DataType, b: &DataType) -> Option<DataType> {
    if a.is_floating() || b.is_floating() {
        return Some(DataType::Float64);
    }
    let ((p, s), (q, t)) = (digits(a)?, digits(b)?);
    let whole = (i16::from(p) - i16::from(s)).max(i16::from(q) - i16::from(t));
    let scale = s.max(t);
    let precision = u8::try_from(whole + i16::from(scale)).ok()?;
    match precision {
        0..=38 => Some(DataType::Decimal128(precision.max(1), scale)),
        39..=76 => Some(DataType::Decimal256(precision, scale)),
        _ => None,
    }
}

/// Precision and scale of a decimal, or of a decimal that holds the integer type.
fn digits(data_type: &DataType) -> Option<(u8, i8)> {
    match data_type {
        DataType::Decimal32(p, s)
        | DataType::Decimal64(p, s)
        | DataType::Decimal128(p, s)
        | DataType::Decimal256(p, s) => Some((*p, *s)),
        DataType::Int8 | DataType::UInt8 => Some((3, 0)),
        DataType::Int16 | DataType::UInt16 => Some((5, 0)),
        DataType::Int32 | DataType::UInt32 => Some((10, 0)),
        DataType::Int64 | DataType::UInt64 => Some((20, 0)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use DataType::{
        Boolean, Date32, Decimal128, Float64, Int8, Int32, Int64, UInt8, UInt64, Utf8, Utf8View,
    };

    #[test]
    fn numbers_widen_to_what_holds_both() {
        assert_eq!(widen(&Int32, &Int64), Some(Int64));
        assert_eq!(widen(&UInt8, &Int8), Some(DataType::Int16));
        assert_eq!(widen(&UInt64, &Int8), Some(Decimal128(20, 0)));
        assert_eq!(widen(&Int64, &Float64), Some(Float64));
        assert_eq!(
            widen(&Decimal128(10, 2), &Decimal128(8, 4)),
            Some(Decimal128(12, 4))
        );
        assert_eq!(widen(&Decimal128(10, 2), &Int32), Some(Decimal128(12, 2)));
    }

    #[test]
    fn times_widen_and_strangers_do_not() {
        let naive = DataType::Timestamp(TimeUnit::Millisecond, None);
        let zoned = DataType::Timestamp(TimeUnit::Second, Some("UTC".into()));
        let both = DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into()));
        assert_eq!(widen(&naive, &zoned), Some(both));
        assert_eq!(widen(&Date32, &naive), Some(naive.clone()));
        assert_eq!(widen(&Utf8, &Utf8View), Some(Utf8View));
        assert_eq!(widen(&Utf8, &Int64), None);
        assert_eq!(widen(&Boolean, &Int64), None);
    }

    #[test]
    fn dictionaries_become_their_values() {
        let dictionary = DataType::Dictionary(Box::new(Int8), Box::new(Utf8));
        assert_eq!(value_type(&dictionary), Utf8View);
        let list = DataType::new_list(dictionary, true);
        assert_eq!(value_type(&list), DataType::new_list(Utf8View, true));
    }
}

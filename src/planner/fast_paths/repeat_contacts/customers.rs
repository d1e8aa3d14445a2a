//! Dense numbers of customers, which index vectors of their state.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Int64Type, Schema};
use datafusion::common::{HashMap, Result};
use datafusion::logical_expr::EmitTo;
use datafusion::physical_plan::aggregates::group_values::{GroupValues, new_group_values};
use datafusion::physical_plan::aggregates::order::GroupOrdering;

use super::contact_query::RepeatContactRequest;

/// Assigns equal numbers, from 0 on, to equal keys; NULL is a key like any other.
pub(super) enum CustomerNumbering {
    Ids(CustomerIdNumbering),
    Interned(Box<dyn GroupValues>),
}

/// Integer ids: those of a compact span are their own numbers, others are numbered in order of
/// appearance.
#[derive(Debug)]
pub(super) struct CustomerIdNumbering {
    least: i64,
    span: usize,
    others: HashMap<i64, usize>,
    by_number: Vec<i64>,
}

impl CustomerNumbering {
    /// # Errors
    /// When keys of these types cannot be compared.
    pub(super) fn new(request: &RepeatContactRequest) -> Result<Self> {
        if let [key] = request.keys.as_slice()
            && fits_i64(key)
        {
            let (least, span) = request.span_of_ids.unwrap_or_default();
            return Ok(Self::Ids(CustomerIdNumbering {
                least,
                span,
                others: HashMap::default(),
                by_number: vec![],
            }));
        }
        let fields = request.keys.iter().enumerate();
        let fields: Vec<_> = fields
            .map(|(at, key)| Field::new(format!("key {at}"), key.clone(), true))
            .collect();
        let values = new_group_values(Arc::new(Schema::new(fields)), &GroupOrdering::None)?;
        Ok(Self::Interned(values))
    }

    /// Writes the number of each row to `numbers`.
    ///
    /// # Errors
    /// When the keys do not have the types of the request.
    pub(super) fn numbers(&mut self, keys: &[ArrayRef], numbers: &mut Vec<usize>) -> Result<()> {
        numbers.clear();
        match self {
            Self::Ids(ids) => {
                let keys = cast(&keys[0], &DataType::Int64)?;
                ids.numbers(keys.as_primitive::<Int64Type>(), numbers);
                Ok(())
            }
            Self::Interned(values) => values.intern(keys, numbers),
        }
    }

    /// The greatest number plus one.
    pub(super) fn count(&self) -> usize {
        match self {
            Self::Ids(ids) => ids.span + 1 + ids.by_number.len(),
            Self::Interned(values) => values.len(),
        }
    }

    /// Maximum number of keys in one call of [`Self::keys`], which drops the interned ones.
    pub(super) fn keys_at_a_time(&self) -> usize {
        match self {
            Self::Ids(_) => 1 << 16,
            Self::Interned(_) => usize::MAX,
        }
    }

    /// The keys of some numbers; drops all interned numbers.
    ///
    /// # Errors
    /// When the keys cannot be restored.
    pub(super) fn keys(&mut self, numbers: &[usize]) -> Result<Vec<ArrayRef>> {
        match self {
            Self::Ids(ids) => {
                let keys = numbers.iter().map(|&number| ids.key(number));
                Ok(vec![Arc::new(keys.collect::<Int64Array>())])
            }
            Self::Interned(values) => {
                let all = values.emit(EmitTo::All)?;
                let rows = arrow::array::UInt64Array::from_iter_values(
                    numbers.iter().map(|&number| number as u64),
                );
                let keys = all
                    .iter()
                    .map(|keys| arrow::compute::take(keys, &rows, None));
                Ok(keys.collect::<std::result::Result<_, _>>()?)
            }
        }
    }

    pub(super) fn size(&self) -> usize {
        match self {
            // An entry of the hash map has a key, a number and a control byte.
            Self::Ids(ids) => ids.others.capacity() * 17 + ids.by_number.capacity() * 8,
            Self::Interned(values) => values.size(),
        }
    }
}

impl CustomerIdNumbering {
    fn numbers(&mut self, keys: &Int64Array, numbers: &mut Vec<usize>) {
        let (least, span) = (self.least, self.span);
        let own = |key: i64| {
            usize::try_from(key.wrapping_sub(least))
                .ok()
                .filter(|&own| own < span)
        };
        if keys.null_count() == 0 {
            numbers.extend(keys.values().iter().map(|&key| match own(key) {
                Some(own) => own,
                None => self.other(key),
            }));
            return;
        }
        numbers.extend(keys.iter().map(|key| match key {
            None => span,
            Some(key) => own(key).unwrap_or_else(|| self.other(key)),
        }));
    }

    #[cold]
    fn first_seen(&mut self, key: i64) -> usize {
        let number = self.span + 1 + self.by_number.len();
        self.by_number.push(key);
        self.others.insert(key, number);
        number
    }

    fn other(&mut self, key: i64) -> usize {
        match self.others.get(&key) {
            Some(&number) => number,
            None => self.first_seen(key),
        }
    }

    fn key(&self, number: usize) -> Option<i64> {
        match number.checked_sub(self.span) {
            // A number within the span is less than the number of all i64.
            None => i64::try_from(number)
                .ok()
                .map(|own| self.least.wrapping_add(own)),
            Some(0) => None,
            Some(other) => self.by_number.get(other - 1).copied(),
        }
    }
}

/// True for integer types whose values fit an `i64`.
pub(super) fn fits_i64(data_type: &DataType) -> bool {
    data_type.is_integer() && *data_type != DataType::UInt64
}

impl std::fmt::Debug for CustomerNumbering {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CustomerNumbering")
            .field("count", &self.count())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::StringArray;

    fn request(key: DataType, span_of_ids: Option<(i64, usize)>) -> RepeatContactRequest {
        RepeatContactRequest {
            keys: vec![key],
            must_be_known: vec![],
            instant: DataType::Date32,
            ties: vec![],
            questions: vec![],
            span_of_ids,
        }
    }

    /// Numbers must be equal if and only if keys are, be less than the count, and map back to the keys.
    fn check(request: &RepeatContactRequest, keys: impl Array + 'static) {
        let keys: ArrayRef = Arc::new(keys);
        let mut customers = CustomerNumbering::new(request).unwrap();
        let (mut numbers, mut again) = (vec![], vec![]);
        customers
            .numbers(&[Arc::clone(&keys)], &mut numbers)
            .unwrap();
        customers.numbers(&[Arc::clone(&keys)], &mut again).unwrap();
        assert_eq!(numbers, again);
        assert!(numbers.iter().all(|&number| number < customers.count()));
        for (a, of_a) in numbers.iter().enumerate() {
            for (b, of_b) in numbers.iter().enumerate() {
                assert_eq!(
                    of_a == of_b,
                    keys.slice(a, 1) == keys.slice(b, 1),
                    "{a} and {b}"
                );
            }
        }
        let back = customers.keys(&numbers).unwrap();
        assert_eq!(
            cast(&back[0], keys.data_type()).unwrap().to_data(),
            keys.to_data()
        );
    }

    #[test]
    fn integers_within_and_without_the_span() {
        let ids = [
            Some(3),
            Some(5),
            None,
            Some(i64::MIN),
            Some(3),
            Some(i64::MAX),
            Some(6),
            None,
        ];
        for span in [
            None,
            Some((3, 3)),
            Some((i64::MIN, 1)),
            Some((i64::MAX - 1, 2)),
        ] {
            check(
                &request(DataType::Int64, span),
                Int64Array::from(ids.to_vec()),
            );
        }
        let small = arrow::array::UInt8Array::from(vec![Some(255), Some(0), None, Some(255)]);
        check(&request(DataType::UInt8, Some((0, 10))), small);
    }

    #[test]
    fn texts() {
        let names = StringArray::from(vec![Some("ann"), None, Some(""), Some("ann"), None]);
        check(&request(DataType::Utf8, None), names);
    }
}

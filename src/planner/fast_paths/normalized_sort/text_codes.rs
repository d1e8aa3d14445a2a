//! Few different texts, each with a number.

use std::sync::Arc;

use arrow::array::{AnyDictionaryArray, Array, ArrayRef, AsArray, StringArrayType};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use datafusion::common::Result;

use crate::functions::kernels::text_numbers::TextNumbers;

/// More different texts than these are left to the stock sort.
const MOST: usize = 1 << 16;

/// The different texts of a column so far.
#[derive(Default)]
pub(super) struct TextCodes {
    texts: TextNumbers,
    /// The codes of the entries of the last dictionary, which mostly is that of the next batch too.
    last: Option<(ArrayRef, Vec<u64>)>,
}

impl TextCodes {
    /// True of columns of texts, plain or as dictionaries.
    pub(super) fn is_supported(data_type: &DataType) -> bool {
        match data_type {
            DataType::Dictionary(_, values) => values.is_string(),
            other => other.is_string(),
        }
    }

    /// The texts in the order in which they were first seen, which is that of their codes.
    pub(super) fn texts(&self) -> &[Arc<str>] {
        self.texts.texts()
    }

    /// The codes of a column, that of NULL being any; `None` if there are too many texts.
    ///
    /// # Errors
    /// When the column has another type.
    pub(super) fn codes(&mut self, array: &ArrayRef) -> Result<Option<Vec<u64>>> {
        match array.as_any_dictionary_opt() {
            Some(dictionary) => self.dictionary_codes(dictionary),
            None => self.plain_codes(array),
        }
    }

    fn dictionary_codes(&mut self, array: &dyn AnyDictionaryArray) -> Result<Option<Vec<u64>>> {
        // Keys of a dictionary without entries are all NULL, and no number can be made of them.
        if array.values().is_empty() {
            return Ok(Some(vec![0; array.len()]));
        }
        let is_last =
            |(values, _): &(ArrayRef, Vec<u64>)| values.to_data().ptr_eq(&array.values().to_data());
        if !self.last.as_ref().is_some_and(is_last) {
            let values = Arc::clone(array.values());
            let Some(codes) = self.plain_codes(&values)? else {
                return Ok(None);
            };
            self.last = Some((values, codes));
        }
        let entries = self.last.as_ref().map_or(&[][..], |(_, codes)| codes);
        // The key of a NULL may be any.
        let code = |key: usize| entries.get(key).copied().unwrap_or_default();
        Ok(Some(
            array.normalized_keys().into_iter().map(code).collect(),
        ))
    }

    fn plain_codes(&mut self, array: &ArrayRef) -> Result<Option<Vec<u64>>> {
        Ok(match array.data_type() {
            DataType::Utf8 => self.all(&array.as_string::<i32>()),
            DataType::LargeUtf8 => self.all(&array.as_string::<i64>()),
            DataType::Utf8View => self.all(&array.as_string_view()),
            _ => {
                let views = cast(array, &DataType::Utf8View)?;
                self.all(&views.as_string_view())
            }
        })
    }

    fn all<'a>(&mut self, array: &impl StringArrayType<'a>) -> Option<Vec<u64>> {
        array
            .iter()
            .map(|text| text.map_or(Some(0), |text| self.texts.number(text, MOST)))
            .map(|number| number.map(u64::from))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::{DictionaryArray, StringArray, StringViewArray};
    use arrow::datatypes::Int32Type;

    use super::*;

    #[test]
    fn equal_texts_have_equal_codes_in_columns_of_any_form() {
        let mut codes = TextCodes::default();
        let plain: ArrayRef = Arc::new(StringArray::from(vec![Some("b"), None, Some("a")]));
        assert_eq!(codes.codes(&plain).unwrap(), Some(vec![0, 0, 1]));
        let views: ArrayRef = Arc::new(StringViewArray::from(vec!["a", "a longer text than fits"]));
        assert_eq!(codes.codes(&views).unwrap(), Some(vec![1, 2]));
        let dictionary: DictionaryArray<Int32Type> = [Some("c"), Some("b"), None, Some("c")]
            .into_iter()
            .collect();
        let dictionary: ArrayRef = Arc::new(dictionary);
        let found = codes.codes(&dictionary).unwrap().unwrap();
        assert_eq!((found[0], found[1], found[3]), (3, 0, 3));
        let empty: DictionaryArray<Int32Type> = [None::<&str>, None].into_iter().collect();
        let empty: ArrayRef = Arc::new(empty);
        assert_eq!(codes.codes(&empty).unwrap(), Some(vec![0, 0]));
        let texts: Vec<&str> = codes.texts().iter().map(AsRef::as_ref).collect();
        assert_eq!(texts, ["b", "a", "a longer text than fits", "c"]);
    }

    #[test]
    fn many_texts_are_left_to_others() {
        let many: StringArray = (0..=MOST).map(|number| Some(number.to_string())).collect();
        let many: ArrayRef = Arc::new(many);
        assert_eq!(TextCodes::default().codes(&many).unwrap(), None);
    }
}

//! Few different texts, each with a number.

use std::sync::Arc;

use arrow::array::{AnyDictionaryArray, Array, ArrayRef, AsArray, StringArrayType};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use datafusion::common::Result;

use super::text_numbers::TextNumbers;

/// The different texts of a column so far.
#[derive(Debug)]
pub(crate) struct TextCodes {
    texts: TextNumbers,
    /// Maximum number of texts.
    most: usize,
    /// The codes of the entries of the last dictionary, which mostly is that of the next batch too.
    last: Option<(ArrayRef, Vec<u64>)>,
}

impl TextCodes {
    /// No texts yet, and at most so many.
    pub(crate) fn new(most: usize) -> Self {
        Self {
            texts: TextNumbers::default(),
            most,
            last: None,
        }
    }

    /// True of columns of texts, plain or as dictionaries.
    pub(crate) fn is_supported(data_type: &DataType) -> bool {
        match data_type {
            DataType::Dictionary(_, values) => values.is_string(),
            other => other.is_string(),
        }
    }

    /// The texts in the order in which they were first seen, which is that of their codes.
    pub(crate) fn texts(&self) -> &[Arc<str>] {
        self.texts.texts()
    }

    /// The codes of a column, that of NULL being any; `None` if there are too many texts.
    ///
    /// # Errors
    /// When the column has another type.
    pub(crate) fn codes(&mut self, array: &ArrayRef) -> Result<Option<Vec<u64>>> {
        match array.as_any_dictionary_opt() {
            Some(dictionary) => self.dictionary_codes(dictionary),
            None => self.plain_codes(array),
        }
    }

    /// The codes of a column that the texts so far have; none for NULL and for others.
    ///
    /// # Errors
    /// When the column has another type.
    pub(crate) fn known_codes(&self, array: &ArrayRef) -> Result<Vec<Option<u32>>> {
        let Some(dictionary) = array.as_any_dictionary_opt() else {
            return each_text(array, |text| self.texts.find(text?));
        };
        if dictionary.values().is_empty() {
            return Ok(vec![None; array.len()]);
        }
        let entries = self.known_codes(dictionary.values())?;
        let keys = dictionary.normalized_keys().into_iter().enumerate();
        let code = |(row, key): (usize, usize)| {
            let code = entries.get(key).copied().flatten();
            code.filter(|_| dictionary.is_valid(row))
        };
        Ok(keys.map(code).collect())
    }

    /// Number of bytes in memory, about.
    pub(crate) fn size(&self) -> usize {
        let last = self.last.as_ref();
        self.texts.size() + last.map_or(0, |(_, codes)| codes.len() * size_of::<u64>())
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
        each_text(array, |text| match text {
            Some(text) => self.texts.number(text, self.most).map(u64::from),
            None => Some(0),
        })
    }
}

/// What `of` makes of each row of a column of texts, which is no dictionary.
fn each_text<T, C: FromIterator<T>>(
    array: &ArrayRef,
    of: impl FnMut(Option<&str>) -> T,
) -> Result<C> {
    fn collected<'a, T, C: FromIterator<T>>(
        texts: &impl StringArrayType<'a>,
        of: impl FnMut(Option<&'a str>) -> T,
    ) -> C {
        texts.iter().map(of).collect()
    }
    Ok(match array.data_type() {
        DataType::Utf8 => collected(&array.as_string::<i32>(), of),
        DataType::LargeUtf8 => collected(&array.as_string::<i64>(), of),
        DataType::Utf8View => collected(&array.as_string_view(), of),
        _ => collected(&cast(array, &DataType::Utf8View)?.as_string_view(), of),
    })
}

#[cfg(test)]
mod tests {
    use arrow::array::{DictionaryArray, StringArray, StringViewArray};
    use arrow::datatypes::Int32Type;

    use super::*;

    const MOST: usize = 1 << 10;

    #[test]
    fn equal_texts_have_equal_codes_in_columns_of_any_form() {
        let mut codes = TextCodes::new(MOST);
        let plain: ArrayRef = Arc::new(StringArray::from(vec![Some("b"), None, Some("a")]));
        assert_eq!(codes.codes(&plain).unwrap(), Some(vec![0, 0, 1]));
        let views: ArrayRef = Arc::new(StringViewArray::from(vec!["a", "a longer text than fits"]));
        assert_eq!(codes.codes(&views).unwrap(), Some(vec![1, 2]));
        let others: ArrayRef = Arc::new(StringArray::from(vec![Some("a"), Some("z"), None]));
        assert_eq!(codes.known_codes(&others).unwrap(), [Some(1), None, None]);
        let dictionary: DictionaryArray<Int32Type> = [Some("c"), Some("b"), None, Some("c")]
            .into_iter()
            .collect();
        let dictionary: ArrayRef = Arc::new(dictionary);
        let found = codes.codes(&dictionary).unwrap().unwrap();
        assert_eq!((found[0], found[1], found[3]), (3, 0, 3));
        let known = codes.known_codes(&dictionary).unwrap();
        assert_eq!(known, [Some(3), Some(0), None, Some(3)]);
        let empty: DictionaryArray<Int32Type> = [None::<&str>, None].into_iter().collect();
        let empty: ArrayRef = Arc::new(empty);
        assert_eq!(codes.codes(&empty).unwrap(), Some(vec![0, 0]));
        assert_eq!(codes.known_codes(&empty).unwrap(), [None, None]);
        let texts: Vec<&str> = codes.texts().iter().map(AsRef::as_ref).collect();
        assert_eq!(texts, ["b", "a", "a longer text than fits", "c"]);
    }

    #[test]
    fn many_texts_are_left_to_others() {
        let many: StringArray = (0..=MOST).map(|number| Some(number.to_string())).collect();
        let many: ArrayRef = Arc::new(many);
        assert_eq!(TextCodes::new(MOST).codes(&many).unwrap(), None);
    }
}

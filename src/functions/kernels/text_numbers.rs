//! Different texts, each with a number.

use std::sync::Arc;

use datafusion::common::HashMap;

/// Texts in the order in which they were first seen.
#[derive(Debug, Default)]
pub(crate) struct TextNumbers {
    texts: Vec<Arc<str>>,
    numbers: HashMap<Arc<str>, u32>,
    /// Length of all texts.
    bytes: usize,
}

impl TextNumbers {
    /// The text of each number.
    pub(crate) fn texts(&self) -> &[Arc<str>] {
        &self.texts
    }

    /// The number of a text, a new one at first; `None` if it would be one more than `most`.
    #[inline]
    pub(crate) fn number(&mut self, text: &str, most: usize) -> Option<u32> {
        if let Some(number) = self.numbers.get(text) {
            return Some(*number);
        }
        if self.texts.len() >= most {
            return None;
        }
        let (text, number) = (
            Arc::<str>::from(text),
            u32::try_from(self.texts.len()).ok()?,
        );
        self.bytes += text.len();
        self.texts.push(Arc::clone(&text));
        self.numbers.insert(text, number);
        Some(number)
    }

    /// The number of a text; `None` of one that has none.
    #[inline]
    pub(crate) fn find(&self, text: &str) -> Option<u32> {
        self.numbers.get(text).copied()
    }

    /// Bytes that the texts take, about.
    pub(crate) const fn size(&self) -> usize {
        // Twice the pointer, the two counts before the text, and its number.
        let of_text = 2 * size_of::<Arc<str>>() + 2 * size_of::<usize>() + size_of::<u32>();
        self.bytes + self.texts.len() * of_text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_have_one_number_up_to_the_last() {
        let mut numbers = TextNumbers::default();
        let found = ["b", "a", "b", "c"].map(|text| numbers.number(text, 2));
        assert_eq!(found, [Some(0), Some(1), Some(0), None]);
        let texts: Vec<&str> = numbers.texts().iter().map(AsRef::as_ref).collect();
        assert_eq!(texts, ["b", "a"]);
    }
}

//! Cache of parsed texts.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Larger than the number of distinct texts that a few plans have at a time.
const MOST: usize = 64;

/// Parsed values by their text, cleared when there are many.
#[derive(Debug)]
pub(crate) struct ParsedTexts<T>(Mutex<HashMap<String, Arc<T>>>);

impl<T> Default for ParsedTexts<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> ParsedTexts<T> {
    /// Value of `text`, parsed on first use.
    ///
    /// # Errors
    /// Those of `parse`.
    pub(crate) fn get_or_parse<E>(
        &self,
        text: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<Arc<T>, E> {
        let mut values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(value) = values.get(text) {
            return Ok(Arc::clone(value));
        }
        let value = Arc::new(parse(text)?);
        if values.len() == MOST {
            values.clear();
        }
        values.insert(text.to_owned(), Arc::clone(&value));
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_parsed_once() {
        let texts = ParsedTexts::default();
        assert_eq!(
            texts.get_or_parse("7", str::parse::<i32>).as_deref(),
            Ok(&7)
        );
        let again = texts.get_or_parse("7", |_| Err("parsed twice"));
        assert_eq!(again.as_deref(), Ok(&7));
        assert!(texts.get_or_parse("seven", str::parse::<i32>).is_err());
    }
}

//! Numbers with decimal commas and thousands separators.

use datafusion::error::Result;
use datafusion::logical_expr::{lit, when};
use datafusion::prelude::{Expr, regexp_like, replace};
use regex::Regex;

/// How numbers are written in text: `1.234,5` has the decimal `,` and the thousands separator `.`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NumberForm {
    pub(crate) decimal: char,
    pub(crate) thousands: Option<char>,
}

impl NumberForm {
    /// A decimal comma and no thousands separator.
    pub(crate) const DECIMAL_COMMA: Self = Self {
        decimal: ',',
        thousands: None,
    };

    /// Form with these marks; `None` if none is given.
    ///
    /// # Errors
    /// A line for the user if they are no marks, or the same.
    pub(crate) fn from_marks(
        decimal: Option<char>,
        thousands: Option<char>,
    ) -> std::result::Result<Option<Self>, String> {
        let is_none = |mark: char| mark.is_ascii_alphanumeric() || matches!(mark, '-' | '+');
        if [decimal, thousands].into_iter().flatten().any(is_none) {
            return Err("decimal and thousands must be marks such as \",\" or \".\"".to_owned());
        }
        let decimal = match (decimal, thousands) {
            (None, None) => return Ok(None),
            (Some(decimal), _) => decimal,
            (None, Some('.')) => ',',
            (None, Some(_)) => '.',
        };
        if thousands == Some(decimal) {
            return Err("thousands must differ from the decimal mark".to_owned());
        }
        Ok(Some(Self { decimal, thousands }))
    }

    /// Regular expression of the numbers that are written so.
    fn pattern(self) -> String {
        let escaped = |character: char| regex::escape(&character.to_string());
        let grouped = self.thousands.map_or_else(String::new, |separator| {
            format!("|[0-9]{{1,3}}({}[0-9]{{3}})+", escaped(separator))
        });
        format!("^-?([0-9]+{grouped})({}[0-9]+)?$", escaped(self.decimal))
    }

    /// Reads values of this form.
    ///
    /// # Errors
    /// Never: the pattern is a regular expression whatever the characters.
    pub(crate) fn reader(self) -> Result<NumberReader> {
        let pattern = Regex::new(&self.pattern())
            .map_err(|error| datafusion::error::DataFusionError::External(Box::new(error)))?;
        Ok(NumberReader {
            form: self,
            pattern,
        })
    }

    /// `text` with numbers of this form written with a point and without separators; other texts stay.
    pub(crate) fn plain_expression(self, text: Expr) -> Result<Expr> {
        let mut plain = text.clone();
        if let Some(separator) = self.thousands {
            plain = replace(plain, lit(separator.to_string()), lit(""));
        }
        if self.decimal != '.' {
            plain = replace(plain, lit(self.decimal.to_string()), lit("."));
        }
        let is_written_so = regexp_like(text.clone(), lit(self.pattern()), None);
        when(is_written_so, plain).otherwise(text)
    }
}

/// Reads numbers of one form.
#[derive(Debug, Clone)]
pub(crate) struct NumberReader {
    form: NumberForm,
    pattern: Regex,
}

impl NumberReader {
    /// A number of this form, with a point and without separators; `None` for other texts.
    pub(crate) fn plain(&self, text: &str) -> Option<String> {
        let mut plain = self.pattern.is_match(text).then(|| text.to_owned())?;
        if let Some(separator) = self.form.thousands {
            plain.retain(|character| character != separator);
        }
        Some(plain.replace(self.form.decimal, "."))
    }

    /// True for a number with a point that is not of this form: it may be meant otherwise.
    pub(crate) fn is_doubtful(&self, text: &str) -> bool {
        self.form.decimal != '.' && text.contains('.')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_plainly() {
        let plain = |decimal, thousands, text: &str| {
            let form = NumberForm { decimal, thousands };
            form.reader().unwrap().plain(text)
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(plain(',', None, "4,5"), some("4.5"));
        assert_eq!(plain(',', None, "-17"), some("-17"));
        assert_eq!(plain(',', None, "1.234,5"), None);
        assert_eq!(plain(',', Some('.'), "1.234.567,89"), some("1234567.89"));
        assert_eq!(plain(',', Some('.'), "1234,5"), some("1234.5"));
        assert_eq!(plain(',', Some('.'), "1.5"), None);
        assert_eq!(plain('.', Some(','), "12,345.6"), some("12345.6"));
        assert_eq!(plain('.', Some('\''), "1'000"), some("1000"));
        assert_eq!(plain(',', None, "4,5,6"), None);
    }
}

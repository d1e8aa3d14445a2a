//! Texts parsed by patterns.

use chrono::NaiveDateTime;
use datafusion::common::{Result, exec_datafusion_err, exec_err};

use crate::time::text::{
    ParsedTime, TimeParseError, TimePattern, TimePatternDialect, advice, from_epoch,
};

/// True if a pattern means counts since 1970.
pub(crate) fn is_epoch(pattern: &str) -> bool {
    ["epoch", "unix"]
        .iter()
        .any(|word| pattern.trim().eq_ignore_ascii_case(word))
}

/// Cache of the last pattern of a column, which mostly repeats.
#[derive(Debug)]
pub(crate) struct PatternCache<'a> {
    function: &'a str,
    family: TimePatternDialect,
    last: Option<(String, TimePattern)>,
}

impl<'a> PatternCache<'a> {
    pub(crate) fn new(function: &'a str, family: TimePatternDialect) -> Self {
        let last = None;
        Self {
            function,
            family,
            last,
        }
    }

    /// The parsed pattern of `written`.
    ///
    /// # Errors
    /// When `written` is not a pattern.
    pub(crate) fn pattern(&mut self, written: &str) -> Result<&TimePattern> {
        let is_known = self.last.as_ref().is_some_and(|(last, _)| last == written);
        if !is_known {
            let pattern = TimePattern::try_new(written, self.family)
                .map_err(|problem| exec_datafusion_err!("{}: {problem}", self.function))?;
            self.last = Some((written.to_owned(), pattern));
        }
        match &self.last {
            Some((_, pattern)) => Ok(pattern),
            None => Err(exec_datafusion_err!("{}: no pattern", self.function)),
        }
    }

    /// Parses `text` by the pattern.
    ///
    /// # Errors
    /// When the pattern is invalid; a text that does not fit is `Ok(Err(..))`.
    pub(crate) fn read(
        &mut self,
        text: &str,
        written: &str,
    ) -> Result<Result<ParsedTime, TimeParseError>> {
        if is_epoch(written) {
            return Ok(from_epoch(text).map(in_utc).ok_or(TimeParseError::Form));
        }
        let function = self.function;
        let pattern = self.pattern(written)?;
        let read = pattern.read(text);
        if read.is_err()
            && let Some(part) = pattern.only_written()
        {
            return exec_err!(
                "{function}: '{written}' has {part} in it, which is written only and never read"
            );
        }
        Ok(read)
    }

    /// Error message for a text that no pattern fits.
    pub(crate) fn misfit(&self, text: &str, written: &str, misfit: TimeParseError) -> String {
        let mut problem = format!("{}: '{text}' does not fit '{written}'", self.function);
        let advice = advice(text, misfit, self.family);
        if misfit == TimeParseError::Calendar || advice.contains('\'') {
            problem.push_str(", ");
            problem.push_str(&advice);
        }
        problem
    }
}

fn in_utc(instant: NaiveDateTime) -> ParsedTime {
    ParsedTime {
        date: Some(instant.date()),
        time: Some(instant.time()),
        offset: Some(0),
    }
}

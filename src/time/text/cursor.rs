//! Position in a text that is read from left to right.

/// Unread rest of a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct TextCursor<'a> {
    rest: &'a str,
}

impl<'a> TextCursor<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { rest: text }
    }

    pub(super) fn rest(&self) -> &'a str {
        self.rest
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    /// Consumes the next character if it is one of `wanted`.
    pub(super) fn take(&mut self, wanted: &[char]) -> Option<char> {
        let next = self.peek().filter(|next| wanted.contains(next))?;
        self.rest = &self.rest[next.len_utf8()..];
        Some(next)
    }

    /// Consumes `wanted`, ignoring case; true if it was there.
    pub(super) fn take_word(&mut self, wanted: &str) -> bool {
        let head = self.rest.get(..wanted.len());
        let is_there = head.is_some_and(|head| head.eq_ignore_ascii_case(wanted));
        if is_there {
            self.rest = &self.rest[wanted.len()..];
        }
        is_there
    }

    /// Consumes blanks; true if there were any.
    pub(super) fn skip_blanks(&mut self) -> bool {
        let rest = self.rest.trim_start();
        let any = rest.len() < self.rest.len();
        self.rest = rest;
        any
    }

    /// Number of digits at the cursor.
    pub(super) fn digits_ahead(&self) -> usize {
        let bytes = self.rest.bytes();
        bytes.take_while(u8::is_ascii_digit).count()
    }

    /// Consumes a number of exactly `count` digits; `None` if there are fewer.
    pub(super) fn number(&mut self, count: usize) -> Option<u32> {
        let digits = self.rest.get(..count)?;
        let is_number = count > 0 && digits.bytes().all(|byte| byte.is_ascii_digit());
        let number = digits.parse().ok().filter(|_| is_number)?;
        self.rest = &self.rest[count..];
        Some(number)
    }

    /// Consumes a number of one to `most` digits, as many as there are.
    pub(super) fn number_up_to(&mut self, most: usize) -> Option<u32> {
        self.number(self.digits_ahead().min(most))
    }

    /// Consumes letters, as many as there are.
    pub(super) fn letters(&mut self) -> &'a str {
        let end = self.rest.find(|c: char| !c.is_ascii_alphabetic());
        let (letters, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        letters
    }

    /// Consumes the text up to a blank.
    pub(super) fn word(&mut self) -> &'a str {
        let end = self.rest.find(char::is_whitespace);
        let (word, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        word
    }

    /// Consumes the digits of a fraction and returns nanoseconds; digits after the ninth are
    /// dropped.
    pub(super) fn fraction(&mut self) -> Option<u32> {
        let digits = self.digits_ahead();
        let kept = digits.min(9);
        let number = self.number(kept)?;
        for _ in kept..digits {
            self.number(1)?;
        }
        let missing = u32::try_from(9 - kept).ok()?;
        Some(number * 10_u32.pow(missing))
    }
}

//! Passes on the text behind the lines above a header, after a look at its characters and quotes.

use bytes::Bytes;

use super::form::TextForm;
use super::problem::{TextProblem, TextProblemKind};
use super::quotes::QuoteScanner;

/// Checks a text chunk by chunk.
#[derive(Debug)]
pub(super) struct TextCheck {
    form: TextForm,
    is_part: bool,
    /// Lines that are still to be left out.
    skip: u64,
    /// Line breaks before the next chunk.
    lines: u64,
    /// The beginning of a character that the next chunk completes.
    character: Vec<u8>,
    quotes: Option<QuoteScanner>,
}

impl TextCheck {
    /// Check of a whole file, or of a part that begins behind a line break.
    pub(super) fn new(form: &TextForm, is_part: bool) -> Self {
        Self {
            form: form.clone(),
            is_part,
            skip: if is_part { 0 } else { form.skip },
            lines: 0,
            character: Vec::new(),
            quotes: None,
        }
    }

    /// The part of the next chunk that is passed on; `is_raw` if nothing has decoded it.
    pub(super) fn feed(&mut self, mut chunk: Bytes, is_raw: bool) -> Result<Bytes, TextProblem> {
        if is_raw {
            self.check_characters(&chunk)?;
        }
        while self.skip > 0 && !chunk.is_empty() {
            let Some(end) = chunk.iter().position(|byte| *byte == b'\n') else {
                return Ok(Bytes::new());
            };
            chunk = chunk.split_off(end + 1);
            self.skip -= 1;
            self.lines += 1;
        }
        if let (Some(marks), false) = (self.form.marks, chunk.is_empty()) {
            let (is_part, lines) = (self.is_part, self.lines);
            let quotes = self
                .quotes
                .get_or_insert_with(|| QuoteScanner::new(marks, is_part, lines));
            quotes.feed(&chunk)?;
        }
        self.lines += lines_in(&chunk);
        Ok(chunk)
    }

    /// The text ends here.
    pub(super) fn finish(&self) -> Result<(), TextProblem> {
        if let Some(first) = self.character.first() {
            return Err(self.not_utf8(*first, 0));
        }
        self.quotes.as_ref().map_or(Ok(()), QuoteScanner::finish)
    }

    fn check_characters(&mut self, chunk: &[u8]) -> Result<(), TextProblem> {
        let mut rest = chunk;
        while let (Some(first), Some((next, after))) = (self.character.first(), rest.split_first())
        {
            let first = *first;
            self.character.push(*next);
            rest = after;
            match std::str::from_utf8(&self.character) {
                Ok(_) => self.character.clear(),
                Err(error) if error.error_len().is_some() => return Err(self.not_utf8(first, 0)),
                Err(_) => {}
            }
        }
        let Err(error) = std::str::from_utf8(rest) else {
            return Ok(());
        };
        let (valid, invalid) = rest.split_at(error.valid_up_to());
        if error.error_len().is_some() {
            return Err(self.not_utf8(invalid[0], lines_in(valid)));
        }
        self.character.extend_from_slice(invalid);
        Ok(())
    }

    fn not_utf8(&self, byte: u8, lines: u64) -> TextProblem {
        TextProblem {
            line: self.lines + lines + 1,
            kind: TextProblemKind::NotUtf8(byte),
        }
    }
}

pub(super) fn lines_in(text: &[u8]) -> u64 {
    text.iter().filter(|byte| **byte == b'\n').count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passed(text: &[u8], skip: u64, size: usize) -> Result<Vec<u8>, TextProblem> {
        let form = TextForm {
            skip,
            ..TextForm::default()
        };
        let mut check = TextCheck::new(&form, false);
        let mut out = Vec::new();
        for piece in text.chunks(size) {
            out.extend(check.feed(Bytes::copy_from_slice(piece), true)?);
        }
        check.finish()?;
        Ok(out)
    }

    #[test]
    fn characters_may_lie_on_the_border_of_chunks() {
        let text = "a\nü–🙂\nb";
        for size in 1..text.len() {
            assert_eq!(passed(text.as_bytes(), 0, size).unwrap(), text.as_bytes());
            let latin = passed(b"a\nb\ncaf\xe9 x\n", 0, size).unwrap_err();
            assert_eq!(
                (latin.line, latin.kind),
                (3, TextProblemKind::NotUtf8(0xE9))
            );
        }
        assert_eq!(passed(b"a\n\xc3", 0, 9).unwrap_err().line, 2);
    }

    #[test]
    fn lines_above_the_header_are_left_out() {
        for size in 1..9 {
            assert_eq!(passed(b"t\n\nid\n1\n", 2, size).unwrap(), b"id\n1\n");
            assert_eq!(passed(b"t\n", 2, size).unwrap(), b"");
        }
    }
}

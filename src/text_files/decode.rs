//! Decodes chunks of a file to UTF-8.

use bytes::{Bytes, BytesMut};
use encoding_rs::DecoderResult;

use super::encoding::TextEncoding;
use super::problem::{TextProblem, TextProblemKind};

/// Longest byte order mark.
const MARK: usize = 3;

/// Decodes a file chunk by chunk. A byte order mark beats the declared encoding and is removed.
#[derive(Debug)]
pub(super) struct TextDecoder {
    declared: TextEncoding,
    state: DecodingState,
    /// Lines decoded so far.
    lines: u64,
}

enum DecodingState {
    /// The first bytes, fewer than a byte order mark may have.
    Start(BytesMut),
    /// UTF-8 goes through as it is; the reader of records checks it.
    Utf8,
    Other(Box<encoding_rs::Decoder>),
}

impl std::fmt::Debug for DecodingState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Start(_) => "Start",
            Self::Utf8 => "Utf8",
            Self::Other(_) => "Other",
        })
    }
}

impl TextDecoder {
    pub(super) fn new(declared: Option<TextEncoding>) -> Self {
        Self {
            declared: declared.unwrap_or(TextEncoding::UTF_8),
            state: DecodingState::Start(BytesMut::new()),
            lines: 0,
        }
    }

    /// True if the text is the bytes themselves, which must be checked to be UTF-8.
    pub(super) fn is_utf8(&self) -> bool {
        matches!(self.state, DecodingState::Utf8)
    }

    /// Decodes the next chunk; `is_last` with the last one, which may be empty.
    pub(super) fn decode(&mut self, chunk: Bytes, is_last: bool) -> Result<Bytes, TextProblem> {
        let chunk = match &mut self.state {
            DecodingState::Start(head) => {
                head.extend_from_slice(&chunk);
                if head.len() < MARK && !is_last {
                    return Ok(Bytes::new());
                }
                let mut head = head.split().freeze();
                let (encoding, mark) = TextEncoding::from_mark(&head).unwrap_or((self.declared, 0));
                self.state = if encoding.is_utf8() {
                    DecodingState::Utf8
                } else {
                    DecodingState::Other(Box::new(encoding.decoder()))
                };
                head.split_off(mark)
            }
            _ => chunk,
        };
        match &mut self.state {
            DecodingState::Other(decoder) => {
                let text = decoded(decoder, &chunk, is_last);
                let lines = |text: &[u8]| text.iter().filter(|byte| **byte == b'\n').count() as u64;
                match text {
                    Ok(text) => {
                        self.lines += lines(&text);
                        Ok(Bytes::from(text))
                    }
                    Err(before) => Err(TextProblem {
                        line: self.lines + lines(&before) + 1,
                        kind: TextProblemKind::NotOfEncoding,
                    }),
                }
            }
            _ => Ok(chunk),
        }
    }
}

/// The text of `bytes`, or the text before bytes that the encoding does not have.
fn decoded(
    decoder: &mut encoding_rs::Decoder,
    mut bytes: &[u8],
    is_last: bool,
) -> Result<Vec<u8>, Vec<u8>> {
    let mut text = Vec::new();
    loop {
        let room = decoder
            .max_utf8_buffer_length_without_replacement(bytes.len())
            .unwrap_or(bytes.len() * 3 + 16);
        let written = text.len();
        text.resize(written + room, 0);
        let (result, read, more) =
            decoder.decode_to_utf8_without_replacement(bytes, &mut text[written..], is_last);
        text.truncate(written + more);
        bytes = &bytes[read..];
        match result {
            DecoderResult::InputEmpty => return Ok(text),
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(..) => return Err(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by_pieces(bytes: &[u8], declared: Option<TextEncoding>, size: usize) -> String {
        let mut decoder = TextDecoder::new(declared);
        let mut text = Vec::new();
        for piece in bytes.chunks(size) {
            text.extend(
                decoder
                    .decode(Bytes::copy_from_slice(piece), false)
                    .unwrap(),
            );
        }
        text.extend(decoder.decode(Bytes::new(), true).unwrap());
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn marks_say_the_encoding_in_pieces_of_any_size() {
        let utf16: Vec<u8> = std::iter::once(0xFEFF)
            .chain("Ärger 🙂\n".encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect();
        let big: Vec<u8> = utf16
            .chunks(2)
            .flat_map(|pair| [pair[1], pair[0]])
            .collect();
        for size in [1, 2, 3, 5, 100] {
            assert_eq!(by_pieces(&utf16, None, size), "Ärger 🙂\n");
            assert_eq!(by_pieces(&big, None, size), "Ärger 🙂\n");
            assert_eq!(by_pieces(b"\xEF\xBB\xBFa", None, size), "a");
            let western = Some(TextEncoding::WINDOWS_1252);
            assert_eq!(by_pieces(b"caf\xE9 \x96", western, size), "café –");
            assert_eq!(by_pieces("\u{feff}é".as_bytes(), western, size), "é");
        }
    }

    #[test]
    fn half_a_character_has_a_line() {
        let mut decoder = TextDecoder::new(TextEncoding::named("utf-16le"));
        decoder
            .decode(Bytes::from_static(b"a\0\n\0b\0"), false)
            .unwrap();
        let problem = decoder.decode(Bytes::from_static(b"\0"), true).unwrap_err();
        assert_eq!(problem.line, 2);
    }
}

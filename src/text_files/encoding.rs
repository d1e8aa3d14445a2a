//! Encodings of text files.

use encoding_rs::{Encoding, REPLACEMENT, UTF_8, WINDOWS_1252};

/// Encoding of a file, by the labels of the WHATWG standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TextEncoding(&'static Encoding);

impl TextEncoding {
    pub(crate) const UTF_8: Self = Self(UTF_8);
    pub(crate) const WINDOWS_1252: Self = Self(WINDOWS_1252);

    /// Examples of names, for messages.
    pub(crate) const NAMES: &'static str =
        "utf-8, utf-16le, windows-1252, windows-1250, iso-8859-15, macintosh, shift_jis, ..";

    /// Encoding that people call `name`, in any case.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let lower = name.trim().to_ascii_lowercase().replace([' ', '_'], "-");
        let label = match lower.as_str() {
            "latin-1" | "latin1" | "ansi" | "western" => "windows-1252",
            "latin-9" => "iso-8859-15",
            "utf16" => "utf-16",
            "mac-roman" | "macroman" => "macintosh",
            "shift-jis" => "shift_jis",
            other => other,
        };
        let found = Encoding::for_label(label.as_bytes())?;
        (found != REPLACEMENT).then_some(Self(found))
    }

    /// Encoding that a byte order mark at the start of `bytes` names, and the length of the mark.
    pub(crate) fn from_mark(bytes: &[u8]) -> Option<(Self, usize)> {
        Encoding::for_bom(bytes).map(|(encoding, length)| (Self(encoding), length))
    }

    pub(crate) fn is_utf8(self) -> bool {
        self.0 == UTF_8
    }

    pub(super) fn decoder(self) -> encoding_rs::Decoder {
        self.0.new_decoder_without_bom_handling()
    }
}

/// Counts of the bytes of a text that is not UTF-8, to tell whether it is of Western Europe.
///
/// The guess is made of letters and marks that texts of German, French, Spanish, Italian, Dutch, Portuguese and the
/// Nordic languages have in windows-1252. Those of other code pages give other characters there, or words in which
/// one follows the other.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct WesternText {
    expected: u64,
    other: u64,
    /// Bytes above 127 behind two others.
    in_row: u64,
    row: u64,
    previous: u8,
}

/// Characters above 127 that such texts have: letters, quotation marks, dashes, currencies, signs.
const WESTERN: &str =
    "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜßàáâãäåæçèéêëìíîïñòóôõöøùúûüÿœŒ–—‘’“”„‚…•€£§°«»´·²³µ±©®™¿¡ªº\u{a0}";

impl WesternText {
    pub(crate) fn add(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if byte.is_ascii() {
                self.row = 0;
                self.previous = *byte;
                continue;
            }
            self.row += 1;
            self.in_row += u64::from(self.row > 2);
            let one = [*byte];
            let (text, _, _) = WINDOWS_1252.decode(&one);
            // Two bytes of a letter in UTF-8: the text is of two encodings.
            let is_utf8 = matches!(self.previous, 0xC2 | 0xC3) && (0x80..0xC0).contains(byte);
            // Amid a word these are letters of Eastern Europe.
            let is_amid_word = self.previous.is_ascii_alphabetic() && "³¹¿¡£¥".contains(&*text);
            self.previous = *byte;
            let is_western = text.chars().all(|character| WESTERN.contains(character));
            let is_expected = is_western && !is_utf8 && !is_amid_word;
            if is_expected {
                self.expected += 1;
            } else {
                self.other += 1;
            }
        }
    }

    pub(crate) fn is_ascii(&self) -> bool {
        self.expected + self.other == 0
    }

    /// True if windows-1252 explains every byte.
    pub(crate) fn is_plausible(&self) -> bool {
        self.other == 0 && self.expected > 0 && self.in_row * 20 <= self.expected
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_that_people_write() {
        for name in ["windows-1252", "Latin1", "latin-1", "CP1252", "ISO-8859-1"] {
            assert_eq!(
                TextEncoding::named(name),
                Some(TextEncoding::WINDOWS_1252),
                "{name}"
            );
        }
        assert_eq!(TextEncoding::named("UTF8"), Some(TextEncoding::UTF_8));
        assert_eq!(
            TextEncoding::named("utf-16"),
            TextEncoding::named("utf-16le")
        );
        assert_eq!(TextEncoding::named("ebcdic"), None);
    }

    #[test]
    fn western_texts_are_told_from_others() {
        let is_western = |text: &str, encoding: &'static Encoding| {
            let mut counts = WesternText::default();
            counts.add(&encoding.encode(text).0);
            counts.is_plausible()
        };
        assert!(is_western(
            "Ärger über Größe – café “closed” 5 €",
            WINDOWS_1252
        ));
        assert!(!is_western("Заявка закрыта", encoding_rs::WINDOWS_1251));
        assert!(!is_western(
            "zgłoszenie zamknięte, żółty",
            encoding_rs::WINDOWS_1250
        ));
        assert!(!is_western("閉じた", encoding_rs::SHIFT_JIS));
        assert!(!is_western("plain", WINDOWS_1252));
        assert!(!is_western("Ärger in UTF-8", UTF_8));
    }
}

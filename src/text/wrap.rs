//! Text for people: lines that fit, paragraphs and headings of the pages about functions, KPIs and
//! queries.

use textwrap::{Options, WordSplitter};

/// Maximum width of wrapped text; a narrower terminal reduces it.
const WIDTH: usize = 88;

/// Width of a page on a terminal of `terminal` characters.
pub(crate) fn page_width(terminal: Option<usize>) -> usize {
    terminal.map_or(WIDTH, |width| width.clamp(20, WIDTH))
}

/// `line` within `width` characters; an ellipsis replaces the rest.
pub(crate) fn cut(line: &str, width: Option<usize>) -> String {
    match width {
        Some(width) if line.chars().count() > width => {
            let kept: String = line.chars().take(width.saturating_sub(1)).collect();
            format!("{}…", kept.trim_end())
        }
        _ => line.to_owned(),
    }
}

/// `text` as a paragraph, with one prefix for its first line and one for the others. Line breaks
/// and runs of spaces count as one space.
pub(crate) fn fill(text: &str, width: usize, first: &str, rest: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let options = Options::new(width)
        // People search for names such as first-contact, so they are not split.
        .word_splitter(WordSplitter::NoHyphenation)
        .initial_indent(first)
        .subsequent_indent(rest);
    textwrap::fill(&words.join(" "), options)
}

/// `first_contact` as `First contact`.
pub(crate) fn heading(words: &str) -> String {
    let words = words.replace('_', " ");
    let mut letters = words.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_cut_and_paragraphs_filled() {
        assert_eq!(cut("abc def", Some(5)), "abc…");
        assert_eq!(cut("abc", Some(3)), "abc");
        assert_eq!(cut("abc", None), "abc");
        assert_eq!(fill("a\n b c", 5, "- ", "  "), "- a b\n  c");
        assert_eq!(heading("first_contact"), "First contact");
        assert_eq!(page_width(Some(300)), 88);
    }
}

//! Messages fitted to a terminal: words are not broken, and a caret stays below its place.

use textwrap::{Options, WordSeparator, WordSplitter};

/// Narrower terminals show nothing in a sensible way.
const NARROWEST: usize = 20;
/// Indent of what does not fit the first line.
const INDENT: &str = "  ";

/// `message` within `width` characters. Of a line of SQL with carets below, the part around the carets
/// is shown; of other lines everything.
pub(crate) fn fitted(message: &str, width: usize) -> String {
    let width = width.max(NARROWEST);
    let mut out: Vec<String> = Vec::new();
    let mut lines = message.lines().peekable();
    while let Some(line) = lines.next() {
        match lines.next_if(|next| is_marks(next)) {
            Some(marks) => out.extend(around(line, marks, width)),
            None => out.push(wrapped(line, width)),
        }
    }
    out.join("\n")
}

fn is_marks(line: &str) -> bool {
    let marks = line.trim();
    !marks.is_empty() && marks.chars().all(|mark| mark == '^')
}

fn wrapped(line: &str, width: usize) -> String {
    if textwrap::core::display_width(line) <= width {
        return line.to_owned();
    }
    let options = Options::new(width)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation)
        .subsequent_indent(INDENT);
    textwrap::fill(line, options)
}

/// The part of `line` around the carets of `marks`, and the carets.
fn around(line: &str, marks: &str, width: usize) -> [String; 2] {
    let letters: Vec<char> = line.chars().collect();
    // The width of a tab is the terminal's.
    if letters.len() <= width || line.contains('\t') {
        return [line.to_owned(), marks.to_owned()];
    }
    let at = marks.chars().take_while(|mark| *mark == ' ').count();
    let count = marks.chars().count() - at;
    // One cell on both sides for the marks of what is left out.
    let room = width - 2;
    let wanted = at.saturating_sub(room.saturating_sub(count) / 2);
    let start = wanted.min(letters.len().saturating_sub(room));
    let end = (start + room).min(letters.len());
    let part: String = letters[start..end].iter().collect();
    let mark = |is_cut: bool| if is_cut { "…" } else { " " };
    let shown = format!("{}{part}{}", mark(start > 0), mark(end < letters.len()));
    let carets = count.min(end.saturating_sub(at)).max(1);
    [
        shown.trim_end().to_owned(),
        format!("{}{}", " ".repeat(at - start + 1), "^".repeat(carets)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_kept_whole() {
        let message = "error: no column named 'x'; there is ticket_id, first_response_due_at";
        assert_eq!(
            fitted(message, 50),
            "error: no column named 'x'; there is ticket_id,\n  first_response_due_at"
        );
        assert_eq!(fitted(message, 500), message);
        assert_eq!(fitted("a\nb", 20), "a\nb");
    }

    #[test]
    fn a_word_that_is_wider_than_the_line_is_broken() {
        let fitted = fitted(&"x".repeat(30), 20);
        assert!(
            fitted.lines().all(|line| line.chars().count() <= 20),
            "{fitted}"
        );
        assert_eq!(fitted.matches('x').count(), 30);
    }

    #[test]
    fn a_caret_stays_below_its_place() {
        let message = format!(
            "wrong\n  {}chanel{}\n  {}^^^^^^",
            "a".repeat(100),
            "b".repeat(100),
            " ".repeat(100)
        );
        let fitted = fitted(&message, 40);
        let lines: Vec<&str> = fitted.lines().collect();
        assert!(
            lines.iter().all(|line| line.chars().count() <= 40),
            "{fitted}"
        );
        let column = lines[2].find('^').unwrap();
        let above: String = lines[1].chars().skip(column).take(6).collect();
        assert_eq!((above.as_str(), lines[2].trim()), ("chanel", "^^^^^^"));
        assert!(lines[1].starts_with('…') && lines[1].ends_with('…'));
    }

    #[test]
    fn a_place_at_the_end_of_a_long_line_is_shown() {
        let message = format!("  {}x\n  {}^", "a".repeat(100), " ".repeat(100));
        let fitted = fitted(&message, 40);
        let lines: Vec<&str> = fitted.lines().collect();
        assert_eq!(lines[0].chars().nth(lines[1].find('^').unwrap()), Some('x'));
    }
}

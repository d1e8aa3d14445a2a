//! Headings, paragraphs and lists within the width of a terminal, with or without colour.

use nu_ansi_term::{Color, Style};
use textwrap::{Options, WordSeparator, WordSplitter};
use unicode_width::UnicodeWidthStr;

use super::one_line;
use crate::report::model::FindingTone;

/// Narrower terminals show nothing in a sensible way.
const NARROWEST: usize = 40;
/// Longer lines of text are hard to follow.
const WIDEST_TEXT: usize = 100;

/// Space at which no line ends.
const NO_BREAK: char = '\u{a0}';
/// Words that belong to the number before.
const UNITS: [&str; 8] = ["h", "min", "s", "of", "to", "point", "points", "tickets"];

/// A page that grows from top to bottom.
#[derive(Debug)]
pub(super) struct TerminalPage {
    pub(super) width: usize,
    pub(super) color: bool,
    /// Number of charts that are still to be drawn.
    charts: usize,
    text: String,
}

impl TerminalPage {
    pub(super) fn new(width: usize, color: bool) -> Self {
        Self {
            width: width.max(NARROWEST),
            color,
            charts: usize::MAX,
            text: String::new(),
        }
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }

    /// Width of a line of text.
    pub(super) fn text_width(&self) -> usize {
        self.width.min(WIDEST_TEXT)
    }

    /// Limits the number of charts that are drawn from here on.
    pub(super) const fn draw_charts(&mut self, most: usize) {
        self.charts = most;
    }

    /// True if one more chart may be drawn.
    pub(super) const fn takes_chart(&mut self) -> bool {
        let is_left = self.charts > 0;
        self.charts = self.charts.saturating_sub(1);
        is_left
    }

    /// Adds the title of the report.
    pub(super) fn title(&mut self, words: &str) {
        let lines = self.filled(words, "", "");
        self.styled(Style::new().bold(), &lines);
    }

    /// Adds a heading with a line below.
    pub(super) fn heading(&mut self, words: &str) {
        let words = self.filled(words, "", "");
        self.text.push('\n');
        self.styled(Style::new().bold(), &words);
        let rule = "─".repeat(self.text_width());
        self.styled(Style::new().dimmed(), &rule);
    }

    /// Adds a heading of a part of a section.
    pub(super) fn subheading(&mut self, words: &str) {
        let words = self.filled(words, "", "");
        if !words.is_empty() {
            self.text.push('\n');
            self.styled(Style::new().bold(), &words);
        }
    }

    /// Adds text of data.
    pub(super) fn paragraph(&mut self, words: &str) {
        let lines = self.filled(words, "", "");
        self.finished(&lines);
    }

    /// Adds a remark, which stands back.
    pub(super) fn remark(&mut self, words: &str) {
        let lines = self.filled(words, "", "");
        self.styled(Style::new().dimmed(), &lines);
    }

    /// Adds a sentence with a mark of its tone.
    pub(super) fn finding(&mut self, tone: FindingTone, words: &str) {
        let (mark, color) = match tone {
            FindingTone::Good => ("+", Some(Color::Green)),
            FindingTone::Bad => ("!", Some(Color::Red)),
            FindingTone::Neutral => ("•", None),
        };
        let lines = self.filled(words, &format!("{mark} "), "  ");
        match (color, lines.strip_prefix(mark)) {
            (Some(color), Some(rest)) if self.color => {
                let mark = color.bold().paint(mark).to_string();
                self.finished(&format!("{mark}{rest}"));
            }
            _ => self.finished(&lines),
        }
    }

    /// Adds an item of a list.
    pub(super) fn item(&mut self, words: &str) {
        self.finding(FindingTone::Neutral, words);
    }

    /// Adds a detail of the sentence above.
    pub(super) fn detail(&mut self, words: &str) {
        let lines = self.filled(words, "    ", "    ");
        self.finished(&lines);
    }

    /// Adds an empty line.
    pub(super) fn gap(&mut self) {
        self.text.push('\n');
    }

    /// Adds lines that are ready to be printed.
    pub(super) fn finished(&mut self, lines: &str) {
        let lines = lines.trim_end_matches('\n');
        if !lines.is_empty() {
            self.text.push_str(lines);
            self.text.push('\n');
        }
    }

    /// Adds the lines of a chart. Its notes may be longer than the width, and wrap.
    pub(super) fn drawing(&mut self, drawn: &str) {
        for line in drawn.lines() {
            if !line.contains('\u{1b}') && line.width() > self.width {
                self.remark(line);
            } else {
                self.text.push_str(line);
                self.text.push('\n');
            }
        }
    }

    fn filled(&self, words: &str, first: &str, rest: &str) -> String {
        let words = one_line(words);
        if words.is_empty() {
            return String::new();
        }
        let options = Options::new(self.text_width())
            .word_separator(WordSeparator::AsciiSpace)
            .word_splitter(WordSplitter::NoHyphenation)
            .initial_indent(first)
            .subsequent_indent(rest);
        textwrap::fill(&with_joined_numbers(&words), options).replace(NO_BREAK, " ")
    }

    /// Styles each line for itself, as a pager requires.
    fn styled(&mut self, style: Style, lines: &str) {
        if !self.color {
            self.finished(lines);
            return;
        }
        for line in lines.lines() {
            self.finished(&style.paint(line).to_string());
        }
    }
}

/// Keeps a number beside its unit, an n beside its number, and the ends of an interval together.
fn with_joined_numbers(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    let mut last = "";
    for word in words.split(' ') {
        if !out.is_empty() {
            out.push(if belongs(last, word) { NO_BREAK } else { ' ' });
        }
        out.push_str(word);
        last = word;
    }
    out
}

fn belongs(before: &str, word: &str) -> bool {
    let is_number = |character: char| character.is_ascii_digit() || matches!(character, '−' | '+');
    let begins = word.starts_with(is_number);
    match before {
        "n" | "(n" | "to" => begins,
        _ => {
            let ends = before.ends_with(|last: char| last.is_ascii_digit() || last == '%');
            ends && UNITS.contains(&word.trim_end_matches(|end: char| end.is_ascii_punctuation()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_beside_their_units() {
        let mut page = TerminalPage::new(40, false);
        page.paragraph("The interval of the change is at −8.0 to −1.9 (n 12).");
        page.paragraph("A median of the time has been at some 1.9 h since.");
        let text = page.into_text();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines,
            [
                "The interval of the change is at",
                "−8.0 to −1.9 (n 12).",
                "A median of the time has been at some",
                "1.9 h since."
            ]
        );
    }

    #[test]
    fn charts_keep_their_lines_and_long_notes_wrap() {
        let mut page = TerminalPage::new(40, false);
        page.drawing(&format!("a\n\n  b\n{}\n", "note ".repeat(12).trim_end()));
        assert_eq!(
            page.into_text(),
            format!(
                "a\n\n  b\n{}\n{}\n",
                "note ".repeat(8).trim_end(),
                "note ".repeat(4).trim_end()
            )
        );
    }

    #[test]
    fn tones_are_marks() {
        let mut page = TerminalPage::new(40, true);
        page.finding(FindingTone::Good, "better");
        page.finding(FindingTone::Neutral, "so");
        assert_eq!(page.into_text(), "\u{1b}[1;32m+\u{1b}[0m better\n• so\n");
    }
}

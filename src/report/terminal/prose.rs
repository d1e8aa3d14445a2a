//! Markdown of a definition as lines of text: its marks are left out, its paragraphs and lists stay.

use super::page::TerminalPage;

pub(super) fn write_markdown(page: &mut TerminalPage, markdown: &str) {
    let mut paragraph = String::new();
    for line in super::lines(markdown).lines() {
        let line = line.trim();
        let item = line.strip_prefix("- ").or_else(|| line.strip_prefix("* "));
        let is_row = line.starts_with('|');
        if line.is_empty() || line.starts_with('#') || item.is_some() || is_row {
            page.paragraph(&without_marks(&paragraph));
            paragraph.clear();
        }
        if line.starts_with('#') {
            page.subheading(&without_marks(line.trim_start_matches('#')));
        } else if let Some(item) = item {
            page.item(&without_marks(item));
        } else if is_row {
            page.paragraph(&without_marks(line));
        } else {
            paragraph.push(' ');
            paragraph.push_str(line);
        }
    }
    page.paragraph(&without_marks(&paragraph));
}

/// Leaves out the marks of emphasis and code, the backslashes of escaped characters, and the addresses of links within
/// the page.
fn without_marks(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => out.extend(letters.next_if(char::is_ascii_punctuation).or(Some('\\'))),
            '`' => {}
            '[' if letters.clone().any(|letter| letter == '(') => {}
            '*' => drop(letters.next_if_eq(&'*')),
            ']' if letters.next_if_eq(&'(').is_some() => {
                let address: String = letters
                    .by_ref()
                    .take_while(|letter| *letter != ')')
                    .collect();
                if !address.starts_with('#') {
                    out.push_str(&format!(" ({address})"));
                }
            }
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_lists_and_headings_are_lines() {
        let mut page = TerminalPage::new(60, false);
        write_markdown(
            &mut page,
            "# Aim\nWe want **fast**\nand `right` answers\\*, see [CSAT](#csat) and [us](https://a.example).\n\n- one\n- two\u{1b}[2J\n",
        );
        assert_eq!(
            page.into_text(),
            "\nAim\nWe want fast and right answers*, see CSAT and us\n(https://a.example).\n• one\n• two[2J\n"
        );
    }
}

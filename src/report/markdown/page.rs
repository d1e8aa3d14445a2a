//! Headings, paragraphs, lists and tables of a Markdown page, with the anchors that headings get.

use std::collections::{HashMap, HashSet};

use super::escape::escape;

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MarkdownColumn {
    pub(super) name: String,
    pub(super) is_number: bool,
}

/// A page that grows from top to bottom.
#[derive(Debug, Default)]
pub(super) struct MarkdownPage {
    text: String,
    taken: HashSet<String>,
    /// Anchor of the last heading.
    anchor: String,
    /// Anchors of the headings above the findings, by the ids of those.
    findings: HashMap<String, String>,
}

impl MarkdownPage {
    pub(super) fn into_text(self) -> String {
        self.text
    }

    /// Adds a heading and returns its anchor.
    pub(super) fn heading(&mut self, level: usize, words: &str) -> String {
        let words = heading_words(words);
        let line = escape(&words);
        if line.is_empty() {
            return self.anchor.clone();
        }
        self.block(&format!("{} {line}", "#".repeat(level)));
        let name = anchor_name(&words);
        let numbered = (1..).map(|number| format!("{name}-{number}"));
        let free = std::iter::once(name.clone())
            .chain(numbered)
            .find(|anchor| !self.taken.contains(anchor));
        self.anchor = free.unwrap_or(name);
        self.taken.insert(self.anchor.clone());
        self.anchor.clone()
    }

    /// Adds a block of finished Markdown.
    pub(super) fn block(&mut self, markdown: &str) {
        if markdown.trim().is_empty() {
            return;
        }
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(markdown.trim_end());
        self.text.push('\n');
    }

    /// Adds text of data.
    pub(super) fn paragraph(&mut self, words: &str) {
        self.block(&escape(words));
    }

    /// Adds a line that says what the block below is.
    pub(super) fn label(&mut self, words: &str) {
        let words = escape(words);
        if !words.is_empty() {
            self.block(&format!("**{words}**"));
        }
    }

    /// Adds a list of finished Markdown.
    pub(super) fn list(&mut self, items: &[String]) {
        let items: Vec<String> = items.iter().map(|item| format!("- {item}")).collect();
        self.block(&items.join("\n"));
    }

    /// The end of what is written.
    pub(super) const fn position(&self) -> usize {
        self.text.len()
    }

    /// Adds a list at a place that was the end once.
    pub(super) fn insert_list(&mut self, position: usize, items: &[String]) {
        let rest = self.text.split_off(position);
        self.list(items);
        self.text.push_str(&rest);
    }

    /// Adds a table whose cells are finished Markdown. One without rows is left out.
    pub(super) fn table(&mut self, columns: &[MarkdownColumn], rows: &[Vec<String>]) {
        if rows.is_empty() || columns.is_empty() {
            return;
        }
        let line = |cells: &[String]| format!("| {} |", cells.join(" | "));
        let names: Vec<String> = columns.iter().map(|column| escape(&column.name)).collect();
        let sides: Vec<String> = columns
            .iter()
            .map(|column| if column.is_number { "---:" } else { "---" }.to_owned())
            .collect();
        let lines = [line(&names), line(&sides)].into_iter();
        let lines: Vec<String> = lines.chain(rows.iter().map(|row| line(row))).collect();
        self.block(&lines.join("\n"));
    }

    /// Adds code between fences that are longer than any in it.
    pub(super) fn code(&mut self, language: &str, code: &str) {
        let longest = code.split(|character| character != '`').map(str::len).max();
        let fence = "`".repeat(longest.unwrap_or(0).max(2) + 1);
        let code = crate::report::terminal::lines(code);
        self.block(&format!("{fence}{language}\n{}\n{fence}", code.trim_end()));
    }

    /// Notes that the finding stands below the last heading.
    pub(super) fn place_finding(&mut self, id: &str) {
        self.findings.insert(id.to_owned(), self.anchor.clone());
    }

    pub(super) fn finding_anchor(&self, id: &str) -> Option<&str> {
        self.findings.get(id).map(String::as_str)
    }
}

/// GitHub would make two hyphens of an ampersand, and GitLab one.
pub(super) fn heading_words(words: &str) -> String {
    words.replace(" & ", " and ")
}

/// The name that GitHub and GitLab give to a heading.
pub(super) fn anchor_name(words: &str) -> String {
    let words = crate::report::terminal::one_line(words).to_lowercase();
    let is_kept =
        |character: &char| character.is_alphanumeric() || matches!(character, ' ' | '-' | '_');
    words
        .chars()
        .filter(is_kept)
        .map(|character| if character == ' ' { '-' } else { character })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_are_unique_names() {
        let mut page = MarkdownPage::default();
        assert_eq!(
            page.heading(2, "Key metrics & trends"),
            "key-metrics-and-trends"
        );
        assert_eq!(page.heading(2, "Wins: <b>!"), "wins-b");
        assert_eq!(page.heading(2, "Wins b"), "wins-b-1");
        assert_eq!(page.heading(2, "Wins b"), "wins-b-2");
        assert!(
            page.into_text()
                .starts_with("## Key metrics and trends\n\n## Wins: \\<b\\>!\n")
        );
    }

    #[test]
    fn fences_are_longer_than_those_within() {
        let mut page = MarkdownPage::default();
        page.code("sql", "SELECT '```'");
        assert_eq!(page.into_text(), "````sql\nSELECT '```'\n````\n");
    }

    #[test]
    fn tables_have_rows() {
        let mut page = MarkdownPage::default();
        let column = MarkdownColumn {
            name: "a|b".to_owned(),
            is_number: true,
        };
        page.table(std::slice::from_ref(&column), &[]);
        page.table(&[column], &[vec!["1".to_owned()]]);
        assert_eq!(page.into_text(), "| a\\|b |\n| ---: |\n| 1 |\n");
    }
}

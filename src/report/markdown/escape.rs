//! Text of data as Markdown that shows it as it is.

use crate::report::terminal::one_line;

/// `text` on one line, with every character escaped that Markdown, or GitHub's and GitLab's additions to it, would
/// read as more than itself.
pub(super) fn escape(text: &str) -> String {
    let line = one_line(text);
    let mut out = String::with_capacity(line.len() + line.len() / 8);
    let start = block_start(&line);
    for (place, character) in line.char_indices() {
        let is_special = match character {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '~' | '$' => true,
            // The name of a character, such as `&lt;`.
            '&' => !line[place + 1..].starts_with(' '),
            // An address becomes a link by itself.
            ':' => line[place..].starts_with("://"),
            '.' => line[..place].ends_with("www"),
            _ => false,
        };
        if is_special || start == Some(place) {
            out.push('\\');
        }
        out.push(character);
    }
    out
}

/// Place of the character by which a line would begin a list, a rule or the line below a heading.
fn block_start(line: &str) -> Option<usize> {
    if line.starts_with(['-', '+', '=']) {
        return Some(0);
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let mut rest = line[digits..].chars();
    let is_number = digits > 0 && matches!(rest.next(), Some('.' | ')'));
    (is_number && matches!(rest.next(), None | Some(' '))).then_some(digits)
}

/// Markdown of a definition, without control characters and HTML. Code stands as it is.
pub(super) fn without_html(markdown: &str) -> String {
    let markdown = crate::report::terminal::lines(markdown);
    let parts = markdown.split('`').enumerate();
    let parts: Vec<String> = parts
        .map(|(place, part)| {
            if place % 2 == 0 {
                part.replace('<', "\\<")
            } else {
                part.to_owned()
            }
        })
        .collect();
    parts.join("`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_of_markdown_are_escaped() {
        assert_eq!(
            escape("<script>alert(1)</script>"),
            r"\<script\>alert(1)\</script\>"
        );
        assert_eq!(
            escape("a|b `c` *d* _e_ [f](g)"),
            r"a\|b \`c\` \*d\* \_e\_ \[f\](g)"
        );
        assert_eq!(escape("# x\n## y"), r"\# x \#\# y");
        assert_eq!(
            escape(r"a\|b &lt; ~~x~~ $y$"),
            r"a\\\|b \&lt; \~\~x\~\~ \$y\$"
        );
        assert_eq!(
            escape("https://x.example www.x.example"),
            r"https\://x.example www\.x.example"
        );
    }

    #[test]
    fn lines_begin_no_blocks() {
        assert_eq!(escape("- a"), r"\- a");
        assert_eq!(escape("+0.4"), r"\+0.4");
        assert_eq!(escape("16. September"), r"16\. September");
        assert_eq!(escape("1.5 of 2 & more"), "1.5 of 2 & more");
        assert_eq!(escape("−5.0"), "−5.0");
    }

    #[test]
    fn definitions_have_no_html() {
        assert_eq!(
            without_html("a <b> `x < y`\u{1b}\n\n- c"),
            "a \\<b> `x < y`\n\n- c"
        );
    }
}

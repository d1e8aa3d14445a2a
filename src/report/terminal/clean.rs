//! Text of data without what commands a terminal or turns the direction of what follows.

/// `text` on one line: control characters are left out, and runs of white space are one space.
pub(in crate::report) fn one_line(text: &str) -> String {
    let spaced: String = text
        .chars()
        .map(|character| {
            if character.is_whitespace() {
                ' '
            } else {
                character
            }
        })
        .filter(|character| !is_command(*character))
        .collect();
    spaced
        .split(' ')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// `text` with its lines.
pub(in crate::report) fn lines(text: &str) -> String {
    let is_kept = |character: &char| *character == '\n' || !is_command(*character);
    text.replace("\r\n", "\n").chars().filter(is_kept).collect()
}

/// True for control characters (an escape sequence begins with one), and for those that embed, override or isolate
/// a direction of writing: without their end they turn the rest of the line.
fn is_command(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_left_out() {
        assert_eq!(one_line("\u{1b}[31mred\u{1b}[0m\u{7}"), "[31mred[0m");
        assert_eq!(one_line("\u{9b}2Ja\u{202e}b\u{2066}c"), "2Jabc");
        assert_eq!(one_line(" a\r\n\tb  c "), "a b c");
        assert_eq!(one_line("فريق 🎉 é"), "فريق 🎉 é");
        assert_eq!(lines("a\u{1b}[2J\r\nb\n"), "a[2J\nb\n");
    }
}

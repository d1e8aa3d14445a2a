//! Syntax highlighting of the input.

use datafusion::sql::sqlparser::tokenizer::{Token, Whitespace};
use nu_ansi_term::{Color, Style};
use reedline::{Highlighter, StyledText};

use super::catalog::{SharedShellCatalog, ShellCatalog};
use super::command;
use super::input::{self, InputPiece};
use super::words;
use crate::parser::lexemes;

/// Kind of a part of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HighlightKind {
    Plain,
    Keyword,
    /// An existing function.
    Function,
    /// The name of an unknown function.
    Unknown,
    Text,
    Number,
    Comment,
    Command,
}

impl HighlightKind {
    fn style(self) -> Style {
        match self {
            Self::Plain => Style::new(),
            Self::Keyword => Style::new().bold().fg(Color::Blue),
            Self::Function => Style::new().fg(Color::Cyan),
            Self::Unknown => Style::new().fg(Color::Red).underline(),
            Self::Text => Style::new().fg(Color::Green),
            Self::Number => Style::new().fg(Color::Magenta),
            Self::Comment => Style::new().italic().fg(Color::DarkGray),
            Self::Command => Style::new().bold().fg(Color::Yellow),
        }
    }
}

/// All of `text` in order, split into parts with their kind.
pub(super) fn parts<'a>(text: &'a str, catalog: &ShellCatalog) -> Vec<(HighlightKind, &'a str)> {
    let mut parts = Vec::new();
    let mut done = 0;
    for piece in input::cut(text).pieces {
        match piece {
            InputPiece::Sql(range) => {
                parts.push((HighlightKind::Plain, &text[done..range.start]));
                done = range.end;
                sql(&text[range], catalog, &mut parts);
            }
            InputPiece::Command(range) => {
                parts.push((HighlightKind::Plain, &text[done..range.start]));
                done = range.end;
                command(&text[range], &mut parts);
            }
        }
    }
    parts.push((HighlightKind::Comment, &text[done..]));
    parts.retain(|(_, part)| !part.is_empty());
    parts
}

fn command<'a>(line: &'a str, parts: &mut Vec<(HighlightKind, &'a str)>) {
    let end = line.find(char::is_whitespace).unwrap_or(line.len());
    let (name, rest) = line.split_at(end);
    let is_known = !name.starts_with('\\')
        || command::find(name[1..].trim_end_matches(';')).is_some()
        || command::habits::is_foreign_command(name);
    let kind = if is_known {
        HighlightKind::Command
    } else {
        HighlightKind::Unknown
    };
    parts.extend([(kind, name), (HighlightKind::Plain, rest)]);
}

fn sql<'a>(text: &'a str, catalog: &ShellCatalog, parts: &mut Vec<(HighlightKind, &'a str)>) {
    let cut = lexemes(text);
    let mut done = 0;
    for (at, found) in cut.tokens.iter().enumerate() {
        let next = cut.tokens.get(at + 1).map(|next| &next.token);
        parts.push((HighlightKind::Plain, &text[done..found.range.start]));
        parts.push((
            kind(&found.token, next, catalog),
            &text[found.range.clone()],
        ));
        done = found.range.end;
    }
    let rest = &text[done..];
    let kind = match rest.as_bytes().first() {
        Some(b'/') => HighlightKind::Comment,
        Some(b'"') | None => HighlightKind::Plain,
        Some(_) => HighlightKind::Text,
    };
    parts.push((kind, rest));
}

fn kind(token: &Token, next: Option<&Token>, catalog: &ShellCatalog) -> HighlightKind {
    match token {
        Token::Word(word) if word.quote_style.is_none() => {
            let is_keyword = words::is_keyword(&word.value);
            match next {
                Some(Token::LParen) if catalog.has_function(&word.value) => HighlightKind::Function,
                Some(Token::LParen) if !is_keyword && !is_callable(&word.value) => {
                    HighlightKind::Unknown
                }
                _ if is_keyword => HighlightKind::Keyword,
                _ => HighlightKind::Plain,
            }
        }
        Token::Number(..) => HighlightKind::Number,
        Token::Whitespace(
            Whitespace::SingleLineComment { .. } | Whitespace::MultiLineComment(_),
        ) => HighlightKind::Comment,
        Token::SingleQuotedString(_)
        | Token::EscapedStringLiteral(_)
        | Token::NationalStringLiteral(_)
        | Token::HexStringLiteral(_)
        | Token::UnicodeStringLiteral(_)
        | Token::DollarQuotedString(_) => HighlightKind::Text,
        _ => HighlightKind::Plain,
    }
}

/// True for words before parentheses that are no function of the session: syntax, table functions, a
/// table name with its columns.
fn is_callable(word: &str) -> bool {
    const CALLABLE: [&str; 20] = [
        "position",
        "substring",
        "trim",
        "overlay",
        "floor",
        "ceil",
        "struct",
        "array",
        "map",
        "unnest",
        "generate_series",
        "range",
        "char",
        "numeric",
        "float",
        "timestamp",
        "any",
        "some",
        "sets",
        "key",
    ];
    CALLABLE
        .iter()
        .any(|known| known.eq_ignore_ascii_case(word))
}

/// [`parts`] for the line editor.
pub(super) struct ShellHighlighter {
    pub(super) catalog: SharedShellCatalog,
    pub(super) has_colours: bool,
}

impl Highlighter for ShellHighlighter {
    fn highlight(&self, line: &str, _cursor: usize) -> StyledText {
        let mut styled = StyledText::new();
        if self.has_colours {
            for (kind, part) in parts(line, &self.catalog.get()) {
                styled.push((kind.style(), part.to_owned()));
            }
        } else {
            styled.push((Style::new(), line.to_owned()));
        }
        styled
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::catalog::ShellFunction;
    use super::*;

    fn catalog() -> ShellCatalog {
        let nps = ShellFunction {
            name: "nps".to_owned(),
            signature: String::new(),
            meaning: String::new(),
            arguments: Vec::new(),
            is_own: true,
        };
        ShellCatalog {
            functions: Arc::new(vec![nps]),
            ..ShellCatalog::default()
        }
    }

    fn coloured(text: &str) -> Vec<(HighlightKind, &str)> {
        let mut parts = parts(text, &catalog());
        assert_eq!(
            parts.iter().map(|(_, part)| *part).collect::<String>(),
            text
        );
        parts.retain(|(kind, _)| *kind != HighlightKind::Plain);
        parts
    }

    #[test]
    fn words_texts_numbers_and_comments_differ() {
        assert_eq!(
            coloured("select name, 'é''s', 1.5 from t -- all"),
            [
                (HighlightKind::Keyword, "select"),
                (HighlightKind::Text, "'é''s'"),
                (HighlightKind::Number, "1.5"),
                (HighlightKind::Keyword, "from"),
                (HighlightKind::Comment, "-- all"),
            ]
        );
    }

    #[test]
    fn functions_are_known_or_not() {
        assert_eq!(
            coloured("NPS(a), nsp(a), cast(a AS date)"),
            [
                (HighlightKind::Function, "NPS"),
                (HighlightKind::Unknown, "nsp"),
                (HighlightKind::Keyword, "cast"),
                (HighlightKind::Keyword, "AS"),
                (HighlightKind::Keyword, "date"),
            ]
        );
    }

    #[test]
    fn what_is_not_finished_has_its_colour_already() {
        assert_eq!(coloured("'abc"), [(HighlightKind::Text, "'abc")]);
        assert_eq!(coloured("/* abc"), [(HighlightKind::Comment, "/* abc")]);
    }

    #[test]
    fn commands_are_known_or_not() {
        assert_eq!(coloured("\\d tickets"), [(HighlightKind::Command, "\\d")]);
        assert_eq!(coloured("\\nope"), [(HighlightKind::Unknown, "\\nope")]);
        assert_eq!(coloured("exit"), [(HighlightKind::Command, "exit")]);
    }
}

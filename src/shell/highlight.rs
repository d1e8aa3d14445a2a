//! The colours of what is typed.

use datafusion::sql::sqlparser::tokenizer::{Token, Whitespace};
use nu_ansi_term::{Color, Style};
use reedline::{Highlighter, StyledText};

use super::catalog::{Catalog, Shared};
use super::command;
use super::input::{self, Piece};
use super::words;
use crate::parser::lexemes;

/// What a part of the text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Plain,
    Keyword,
    /// A function that there is.
    Function,
    /// The name of a function that there is not.
    Unknown,
    Text,
    Number,
    Comment,
    Command,
}

impl Kind {
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

/// All of `text` in order, each part with what it is.
pub(super) fn parts<'a>(text: &'a str, catalog: &Catalog) -> Vec<(Kind, &'a str)> {
    let mut parts = Vec::new();
    let mut done = 0;
    for piece in input::cut(text).pieces {
        match piece {
            Piece::Sql(range) => {
                parts.push((Kind::Plain, &text[done..range.start]));
                done = range.end;
                sql(&text[range], catalog, &mut parts);
            }
            Piece::Command(range) => {
                parts.push((Kind::Plain, &text[done..range.start]));
                done = range.end;
                command(&text[range], &mut parts);
            }
        }
    }
    parts.push((Kind::Comment, &text[done..]));
    parts.retain(|(_, part)| !part.is_empty());
    parts
}

fn command<'a>(line: &'a str, parts: &mut Vec<(Kind, &'a str)>) {
    let end = line.find(char::is_whitespace).unwrap_or(line.len());
    let (name, rest) = line.split_at(end);
    let is_known = !name.starts_with('\\')
        || command::find(name[1..].trim_end_matches(';')).is_some()
        || command::habits::is_one(name);
    let kind = if is_known {
        Kind::Command
    } else {
        Kind::Unknown
    };
    parts.extend([(kind, name), (Kind::Plain, rest)]);
}

fn sql<'a>(text: &'a str, catalog: &Catalog, parts: &mut Vec<(Kind, &'a str)>) {
    let cut = lexemes(text);
    let mut done = 0;
    for (at, found) in cut.tokens.iter().enumerate() {
        let next = cut.tokens.get(at + 1).map(|next| &next.token);
        parts.push((Kind::Plain, &text[done..found.range.start]));
        parts.push((
            kind(&found.token, next, catalog),
            &text[found.range.clone()],
        ));
        done = found.range.end;
    }
    let rest = &text[done..];
    let kind = match rest.as_bytes().first() {
        Some(b'/') => Kind::Comment,
        Some(b'"') | None => Kind::Plain,
        Some(_) => Kind::Text,
    };
    parts.push((kind, rest));
}

fn kind(token: &Token, next: Option<&Token>, catalog: &Catalog) -> Kind {
    match token {
        Token::Word(word) if word.quote_style.is_none() => {
            let is_keyword = words::is_keyword(&word.value);
            match next {
                Some(Token::LParen) if catalog.has_function(&word.value) => Kind::Function,
                Some(Token::LParen) if !is_keyword && !is_callable(&word.value) => Kind::Unknown,
                _ if is_keyword => Kind::Keyword,
                _ => Kind::Plain,
            }
        }
        Token::Number(..) => Kind::Number,
        Token::Whitespace(
            Whitespace::SingleLineComment { .. } | Whitespace::MultiLineComment(_),
        ) => Kind::Comment,
        Token::SingleQuotedString(_)
        | Token::EscapedStringLiteral(_)
        | Token::NationalStringLiteral(_)
        | Token::HexStringLiteral(_)
        | Token::UnicodeStringLiteral(_)
        | Token::DollarQuotedString(_) => Kind::Text,
        _ => Kind::Plain,
    }
}

/// What takes parentheses and is no function of the session: syntax, table functions, the name of a
/// table with its columns.
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
    pub(super) catalog: Shared,
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

    use super::super::catalog::Function;
    use super::*;

    fn catalog() -> Catalog {
        let nps = Function {
            name: "nps".to_owned(),
            signature: String::new(),
            meaning: String::new(),
            is_own: true,
        };
        Catalog {
            functions: Arc::new(vec![nps]),
            ..Catalog::default()
        }
    }

    fn coloured(text: &str) -> Vec<(Kind, &str)> {
        let mut parts = parts(text, &catalog());
        assert_eq!(
            parts.iter().map(|(_, part)| *part).collect::<String>(),
            text
        );
        parts.retain(|(kind, _)| *kind != Kind::Plain);
        parts
    }

    #[test]
    fn words_texts_numbers_and_comments_differ() {
        assert_eq!(
            coloured("select name, 'é''s', 1.5 from t -- all"),
            [
                (Kind::Keyword, "select"),
                (Kind::Text, "'é''s'"),
                (Kind::Number, "1.5"),
                (Kind::Keyword, "from"),
                (Kind::Comment, "-- all"),
            ]
        );
    }

    #[test]
    fn functions_are_known_or_not() {
        assert_eq!(
            coloured("NPS(a), nsp(a), cast(a AS date)"),
            [
                (Kind::Function, "NPS"),
                (Kind::Unknown, "nsp"),
                (Kind::Keyword, "cast"),
                (Kind::Keyword, "AS"),
                (Kind::Keyword, "date"),
            ]
        );
    }

    #[test]
    fn what_is_not_finished_has_its_colour_already() {
        assert_eq!(coloured("'abc"), [(Kind::Text, "'abc")]);
        assert_eq!(coloured("/* abc"), [(Kind::Comment, "/* abc")]);
    }

    #[test]
    fn commands_are_known_or_not() {
        assert_eq!(coloured("\\d tickets"), [(Kind::Command, "\\d")]);
        assert_eq!(coloured("\\nope"), [(Kind::Unknown, "\\nope")]);
        assert_eq!(coloured("exit"), [(Kind::Command, "exit")]);
    }
}

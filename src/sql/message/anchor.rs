//! Position in the SQL of an error that names a part of the SQL but not its position.

use datafusion::error::DataFusionError;
use datafusion::sql::sqlparser::tokenizer::{Span, Token, TokenWithSpan, Tokenizer};

use super::super::place::SqlPosition;
use super::{bare, values};
use crate::parser::DeskDialect;
use crate::parser::is_blank;

/// The SQL text at the position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SqlFragment {
    /// A literal with this text or number.
    Literal(String),
    /// The name of a cast column.
    Cast(String),
    /// The name of a called function.
    Call(String),
    /// An operator.
    Operator(String),
}

impl SqlFragment {
    pub(super) fn to_note(&self) -> String {
        let (kind, text) = match self {
            Self::Literal(text) => ("literal", text),
            Self::Cast(text) => ("cast", text),
            Self::Call(text) => ("call", text),
            Self::Operator(text) => ("operator", text),
        };
        format!("{kind} {text}")
    }

    pub(super) fn from_note(note: &str) -> Option<Self> {
        let (kind, text) = note.split_once(' ')?;
        let text = text.to_owned();
        Some(match kind {
            "literal" => Self::Literal(text),
            "cast" => Self::Cast(text),
            "call" => Self::Call(text),
            "operator" => Self::Operator(text),
            _ => return None,
        })
    }
}

/// A part of the SQL to search for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ErrorAnchor(pub(super) SqlFragment);

impl ErrorAnchor {
    /// The part of the SQL that the text of `error` mentions.
    pub(super) fn from_error(error: &DataFusionError) -> Option<Self> {
        let text = bare(&error.message());
        if let Some(value) = values::problem(&text).and_then(|problem| problem.value) {
            return Some(Self(SqlFragment::Literal(value)));
        }
        if let Some((value, _)) = text
            .strip_prefix('\'')
            .and_then(|rest| rest.split_once("' is not "))
        {
            return Some(Self(SqlFragment::Literal(value.to_owned())));
        }
        let name = function(&text)?;
        Some(Self(SqlFragment::Call(name.to_owned())))
    }

    /// The position, if the SQL contains the part exactly once.
    pub(super) fn place(&self, sql: &str) -> Option<SqlPosition> {
        match self.spans(sql)?.as_slice() {
            [span] => {
                datafusion::common::Span::try_from_sqlparser_span(*span).map(SqlPosition::of_span)
            }
            _ => None,
        }
    }

    /// True for a call or a cast that the SQL does not contain: it is in the definition of a
    /// column.
    pub(super) fn is_missing(&self, sql: &str) -> bool {
        let is_call = matches!(self.0, SqlFragment::Call(_) | SqlFragment::Cast(_));
        is_call && self.spans(sql).is_some_and(|spans| spans.is_empty())
    }

    fn spans(&self, sql: &str) -> Option<Vec<Span>> {
        let tokens = Tokenizer::new(&DeskDialect, sql).tokenize_with_location();
        let tokens: Vec<TokenWithSpan> = tokens
            .ok()?
            .into_iter()
            .filter(|token| !is_blank(&token.token))
            .collect();
        let found = (0..tokens.len()).filter(|at| self.is_at(&tokens, *at));
        Some(found.map(|at| tokens[at].span).collect())
    }

    fn is_at(&self, tokens: &[TokenWithSpan], at: usize) -> bool {
        let token = |at: Option<usize>| at.and_then(|at| tokens.get(at)).map(|token| &token.token);
        let (before, next) = (token(at.checked_sub(1)), token(Some(at + 1)));
        let here = &tokens[at].token;
        match &self.0 {
            SqlFragment::Literal(value) => match here {
                Token::SingleQuotedString(text) => text == value,
                Token::Number(text, _) => text == value,
                _ => false,
            },
            SqlFragment::Call(name) => is_name(here, name) && next == Some(&Token::LParen),
            SqlFragment::Cast(name) => {
                let is_inside = before == Some(&Token::LParen)
                    && token(at.checked_sub(2)).is_some_and(|token| is_name(token, "cast"));
                is_name(here, name) && (next == Some(&Token::DoubleColon) || is_inside)
            }
            SqlFragment::Operator(operator) => here.to_string() == *operator,
        }
    }
}

fn is_name(token: &Token, name: &str) -> bool {
    matches!(token, Token::Word(word) if word.value.eq_ignore_ascii_case(name))
}

/// The function that a message is about: `nps: ..`, `round does not take ..`, `'.. types
/// 'round(Utf8)'`.
fn function(text: &str) -> Option<&str> {
    let call = text
        .split_once("No function matches the given name and argument types '")
        .and_then(|(_, call)| call.split_once('('));
    let (name, _) = call
        .or_else(|| text.strip_prefix("Function '")?.split_once('\''))
        .or_else(|| text.split_once(": "))?;
    let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    (!name.is_empty() && name.chars().all(is_word)).then_some(name)
}

//! One option of `COPY` as written, and its value.

use datafusion::common::Span;
use datafusion::error::DataFusionError;
use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan};

use crate::parser::refused;
use crate::parser::token_kind::is_blank;

/// An option as written.
#[derive(Debug, Clone)]
pub(super) struct WrittenOption {
    /// In lower case.
    pub(super) name: String,
    pub(super) value: OptionValue,
    pub(super) span: Option<Span>,
}

/// Value of an option as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum OptionValue {
    /// The name stands alone.
    Absent,
    /// A word, text or number.
    Text(String),
    /// Names or texts in parentheses.
    List(Vec<String>),
    /// `*`
    All,
}

impl WrittenOption {
    pub(super) fn flag(name: &str, token: &TokenWithSpan) -> Self {
        Self {
            name: name.to_ascii_lowercase(),
            value: OptionValue::Absent,
            span: Span::try_from_sqlparser_span(token.span),
        }
    }

    /// Reads `name value`, `name = value` or `name`.
    pub(super) fn read(tokens: &[&TokenWithSpan]) -> Result<Self, DataFusionError> {
        let (first, mut rest) = match tokens {
            [first, rest @ ..] => (*first, rest),
            [] => {
                return Err(refused(
                    "an option of COPY is missing before the comma",
                    None,
                ));
            }
        };
        let mut option = Self::flag(&text_of(&first.token).unwrap_or_default(), first);
        if option.name.is_empty() {
            let advice = format!("expected the name of an option, found {}", first.token);
            return Err(refused(&advice, option.span));
        }
        if let [equals, value @ ..] = rest
            && matches!(equals.token, Token::Eq | Token::RArrow)
        {
            rest = value;
        }
        option.value = value_of(rest).ok_or_else(|| option.refused("takes one value"))?;
        Ok(option)
    }

    /// A refusal that begins with the option's name and points at it.
    pub(super) fn refused(&self, problem: &str) -> DataFusionError {
        refused(&format!("{} {problem}", self.name), self.span)
    }

    /// True or false; the name alone is true.
    pub(super) fn truth(&self) -> Result<bool, DataFusionError> {
        let OptionValue::Text(text) = &self.value else {
            return match self.value {
                OptionValue::Absent => Ok(true),
                _ => Err(self.refused("takes true or false")),
            };
        };
        match text.to_ascii_lowercase().as_str() {
            "true" | "on" | "1" | "yes" => Ok(true),
            "false" | "off" | "0" | "no" => Ok(false),
            _ => Err(self.refused("takes true or false")),
        }
    }

    pub(super) fn text(&self) -> Result<&str, DataFusionError> {
        match &self.value {
            OptionValue::Text(text) => Ok(text),
            _ => Err(self.refused("takes a text")),
        }
    }

    /// One byte, also written `\t`.
    pub(super) fn character(&self) -> Result<String, DataFusionError> {
        let text = match self.text()? {
            "\\t" => "\t",
            other => other,
        };
        match text.as_bytes() {
            [byte] if byte.is_ascii() && !matches!(byte, b'\n' | b'\r') => Ok(text.to_owned()),
            _ => Err(self.refused("takes one character of ASCII that is no line break")),
        }
    }

    /// A whole number of 1 or more.
    pub(super) fn number(&self) -> Result<u64, DataFusionError> {
        let number = self.text()?.replace('_', "").parse();
        number
            .ok()
            .filter(|number| *number > 0)
            .ok_or_else(|| self.refused("takes a whole number of 1 or more"))
    }

    /// Names of columns.
    pub(super) fn names(&self) -> Result<Vec<String>, DataFusionError> {
        match &self.value {
            OptionValue::List(names) if !names.is_empty() => Ok(names.clone()),
            OptionValue::Text(name) => Ok(vec![name.clone()]),
            _ => Err(self.refused("takes names of columns, as in (a, b)")),
        }
    }
}

fn value_of(tokens: &[&TokenWithSpan]) -> Option<OptionValue> {
    match tokens {
        [] => Some(OptionValue::Absent),
        [one] if one.token == Token::Mul => Some(OptionValue::All),
        [one] => text_of(&one.token).map(OptionValue::Text),
        [sign, number] if sign.token == Token::Minus => {
            Some(OptionValue::Text(format!("-{}", text_of(&number.token)?)))
        }
        [open, inner @ .., close]
            if open.token == Token::LParen && close.token == Token::RParen =>
        {
            if let [star] = inner
                && star.token == Token::Mul
            {
                return Some(OptionValue::All);
            }
            let items = inner.split(|token| token.token == Token::Comma);
            let names = items.map(|item| match item {
                [one] => text_of(&one.token),
                _ => None,
            });
            names.collect::<Option<_>>().map(OptionValue::List)
        }
        _ => None,
    }
}

/// The text of a word, literal or number.
pub(super) fn text_of(token: &Token) -> Option<String> {
    match token {
        Token::Word(word) => Some(word.value.clone()),
        Token::SingleQuotedString(text)
        | Token::DoubleQuotedString(text)
        | Token::EscapedStringLiteral(text) => Some(text.clone()),
        Token::Number(digits, _) => Some(digits.clone()),
        _ => None,
    }
}

/// Reads what stands between the parentheses of an option list.
pub(super) fn list(tokens: &[TokenWithSpan]) -> Result<Vec<WrittenOption>, DataFusionError> {
    let mut options = Vec::new();
    let mut one: Vec<&TokenWithSpan> = Vec::new();
    let mut depth = 0_usize;
    for token in tokens.iter().filter(|token| !is_blank(&token.token)) {
        match token.token {
            Token::LParen => depth += 1,
            Token::RParen => depth = depth.saturating_sub(1),
            _ => {}
        }
        if token.token == Token::Comma && depth == 0 {
            options.push(WrittenOption::read(&one)?);
            one.clear();
        } else {
            one.push(token);
        }
    }
    if !one.is_empty() {
        options.push(WrittenOption::read(&one)?);
    }
    Ok(options)
}

//! Takes the clauses of `COPY` apart by their tokens.

use datafusion::common::Span;
use datafusion::error::DataFusionError;
use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan};

use super::CopyForm;
use super::option::{OptionValue, WrittenOption, list, text_of};
use crate::parser::refused;
use crate::parser::token_kind::{is_blank, is_word};
use crate::text::nearest;

/// Words that choose what happens to a folder that is not empty.
const MODES: [&str; 4] = [
    "overwrite",
    "overwrite_partitions",
    "overwrite_or_ignore",
    "append",
];

/// `PostgreSQL`'s options without parentheses that have a value.
const VALUED: [&str; 4] = ["delimiter", "null", "quote", "escape"];

const CLAUSES: [&str; 7] = [
    "STORED AS",
    "PARTITIONED BY",
    "OPTIONS",
    "WITH",
    "OVERWRITE",
    "OVERWRITE_PARTITIONS",
    "APPEND",
];

/// Reads the statement whose word `COPY` is at `start`.
pub(super) fn read(tokens: &[TokenWithSpan], start: usize) -> Result<CopyForm, DataFusionError> {
    let body: Vec<&TokenWithSpan> = tokens[start + 1..]
        .iter()
        .filter(|token| !is_blank(&token.token))
        .collect();
    let mut reader = ClauseReader {
        body,
        next: 0,
        kept: tokens[..=start].to_vec(),
        options: Vec::new(),
        is_plain: true,
    };
    reader.source()?;
    reader.target()?;
    while reader.next < reader.body.len() {
        reader.clause()?;
    }
    Ok(CopyForm {
        tokens: reader.kept,
        options: reader.options,
        is_plain: reader.is_plain,
    })
}

struct ClauseReader<'a> {
    body: Vec<&'a TokenWithSpan>,
    next: usize,
    kept: Vec<TokenWithSpan>,
    options: Vec<WrittenOption>,
    is_plain: bool,
}

impl<'a> ClauseReader<'a> {
    fn peek(&self) -> Option<&'a TokenWithSpan> {
        self.body.get(self.next).copied()
    }

    fn is_at(&self, word: &str) -> bool {
        self.peek().is_some_and(|token| is_word(&token.token, word))
    }

    fn take(&mut self) -> Option<&'a TokenWithSpan> {
        let token = self.peek();
        self.next += usize::from(token.is_some());
        token
    }

    fn keep(&mut self) {
        if let Some(token) = self.take() {
            self.kept.push(token.clone());
        }
    }

    /// The tokens of a pair of parentheses, with them.
    fn parentheses(&mut self) -> &[&'a TokenWithSpan] {
        let from = self.next;
        let mut depth = 0_usize;
        while let Some(token) = self.take() {
            match token.token {
                Token::LParen => depth += 1,
                Token::RParen => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
        &self.body[from..self.next]
    }

    /// The query or table; `t (a, b)` becomes a query.
    fn source(&mut self) -> Result<(), DataFusionError> {
        if self
            .peek()
            .is_some_and(|token| token.token == Token::LParen)
        {
            let query: Vec<TokenWithSpan> =
                self.parentheses().iter().map(|t| (*t).clone()).collect();
            self.kept.extend(query);
            return Ok(());
        }
        let from = self.next;
        while let Some(token) = self.peek()
            && !is_word(&token.token, "to")
            && !is_word(&token.token, "from")
            && token.token != Token::LParen
        {
            self.next += 1;
        }
        let table: Vec<TokenWithSpan> = self.body[from..self.next]
            .iter()
            .map(|t| (*t).clone())
            .collect();
        let Some(open) = self.peek().filter(|token| token.token == Token::LParen) else {
            self.kept.extend(table);
            return Ok(());
        };
        let at = |token| TokenWithSpan::new(token, open.span);
        let columns: Vec<TokenWithSpan> = self.parentheses().iter().map(|t| (*t).clone()).collect();
        let inner = columns
            .get(1..columns.len().saturating_sub(1))
            .unwrap_or_default();
        self.kept
            .extend([at(Token::LParen), at(Token::make_keyword("SELECT"))]);
        self.kept.extend(inner.iter().cloned());
        self.kept.push(at(Token::make_keyword("FROM")));
        self.kept.extend(table);
        self.kept.push(at(Token::RParen));
        Ok(())
    }

    fn target(&mut self) -> Result<(), DataFusionError> {
        let Some(word) = self.peek() else {
            return Ok(());
        };
        let span = Span::try_from_sqlparser_span(word.span);
        if is_word(&word.token, "from") {
            let advice = "COPY .. FROM is not supported: read the file itself, as in CREATE TABLE t AS SELECT * FROM 'file.csv' or INSERT INTO t SELECT * FROM 'file.csv'";
            return Err(refused(advice, span));
        }
        if !is_word(&word.token, "to") {
            return Ok(());
        }
        self.keep();
        for (word, advice) in [
            (
                "stdout",
                "COPY .. TO STDOUT is not supported: run the query itself, with --format csv or another",
            ),
            (
                "program",
                "COPY .. TO PROGRAM is not supported: run the query itself with --format csv, and pipe it",
            ),
        ] {
            if self.is_at(word) {
                return Err(refused(advice, span));
            }
        }
        self.keep();
        Ok(())
    }

    fn clause(&mut self) -> Result<(), DataFusionError> {
        let Some(token) = self.peek() else {
            return Ok(());
        };
        if token.token == Token::LParen {
            let inner: Vec<TokenWithSpan> =
                self.parentheses().iter().map(|t| (*t).clone()).collect();
            let inner = inner
                .get(1..inner.len().saturating_sub(1))
                .unwrap_or_default();
            self.options.extend(list(inner)?);
            return Ok(());
        }
        if is_word(&token.token, "with") {
            self.next += 1;
            return Ok(());
        }
        if ["stored", "partitioned", "options"]
            .iter()
            .any(|word| is_word(&token.token, word))
        {
            self.is_plain = false;
            self.keep();
            return self.kept_clause();
        }
        let word = text_of(&token.token)
            .unwrap_or_default()
            .to_ascii_lowercase();
        if MODES.contains(&word.as_str()) {
            self.next += 1;
            self.options.push(WrittenOption::flag(&word, token));
            return Ok(());
        }
        self.without_parentheses(&word, token)
    }

    /// The rest of a clause that DataFusion's parser reads: a word, or a list in parentheses.
    fn kept_clause(&mut self) -> Result<(), DataFusionError> {
        while self.is_at("as") || self.is_at("by") {
            self.keep();
        }
        if self
            .peek()
            .is_some_and(|token| token.token == Token::LParen)
        {
            let list: Vec<TokenWithSpan> =
                self.parentheses().iter().map(|t| (*t).clone()).collect();
            self.kept.extend(list);
        } else {
            self.keep();
        }
        Ok(())
    }

    /// `CSV HEADER DELIMITER AS ';'`, `PostgreSQL`'s older form.
    fn without_parentheses(
        &mut self,
        word: &str,
        token: &TokenWithSpan,
    ) -> Result<(), DataFusionError> {
        self.next += 1;
        let mut option = WrittenOption::flag(word, token);
        if ["csv", "text", "binary"].contains(&word) {
            "format".clone_into(&mut option.name);
            option.value = OptionValue::Text(word.to_owned());
        } else if word == "force" && self.is_at("quote") {
            self.next += 1;
            "force_quote".clone_into(&mut option.name);
            option.value = self.column_names();
        } else if VALUED.contains(&word) {
            if self.is_at("as") {
                self.next += 1;
            }
            let value = self.take().and_then(|token| text_of(&token.token));
            option.value = value.map_or(OptionValue::Absent, OptionValue::Text);
        } else if word != "header" {
            let hint = nearest(&word.to_ascii_uppercase(), CLAUSES)
                .map(|near| format!("; did you mean {near}?"))
                .unwrap_or_default();
            let advice = format!(
                "expected (options), STORED AS, PARTITIONED BY, OVERWRITE, APPEND or the end of COPY, found {}{hint}",
                token.token
            );
            return Err(refused(&advice, option.span));
        }
        self.options.push(option);
        Ok(())
    }

    fn column_names(&mut self) -> OptionValue {
        if self.peek().is_some_and(|token| token.token == Token::Mul) {
            self.next += 1;
            return OptionValue::All;
        }
        let mut names = Vec::new();
        while let Some(name) = self.take().and_then(|token| text_of(&token.token)) {
            names.push(name);
            if self.peek().is_none_or(|token| token.token != Token::Comma) {
                break;
            }
            self.next += 1;
        }
        OptionValue::List(names)
    }
}

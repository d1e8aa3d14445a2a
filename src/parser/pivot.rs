//! `PIVOT t ON ..` and `UNPIVOT t ON ..` as queries of their own, which the grammar does not have.
//!
//! UNPIVOT has the same meaning behind FROM. PIVOT becomes a query whose first items are calls of
//! [`PIVOT_KEY`], one for each expression of ON, and which `sql` writes out.

use datafusion::common::Span as ErrorSpan;
use datafusion::error::{DataFusionError, Result};
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Span, Token, TokenWithSpan, Word};

use super::query_starts::{QueryStarts, is_set_operator};
use super::refusal::refused;
use super::token_kind::{is_blank, is_word};

/// Function of a key and of its values, each a value or a [`PIVOT_VALUE`].
pub(crate) const PIVOT_KEY: &str = "pivot key";
/// Function of a value and of its header.
pub(crate) const PIVOT_VALUE: &str = "pivot value";

const PIVOT: &str = "PIVOT is written PIVOT table ON column [IN (value, ..)] [USING sum(x), ..] [GROUP BY column, ..]";
const UNPIVOT: &str = "UNPIVOT is written UNPIVOT table ON column, .. [INTO NAME name VALUE value]";

/// Rewrites every such query.
///
/// # Errors
/// When one lacks a part.
pub(crate) fn write_out(tokens: Vec<TokenWithSpan>) -> Result<Vec<TokenWithSpan>> {
    let is_any = |t: &TokenWithSpan| is_word(&t.token, "pivot") || is_word(&t.token, "unpivot");
    if !tokens.iter().any(is_any) {
        return Ok(tokens);
    }
    let mut places = QueryStarts::default();
    let mut done = Vec::with_capacity(tokens.len() + 16);
    let mut i = 0;
    while i < tokens.len() {
        let token = &tokens[i];
        if is_any(token) && places.is_start() && !is_call(&tokens[i + 1..]) {
            let end = i + 1 + length(&tokens[i + 1..]);
            let body = write_out(tokens[i + 1..end].to_vec())?;
            let written = if is_word(&token.token, "pivot") {
                pivot(token.span, &body)?
            } else {
                unpivot(token.span, &body)?
            };
            written.iter().for_each(|token| places.pass(&token.token));
            done.extend(written);
            i = end;
        } else {
            places.pass(&token.token);
            done.push(token.clone());
            i += 1;
        }
    }
    Ok(done)
}

/// True for `pivot` as the name of a column or function: nothing that can be a table follows.
fn is_call(rest: &[TokenWithSpan]) -> bool {
    let next = rest.iter().find(|t| !is_blank(&t.token));
    !next.is_some_and(|t| {
        matches!(
            t.token,
            Token::Word(_) | Token::LParen | Token::SingleQuotedString(_)
        )
    }) || rest
        .iter()
        .find(|t| !is_blank(&t.token))
        .is_some_and(|t| is_word(&t.token, "as"))
}

/// Number of tokens up to the end of the query.
fn length(rest: &[TokenWithSpan]) -> usize {
    let mut depth = 0_usize;
    for (i, token) in rest.iter().enumerate() {
        match &token.token {
            Token::LParen => depth += 1,
            Token::RParen if depth == 0 => return i,
            Token::RParen => depth -= 1,
            other if depth == 0 && is_set_operator(other) => return i,
            _ => {}
        }
    }
    rest.len()
}

/// Parts of a query at its top level, each from its word on.
struct QueryClauses<'a> {
    tokens: &'a [TokenWithSpan],
}

impl<'a> QueryClauses<'a> {
    /// The place of the first of `words` outside of parentheses.
    fn find(&self, words: &[&str]) -> Option<usize> {
        let mut depth = 0_usize;
        self.tokens.iter().position(|token| {
            match token.token {
                Token::LParen | Token::LBracket => depth += 1,
                Token::RParen | Token::RBracket => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0 && words.iter().any(|word| is_word(&token.token, word))
        })
    }

    /// Cuts off everything from the first of `words` on.
    fn cut(&mut self, words: &[&str]) -> &'a [TokenWithSpan] {
        let at = self.find(words).unwrap_or(self.tokens.len());
        let (kept, rest) = self.tokens.split_at(at);
        self.tokens = kept;
        rest
    }
}

/// The items of a list.
fn items(tokens: &[TokenWithSpan]) -> Vec<&[TokenWithSpan]> {
    let mut depth = 0_usize;
    let parts = tokens.split(|token| {
        match token.token {
            Token::LParen | Token::LBracket => depth += 1,
            Token::RParen | Token::RBracket => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && token.token == Token::Comma
    });
    parts.map(trimmed).filter(|part| !part.is_empty()).collect()
}

fn trimmed(mut tokens: &[TokenWithSpan]) -> &[TokenWithSpan] {
    while let [first, rest @ ..] = tokens
        && is_blank(&first.token)
    {
        tokens = rest;
    }
    while let [rest @ .., last] = tokens
        && is_blank(&last.token)
    {
        tokens = rest;
    }
    tokens
}

fn fault(advice: &str, span: Span) -> DataFusionError {
    refused(advice, ErrorSpan::try_from_sqlparser_span(span))
}

/// Collects tokens, with the place of the query's first word for those that nobody typed.
struct TokenWriter {
    span: Span,
    tokens: Vec<TokenWithSpan>,
}

impl TokenWriter {
    fn token(&mut self, token: Token) -> &mut Self {
        self.tokens.push(TokenWithSpan::new(token, self.span));
        self
    }

    fn words(&mut self, words: &[&str]) -> &mut Self {
        for word in words {
            self.token(Token::make_keyword(word));
        }
        self
    }

    fn quoted(&mut self, name: &str) -> &mut Self {
        let word = Word {
            value: name.to_owned(),
            quote_style: Some('"'),
            keyword: Keyword::NoKeyword,
        };
        self.token(Token::Word(word))
    }

    fn written(&mut self, tokens: &[TokenWithSpan]) -> &mut Self {
        self.tokens.extend_from_slice(tokens);
        self
    }
}

fn pivot(span: Span, body: &[TokenWithSpan]) -> Result<Vec<TokenWithSpan>> {
    let mut clauses = QueryClauses { tokens: body };
    let tail = clauses.cut(&["order", "limit", "offset", "fetch"]);
    let groups = clauses.cut(&["group"]);
    let keys = clauses.cut(&["on"]);
    let mut on = QueryClauses {
        tokens: keys.split_first().ok_or_else(|| fault(PIVOT, span))?.1,
    };
    let using = on.cut(&["using"]);
    let mut writer = TokenWriter {
        span,
        tokens: Vec::new(),
    };
    writer.words(&["SELECT"]).token(Token::Mul).words(&["FROM"]);
    writer.token(Token::LParen).words(&["SELECT"]);
    let keys = items(on.tokens);
    if keys.is_empty() || trimmed(clauses.tokens).is_empty() {
        return Err(fault(PIVOT, span));
    }
    for (i, item) in keys.into_iter().enumerate() {
        if i > 0 {
            writer.token(Token::Comma);
        }
        key(&mut writer, item)?;
    }
    if let Some((_, aggregates)) = using.split_first() {
        writer.token(Token::Comma).written(aggregates);
    }
    writer.words(&["FROM"]).written(clauses.tokens);
    writer.written(groups).token(Token::RParen).written(tail);
    Ok(writer.tokens)
}

/// `k` or `k IN (..)` as a call of [`PIVOT_KEY`].
fn key(writer: &mut TokenWriter, item: &[TokenWithSpan]) -> Result<()> {
    let mut clauses = QueryClauses { tokens: item };
    let list = clauses.cut(&["in"]);
    writer.quoted(PIVOT_KEY).token(Token::LParen);
    writer.written(clauses.tokens);
    if let [word, rest @ ..] = list {
        let [Token::LParen, .., Token::RParen] = trimmed(rest)
            .iter()
            .map(|t| &t.token)
            .cloned()
            .collect::<Vec<_>>()[..]
        else {
            return Err(fault(
                "PIVOT .. ON column IN takes a list in parentheses",
                word.span,
            ));
        };
        let inner = &trimmed(rest)[1..trimmed(rest).len() - 1];
        values(writer, inner);
    }
    writer.token(Token::RParen);
    Ok(())
}

fn values(writer: &mut TokenWriter, inner: &[TokenWithSpan]) {
    let is_query = trimmed(inner).first().is_some_and(|t| {
        ["select", "with", "from"]
            .iter()
            .any(|word| is_word(&t.token, word))
    });
    if is_query {
        writer.token(Token::Comma).token(Token::LParen);
        writer.written(inner).token(Token::RParen);
        return;
    }
    for item in items(inner) {
        writer.token(Token::Comma);
        let mut value = QueryClauses { tokens: item };
        let header = value.cut(&["as"]);
        match header.iter().skip(1).find(|t| !is_blank(&t.token)) {
            Some(header) => {
                let text = match &header.token {
                    Token::Word(word) => word.value.clone(),
                    Token::SingleQuotedString(text) => text.clone(),
                    other => other.to_string(),
                };
                writer.quoted(PIVOT_VALUE).token(Token::LParen);
                writer.written(value.tokens).token(Token::Comma);
                writer.token(Token::SingleQuotedString(text));
                writer.token(Token::RParen);
            }
            None => {
                writer.written(item);
            }
        }
    }
}

fn unpivot(span: Span, body: &[TokenWithSpan]) -> Result<Vec<TokenWithSpan>> {
    let mut clauses = QueryClauses { tokens: body };
    let tail = clauses.cut(&["order", "limit", "offset", "fetch"]);
    let into = clauses.cut(&["into"]);
    let columns = clauses.cut(&["on"]);
    let columns = columns.split_first().map_or(&[][..], |(_, rest)| rest);
    if trimmed(columns).is_empty() || trimmed(clauses.tokens).is_empty() {
        return Err(fault(UNPIVOT, span));
    }
    let [name, value] = named(into, span)?;
    let mut writer = TokenWriter {
        span,
        tokens: Vec::new(),
    };
    writer.words(&["SELECT"]).token(Token::Mul).words(&["FROM"]);
    writer.written(clauses.tokens).words(&["UNPIVOT"]);
    writer.token(Token::LParen);
    match items(value).as_slice() {
        [] => writer.quoted("value"),
        [one] => writer.written(one),
        _ => writer
            .token(Token::LParen)
            .written(value)
            .token(Token::RParen),
    };
    writer.words(&["FOR"]);
    match name {
        [] => writer.quoted("name"),
        name => writer.written(name),
    };
    writer.words(&["IN"]).token(Token::LParen);
    for (i, item) in items(columns).into_iter().enumerate() {
        if i > 0 {
            writer.token(Token::Comma);
        }
        // All columns.
        if let [
            TokenWithSpan {
                token: Token::Mul, ..
            },
            ..,
        ] = item
        {
            writer
                .words(&["COLUMNS"])
                .token(Token::LParen)
                .written(item)
                .token(Token::RParen);
        } else {
            writer.written(item);
        }
    }
    writer
        .token(Token::RParen)
        .token(Token::RParen)
        .written(tail);
    Ok(writer.tokens)
}

/// The names in `INTO NAME n VALUE v`.
fn named(into: &[TokenWithSpan], span: Span) -> Result<[&[TokenWithSpan]; 2]> {
    if into.is_empty() {
        return Ok([&[], &[]]);
    }
    let clauses = QueryClauses { tokens: into };
    let (Some(name), Some(value)) = (clauses.find(&["name"]), clauses.find(&["value", "values"]))
    else {
        return Err(fault(UNPIVOT, span));
    };
    if value < name {
        return Err(fault(UNPIVOT, span));
    }
    Ok([trimmed(&into[name + 1..value]), trimmed(&into[value + 1..])])
}

#[cfg(test)]
mod tests {
    use datafusion::sql::sqlparser::tokenizer::Tokenizer;

    use super::super::dialect::DeskDialect;
    use super::*;

    fn written(sql: &str) -> String {
        let tokens = Tokenizer::new(&DeskDialect, sql).tokenize_with_location();
        let words: Vec<String> = write_out(tokens.unwrap())
            .unwrap()
            .iter()
            .filter(|t| !is_blank(&t.token))
            .map(|t| t.token.to_string())
            .collect();
        words.join(" ")
    }

    #[test]
    fn statements_become_queries() {
        for (sql, expected) in [
            (
                "PIVOT t ON k IN ('a', 'b' AS c), l USING sum(x) AS s GROUP BY y ORDER BY y",
                "SELECT * FROM ( SELECT \"pivot key\" ( k , 'a' , \"pivot value\" ( 'b' , 'c' ) ) , \"pivot key\" ( l ) , \
                 sum ( x ) AS s FROM t GROUP BY y ) ORDER BY y",
            ),
            (
                "UNPIVOT (SELECT 1) ON a, b INTO NAME n VALUE v LIMIT 1",
                "SELECT * FROM ( SELECT 1 ) UNPIVOT ( v FOR n IN ( a , b ) ) LIMIT 1",
            ),
            (
                "WITH q AS (PIVOT t ON k) SELECT 1",
                "WITH q AS ( SELECT * FROM ( SELECT \"pivot key\" ( k ) FROM t ) ) SELECT 1",
            ),
        ] {
            assert_eq!(written(sql), expected);
        }
    }

    #[test]
    fn pivot_behind_from_and_as_a_name_stays() {
        for sql in [
            "SELECT * FROM t PIVOT ( sum ( x ) FOR k IN ( 'a' ) )",
            "SELECT pivot FROM t",
            "SELECT 1 AS pivot",
        ] {
            assert_eq!(written(sql), sql);
        }
    }

    #[test]
    fn a_part_that_is_missing_is_named() {
        for sql in ["PIVOT t", "PIVOT t USING sum(x)", "UNPIVOT t INTO NAME n"] {
            let tokens = Tokenizer::new(&DeskDialect, sql).tokenize_with_location();
            assert!(write_out(tokens.unwrap()).is_err(), "{sql}");
        }
    }
}

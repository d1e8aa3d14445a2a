//! A script cut into statements that remember where they stood.

use std::collections::VecDeque;
use std::sync::Arc;

use datafusion::error::DataFusionError;
use datafusion::sql::parser::{DFParserBuilder, Statement as DFStatement};
use datafusion::sql::sqlparser::dialect::keywords::Keyword;
use datafusion::sql::sqlparser::parser::ParserError;
use datafusion::sql::sqlparser::tokenizer::{
    Location, Span, Token, TokenWithSpan, Tokenizer, Word,
};

use super::dialect::DeskDialect;
use super::refuse;
use crate::error::{Error, Result};

/// Nesting of expressions and subqueries that the parser follows, as in DataFusion's own session.
const DEPTH: usize = 50;

/// One statement of a script, parsed but not yet looked up in any table.
#[derive(Debug, Clone)]
pub struct Statement {
    script: Arc<str>,
    start: Location,
    text: String,
    pub(super) kind: Kind,
}

/// What a statement asks for.
#[derive(Debug, Clone)]
pub(super) enum Kind {
    /// Something DataFusion plans.
    Plain(Box<DFStatement>),
    /// `SUMMARIZE`: one row about each column of the query.
    Summarize(Box<DFStatement>),
}

impl Statement {
    /// The statement as the user wrote it, without the closing semicolon.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// One-based line of the script on which the statement starts.
    #[must_use]
    pub fn line(&self) -> u64 {
        self.start.line
    }

    /// The whole script: the places in error messages count from its start.
    #[must_use]
    pub fn script(&self) -> &str {
        &self.script
    }
}

/// Cuts `text` into statements. Empty statements vanish; text without any gives an empty list.
///
/// # Errors
/// When a statement is not SQL, or asks for something that would be parsed and then ignored.
pub fn parse(text: &str) -> Result<Vec<Statement>> {
    let explained = |error: &DataFusionError| Error::Sql(super::explain(error, Some(text)));
    let tokens = Tokenizer::new(&DeskDialect, text)
        .tokenize_with_location()
        .map_err(|e| explained(&ParserError::from(e).into()))?;
    let script: Arc<str> = text.into();
    split(tokens)
        .into_iter()
        .map(|tokens| one(&script, tokens).map_err(|e| explained(&e)))
        .collect()
}

/// The tokens of each statement. No statement that DataFusion can plan has a semicolon inside.
fn split(tokens: Vec<TokenWithSpan>) -> Vec<Vec<TokenWithSpan>> {
    tokens
        .split(|t| matches!(t.token, Token::SemiColon | Token::EOF))
        .filter(|part| part.iter().any(|t| !is_blank(&t.token)))
        .map(<[_]>::to_vec)
        .collect()
}

fn is_blank(token: &Token) -> bool {
    matches!(token, Token::Whitespace(_))
}

fn one(script: &Arc<str>, tokens: Vec<TokenWithSpan>) -> Result<Statement, DataFusionError> {
    let spans: Vec<Span> = tokens
        .iter()
        .filter(|t| !is_blank(&t.token))
        .map(|t| t.span)
        .collect();
    let start = spans.first().map_or(Location::new(1, 1), |s| s.start);
    let end = spans.last().map_or(start, |s| s.end);
    refuse::tokens(&tokens)?;
    let kind = match summarized(&tokens) {
        Some(query) => Kind::Summarize(Box::new(parse_one(query, end)?)),
        None => Kind::Plain(Box::new(parse_one(tokens, end)?)),
    };
    Ok(Statement {
        text: slice(script, start, end),
        script: Arc::clone(script),
        start,
        kind,
    })
}

fn parse_one(
    mut tokens: Vec<TokenWithSpan>,
    end: Location,
) -> Result<DFStatement, DataFusionError> {
    // The parser names the place of a missing token after the last one: give it a true place.
    tokens.push(TokenWithSpan::new(Token::EOF, Span::new(end, end)));
    let mut statements: VecDeque<DFStatement> = DFParserBuilder::new(tokens)
        .with_dialect(&DeskDialect)
        .with_recursion_limit(DEPTH)
        .build()?
        .parse_statements()?;
    statements
        .pop_front()
        .ok_or_else(|| DataFusionError::Plan("no SQL statement".to_owned()))
}

/// The query behind `SUMMARIZE`: as written, or `SELECT * FROM` the table named.
fn summarized(tokens: &[TokenWithSpan]) -> Option<Vec<TokenWithSpan>> {
    let first = tokens.iter().position(|t| !is_blank(&t.token))?;
    if !is_word(&tokens[first].token, "summarize") {
        return None;
    }
    let rest = &tokens[first + 1..];
    let next = rest.iter().find(|t| !is_blank(&t.token))?;
    let is_query = match &next.token {
        Token::LParen => true,
        Token::Word(w) => matches!(
            w.keyword,
            Keyword::SELECT | Keyword::WITH | Keyword::FROM | Keyword::VALUES | Keyword::TABLE
        ),
        _ => false,
    };
    if is_query {
        return Some(rest.to_vec());
    }
    let at = tokens[first].span;
    let select_all = [
        Token::make_keyword("SELECT"),
        Token::Mul,
        Token::make_keyword("FROM"),
    ];
    let head = select_all.map(|token| TokenWithSpan::new(token, at));
    Some(head.into_iter().chain(rest.iter().cloned()).collect())
}

/// Whether a token is this unquoted word.
pub(super) fn is_word(token: &Token, word: &str) -> bool {
    matches!(token, Token::Word(Word { value, quote_style: None, .. }) if value.eq_ignore_ascii_case(word))
}

/// The text from `start` up to `end`; places count characters from one.
fn slice(script: &str, start: Location, end: Location) -> String {
    let offset = |at: Location| {
        let line_start = script
            .split_inclusive('\n')
            .take(usize::try_from(at.line.saturating_sub(1)).unwrap_or(usize::MAX))
            .map(str::len)
            .sum::<usize>();
        let column = usize::try_from(at.column.saturating_sub(1)).unwrap_or(usize::MAX);
        script[line_start..]
            .char_indices()
            .nth(column)
            .map_or(script.len(), |(i, _)| line_start + i)
    };
    script[offset(start)..offset(end)].to_owned()
}

#[cfg(test)]
mod tests {
    use super::parse;

    fn texts(script: &str) -> Vec<String> {
        parse(script)
            .unwrap()
            .iter()
            .map(|s| s.text().to_owned())
            .collect()
    }

    #[test]
    fn a_script_is_cut_at_its_semicolons() {
        assert_eq!(
            texts("select 1;\n;select ';' as \"a;b\" -- c;d\n;  select 'é', 3 ;"),
            ["select 1", "select ';' as \"a;b\"", "select 'é', 3"]
        );
        assert_eq!(texts(" ;; -- nothing\n"), Vec::<String>::new());
    }

    #[test]
    fn statements_know_their_line() {
        let lines: Vec<u64> = parse("select 1;\n\nselect\n2; select 3")
            .unwrap()
            .iter()
            .map(super::Statement::line)
            .collect();
        assert_eq!(lines, [1, 3, 4]);
    }

    #[test]
    fn the_dialect_takes_what_analysts_write() {
        for sql in [
            "FROM t",
            "FROM t SELECT a",
            "SELECT a, b, FROM t GROUP BY a, b, ORDER BY a,",
            "SELECT * EXCLUDE (a) REPLACE (b + 1 AS b) FROM t",
            "SELECT * EXCEPT (a) FROM t",
            "SELECT * RENAME (a AS b) FROM t",
            "SELECT a, count(*) FROM t GROUP BY ALL ORDER BY ALL",
            "SELECT a FROM t QUALIFY row_number() OVER (ORDER BY a) = 1",
            "SELECT list_transform([1, 2], x -> x + 1)",
            "SELECT list_transform([1, 2], lambda x : x + 1)",
            "SELECT 1_000_000",
            "SELECT a FROM t WHERE a IN (1, 2,)",
            "FROM t |> WHERE a > 1 |> SELECT b",
            "SELECT csat(score = 5)",
            "SELECT f(x => 1), g(y := 2)",
            "COPY t TO 'x.parquet' STORED AS PARQUET",
            "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION 'x.csv' OPTIONS ('format.has_header' 'true')",
            "PREPARE p AS SELECT 1",
            "DEALLOCATE p",
            "SUMMARIZE t",
            "SUMMARIZE SELECT 1",
            "SUMMARIZE 'file.parquet'",
            "EXPLAIN ANALYZE SELECT 1",
        ] {
            assert_eq!(texts(sql), [sql], "{sql}");
        }
    }
}

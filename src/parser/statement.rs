//! Splits a script into statements that record their position.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;

use datafusion::common::{Diagnostic, Span as ErrorSpan, config};
use datafusion::error::DataFusionError;
use datafusion::prelude::SessionContext;
use datafusion::sql::parser::{CopyToSource, DFParserBuilder, Statement as DFStatement};
use datafusion::sql::sqlparser::ast::Statement as SqlStatement;
use datafusion::sql::sqlparser::dialect::{Dialect, dialect_from_str};
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::parser::ParserError;
use datafusion::sql::sqlparser::tokenizer::{Location, Span, Token, TokenWithSpan, Tokenizer};

use super::copy::CopyForm;
use super::dialect::DeskDialect;
use super::token_kind::{is_blank, is_word};
use super::tokens::LocationCursor;
use super::{
    asof, commas, comprehension, from_first, interval_counts, left_out, pivot, refuse,
    table_versions, user_columns,
};
use crate::error::{Error, Result};

/// Maximum nesting of expressions and subqueries for the parser, as in DataFusion's own session.
const DEPTH: usize = 50;

/// One statement of a script, parsed but with names not yet resolved.
#[derive(Debug, Clone)]
pub struct Statement {
    script: Arc<str>,
    start: Location,
    text: String,
    pub(crate) kind: StatementBody,
}

/// Kind of a statement.
#[derive(Debug, Clone)]
pub(crate) enum StatementBody {
    /// A statement that DataFusion plans.
    Plain(Box<DFStatement>),
    /// `SUMMARIZE`: one row for each column of the query.
    Summarize(Box<DFStatement>),
}

/// The statement as SQL; with its values if parameters are bound.
impl fmt::Display for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (summarize, inner) = match &self.kind {
            StatementBody::Plain(inner) => ("", inner),
            StatementBody::Summarize(inner) => ("SUMMARIZE ", inner),
        };
        write!(f, "{summarize}{inner}")
    }
}

impl Statement {
    /// The statement's original text, without the closing semicolon.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// One-based line of the script on which the statement starts.
    #[must_use]
    pub fn line(&self) -> u64 {
        self.start.line
    }

    /// True for a query, which only reads.
    #[must_use]
    pub fn is_query(&self) -> bool {
        let (StatementBody::Plain(inner) | StatementBody::Summarize(inner)) = &self.kind;
        matches!(inner.as_ref(), DFStatement::Statement(inner) if matches!(inner.as_ref(), SqlStatement::Query(_)))
    }

    /// The `COPY` statement `copy` with this query in the place of its own; errors point into the text of this query.
    /// `None` if one of them is no such statement.
    #[must_use]
    pub(crate) fn copied_by(&self, copy: &Self) -> Option<Self> {
        let (StatementBody::Plain(query), StatementBody::Plain(copy)) = (&self.kind, &copy.kind)
        else {
            return None;
        };
        let (DFStatement::Statement(query), DFStatement::CopyTo(copy)) = (&**query, &**copy) else {
            return None;
        };
        let SqlStatement::Query(query) = query.as_ref() else {
            return None;
        };
        let mut copy = copy.clone();
        copy.source = CopyToSource::Query(query.clone());
        Some(Self {
            kind: StatementBody::Plain(Box::new(DFStatement::CopyTo(copy))),
            ..self.clone()
        })
    }

    /// The whole script: positions in error messages count from its start.
    #[must_use]
    pub fn script(&self) -> &str {
        &self.script
    }
}

/// Splits `text` into statements in deskql's dialect. Empty statements are dropped; text without
/// any gives an empty list.
///
/// # Errors
/// When a statement is not SQL, or contains a clause that would be parsed and then ignored.
pub fn parse(text: &str) -> Result<Vec<Statement>> {
    parse_as(&DeskDialect, text, written_out)
}

/// A statement of a script that is not SQL.
#[derive(Debug)]
pub(crate) struct UnparsedStatement {
    /// Its text, to the end of the script if a quote is never closed.
    pub(crate) text: String,
    pub(crate) error: Error,
}

/// Like [`parse`], except that a statement that is not SQL leaves those beside it: the outcome of each, in
/// order. A quote that is never closed takes the rest of the script with it.
pub(crate) fn parse_each(text: &str) -> Vec<Result<Statement, UnparsedStatement>> {
    let mut tokens = Vec::new();
    let outcome = Tokenizer::new(&DeskDialect, text).tokenize_with_location_into_buf(&mut tokens);
    let is_end = |token: &TokenWithSpan| token.token == Token::SemiColon;
    let whole = tokens.iter().rposition(is_end).map_or(0, |last| last + 1);
    let open = outcome.err().map(|error| {
        let rest = tokens.split_off(whole);
        let start = rest.iter().find(|token| !is_blank(&token.token));
        let start = start.map_or(error.location, |token| token.span.start);
        UnparsedStatement {
            text: text[LocationCursor::through(text).byte_at(start)..].to_owned(),
            error: DataFusionError::from(ParserError::from(error)).into(),
        }
    });
    let parsed = statements(&DeskDialect, text, tokens, written_out);
    parsed.chain(open.map(Err)).collect()
}

/// The forms of other engines that are other words.
fn written_out(tokens: Vec<TokenWithSpan>) -> Result<Vec<TokenWithSpan>, DataFusionError> {
    let tokens = table_versions::write_into_names(tokens);
    refuse::tokens(&tokens)?;
    let seen = interval_counts::without_parentheses(commas::drop_trailing(tokens));
    let seen = user_columns::named(seen);
    let seen = left_out::adapt(seen)?;
    let seen = comprehension::write_out(asof::write_global(seen));
    let seen = pivot::write_out(seen)?;
    Ok(from_first::complete(seen))
}

/// Like [`parse`], except that a session whose `datafusion.sql_parser.dialect` is set to another
/// than the generic one uses exactly that one.
///
/// # Errors
/// As [`parse`].
pub(crate) fn parse_in(context: &SessionContext, text: &str) -> Result<Vec<Statement>> {
    let name = context.state().config_options().sql_parser.dialect;
    match dialect_from_str(name) {
        Some(other) if name != config::Dialect::Generic => parse_as(other.as_ref(), text, Ok),
        _ => parse(text),
    }
}

/// `prepare` changes the tokens of a statement before they are parsed.
fn parse_as(
    dialect: &dyn Dialect,
    text: &str,
    prepare: impl Fn(Vec<TokenWithSpan>) -> Result<Vec<TokenWithSpan>, DataFusionError>,
) -> Result<Vec<Statement>> {
    let tokens = Tokenizer::new(dialect, text)
        .tokenize_with_location()
        .map_err(|e| DataFusionError::from(ParserError::from(e)))?;
    statements(dialect, text, tokens, prepare)
        .map(|parsed| parsed.map_err(|unparsed| unparsed.error))
        .collect()
}

/// The statements of a script that is made of `tokens`.
fn statements(
    dialect: &dyn Dialect,
    script: &str,
    tokens: Vec<TokenWithSpan>,
    prepare: impl Fn(Vec<TokenWithSpan>) -> Result<Vec<TokenWithSpan>, DataFusionError>,
) -> impl Iterator<Item = Result<Statement, UnparsedStatement>> {
    let mut place = LocationCursor::through(script);
    let shared: Arc<str> = script.into();
    split(tokens).into_iter().map(move |tokens| {
        let (start, end) = extent(&tokens);
        let text = script[place.byte_at(start)..place.byte_at(end)].to_owned();
        match prepare(tokens).and_then(|tokens| body(dialect, tokens, end)) {
            Ok(kind) => Ok(Statement {
                kind,
                text,
                script: Arc::clone(&shared),
                start,
            }),
            Err(error) => Err(UnparsedStatement {
                text,
                error: error.into(),
            }),
        }
    })
}

/// The tokens of each statement. No statement that DataFusion can plan contains a semicolon.
fn split(tokens: Vec<TokenWithSpan>) -> Vec<Vec<TokenWithSpan>> {
    let mut parts = vec![Vec::new()];
    for token in tokens {
        match (&token.token, parts.last_mut()) {
            (Token::SemiColon | Token::EOF, _) | (_, None) => parts.push(Vec::new()),
            (_, Some(part)) => part.push(token),
        }
    }
    parts.retain(|part| part.iter().any(|t| !is_blank(&t.token)));
    parts
}

/// Start and end of a statement.
fn extent(tokens: &[TokenWithSpan]) -> (Location, Location) {
    let mut spans = tokens
        .iter()
        .filter(|t| !is_blank(&t.token))
        .map(|t| t.span);
    let first = spans.next().unwrap_or_else(Span::empty);
    (first.start, spans.next_back().unwrap_or(first).end)
}

fn body(
    dialect: &dyn Dialect,
    tokens: Vec<TokenWithSpan>,
    end: Location,
) -> Result<StatementBody, DataFusionError> {
    Ok(match summarized(&tokens) {
        Some(query) => StatementBody::Summarize(Box::new(parse_one(dialect, query, end)?)),
        None => StatementBody::Plain(Box::new(parse_one(dialect, tokens, end)?)),
    })
}

fn parse_one(
    dialect: &dyn Dialect,
    mut tokens: Vec<TokenWithSpan>,
    end: Location,
) -> Result<DFStatement, DataFusionError> {
    let mut copy = CopyForm::read(&tokens)?;
    if let Some(copy) = &mut copy {
        tokens = std::mem::take(&mut copy.tokens);
    }
    let parsed = DFParserBuilder::new(tokens)
        .with_dialect(dialect)
        .with_recursion_limit(DEPTH)
        .build()?
        .parse_statements();
    let mut statements: VecDeque<DFStatement> = parsed.map_err(|error| at_end(error, end))?;
    let mut statement = statements
        .pop_front()
        .ok_or_else(|| DataFusionError::Plan("no SQL statement".to_owned()))?;
    if let Some(copy) = copy {
        copy.settle(&mut statement)?;
    }
    Ok(statement)
}

/// The parser reports no position if a token is missing at the end.
fn at_end(error: DataFusionError, end: Location) -> DataFusionError {
    let text = error.to_string();
    if text.contains("found: EOF") && !text.contains(" at Line: ") {
        let span = ErrorSpan::try_from_sqlparser_span(Span::new(end, end));
        return error.with_diagnostic(Diagnostic::new_error(text, span));
    }
    error
}

/// The query after `SUMMARIZE`: as written, or `SELECT * FROM` the named table.
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
    fn statements_beside_one_that_is_no_sql_are_parsed() {
        let outcomes = |script: &str| -> Vec<Result<String, String>> {
            super::parse_each(script)
                .into_iter()
                .map(|parsed| match parsed {
                    Ok(statement) => Ok(statement.text().to_owned()),
                    Err(unparsed) => Err(unparsed.text),
                })
                .collect()
        };
        let ok = |text: &str| Ok(text.to_owned());
        let bad = |text: &str| Err(text.to_owned());
        assert_eq!(
            outcomes("select 1; selec é ;select 2; select 'a; select 3"),
            [
                ok("select 1"),
                bad("selec é"),
                ok("select 2"),
                bad("select 'a; select 3")
            ]
        );
        assert_eq!(outcomes("'a"), [bad("'a")]);
        assert_eq!(outcomes(";; -- nothing"), []);
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
            "SELECT user.login, t.user.login, user['login'] FROM t",
        ] {
            assert_eq!(texts(sql), [sql], "{sql}");
        }
    }
}

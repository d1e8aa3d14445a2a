//! Words of other engines that change nothing here, left out before parsing: `MATERIALIZED`, `TEMP`,
//! `EXCLUDE NO OTHERS`; and the WHERE that DuckDB leaves out of `FILTER (cond)`.

use datafusion::common::Span;
use datafusion::error::Result;
use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan};

use super::refusal::refused;
use super::token_kind::{is_blank, is_word};

const EXCLUDE: &str = "EXCLUDE is not supported in a window frame: take the row's own value off, as in sum(x) OVER (..) - x";
const SHARE: &str = "LIMIT takes a number of rows: for a share of them write \
     QUALIFY row_number() OVER (ORDER BY ..) <= 0.1 * count(*) OVER ()";

const QUERY: &str = "a query that is an argument takes parentheses of its own: write f((SELECT ..), ..), as in \
     explain_change((SELECT ..), kpi => ..)";

/// The tokens of a statement that are not blank, by number.
struct StatementWords<'a> {
    tokens: &'a [TokenWithSpan],
    places: Vec<usize>,
}

impl<'a> StatementWords<'a> {
    fn new(tokens: &'a [TokenWithSpan]) -> Self {
        let is_word = |place: &usize| !is_blank(&tokens[*place].token);
        Self {
            tokens,
            places: (0..tokens.len()).filter(is_word).collect(),
        }
    }

    fn token(&self, i: usize) -> Option<&'a Token> {
        self.places.get(i).map(|&place| &self.tokens[place].token)
    }

    fn is(&self, i: usize, words: &[&str]) -> bool {
        self.token(i)
            .is_some_and(|token| words.iter().any(|word| is_word(token, word)))
    }

    /// True if one of `words` stands `back` before `i`.
    fn follows(&self, i: usize, back: usize, words: &[&str]) -> bool {
        i >= back && self.is(i - back, words)
    }

    fn is_open(&self, i: usize) -> bool {
        self.token(i) == Some(&Token::LParen)
    }

    /// The words to leave out if they begin, or end, with number `i`.
    fn dropped(&self, i: usize) -> &[usize] {
        if self.is(i, &["materialized"]) && self.is_open(i + 1) {
            if self.follows(i, 1, &["as"]) {
                return &self.places[i..=i];
            }
            if self.follows(i, 1, &["not"]) && self.follows(i, 2, &["as"]) {
                return &self.places[i - 1..=i];
            }
        } else if self.is(i, &["temp", "temporary"])
            && self.follows(i, 1, &["create", "replace"])
            && self.is(i + 1, &["table", "view"])
        {
            return &self.places[i..=i];
        } else if self.is_exclude(i) && self.is(i + 1, &["no"]) && self.is(i + 2, &["others"]) {
            return &self.places[i..i + 3];
        }
        &[]
    }

    /// EXCLUDE of a window frame.
    fn is_exclude(&self, i: usize) -> bool {
        self.is(i, &["exclude"]) && self.follows(i, 1, &["row", "preceding", "following"])
    }

    /// A FILTER behind a call whose condition has no WHERE.
    fn lacks_where(&self, i: usize) -> bool {
        self.is(i, &["filter"])
            && i > 0
            && self.token(i - 1) == Some(&Token::RParen)
            && self.is_open(i + 1)
            && !self.is(i + 2, &["where"])
    }

    /// True for a query that stands in the parentheses of a table function as if they were its own.
    fn lacks_parentheses(&self, i: usize) -> bool {
        self.is(i, &["select", "with"])
            && self.follows(i, 3, &["from", "join"])
            && matches!(self.token(i - 2), Some(Token::Word(_)))
            && !self.is(i - 2, &["lateral", "any", "all", "some", "only"])
            && self.is_open(i - 1)
    }

    /// What to write in the place of a form that begins with number `i`.
    fn refusal(&self, i: usize) -> Option<&'static str> {
        if self.lacks_parentheses(i) {
            return Some(QUERY);
        }
        if self.is_exclude(i) && self.is(i + 1, &["current", "group", "ties"]) {
            return Some(EXCLUDE);
        }
        let is_share = self.is(i, &["limit"])
            && matches!(self.token(i + 1), Some(Token::Number(..)))
            && (self.is(i + 2, &["percent"]) || is_share(self.token(i + 2), self.token(i + 3)));
        is_share.then_some(SHARE)
    }
}

/// Leaves the words out.
///
/// # Errors
/// When a form would change the answer and has no counterpart.
pub(crate) fn adapt(tokens: Vec<TokenWithSpan>) -> Result<Vec<TokenWithSpan>> {
    let words = StatementWords::new(&tokens);
    let mut dropped: Vec<usize> = Vec::new();
    let mut filters: Vec<usize> = Vec::new();
    for i in 0..words.places.len() {
        if let Some(advice) = words.refusal(i) {
            let span = tokens[words.places[i]].span;
            return Err(refused(advice, Span::try_from_sqlparser_span(span)));
        }
        dropped.extend_from_slice(words.dropped(i));
        if words.lacks_where(i) {
            filters.push(words.places[i + 1]);
        }
    }
    if dropped.is_empty() && filters.is_empty() {
        return Ok(tokens);
    }
    let mut kept = Vec::with_capacity(tokens.len() + filters.len());
    for (place, token) in tokens.into_iter().enumerate() {
        let span = token.span;
        if !dropped.contains(&place) {
            kept.push(token);
        }
        if filters.contains(&place) {
            kept.push(TokenWithSpan::new(Token::make_keyword("WHERE"), span));
        }
    }
    Ok(kept)
}

/// A percent sign that is no remainder: nothing follows that could be divided by.
fn is_share(sign: Option<&Token>, next: Option<&Token>) -> bool {
    sign == Some(&Token::Mod)
        && !matches!(next, Some(Token::Number(..) | Token::LParen | Token::Minus))
}

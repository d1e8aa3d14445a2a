//! Where queries begin, by the tokens alone.

use datafusion::sql::sqlparser::tokenizer::Token;

use super::token_kind::{is_blank, is_word};

/// State of one pair of parentheses, or of the tokens outside all.
#[derive(Debug, Default)]
struct ParenthesisGroup {
    /// Starts with `WITH`, so that a query may follow the closing parenthesis of a query in it.
    with: bool,
    /// The current query has begun.
    begun: bool,
}

/// Goes through the tokens of a statement.
#[derive(Debug)]
pub(super) struct QueryStarts {
    groups: Vec<ParenthesisGroup>,
    /// The last tokens that are not blank, the latest first.
    before: [Option<Token>; 2],
}

impl Default for QueryStarts {
    fn default() -> Self {
        Self {
            groups: vec![ParenthesisGroup::default()],
            before: [None, None],
        }
    }
}

impl QueryStarts {
    /// True if a word here that can begin a query does.
    pub(super) fn is_start(&self) -> bool {
        let Some(last) = &self.before[0] else {
            return true;
        };
        let group = self.groups.last();
        if group.is_some_and(|group| group.begun) {
            return false;
        }
        match last {
            // `trim(FROM x)` is no query.
            Token::LParen => !self.before[1].as_ref().is_some_and(|t| is_word(t, "trim")),
            Token::RParen => group.is_some_and(|group| group.with),
            word => {
                [
                    "as",
                    "all",
                    "explain",
                    "analyze",
                    "verbose",
                    "summarize",
                    "name",
                ]
                .iter()
                .any(|w| is_word(word, w))
                    || is_set_operator(word)
            }
        }
    }

    /// Goes on behind `token`.
    pub(super) fn pass(&mut self, token: &Token) {
        if is_blank(token) {
            return;
        }
        if is_word(token, "from") && self.is_start() {
            self.begin();
        }
        self.enter(token);
        self.before = [Some(token.clone()), self.before[0].take()];
    }

    /// A query begins here.
    fn begin(&mut self) {
        if let Some(group) = self.groups.last_mut() {
            group.begun = true;
        }
    }

    fn enter(&mut self, token: &Token) {
        let before = self.before[0].as_ref();
        let is_first = before.is_none_or(|t| *t == Token::LParen);
        match token {
            Token::LParen => self.groups.push(ParenthesisGroup::default()),
            Token::RParen if self.groups.len() > 1 => {
                self.groups.pop();
            }
            _ => {}
        }
        let Some(group) = self.groups.last_mut() else {
            return;
        };
        if is_word(token, "with") && is_first {
            group.with = true;
        } else if is_word(token, "select") {
            group.begun = true;
        } else if is_set_operator(token) && before != Some(&Token::Mul) {
            // After `*`, EXCEPT lists the excluded columns.
            group.begun = false;
        }
    }
}

pub(super) fn is_set_operator(token: &Token) -> bool {
    ["union", "intersect", "except"]
        .iter()
        .any(|word| is_word(token, word))
}

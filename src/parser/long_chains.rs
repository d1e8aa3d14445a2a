//! Chains of operators: those of `AND` and of `OR` as a low tree, others up to a length.
//!
//! The parser nests `a OR b OR c ..` to the left, as deep as the chain is long. Every rule over plans
//! works on each level again (its type, its name), which makes planning quadratic in the terms. The
//! terms stay in their order, so that what is evaluated first stays first. Sums cannot be put
//! together in another order: digits, and whether a part overflows, depend on it.

use datafusion::sql::sqlparser::ast::{BinaryOperator, Expr};
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::parser::{Parser, ParserError};
use datafusion::sql::sqlparser::tokenizer::Token;

/// Chains up to this length stay as the parser nests them.
const SHORT: usize = 16;

/// Operators of other kinds that may follow each other; DuckDB has the same limit of depth.
const LIMIT: usize = 1_000;

/// The whole chain that starts at the next token with `left` before it; `None` for another operator.
pub(super) fn infix(
    parser: &mut Parser<'_>,
    left: &Expr,
    strength: u8,
) -> Option<Result<Expr, ParserError>> {
    let (word, op) = match &parser.peek_token_ref().token {
        Token::Word(word) if word.keyword == Keyword::AND => (Keyword::AND, BinaryOperator::And),
        Token::Word(word) if word.keyword == Keyword::OR => (Keyword::OR, BinaryOperator::Or),
        _ => return is_too_long(left).then(|| Err(too_long())),
    };
    match terms(parser, left, word, strength) {
        Ok(terms) => joined(terms, &op).map(Ok),
        Err(error) => Some(Err(error)),
    }
}

fn is_too_long(mut left: &Expr) -> bool {
    for _ in 0..LIMIT {
        match left {
            Expr::BinaryOp { left: next, .. } => left = next,
            _ => return false,
        }
    }
    true
}

fn too_long() -> ParserError {
    let advice =
        "more than 1000 operators follow each other: put the values into rows and use an aggregate";
    ParserError::ParserError(advice.to_owned())
}

fn terms(
    parser: &mut Parser<'_>,
    left: &Expr,
    word: Keyword,
    strength: u8,
) -> Result<Vec<Expr>, ParserError> {
    let mut terms = vec![left.clone()];
    while parser.parse_keyword(word) {
        terms.push(parser.parse_subexpr(strength)?);
    }
    Ok(terms)
}

/// `terms` is not empty.
fn joined(mut terms: Vec<Expr>, op: &BinaryOperator) -> Option<Expr> {
    let pair = |left: Expr, right: Expr| Expr::BinaryOp {
        left: Box::new(left),
        op: op.clone(),
        right: Box::new(right),
    };
    if terms.len() > SHORT {
        let last = terms.split_off(terms.len() / 2);
        return Some(pair(joined(terms, op)?, joined(last, op)?));
    }
    terms.into_iter().reduce(pair)
}

#[cfg(test)]
mod tests {
    use datafusion::sql::sqlparser::ast::Expr;

    use crate::parser::expression as parsed;

    fn depth(expr: &Expr) -> usize {
        match expr {
            Expr::BinaryOp { left, right, .. } => 1 + depth(left).max(depth(right)),
            _ => 0,
        }
    }

    #[test]
    fn a_long_chain_is_a_low_tree_with_its_terms_in_order() {
        for word in [" OR ", " AND "] {
            let terms: Vec<String> = (0..5_000).map(|i| format!("x{i}")).collect();
            let text = terms.join(word);
            let parsed = parsed(&text).unwrap().expr;
            assert_eq!(parsed.to_string(), text);
            assert!(depth(&parsed) < 30, "{}", depth(&parsed));
        }
    }

    #[test]
    fn and_binds_stronger_than_or() {
        let terms = vec!["a AND b BETWEEN 1 AND 2 AND NOT c"; 40].join(" OR ");
        let parsed = parsed(&format!("{terms} IS NULL")).unwrap().expr;
        let Expr::BinaryOp { op, .. } = &parsed else {
            panic!("{parsed}");
        };
        assert_eq!(op.to_string(), "OR");
        assert_eq!(parsed.to_string(), format!("{terms} IS NULL"));
    }
}

//! `FROM t WHERE ..` without `SELECT`: the parser stops after `FROM t`, so the `SELECT *` is
//! inserted before parsing.

use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan};

use super::query_starts::{QueryStarts, is_set_operator};
use super::token_kind::is_word;

/// Inserts `SELECT *` before each query that starts with `FROM` and has no `SELECT`.
pub(crate) fn complete(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    if !tokens.iter().any(|t| is_word(&t.token, "from")) {
        return tokens;
    }
    let mut places = QueryStarts::default();
    let mut done = Vec::with_capacity(tokens.len() + 4);
    for (i, token) in tokens.iter().enumerate() {
        if is_word(&token.token, "from") && places.is_start() && !has_select(&tokens[i..]) {
            for word in [Token::make_keyword("SELECT"), Token::Mul] {
                done.push(TokenWithSpan::new(word, token.span));
            }
        }
        places.pass(&token.token);
        done.push(token.clone());
    }
    done
}

/// True if the query that starts at `rest` has its own `SELECT`.
fn has_select(rest: &[TokenWithSpan]) -> bool {
    let mut depth = 0_usize;
    for token in rest {
        match &token.token {
            Token::LParen => depth += 1,
            Token::RParen if depth == 0 => return false,
            Token::RParen => depth -= 1,
            // After a pipe operator, a `SELECT` is a separate step.
            Token::VerticalBarRightAngleBracket if depth == 0 => return false,
            other if depth == 0 && is_word(other, "select") => return true,
            other if depth == 0 && is_set_operator(other) => return false,
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use datafusion::sql::sqlparser::tokenizer::Tokenizer;

    use super::super::dialect::DeskDialect;
    use super::super::token_kind::is_blank;
    use super::*;

    fn completed(sql: &str) -> String {
        let tokens = Tokenizer::new(&DeskDialect, sql).tokenize_with_location();
        let words: Vec<String> = complete(tokens.unwrap())
            .iter()
            .filter(|t| !is_blank(&t.token))
            .map(|t| t.token.to_string())
            .collect();
        words.join(" ")
    }

    #[test]
    fn queries_without_select_get_one() {
        for (sql, expected) in [
            ("FROM t WHERE a", "SELECT * FROM t WHERE a"),
            (
                "WITH c AS (FROM t) FROM c",
                "WITH c AS ( SELECT * FROM t ) SELECT * FROM c",
            ),
            ("FROM t |> SELECT a", "SELECT * FROM t |> SELECT a"),
            (
                "FROM a UNION ALL FROM b",
                "SELECT * FROM a UNION ALL SELECT * FROM b",
            ),
            (
                "SELECT (FROM t LIMIT 1)",
                "SELECT ( SELECT * FROM t LIMIT 1 )",
            ),
        ] {
            assert_eq!(completed(sql), expected);
        }
    }

    #[test]
    fn everything_else_stays() {
        for sql in [
            "SELECT extract ( year FROM d ) FROM t",
            "WITH c AS ( SELECT 1 ) SELECT * EXCEPT ( a ) FROM c",
            "SELECT trim ( FROM x ) , a IS DISTINCT FROM b FROM t",
            "DELETE FROM t WHERE a",
            "FROM t SELECT a",
            "WITH c AS ( SELECT 1 ) SELECT count ( * ) FROM c",
        ] {
            assert_eq!(completed(sql), sql);
        }
    }
}

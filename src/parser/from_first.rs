//! `FROM t WHERE ..` without `SELECT`: the parser stops after `FROM t`, so the `SELECT *` is
//! inserted before parsing.

use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan};

use super::token_kind::{is_blank, is_word};

/// State of one pair of parentheses, or of the tokens outside all.
#[derive(Default)]
struct ParenthesisGroup {
    /// Starts with `WITH`, so that a `FROM` may follow the closing parenthesis of a query in it.
    with: bool,
    /// The current query already has its `SELECT` or `FROM`.
    begun: bool,
}

/// Inserts `SELECT *` before each query that starts with `FROM` and has no `SELECT`.
pub(crate) fn complete(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    if !tokens.iter().any(|t| is_word(&t.token, "from")) {
        return tokens;
    }
    let mut groups = vec![ParenthesisGroup::default()];
    let mut before: [Option<Token>; 2] = [None, None];
    let mut done = Vec::with_capacity(tokens.len() + 4);
    for (i, token) in tokens.iter().enumerate() {
        if is_blank(&token.token) {
            done.push(token.clone());
            continue;
        }
        if let Some(group) = groups.last_mut()
            && is_word(&token.token, "from")
            && starts_query(group, &before)
        {
            group.begun = true;
            if !has_select(&tokens[i..]) {
                for word in [Token::make_keyword("SELECT"), Token::Mul] {
                    done.push(TokenWithSpan::new(word, token.span));
                }
            }
        }
        enter(&mut groups, &token.token, before[0].as_ref());
        let [last, _] = before;
        before = [Some(token.token.clone()), last];
        done.push(token.clone());
    }
    done
}

fn enter(groups: &mut Vec<ParenthesisGroup>, token: &Token, before: Option<&Token>) {
    let is_first = before.is_none_or(|t| *t == Token::LParen);
    match token {
        Token::LParen => groups.push(ParenthesisGroup::default()),
        Token::RParen if groups.len() > 1 => {
            groups.pop();
        }
        _ => {}
    }
    let Some(group) = groups.last_mut() else {
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

fn is_set_operator(token: &Token) -> bool {
    ["union", "intersect", "except"]
        .iter()
        .any(|word| is_word(token, word))
}

/// True if a `FROM` after `before` (latest first) begins a query.
fn starts_query(group: &ParenthesisGroup, before: &[Option<Token>; 2]) -> bool {
    let Some(last) = &before[0] else {
        return true;
    };
    if group.begun {
        return false;
    }
    match last {
        // `trim(FROM x)` is no query.
        Token::LParen => !before[1].as_ref().is_some_and(|t| is_word(t, "trim")),
        Token::RParen => group.with,
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

//! `FROM tickets VERSION AS OF 3`, `TIMESTAMP AS OF '2026-01-01'`: an older version of a table, as in Spark and Delta.
//!
//! The planner ignores versions, so the version becomes a part of the name, `"tickets@v3"`, which the tables know.

use datafusion::sql::sqlparser::keywords::{Keyword, RESERVED_FOR_TABLE_ALIAS};
use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan, Whitespace, Word};

use super::token_kind::{is_blank, is_word};

/// Forms of the clause, each as its words.
const CLAUSES: [&[&str]; 3] = [
    &["version", "as", "of"],
    &["timestamp", "as", "of"],
    &["for", "system_time", "as", "of"],
];

/// Writes the versions of tables into their names.
pub(crate) fn write_into_names(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    if !tokens.iter().any(|t| is_word(&t.token, "of")) {
        return tokens;
    }
    let mut done: Vec<TokenWithSpan> = Vec::with_capacity(tokens.len());
    let mut i = 0;
    while i < tokens.len() {
        let Some((suffix, length)) = clause(&tokens[i..]) else {
            done.push(tokens[i].clone());
            i += 1;
            continue;
        };
        let name = done.iter().rposition(|t| !is_blank(&t.token));
        let Some(alias) = name.and_then(|name| versioned(&mut done[name].token, &suffix)) else {
            done.push(tokens[i].clone());
            i += 1;
            continue;
        };
        i += length;
        if let (Some(alias), false) = (alias, has_alias(&tokens[i..])) {
            let span = tokens[i - 1].span;
            let blank = Token::Whitespace(Whitespace::Space);
            for token in [blank, Token::make_keyword("AS"), Token::Word(alias)] {
                done.push(TokenWithSpan::new(token, span));
            }
        }
    }
    done
}

/// The version that the clause at the start of `tokens` names, and the number of its tokens.
fn clause(tokens: &[TokenWithSpan]) -> Option<(String, usize)> {
    let mut words = tokens
        .iter()
        .enumerate()
        .filter(|(_, t)| !is_blank(&t.token));
    let clause = CLAUSES.iter().find(|clause| {
        let mut written = tokens.iter().filter(|t| !is_blank(&t.token));
        let is_next = |word: &&str| written.next().is_some_and(|t| is_word(&t.token, word));
        !is_blank(&tokens[0].token) && clause.iter().all(is_next)
    })?;
    let mut value = words.nth(clause.len())?;
    // TIMESTAMP '2026-01-01'
    if is_word(&value.1.token, "timestamp") || is_word(&value.1.token, "date") {
        value = words.next()?;
    }
    let (at, value) = value;
    let suffix = match &value.token {
        Token::Number(number, _) if clause[0] == "version" => format!("@v{number}"),
        Token::SingleQuotedString(text) if clause[0] != "version" => format!("@{text}"),
        _ => return None,
    };
    Some((suffix, at + 1))
}

/// Writes the version into the name of a table. Gives the name that columns are qualified by, if it is not that of a
/// file; `None` if the token is no name.
fn versioned(token: &mut Token, suffix: &str) -> Option<Option<Word>> {
    match token {
        Token::Word(word) => {
            let alias = word.clone();
            if word.quote_style.is_none() {
                word.value = word.value.to_lowercase();
            }
            *word = Word {
                value: format!("{}{suffix}", word.value),
                quote_style: Some('"'),
                keyword: Keyword::NoKeyword,
            };
            Some(Some(alias))
        }
        Token::SingleQuotedString(file) => {
            file.push_str(suffix);
            Some(None)
        }
        _ => None,
    }
}

/// True if another name follows the table.
fn has_alias(tokens: &[TokenWithSpan]) -> bool {
    let next = tokens.iter().find(|t| !is_blank(&t.token));
    next.is_some_and(|next| match &next.token {
        Token::Word(word) => {
            word.quote_style.is_some()
                || is_word(&next.token, "as")
                || !RESERVED_FOR_TABLE_ALIAS.contains(&word.keyword)
        }
        _ => false,
    })
}

//! What a place in a statement can see: relations of the query around it, and of the queries around that.

use std::ops::Range;

use datafusion::sql::sqlparser::tokenizer::Token;

use super::super::catalog::{ShellCatalog, ShellColumn};
use super::relations::{CompletionRelation, QueryNames, is_set_operation};
use super::tokens::{closing, is_word, outside, split};

/// Names in scope at the cursor.
#[derive(Debug)]
pub(super) struct CompletionScope {
    /// Innermost first.
    pub(super) relations: Vec<CompletionRelation>,
    /// WITH queries with their columns.
    pub(super) with_queries: Vec<(String, Vec<ShellColumn>)>,
    /// Names of the SELECT list, behind it.
    pub(super) aliases: Vec<ShellColumn>,
}

impl CompletionScope {
    /// The scope before the token `at` of `statement`.
    pub(super) fn at(statement: &[Token], at: usize, catalog: &ShellCatalog) -> Self {
        let mut names = QueryNames::new(catalog);
        let mut scope = Self {
            relations: Vec::new(),
            with_queries: Vec::new(),
            aliases: Vec::new(),
        };
        for block in blocks(statement, at) {
            if hides_outer(statement, &block) {
                scope.relations.clear();
            }
            let (query, at) = (&statement[block.clone()], at - block.start);
            let start = names.add_with(query, at);
            scope.aliases.clear();
            if at < start {
                continue;
            }
            let parts = split(&query[start..], is_set_operation);
            let at = at - start;
            let part = parts.into_iter().find(|part| at <= part.end);
            if let Some(part) = part {
                let select = &query[start..][part.clone()];
                let mut own = names.relations(select);
                own.append(&mut scope.relations);
                scope.relations = own;
                if is_behind_list(select, at - part.start) {
                    scope.aliases = names.aliases(select);
                }
            }
        }
        scope.with_queries = names.into_with_queries();
        scope
    }
}

/// Queries in parentheses around the token `at`, the whole statement first.
fn blocks(statement: &[Token], at: usize) -> Vec<Range<usize>> {
    let mut open = Vec::new();
    for (position, token) in statement.iter().enumerate().take(at) {
        match token {
            Token::LParen => open.push(position),
            Token::RParen => {
                open.pop();
            }
            _ => {}
        }
    }
    let begins_query = |position: &usize| {
        is_word(
            statement.get(position + 1),
            &["SELECT", "WITH", "FROM", "VALUES"],
        )
    };
    let inner = open.into_iter().filter(begins_query);
    let inner = inner.map(|position| position + 1..closing(statement, position));
    std::iter::once(0..statement.len()).chain(inner).collect()
}

/// True for a query in FROM or WITH, which does not see the relations beside it.
fn hides_outer(statement: &[Token], block: &Range<usize>) -> bool {
    // The token before the parenthesis.
    let Some(before) = block.start.checked_sub(2) else {
        return block.start > 0;
    };
    let before = statement.get(before);
    is_word(before, &["FROM", "JOIN", "AS", "MATERIALIZED"])
}

/// True if the SELECT list ends before the token `at`.
fn is_behind_list(select: &[Token], at: usize) -> bool {
    outside(select).into_iter().any(|position| {
        position < at
            && is_word(
                select.get(position),
                &["GROUP", "ORDER", "HAVING", "QUALIFY"],
            )
    })
}

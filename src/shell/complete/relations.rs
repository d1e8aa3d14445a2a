//! Relations of a query with their columns: tables, WITH queries, sub-queries.

use std::ops::Range;

use datafusion::sql::sqlparser::tokenizer::Token;

use super::super::catalog::{ShellCatalog, ShellColumn};
use super::super::words;
use super::tokens::{bare, closing, dotted, is_word, names, outside, split};

/// Sub-queries within sub-queries that are looked into.
const DEEPEST: usize = 20;

/// A relation in `FROM`.
#[derive(Debug, Clone)]
pub(super) struct CompletionRelation {
    /// Alias, or the table's own name; empty for a sub-query without one.
    pub(super) name: String,
    /// The table's own name, for the menu.
    pub(super) table: String,
    pub(super) columns: Vec<ShellColumn>,
}

/// Names that a query can use: tables of the session, and the WITH queries before it.
#[derive(Debug, Clone)]
pub(super) struct QueryNames<'a> {
    catalog: &'a ShellCatalog,
    named: Vec<(String, Vec<ShellColumn>)>,
    depth: usize,
}

impl<'a> QueryNames<'a> {
    pub(super) fn new(catalog: &'a ShellCatalog) -> Self {
        Self {
            catalog,
            named: Vec::new(),
            depth: 0,
        }
    }

    /// The WITH queries with their columns, the last one first.
    pub(super) fn into_with_queries(self) -> Vec<(String, Vec<ShellColumn>)> {
        self.named.into_iter().rev().collect()
    }

    /// Adds the WITH queries at the start of `query`, those before the token `until`; returns the
    /// position of what follows them.
    pub(super) fn add_with(&mut self, query: &[Token], until: usize) -> usize {
        let mut at = 0;
        if !is_word(query.first(), &["WITH"]) {
            return at;
        }
        at += 1 + usize::from(is_word(query.get(1), &["RECURSIVE"]));
        while let Some(Token::Word(name)) = query.get(at) {
            let mut own = Vec::new();
            at += 1;
            if query.get(at) == Some(&Token::LParen) {
                let close = closing(query, at);
                own = names(&query[at..close]);
                at = close + 1;
            }
            while is_word(query.get(at), &["AS", "NOT", "MATERIALIZED"]) {
                at += 1;
            }
            if query.get(at) != Some(&Token::LParen) {
                break;
            }
            let close = closing(query, at);
            if at < until && until <= close {
                // The cursor is in it; a recursive query can name itself.
                self.named.push((name.value.clone(), Vec::new()));
                return close;
            }
            let columns = renamed(self.output(&query[at + 1..close]), &own);
            self.named.push((name.value.clone(), columns));
            at = close + 1;
            if query.get(at) != Some(&Token::Comma) {
                break;
            }
            at += 1;
        }
        at.min(query.len())
    }

    /// Relations of one SELECT, in FROM, JOIN, INTO and UPDATE outside of parentheses.
    pub(super) fn relations(&self, select: &[Token]) -> Vec<CompletionRelation> {
        let mut relations = Vec::new();
        let mut in_from = false;
        for at in outside(select) {
            let token = Some(&select[at]);
            if is_word(token, &["FROM", "JOIN", "INTO", "UPDATE"]) {
                // `extract(.. FROM ..)` is in parentheses, `IS DISTINCT FROM` is not.
                in_from = !(at > 0 && is_word(select.get(at - 1), &["DISTINCT"]));
            } else if is_word(
                token,
                &[
                    "WHERE", "GROUP", "ORDER", "SELECT", "HAVING", "LIMIT", "ON", "USING",
                    "QUALIFY",
                ],
            ) {
                in_from = false;
            }
            let begins = in_from
                && (token == Some(&Token::Comma)
                    || is_word(token, &["FROM", "JOIN", "INTO", "UPDATE"]));
            if begins {
                relations.extend(self.relation(&select[at + 1..]));
            }
        }
        relations
    }

    /// The relation at the start of `tokens`.
    fn relation(&self, tokens: &[Token]) -> Option<CompletionRelation> {
        let lateral = usize::from(is_word(tokens.first(), &["LATERAL"]));
        let tokens = &tokens[lateral..];
        let (table, columns, used) = match tokens.first()? {
            Token::LParen => {
                let close = closing(tokens, 0);
                let inner = &tokens[1..close.max(1)];
                (String::new(), self.output(inner), close + 1)
            }
            Token::SingleQuotedString(_) => (String::new(), Vec::new(), 1),
            _ => {
                let (parts, mut used) = dotted(tokens);
                let own = (*parts.last()?).to_owned();
                if tokens.get(used) == Some(&Token::LParen) {
                    used = closing(tokens, used) + 1;
                }
                (own, self.columns(&parts.join("."))?, used)
            }
        };
        let rest = tokens.get(used..).unwrap_or_default();
        let alias = alias(rest);
        let (name, own) = alias.unwrap_or_else(|| (table.clone(), Vec::new()));
        Some(CompletionRelation {
            name,
            table,
            columns: renamed(columns, &own),
        })
    }

    /// Columns of the WITH query or table called `name`; none of a table function, `None` for
    /// nothing at all.
    fn columns(&self, name: &str) -> Option<Vec<ShellColumn>> {
        let with = self.named.iter().rev();
        let with = with.filter(|(known, _)| known.eq_ignore_ascii_case(name));
        with.map(|(_, columns)| columns.clone())
            .next()
            .or_else(|| Some(self.catalog.table(name)?.columns.clone()))
    }

    /// Output columns of a query, as far as they have names.
    pub(super) fn output(&self, query: &[Token]) -> Vec<ShellColumn> {
        let mut names = self.clone();
        names.depth += 1;
        if names.depth > DEEPEST {
            return Vec::new();
        }
        let start = names.add_with(query, usize::MAX);
        let query = &query[start..];
        if query.first() == Some(&Token::LParen) {
            return names.output(&query[1..closing(query, 0)]);
        }
        let first = split(query, is_set_operation).swap_remove(0);
        names.select(&query[first])
    }

    fn select(&self, select: &[Token]) -> Vec<ShellColumn> {
        let relations = self.relations(select);
        let mut columns = Vec::new();
        match select_list(select) {
            Some(list) => {
                let items = &select[list];
                for item in split(items, |token| *token == Token::Comma) {
                    columns.extend(item_columns(&items[item], &relations));
                }
            }
            // `FROM t` alone is all of it.
            None => columns.extend(relations.into_iter().flat_map(|relation| relation.columns)),
        }
        columns
    }

    /// Columns that the SELECT list names by AS, which clauses behind it may use.
    pub(super) fn aliases(&self, select: &[Token]) -> Vec<ShellColumn> {
        let Some(list) = select_list(select) else {
            return Vec::new();
        };
        let items = &select[list];
        let parts = split(items, |token| *token == Token::Comma);
        let aliases = parts
            .into_iter()
            .filter_map(|item| item_alias(&items[item]));
        aliases.map(unknown).collect()
    }
}

pub(super) fn is_set_operation(token: &Token) -> bool {
    is_word(Some(token), &["UNION", "INTERSECT", "EXCEPT"])
}

/// Position of the items between SELECT and the next clause.
fn select_list(select: &[Token]) -> Option<Range<usize>> {
    let outer = outside(select);
    let at = outer
        .iter()
        .position(|&at| is_word(select.get(at), &["SELECT"]))?;
    let mut start = outer[at] + 1;
    while is_word(select.get(start), &["DISTINCT", "ALL"]) {
        start += 1;
    }
    let end = outer[at..].iter().find(|&&at| {
        is_word(
            select.get(at),
            &[
                "FROM", "WHERE", "GROUP", "ORDER", "HAVING", "LIMIT", "QUALIFY", "WINDOW",
            ],
        )
    });
    let end = end.map_or(select.len(), |&end| end);
    Some(start.min(end)..end)
}

/// Columns of one item of a SELECT list.
fn item_columns(item: &[Token], relations: &[CompletionRelation]) -> Vec<ShellColumn> {
    let all = |wanted: &dyn Fn(&CompletionRelation) -> bool, rest: &[Token]| {
        let without = names(rest);
        let chosen = relations.iter().filter(|relation| wanted(relation));
        let mut columns: Vec<ShellColumn> = chosen
            .flat_map(|relation| relation.columns.clone())
            .collect();
        // `* EXCLUDE (a, b)`
        columns.retain(|column| {
            !without
                .iter()
                .any(|name| name.eq_ignore_ascii_case(&column.name))
        });
        columns
    };
    match item {
        [Token::Mul, rest @ ..] => all(&|_| true, rest),
        [Token::Word(name), Token::Period, Token::Mul, rest @ ..] => all(
            &|relation| relation.name.eq_ignore_ascii_case(&name.value),
            rest,
        ),
        [Token::Word(word)] | [Token::Word(_), Token::Period, Token::Word(word)] => {
            let mut columns = relations.iter().flat_map(|relation| &relation.columns);
            let known = columns.find(|column| column.name.eq_ignore_ascii_case(&word.value));
            vec![
                known
                    .cloned()
                    .unwrap_or_else(|| unknown(word.value.clone())),
            ]
        }
        _ => item_alias(item).map(unknown).into_iter().collect(),
    }
}

/// The name that an expression gets by `AS name` or by a name behind it.
fn item_alias(item: &[Token]) -> Option<String> {
    let [.., before, Token::Word(word)] = item else {
        return None;
    };
    let ends_operand = match before {
        Token::RParen | Token::RBracket | Token::Number(..) | Token::SingleQuotedString(_) => true,
        Token::Word(before) => {
            before.quote_style.is_some()
                || before.value.eq_ignore_ascii_case("AS")
                || before.value.eq_ignore_ascii_case("END")
                || !words::is_keyword(&before.value)
        }
        _ => false,
    };
    let is_name = word.quote_style.is_some()
        || is_word(Some(before), &["AS"])
        || !words::is_keyword(&word.value);
    (ends_operand && is_name).then(|| word.value.clone())
}

fn unknown(name: String) -> ShellColumn {
    ShellColumn {
        name,
        kind: String::new(),
    }
}

fn renamed(mut columns: Vec<ShellColumn>, own: &[String]) -> Vec<ShellColumn> {
    for (index, name) in own.iter().enumerate() {
        match columns.get_mut(index) {
            Some(column) => column.name.clone_from(name),
            None => columns.push(unknown(name.clone())),
        }
    }
    columns
}

/// `[AS] name [(a, b)]`
fn alias(tokens: &[Token]) -> Option<(String, Vec<String>)> {
    let skipped = usize::from(is_word(tokens.first(), &["AS"]));
    let Some(Token::Word(word)) = tokens.get(skipped) else {
        return None;
    };
    let is_name = skipped == 1
        || word.quote_style.is_some()
        || !words::ends_a_table(&word.value)
        || bare(&tokens[skipped]).is_none();
    if !is_name {
        return None;
    }
    let columns = match tokens.get(skipped + 1) {
        Some(Token::LParen) => names(&tokens[skipped + 1..closing(tokens, skipped + 1)]),
        _ => Vec::new(),
    };
    Some((word.value.clone(), columns))
}

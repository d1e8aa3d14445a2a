//! `GROUP BY ROLLUP (a, a)` and `ROLLUP ((a, b), c)`, written out as GROUPING SETS.
//!
//! The planner creates a column for each key as written, and refuses two of one name; it does not
//! support a list of keys in parentheses. Both have a clear meaning: a set contains a key once or
//! not at all.
//!
//! Upstream: none found: GROUP BY ROLLUP (a, a) fails with "Schema contains duplicate qualified field name"; tuples in ROLLUP are not supported
//! Retire when: the stock planner supports `ROLLUP (a, a)` and `ROLLUP ((a, b), c)`.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{Expr, GroupByExpr, Select, VisitMut, VisitorMut};

/// Maximum number of keys of a CUBE that is written out: `n` keys have `2^n` sets.
const MOST_KEYS: usize = 10;

/// Rewrites ROLLUP and CUBE of repeated keys, or of lists of keys, to GROUPING SETS, in all of
/// `node`.
pub(super) fn write_out(node: &mut impl VisitMut) {
    let _: ControlFlow<()> = node.visit(&mut RepeatedKeys);
}

struct RepeatedKeys;

impl VisitorMut for RepeatedKeys {
    type Break = ();

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        if let GroupByExpr::Expressions(keys, _) = &mut select.group_by {
            keys.iter_mut().for_each(rewrite);
        }
        ControlFlow::Continue(())
    }
}

fn rewrite(key: &mut Expr) {
    let sets = match key {
        Expr::Rollup(parts) if is_refused(parts) => {
            let lengths = (0..=parts.len()).rev();
            lengths.map(|length| set(&parts[..length])).collect()
        }
        Expr::Cube(parts) if is_refused(parts) && parts.len() <= MOST_KEYS => subsets(parts),
        Expr::GroupingSets(sets) => sets.iter().map(|keys| once(keys.clone())).collect(),
        _ => return,
    };
    *key = Expr::GroupingSets(sets);
}

fn is_refused(parts: &[Vec<Expr>]) -> bool {
    parts.iter().any(|part| part.len() != 1) || set(parts).len() < parts.len()
}

fn subsets(parts: &[Vec<Expr>]) -> Vec<Vec<Expr>> {
    let masks = (0..1_usize << parts.len()).rev();
    let subset = |mask: usize| {
        let numbered = parts.iter().enumerate();
        let chosen = numbered.filter(|(place, _)| mask >> place & 1 == 1);
        let chosen: Vec<_> = chosen.map(|(_, part)| part.clone()).collect();
        set(&chosen)
    };
    masks.map(subset).collect()
}

/// The keys of some parts, without duplicates.
fn set(parts: &[Vec<Expr>]) -> Vec<Expr> {
    once(parts.concat())
}

fn once(keys: Vec<Expr>) -> Vec<Expr> {
    let mut kept: Vec<Expr> = vec![];
    for key in keys {
        if !kept.iter().any(|other| is_same(other, &key)) {
            kept.push(key);
        }
    }
    kept
}

/// An unqualified name that equals a qualified column's name must be this column, or it would be
/// ambiguous.
fn is_same(one: &Expr, other: &Expr) -> bool {
    match (one, other) {
        (Expr::Identifier(name), Expr::CompoundIdentifier(path))
        | (Expr::CompoundIdentifier(path), Expr::Identifier(name)) => path.last() == Some(name),
        _ => one == other,
    }
}

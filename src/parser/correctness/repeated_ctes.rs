//! Marks the queries of WITH that are read more than once.
//!
//! The planner copies such a query to each place where its name stands, after which nobody knows that
//! they are one relation. `planner::correctness::materialized` looks for the mark.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, Ordering};

use datafusion::sql::sqlparser::ast::{
    Ident, ObjectName, ObjectNamePart, Query, SetExpr, TableFactor, VisitMut, VisitorMut, With,
};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::parser::Parser;

/// The function that is the mark, called as `WHERE materialized_cte(id)`.
pub(crate) const MATERIALIZED_CTE: &str = "materialized_cte";

/// A number that no other relation of this process has: a statement may hold the plans of views.
pub(crate) fn next_relation_id() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// Puts each such query into `SELECT * FROM (query) WHERE materialized_cte(id)`.
pub(super) fn mark(node: &mut impl VisitMut) {
    let _: ControlFlow<()> = node.visit(&mut CteMarker);
}

struct CteMarker;

impl VisitorMut for CteMarker {
    type Break = ();

    fn post_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        if query.with.is_none() {
            return ControlFlow::Continue(());
        }
        let mut readers = ReaderCounter::default();
        let _: ControlFlow<()> = query.visit(&mut readers);
        if let Some(with) = &mut query.with {
            mark_in(with, &readers.0);
        }
        ControlFlow::Continue(())
    }
}

/// How often each plain name stands for a relation.
#[derive(Default)]
struct ReaderCounter(HashMap<String, usize>);

impl VisitorMut for ReaderCounter {
    type Break = ();

    fn pre_visit_relation(&mut self, relation: &mut ObjectName) -> ControlFlow<()> {
        if let [ObjectNamePart::Identifier(name)] = relation.0.as_slice() {
            *self.0.entry(folded(name)).or_default() += 1;
        }
        ControlFlow::Continue(())
    }
}

/// Names are alike as the planner sees them or more.
fn folded(name: &Ident) -> String {
    name.value.to_lowercase()
}

fn mark_in(with: &mut With, readers: &HashMap<String, usize>) {
    for cte in &mut with.cte_tables {
        let name = folded(&cte.alias.name);
        // One that reads itself is a loop, not a copy.
        if readers.get(&name).is_none_or(|&readers| readers < 2)
            || (with.recursive && reads(&mut cte.query, &name))
        {
            continue;
        }
        if let Some(mut marked) = marked_query() {
            std::mem::swap(cte.query.as_mut(), &mut marked);
            put_inside(&mut cte.query, marked);
        }
    }
}

fn reads(query: &mut Query, name: &str) -> bool {
    let mut readers = ReaderCounter::default();
    let _: ControlFlow<()> = query.visit(&mut readers);
    readers.0.contains_key(name)
}

/// `SELECT * FROM (SELECT 1) WHERE ..`, which always parses.
fn marked_query() -> Option<Query> {
    let text = format!(
        "SELECT * FROM (SELECT 1) WHERE {MATERIALIZED_CTE}({})",
        next_relation_id()
    );
    let parsed = Parser::new(&GenericDialect).try_with_sql(&text);
    parsed.ok()?.parse_query().ok().map(|query| *query)
}

/// Puts `inner` into the parentheses of a [`marked_query`].
fn put_inside(marked: &mut Query, inner: Query) {
    if let SetExpr::Select(select) = marked.body.as_mut()
        && let [from] = select.from.as_mut_slice()
        && let TableFactor::Derived { subquery, .. } = &mut from.relation
    {
        **subquery = inner;
    }
}

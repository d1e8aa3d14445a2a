//! Removes unused joins of a query.
//!
//! A LEFT JOIN on the key of a table retains every row once, so it is only needed when a column of
//! that table is used. The engine cannot know that a column of a file is a key; the author of a
//! named query can, and lists such joins in the header.

use std::ops::ControlFlow;

use datafusion::sql::parser::Statement as DFStatement;
use datafusion::sql::sqlparser::ast::{
    Expr, Ident, Join, JoinOperator, Query, Select, SelectItem, SetExpr, TableFactor, VisitMut,
    VisitorMut, visit_expressions,
};

use crate::parser::{Statement, StatementBody};

impl Statement {
    /// The statement without the LEFT JOINs of `names` (aliases, or tables without one) whose
    /// columns no expression uses.
    #[must_use]
    pub fn without_unused_joins(mut self, names: &[String]) -> Self {
        let (StatementBody::Plain(inner) | StatementBody::Summarize(inner)) = &mut self.kind;
        if let DFStatement::Statement(inner) = inner.as_mut() {
            let _: ControlFlow<()> = inner.visit(&mut UnusedJoinRemover(names));
        }
        self
    }

    /// Entries of `names` that match no LEFT JOIN of the statement.
    #[must_use]
    pub fn missing_left_joins<'a>(&self, names: &'a [String]) -> Vec<&'a str> {
        let mut found = LeftJoinCollector(Vec::new());
        let mut inner = self.kind.clone();
        let (StatementBody::Plain(inner) | StatementBody::Summarize(inner)) = &mut inner;
        if let DFStatement::Statement(inner) = inner.as_mut() {
            let _: ControlFlow<()> = inner.visit(&mut found);
        }
        let names = names.iter().map(String::as_str);
        let is_absent = |name: &&str| !found.0.iter().any(|known| known.eq_ignore_ascii_case(name));
        names.filter(is_absent).collect()
    }
}

struct UnusedJoinRemover<'a>(&'a [String]);

impl VisitorMut for UnusedJoinRemover<'_> {
    type Break = ();

    // After its subqueries, so that a join that only a dropped join used goes too. The arms of a
    // UNION stay unchanged.
    fn post_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        let SetExpr::Select(select) = query.body.as_ref() else {
            return ControlFlow::Continue(());
        };
        // From the last to the first: a later join may look up by a column of an earlier one.
        let mut places = Vec::new();
        for (from, tables) in select.from.iter().enumerate() {
            places.extend((0..tables.joins.len()).rev().map(|join| (from, join)));
        }
        for (from, join) in places {
            self.drop_if_unused(query, from, join);
        }
        ControlFlow::Continue(())
    }
}

impl UnusedJoinRemover<'_> {
    fn drop_if_unused(&self, query: &mut Query, from: usize, join: usize) {
        let mut without = query.clone();
        let SetExpr::Select(select) = without.body.as_mut() else {
            return;
        };
        let name = lookup(&select.from[from].joins.remove(join));
        if name.is_some_and(|name| {
            self.0.iter().any(|known| name.eq_ignore_ascii_case(known)) && !uses(&without, &name)
        }) {
            *query = without;
        }
    }
}

struct LeftJoinCollector(Vec<String>);

impl VisitorMut for LeftJoinCollector {
    type Break = ();

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        let joins = select.from.iter().flat_map(|from| &from.joins);
        self.0.extend(joins.filter_map(lookup));
        ControlFlow::Continue(())
    }
}

/// Qualifier of the columns of a LEFT JOIN with an ON condition.
fn lookup(join: &Join) -> Option<String> {
    let (JoinOperator::Left(_) | JoinOperator::LeftOuter(_)) = &join.join_operator else {
        return None;
    };
    match &join.relation {
        TableFactor::Table { name, alias, .. } => match alias {
            Some(alias) => Some(alias.name.value.clone()),
            None => Some(name.0.last()?.as_ident()?.value.clone()),
        },
        _ => None,
    }
}

/// True if `query` names a column of `relation`, or may do so by a wildcard.
fn uses(query: &Query, relation: &str) -> bool {
    let is_relation = |part: &Ident| part.value.eq_ignore_ascii_case(relation);
    let has_wildcard = query.body.as_select().is_some_and(|select| {
        select.projection.iter().any(|item| {
            matches!(
                item,
                SelectItem::Wildcard(_) | SelectItem::QualifiedWildcard(..)
            )
        })
    });
    let flow = visit_expressions(query, |expr| match expr {
        Expr::CompoundIdentifier(parts) if parts.iter().any(is_relation) => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    });
    has_wildcard || flow.is_break()
}

#[cfg(test)]
mod tests {
    use crate::parser::parse;

    fn without(sql: &str, names: &[&str]) -> String {
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        let statement = parse(sql).unwrap().remove(0);
        statement.without_unused_joins(&names).to_string()
    }

    const SQL: &str = "SELECT s.score FROM surveys s LEFT JOIN tickets t ON t.id = s.id \
                       LEFT JOIN customers AS c ON c.id = t.customer_id";

    #[test]
    fn joins_that_nothing_uses_are_left_out() {
        assert_eq!(without(SQL, &["t", "C"]), "SELECT s.score FROM surveys s");
        assert_eq!(without(SQL, &[]), without(&without(SQL, &[]), &["x"]));
        let inner = format!("SELECT * FROM ({SQL}) WHERE score > 1");
        assert_eq!(
            without(&inner, &["t", "c"]),
            "SELECT * FROM (SELECT s.score FROM surveys s) WHERE score > 1"
        );
    }

    #[test]
    fn joins_that_something_uses_stay() {
        for column in [
            "c.plan",
            "upper(C.plan)",
            "(SELECT max(x) FROM y WHERE y.k = c.id)",
        ] {
            let sql = SQL.replace("s.score", column);
            assert_eq!(without(&sql, &["t", "c"]), without(&sql, &[]), "{sql}");
        }
        for item in ["*", "c.*"] {
            let sql = SQL.replace("s.score", item);
            assert_eq!(without(&sql, &["t", "c"]), without(&sql, &[]), "{sql}");
        }
        let grouped = format!("{SQL} GROUP BY s.score ORDER BY max(t.id)");
        assert!(without(&grouped, &["t", "c"]).contains("tickets"));
        let filtered = format!("{SQL} WHERE t.id > 1");
        let kept = without(&filtered, &["t", "c"]);
        assert!(kept.contains("tickets") && !kept.contains("customers"));
    }

    #[test]
    fn only_left_joins_that_are_listed_go() {
        let inner = SQL.replace("LEFT JOIN", "JOIN");
        assert_eq!(without(&inner, &["t", "c"]), without(&inner, &[]));
        assert!(without(SQL, &["c"]).contains("tickets"));
        let names = ["t".to_owned(), "d".to_owned()];
        assert_eq!(parse(SQL).unwrap()[0].missing_left_joins(&names), ["d"]);
    }
}

//! Whole queries and statements.

use super::super::tree::{Kind, Node};
use super::super::types::Type;
use super::{Grammar, Scope};

const SET_OPERATIONS: &[&str] = &[
    "UNION",
    "UNION ALL",
    "INTERSECT",
    "EXCEPT",
    "EXCEPT ALL",
    "INTERSECT ALL",
];

/// Marker and keywords before the sort keys of a statement.
pub(in super::super) const ORDERED: &str = " /* rows */ ORDER BY ";

impl Grammar<'_> {
    /// A whole statement.
    pub(super) fn statement(&mut self) -> Node {
        let width = self.random.between(1, 3);
        let wanted: Vec<Type> = (0..width).map(|_| self.choose(&Type::VALUES)).collect();
        let query = self.query(&wanted, &Scope::default(), 2);
        let ordered = self.random.chance(25);
        if !ordered {
            return Node::fixed("{}", vec![query]);
        }
        let order = (1..=wanted.len()).map(|at| {
            let way = self.choose(&["", " DESC", " NULLS FIRST", " DESC NULLS LAST"]);
            Node::fixed(&format!("{at}{way}"), vec![])
        });
        let order = Node::fixed_list(order.collect());
        let limit = match self.random.between(1, 100) {
            1..=25 => Node::optional(" LIMIT 3", vec![]),
            26..=40 => Node::optional(" LIMIT 4 OFFSET 2", vec![]),
            41..=50 => Node::optional(" OFFSET 1", vec![]),
            _ => Node::nothing(),
        };
        let order = Node::optional(&format!("{ORDERED}{{}}{{}}"), vec![order, limit]);
        Node::fixed("SELECT * FROM ({}) AS z{}", vec![query, order])
    }

    /// A query with columns of these types.
    pub(super) fn query(&mut self, wanted: &[Type], outer: &Scope, depth: usize) -> Node {
        match self.random.between(1, 100) {
            1..=12 if depth > 0 => {
                let operation = self.choose(SET_OPERATIONS);
                let left = self.select(wanted, outer);
                let right = self.query(wanted, outer, depth - 1);
                let right = Node::fixed("({})", vec![right]);
                let template = format!("{{}} {operation} {{}}");
                Node::new(Kind::Query, &template, vec![left, right])
            }
            13..=18 if depth > 1 => {
                let name = self.name("h");
                let inner = self.query(wanted, outer, 1);
                let columns: Vec<_> = (1..=wanted.len()).map(|at| format!("c{at}")).collect();
                let columns = columns.join(", ");
                let template = format!("WITH {name}({columns}) AS ({{}}) SELECT * FROM {name}{{}}");
                let condition = if self.random.chance(40) {
                    let again = format!(" WHERE c1 IN (SELECT c1 FROM {name})");
                    Node::optional(&again, vec![])
                } else {
                    Node::nothing()
                };
                Node::new(Kind::Query, &template, vec![inner, condition])
            }
            19..=42 => self.grouped_select(wanted, outer),
            43..=47 => self.distinct_on(wanted, outer),
            _ => self.select(wanted, outer),
        }
    }

    fn items(&mut self, wanted: &[Type], scope: &Scope) -> Node {
        let items = (1..).zip(wanted).map(|(at, kind)| {
            let depth = self.choose(&[1, 2, 2, 3]);
            let value = self.value(*kind, scope, depth);
            Node::fixed(&format!("{{}} AS c{at}"), vec![value])
        });
        Node::list(", ", items.collect())
    }

    fn select(&mut self, wanted: &[Type], outer: &Scope) -> Node {
        let (from, mut scope) = self.from(outer);
        let condition = self.condition(&scope, 50, 2);
        let (windows, named) = self.window_clause(&scope);
        if self.random.chance(35) || !named.is_empty() {
            scope.windows = Some(named);
        }
        let distinct = if self.random.chance(10) {
            Node::optional("DISTINCT ", vec![])
        } else {
            Node::nothing()
        };
        let items = self.items(wanted, &scope);
        let parts = vec![distinct, items, from, condition, windows];
        Node::new(Kind::Query, "SELECT {}{} FROM {}{}{}", parts)
    }

    fn grouped_select(&mut self, wanted: &[Type], outer: &Scope) -> Node {
        let (from, input) = self.from(outer);
        let condition = self.condition(&input, 40, 1);
        let (keys, clause, plain) = self.grouping(&input);
        let local = Scope {
            outer: vec![],
            ..input.clone()
        };
        let mut scope = self.grouped(&local, &keys, plain);
        let having = if self.random.chance(20) {
            let condition = self.value(Type::Truth, &scope, 1);
            Node::optional(" HAVING {}", vec![condition])
        } else {
            Node::nothing()
        };
        if self.random.chance(12) {
            scope.windows = Some(vec![]);
        }
        let items = self.items(wanted, &scope);
        let parts = vec![items, from, condition, clause, having];
        Node::new(Kind::Query, "SELECT {} FROM {}{}{}{}", parts)
    }

    /// The first row of each key, in an order without ties.
    fn distinct_on(&mut self, wanted: &[Type], outer: &Scope) -> Node {
        let (from, scope) = self.from(outer);
        let Some(unique) = scope.unique.clone() else {
            return self.select(wanted, outer);
        };
        let condition = self.condition(&scope, 40, 1);
        let data_type = self.choose(&Type::STORED);
        let key = self.key(data_type, &scope, 0);
        let items = self.items(wanted, &scope);
        let unique = Node::fixed_list(unique);
        let template = "SELECT DISTINCT ON ({}) {} FROM {}{} ORDER BY {}, {}";
        let parts = vec![key.clone(), items, from, condition, key, unique];
        let query = Node::new(Kind::Query, template, parts);
        Node::new(Kind::Query, "({})", vec![query])
    }
}

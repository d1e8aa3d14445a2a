//! Queries inside expressions.

use std::rc::Rc;

use super::super::tree::{Kind, Node};
use super::super::types::Type;
use super::{Grammar, Scope, operator};

impl Grammar<'_> {
    /// Scope of a query inside `scope`.
    fn inside(&self, scope: &Scope) -> Scope {
        Scope {
            outer: scope.columns.iter().chain(&scope.outer).cloned().collect(),
            ..Scope::default()
        }
    }

    /// A query that returns one row: an aggregate without groups, or the first row in some order.
    pub(super) fn scalar_subquery(&mut self, data_type: Type, scope: &Scope) -> Node {
        if self.read > 3 {
            return self.leaf(data_type, scope, 0);
        }
        let outer = self.inside(scope);
        if self.random.chance(35) {
            return self.first_row(data_type, &outer);
        }
        let (from, input) = self.small_source(&outer);
        let local = Scope {
            outer: vec![],
            ..input.clone()
        };
        let Some(aggregate) = self.aggregate(data_type, &local, true) else {
            return self.leaf(data_type, scope, 0);
        };
        let condition = self.condition(&input, 70, 2);
        let query = Node::new(
            Kind::Query,
            "SELECT {} FROM {}{}",
            vec![aggregate, from, condition],
        );
        Node::value(data_type, "({})", vec![query])
    }

    /// One of the rows that a condition selects.
    fn first_row(&mut self, data_type: Type, outer: &Scope) -> Node {
        let (from, input) = self.small_source(outer);
        let value = self.value(data_type, &input, 1);
        let condition = self.condition(&input, 80, 2);
        let order = input.unique.clone().unwrap_or_default();
        let template = self.choose(&[
            "SELECT {} FROM {}{} ORDER BY {} LIMIT 1",
            "SELECT {} FROM {}{} ORDER BY {} DESC LIMIT 1",
            "SELECT {} FROM {}{} ORDER BY {} LIMIT 1 OFFSET 1",
        ]);
        let parts = vec![value, from, condition, Node::fixed_list(order)];
        let query = Node::new(Kind::Query, template, parts);
        Node::value(data_type, "({})", vec![query])
    }

    /// Rows of a query for each row of `left`, whose columns are in scope.
    pub(super) fn lateral(&mut self, left: Node, scope: &mut Scope) -> Node {
        let alias = self.name("l");
        let width = self.random.between(1, 2);
        let wanted: Vec<Type> = (0..width).map(|_| self.choose(&Type::STORED)).collect();
        let inside = self.inside(scope);
        let query = self.lateral_query(&wanted, &inside);
        let names: Vec<_> = (1..=wanted.len()).map(|at| format!("c{at}")).collect();
        let columns = names.iter().zip(&wanted);
        scope.columns.extend(
            columns.map(|(name, kind)| super::Column::new(*kind, &format!("{alias}.{name}"))),
        );
        scope.unique = None;
        let (join, on) = self.choose(&[("CROSS JOIN", ""), ("LEFT JOIN", " ON true")]);
        let names = names.join(", ");
        let template = format!("{{}} {join} LATERAL ({{}}) AS {alias}({names}){on}");
        Node::new(Kind::Source, &template, vec![left, query])
    }

    fn lateral_query(&mut self, wanted: &[Type], outer: &Scope) -> Node {
        if self.read > 2 || self.random.chance(60) {
            let (from, input) = self.small_source(outer);
            let values = wanted.iter().map(|kind| self.value(*kind, &input, 1));
            let values = Node::list(", ", values.collect());
            let condition = self.condition(&input, 80, 2);
            let order = Node::fixed_list(input.unique.clone().unwrap_or_default());
            let template = self.choose(&[
                "SELECT {} FROM {}{} ORDER BY {} LIMIT 2",
                "SELECT {} FROM {}{} ORDER BY {} DESC LIMIT 1",
                "SELECT {} FROM {}{} ORDER BY {} LIMIT 2 OFFSET 1",
            ]);
            return Node::new(Kind::Query, template, vec![values, from, condition, order]);
        }
        self.query(wanted, outer, 1)
    }

    /// A row tested against rows of a query.
    fn row_test(&mut self, scope: &Scope) -> Node {
        let outer = self.inside(scope);
        let (from, input) = self.small_source(&outer);
        let kinds = [self.choose(&Type::STORED), self.choose(&Type::STORED)];
        let mut parts: Vec<Node> = kinds
            .iter()
            .map(|kind| self.value(*kind, scope, 0))
            .collect();
        parts.extend(kinds.map(|kind| self.value(kind, &input, 0)));
        parts.push(from);
        parts.push(self.condition(&input, 60, 1));
        let template = self.choose(&[
            "({}, {}) IN (SELECT {}, {} FROM {}{})",
            "({}, {}) NOT IN (SELECT {}, {} FROM {}{})",
        ]);
        operator(Node::value(Type::Truth, template, parts))
    }

    /// IN, EXISTS, ANY and ALL.
    pub(super) fn test_by_subquery(&mut self, scope: &Scope, depth: usize) -> Node {
        if self.read > 3 {
            return self.comparison(scope, depth);
        }
        if self.random.chance(12) {
            return self.row_test(scope);
        }
        let outer = self.inside(scope);
        let data_type = self.choose(&Type::STORED);
        let (from, input) = self.small_source(&outer);
        let local = Scope {
            outer: vec![],
            ..input.clone()
        };
        let given = self.value(data_type, &local, 1);
        let condition = self.condition(&input, 60, 1);
        let query = Node::new(
            Kind::Query,
            "SELECT {} FROM {}{}",
            vec![given, from, condition],
        );
        let choice = self.random.between(1, 100);
        if choice <= 25 {
            let template = self.choose(&["EXISTS ({})", "NOT EXISTS ({})"]);
            return operator(Node::value(Type::Truth, template, vec![query]));
        }
        let value = self.value(data_type, scope, depth.min(1));
        let value = self.enclosed(value);
        let template = match choice {
            26..=50 => "{} IN ({})",
            51..=75 => "{} NOT IN ({})",
            _ => self.choose(&[
                "{} = ANY ({})",
                "{} <> ALL ({})",
                "{} >= ALL ({})",
                "{} < ANY ({})",
                "{} = ALL ({})",
                "{} <> SOME ({})",
                "{} <= ALL ({})",
            ]),
        };
        operator(Node::value(Type::Truth, template, vec![value, query]))
    }

    /// A WHERE clause in `percent` of the cases.
    pub(super) fn condition(&mut self, scope: &Scope, percent: i64, depth: usize) -> Node {
        if !self.random.chance(percent) {
            return Node::nothing();
        }
        let plain = Scope {
            windows: None,
            aggregated: None,
            ..scope.clone()
        };
        let condition = self.value(Type::Truth, &plain, depth);
        Node::optional(" WHERE {}", vec![condition])
    }

    /// A scope for a query whose groups read `input`.
    pub(super) fn grouped(&self, input: &Scope, keys: &[(Node, Type)], plain: bool) -> Scope {
        let columns = keys.iter().map(|(node, data_type)| super::Column {
            node: Node::value(*data_type, "{}", vec![node.clone()]),
            data_type: *data_type,
        });
        let unique = keys.iter().map(|(node, _)| node.clone()).collect();
        Scope {
            columns: columns.collect(),
            outer: vec![],
            aggregated: Some(Rc::new(input.clone())),
            windows: None,
            unique: plain.then_some(unique),
        }
    }
}

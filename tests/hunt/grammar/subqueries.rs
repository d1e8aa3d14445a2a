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

    /// A query that returns one row: an aggregate without groups.
    pub(super) fn scalar_subquery(&mut self, data_type: Type, scope: &Scope) -> Node {
        if self.read > 3 {
            return self.leaf(data_type, scope, 0);
        }
        let outer = self.inside(scope);
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

    /// IN, EXISTS, ANY and ALL.
    pub(super) fn test_by_subquery(&mut self, scope: &Scope, depth: usize) -> Node {
        if self.read > 3 {
            return self.comparison(scope, depth);
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

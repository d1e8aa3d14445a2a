//! A typed grammar of SQL: every generated statement is meant to be valid.

mod aggregates;
mod productions;
mod queries;
mod sources;
mod subqueries;
mod windows;

use std::rc::Rc;

use super::tree::{Kind, Node};
use super::types::Type;
use crate::support::random::Random;
use productions::{CALLS, CHOICES, COMPARISONS, OPERATORS, Production};

/// Names in scope.
#[derive(Debug, Clone, Default)]
struct Scope {
    columns: Vec<Column>,
    /// Columns of the outer queries.
    outer: Vec<Column>,
    /// Input columns of aggregates, where they are allowed.
    aggregated: Option<Rc<Self>>,
    /// Windows by name with their sort keys, where window functions are allowed.
    windows: Option<Vec<windows::Named>>,
    /// Columns that together are unique in every row.
    unique: Option<Vec<Node>>,
}

#[derive(Debug, Clone)]
struct Column {
    node: Node,
    data_type: Type,
}

impl Column {
    fn new(data_type: Type, text: &str) -> Self {
        Self {
            node: Node::value(data_type, text, vec![]),
            data_type,
        }
    }
}

/// Generates statements from random choices.
pub(super) struct Grammar<'a> {
    random: &'a mut Random,
    /// Aliases in use.
    names: usize,
    /// Tables read so far, so that joins stay small.
    read: usize,
}

pub(super) use queries::ORDERED;

/// The statement number `number` of a series.
pub(super) fn statement(seed: u64, number: u64) -> Node {
    let mut random = Random::new(seed.wrapping_mul(1_000_003).wrapping_add(number));
    let mut grammar = Grammar {
        random: &mut random,
        names: 0,
        read: 0,
    };
    grammar.statement()
}

impl Grammar<'_> {
    fn index(&mut self, length: usize) -> usize {
        let last = i64::try_from(length).unwrap() - 1;
        usize::try_from(self.random.between(0, last)).unwrap()
    }

    fn choose<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.index(from.len())]
    }

    fn name(&mut self, prefix: &str) -> String {
        self.names += 1;
        format!("{prefix}{}", self.names)
    }

    fn literal(&mut self, data_type: Type) -> Node {
        let text = self.choose(data_type.literals());
        let node = Node::value(data_type, text, vec![]);
        if text.starts_with('-') {
            operator(node)
        } else {
            node
        }
    }

    /// A value of the type, from expressions at most `depth` deep.
    fn value(&mut self, data_type: Type, scope: &Scope, depth: usize) -> Node {
        if !Type::VALUES.contains(&data_type) {
            return self.literal(data_type);
        }
        if depth == 0 {
            return self.leaf(data_type, scope, depth);
        }
        let choice = self.random.between(1, 100);
        match choice {
            1..=25 => self.leaf(data_type, scope, depth),
            26..=31 => self.case(data_type, scope, depth - 1),
            32..=37 => {
                let template = self.choose(CHOICES);
                self.alike(data_type, template, data_type, scope, depth - 1)
            }
            38..=42 => self.scalar_subquery(data_type, scope),
            43..=70 if data_type == Type::Truth => self.comparison(scope, depth - 1),
            71..=78 if data_type == Type::Truth => self.test_by_subquery(scope, depth - 1),
            _ => self.production(data_type, scope, depth - 1),
        }
    }

    fn leaf(&mut self, data_type: Type, scope: &Scope, depth: usize) -> Node {
        let fits = |columns: &[Column]| -> Vec<Node> {
            let fitting = columns
                .iter()
                .filter(|column| column.data_type == data_type);
            fitting.map(|column| column.node.clone()).collect()
        };
        if scope.windows.is_some() && depth > 0 && self.random.chance(35) {
            return self.window_call(data_type, scope);
        }
        if scope.aggregated.is_some() && self.random.chance(50) {
            return self.aggregate_or_literal(data_type, scope);
        }
        let mut found = fits(&scope.columns);
        if found.is_empty() || self.random.chance(25) {
            let outer = fits(&scope.outer);
            found = if outer.is_empty() { found } else { outer };
        }
        if found.is_empty() || self.random.chance(15) {
            self.literal(data_type)
        } else {
            found.swap_remove(self.index(found.len()))
        }
    }

    fn production(&mut self, data_type: Type, scope: &Scope, depth: usize) -> Node {
        let gives = |list: &'static [Production]| -> Vec<&'static Production> {
            list.iter()
                .filter(|(given, ..)| *given == data_type)
                .collect()
        };
        let (operators, calls) = (gives(OPERATORS), gives(CALLS));
        let is_operator = calls.is_empty() || (!operators.is_empty() && self.random.chance(50));
        let (_, template, arguments) = self.choose(if is_operator { &operators } else { &calls });
        let values: Vec<Node> = arguments
            .iter()
            .map(|argument| self.value(*argument, scope, depth))
            .collect();
        if !is_operator {
            return Node::value(data_type, template, values);
        }
        let values = values.into_iter().map(|value| self.enclosed(value));
        let values = values.collect();
        operator(Node::value(data_type, template, values))
    }

    /// An operand, usually in parentheses if it is an operation itself.
    fn enclosed(&mut self, value: Node) -> Node {
        let Kind::Value {
            data_type,
            operator,
        } = value.kind
        else {
            return value;
        };
        if operator && self.random.chance(70) {
            Node::value(data_type, "({})", vec![value])
        } else {
            value
        }
    }

    /// A template whose places are all of one type.
    fn alike(
        &mut self,
        gives: Type,
        template: &str,
        data_type: Type,
        scope: &Scope,
        depth: usize,
    ) -> Node {
        let places = template.matches("{}").count();
        let values = (0..places)
            .map(|_| self.value(data_type, scope, depth))
            .collect();
        Node::value(gives, template, values)
    }

    fn comparison(&mut self, scope: &Scope, depth: usize) -> Node {
        let data_type = self.choose(&Type::VALUES);
        let template = self.choose(COMPARISONS);
        let places = template.matches("{}").count();
        let values = (0..places).map(|_| {
            let value = self.value(data_type, scope, depth);
            self.enclosed(value)
        });
        let values = values.collect();
        operator(Node::value(Type::Truth, template, values))
    }

    fn case(&mut self, data_type: Type, scope: &Scope, depth: usize) -> Node {
        let simple = self.random.chance(30);
        let subject = self.choose(&Type::VALUES);
        let count = self.random.between(1, 2);
        let branches = (0..count).map(|_| {
            let tested = if simple { subject } else { Type::Truth };
            let when = self.value(tested, scope, depth);
            let then = self.value(data_type, scope, depth);
            Node::fixed("WHEN {} THEN {}", vec![when, then])
        });
        let branches = Node::list(" ", branches.collect());
        let otherwise = if self.random.chance(70) {
            let value = self.value(data_type, scope, depth);
            Node::optional(" ELSE {}", vec![value])
        } else {
            Node::nothing()
        };
        if simple {
            let subject = self.value(subject, scope, depth);
            let parts = vec![subject, branches, otherwise];
            Node::value(data_type, "CASE {} {}{} END", parts)
        } else {
            Node::value(data_type, "CASE {}{} END", vec![branches, otherwise])
        }
    }
}

/// Marks a value as one that needs no parentheses.
fn operator(mut node: Node) -> Node {
    if let Kind::Value { operator, .. } = &mut node.kind {
        *operator = true;
    }
    node
}

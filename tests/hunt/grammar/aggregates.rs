//! Aggregates and grouping keys.

use super::super::tree::{Kind, Node};
use super::super::types::Type;
use super::productions::{AGGREGATES, COUNTS, Production, SORTED};
use super::{Grammar, Scope};

impl Grammar<'_> {
    pub(super) fn aggregate_or_literal(&mut self, data_type: Type, scope: &Scope) -> Node {
        let Some(input) = scope.aggregated.clone() else {
            return self.literal(data_type);
        };
        self.aggregate(data_type, &input, true)
            .unwrap_or_else(|| self.literal(data_type))
    }

    /// An aggregate of the type, if there is one.
    pub(super) fn aggregate(&mut self, gives: Type, input: &Scope, sorted: bool) -> Option<Node> {
        let filter = if self.random.chance(20) {
            let condition = self.value(Type::Truth, input, 1);
            Node::optional(" FILTER (WHERE {})", vec![condition])
        } else {
            Node::nothing()
        };
        let call = self.bare_aggregate(gives, input, sorted)?;
        Some(Node::value(gives, "{}{}", vec![call, filter]))
    }

    /// Without its filter; `sorted` if ordered aggregates are allowed.
    pub(super) fn bare_aggregate(
        &mut self,
        gives: Type,
        input: &Scope,
        sorted: bool,
    ) -> Option<Node> {
        if gives == Type::Int && self.random.chance(40) {
            let template = self.choose(if sorted { COUNTS } else { &COUNTS[..1] });
            return Some(if self.random.chance(35) {
                Node::fixed("count(*)", vec![])
            } else {
                let counted = self.choose(&Type::VALUES);
                let value = self.value(counted, input, 1);
                Node::fixed(template, vec![value])
            });
        }
        if gives == Type::Text && sorted && self.random.chance(40) {
            // Neither shrinks: if the key is not the text itself, the order has ties.
            let value = self.value(Type::Text, input, 1);
            let value = Node::new(Kind::Whole, "{}", vec![value]);
            let order = value.clone();
            return Some(Node::fixed(
                "string_agg({}, '|' ORDER BY {})",
                vec![value, order],
            ));
        }
        let fits = |(given, template, _): &&Production| {
            *given == gives && (sorted || !template.contains("DISTINCT"))
        };
        let mut found: Vec<&Production> = AGGREGATES.iter().filter(fits).collect();
        if sorted {
            found.extend(SORTED.iter().filter(fits));
        }
        if found.is_empty() {
            return None;
        }
        let (_, template, arguments) = self.choose(&found);
        let values: Vec<Node> = arguments
            .iter()
            .map(|argument| {
                let value = self.value(*argument, input, 1);
                self.enclosed(value)
            })
            .collect();
        Some(Node::fixed(template, values))
    }

    /// Keys, their text in GROUP BY, and whether each row of the result has distinct keys.
    pub(super) fn grouping(&mut self, input: &Scope) -> (Vec<(Node, Type)>, Node, bool) {
        let count = self.random.between(0, 3);
        let keys: Vec<(Node, Type)> = (0..count)
            .map(|_| {
                let data_type = self.choose(&Type::STORED);
                let depth = usize::from(self.random.chance(40));
                (self.key(data_type, input, depth), data_type)
            })
            .collect();
        if keys.is_empty() {
            return (keys, Node::nothing(), true);
        }
        let nodes = |keys: &[(Node, Type)]| keys.iter().map(|(key, _)| key.clone()).collect();
        let list = Node::fixed("{}", vec![Node::list(", ", nodes(&keys))]);
        let choice = self.random.between(1, 100);
        let (clause, plain) = match (choice, keys.len()) {
            (1..=12, _) => (Node::fixed(" GROUP BY ROLLUP ({})", vec![list]), false),
            (13..=20, _) => (Node::fixed(" GROUP BY CUBE ({})", vec![list]), false),
            (21..=30, 2..) => {
                let first = keys[0].0.clone();
                let sets = vec![list, first];
                let template = " GROUP BY GROUPING SETS (({}), ({}), ())";
                (Node::fixed(template, sets), false)
            }
            _ => (Node::fixed(" GROUP BY {}", vec![list]), true),
        };
        (keys, clause, plain)
    }

    /// A grouping key: no literal, which would be a position.
    pub(super) fn key(&mut self, data_type: Type, input: &Scope, depth: usize) -> Node {
        let columns: Vec<_> = input
            .columns
            .iter()
            .filter(|column| column.data_type == data_type)
            .collect();
        if depth == 0 && !columns.is_empty() {
            return columns[self.index(columns.len())].node.clone();
        }
        let plain = Scope {
            columns: input.columns.clone(),
            ..Scope::default()
        };
        let value = self.production(data_type, &plain, 0);
        Node::fixed("({})", vec![value])
    }
}

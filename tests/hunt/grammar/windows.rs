//! Window functions.

use super::super::tree::Node;
use super::super::types::Type;
use super::{Grammar, Scope};

/// A window of the WINDOW clause.
#[derive(Debug, Clone)]
pub(super) struct Named {
    name: String,
    sorted: bool,
}

const FRAMES_BY_ROWS: &[&str] = &[
    " ROWS BETWEEN 1 PRECEDING AND CURRENT ROW",
    " ROWS BETWEEN 2 PRECEDING AND 1 FOLLOWING",
    " ROWS 2 PRECEDING",
    " ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING",
    " ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING",
    " ROWS BETWEEN 1 FOLLOWING AND 2 FOLLOWING",
    " RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING",
    " GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW",
];
const FRAMES_BY_VALUE: &[&str] = &[
    " RANGE BETWEEN 2 PRECEDING AND CURRENT ROW",
    " RANGE BETWEEN 1 PRECEDING AND 1 FOLLOWING",
    " RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW",
    " RANGE BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING",
    " GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW",
];

/// Functions of rows in a total order.
const BY_POSITION: &[&str] = &[
    "lag({})",
    "lead({})",
    "lag({}, 2)",
    "lead({}, 2, {})",
    "lag({}, 1, {})",
    "first_value({})",
    "last_value({})",
    "nth_value({}, 2)",
];
const RANKS: &[(Type, &str)] = &[
    (Type::Int, "rank()"),
    (Type::Int, "dense_rank()"),
    (Type::Double, "percent_rank()"),
    (Type::Double, "cume_dist()"),
];

impl Grammar<'_> {
    /// The WINDOW clause of a query, and its windows by name.
    pub(super) fn window_clause(&mut self, scope: &Scope) -> (Node, Vec<Named>) {
        if !self.random.chance(30) {
            return (Node::nothing(), vec![]);
        }
        let first = Named {
            name: self.name("w"),
            sorted: false,
        };
        let partition = self.partition(scope, 100);
        let mut definitions = vec![Node::fixed(
            &format!("{} AS ({{}})", first.name),
            vec![partition],
        )];
        let mut named = vec![first];
        if self.random.chance(40) {
            let second = Named {
                name: self.name("w"),
                sorted: true,
            };
            let order = self.order(scope);
            let template = format!("{} AS ({}{{}})", second.name, named[0].name);
            definitions.push(Node::fixed(&template, vec![order]));
            named.push(second);
        }
        let clause = Node::optional(" WINDOW {}", vec![Node::list(", ", definitions)]);
        (clause, named)
    }

    fn partition(&mut self, scope: &Scope, percent: i64) -> Node {
        if !self.random.chance(percent) {
            return Node::nothing();
        }
        let data_type = self.choose(&Type::STORED);
        let key = self.key(data_type, scope, 0);
        Node::optional("PARTITION BY {}", vec![key])
    }

    /// An order without ties, if there is one.
    fn order(&mut self, scope: &Scope) -> Node {
        let unique = scope.unique.clone().unwrap_or_default();
        let mut keys = vec![];
        if unique.is_empty() || self.random.chance(60) {
            let data_type = self.choose(&Type::STORED);
            let key = self.key(data_type, scope, 0);
            let way = self.choose(&["{}", "{} DESC", "{} NULLS FIRST", "{} DESC NULLS LAST"]);
            keys.push(Node::fixed(way, vec![key]));
        }
        // None of them is removed when the statement shrinks: rows without an order have no first.
        keys.extend(unique);
        Node::fixed(" ORDER BY {}", vec![Node::fixed_list(keys)])
    }

    pub(super) fn window_call(&mut self, data_type: Type, scope: &Scope) -> Node {
        let plain = Scope {
            windows: None,
            ..scope.clone()
        };
        let total = plain.unique.as_ref().is_some_and(|keys| !keys.is_empty());
        let choice = self.random.between(1, 100);
        if total && choice <= 45 {
            return self.by_position(data_type, scope, &plain);
        }
        let ranks: Vec<_> = RANKS
            .iter()
            .filter(|(given, _)| *given == data_type)
            .collect();
        if choice <= 60 && !ranks.is_empty() {
            let (_, call) = self.choose(&ranks);
            let over = self.over(scope, &plain, true, &[]);
            return Node::value(
                data_type,
                "{} OVER {}",
                vec![Node::fixed(call, vec![]), over],
            );
        }
        let mut inner = plain.clone();
        inner.aggregated = None;
        let input = if scope.aggregated.is_some() {
            &plain
        } else {
            &inner
        };
        let Some(call) = self.bare_aggregate(data_type, input, false) else {
            return self.leaf(data_type, &plain, 0);
        };
        let frames = if total { FRAMES_BY_ROWS } else { &[] };
        let sorted = self.random.chance(60);
        let over = self.over(scope, &plain, sorted, frames);
        let filter = if self.random.chance(12) {
            let condition = self.value(Type::Truth, &inner, 1);
            Node::optional(" FILTER (WHERE {})", vec![condition])
        } else {
            Node::nothing()
        };
        Node::value(data_type, "{}{} OVER {}", vec![call, filter, over])
    }

    fn by_position(&mut self, data_type: Type, scope: &Scope, plain: &Scope) -> Node {
        if data_type == Type::Int && self.random.chance(30) {
            let call = self.choose(&["row_number()", "ntile(3)"]);
            let over = self.over(scope, plain, true, &[]);
            return Node::value(
                data_type,
                "{} OVER {}",
                vec![Node::fixed(call, vec![]), over],
            );
        }
        let template = self.choose(BY_POSITION);
        let call = self.alike(data_type, template, data_type, plain, 1);
        let frames = if template.starts_with('l') && !template.starts_with("last") {
            &[]
        } else {
            FRAMES_BY_ROWS
        };
        let over = self.over(scope, plain, true, frames);
        Node::value(data_type, "{} OVER {}", vec![call, over])
    }

    /// Window specification after OVER.
    fn over(
        &mut self,
        scope: &Scope,
        plain: &Scope,
        sorted: bool,
        frames: &[&'static str],
    ) -> Node {
        let frame = if sorted && !frames.is_empty() && self.random.chance(60) {
            Node::optional(self.choose(frames), vec![])
        } else {
            Node::nothing()
        };
        let named = scope.windows.clone().unwrap_or_default();
        if !named.is_empty() && self.random.chance(60) {
            let window = &named[self.index(named.len())];
            if window.sorted || !sorted {
                let template = format!("({}{{}})", window.name);
                let keeps = Node::fixed(&template, vec![frame]);
                let bare = Node::fixed(&window.name, vec![]);
                return if self.random.chance(50) { bare } else { keeps };
            }
            let order = self.order(plain);
            let template = format!("({}{{}}{{}})", window.name);
            return Node::fixed(&template, vec![order, frame]);
        }
        let partition = self.partition(plain, 50);
        if !sorted {
            return Node::fixed("({})", vec![partition]);
        }
        if self.random.chance(15) {
            let key = self.key(Type::Int, plain, 0);
            let frame = Node::optional(self.choose(FRAMES_BY_VALUE), vec![]);
            return if frames.is_empty() {
                Node::fixed("({}{})", vec![partition, self.order(plain)])
            } else {
                Node::fixed("({} ORDER BY {}{})", vec![partition, key, frame])
            };
        }
        let order = self.order(plain);
        Node::fixed("({}{}{})", vec![partition, order, frame])
    }
}

//! Sources in FROM.

use super::super::tables::TABLES;
use super::super::tree::{Kind, Node};
use super::super::types::Type;
use super::{Column, Grammar, Scope};

const JOINS: &[&str] = &["JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN", "INNER JOIN"];

/// Rows of one source by the names of its columns.
struct Source {
    node: Node,
    alias: String,
    columns: Vec<(String, Type)>,
    unique: bool,
}

impl Source {
    fn scope(&self) -> Scope {
        let columns = self.columns.iter();
        let columns = columns
            .map(|(name, data_type)| Column::new(*data_type, &format!("{}.{name}", self.alias)))
            .collect::<Vec<_>>();
        let unique = self
            .unique
            .then(|| vec![Node::fixed(&format!("{}.id", self.alias), vec![])]);
        Scope {
            columns,
            unique,
            ..Scope::default()
        }
    }
}

impl Grammar<'_> {
    /// One small table, for subqueries.
    pub(super) fn small_source(&mut self, outer: &Scope) -> (Node, Scope) {
        let table = self.choose(&[0, 0, 1, 1, 2]);
        let source = self.table(table);
        let mut scope = source.scope();
        scope.outer.clone_from(&outer.outer);
        (source.node, scope)
    }

    fn table(&mut self, number: usize) -> Source {
        self.read += 1;
        let table = &TABLES[number];
        let alias = self.name("a");
        let columns = table.columns.iter();
        Source {
            node: Node::new(Kind::Source, &format!("{} AS {alias}", table.name), vec![]),
            alias,
            columns: columns
                .map(|(name, data_type)| ((*name).to_owned(), *data_type))
                .collect(),
            unique: true,
        }
    }

    fn derived(&mut self) -> Source {
        let alias = self.name("q");
        let width = self.random.between(1, 3);
        let wanted: Vec<Type> = (0..width).map(|_| self.choose(&Type::STORED)).collect();
        let query = self.query(&wanted, &Scope::default(), 1);
        let columns: Vec<_> = (1..)
            .zip(&wanted)
            .map(|(at, kind)| (format!("c{at}"), *kind))
            .collect();
        let names: Vec<_> = columns.iter().map(|(name, _)| name.as_str()).collect();
        let template = format!("({{}}) AS {alias}({})", names.join(", "));
        Source {
            node: Node::new(Kind::Source, &template, vec![query]),
            alias,
            columns,
            unique: false,
        }
    }

    fn values(&mut self) -> Source {
        let alias = self.name("v");
        let width = self.random.between(1, 3);
        let wanted: Vec<Type> = (0..width).map(|_| self.choose(&Type::STORED)).collect();
        let count = self.random.between(1, 4);
        let row = |grammar: &mut Self| {
            let cells = wanted.iter().map(|kind| grammar.literal(*kind));
            Node::fixed("({})", vec![Node::fixed_list(cells.collect())])
        };
        let rows = (0..count).map(|_| row(self)).collect();
        let columns: Vec<_> = (1..)
            .zip(&wanted)
            .map(|(at, kind)| (format!("c{at}"), *kind))
            .collect();
        let names: Vec<_> = columns.iter().map(|(name, _)| name.as_str()).collect();
        let template = format!("(VALUES {{}}) AS {alias}({})", names.join(", "));
        Source {
            node: Node::new(Kind::Source, &template, vec![Node::list(", ", rows)]),
            alias,
            columns,
            unique: false,
        }
    }

    fn source(&mut self) -> Source {
        match self.random.between(1, 100) {
            1..=45 => self.table(0),
            46..=62 => self.table(1),
            63..=66 => self.table(2),
            67..=78 if self.read == 0 => self.table(3),
            79..=88 => self.values(),
            _ if self.read < 3 => self.derived(),
            _ => self.table(1),
        }
    }

    /// A source or a join of several, and its columns.
    pub(super) fn from(&mut self, outer: &Scope) -> (Node, Scope) {
        let first = self.source();
        let mut scope = first.scope();
        scope.outer.clone_from(&outer.outer);
        let mut node = first.node.clone();
        let mut common: Vec<String> = vec![];
        let joins = self.choose(&[0, 0, 0, 1, 1, 2]);
        for number in 0..joins {
            if self.read > 3 {
                break;
            }
            let next = self.source();
            let shared: Vec<_> = next
                .columns
                .iter()
                .filter(|column| first.columns.contains(column) || common.contains(&column.0))
                .map(|(name, kind)| (name.clone(), *kind))
                .collect();
            let added = next.scope();
            let template = self.choose(JOINS);
            if !shared.is_empty() && (number == 0 || !common.is_empty()) && self.random.chance(30) {
                node = self.using(node, template, &next, &shared, &mut common, &mut scope);
            } else {
                node = self.joined(node, template, &next, &mut scope, &added);
            }
            scope.unique = scope.unique.zip(added.unique).map(|(mut keys, more)| {
                keys.extend(more);
                keys
            });
        }
        (node, scope)
    }

    fn joined(
        &mut self,
        left: Node,
        join: &str,
        next: &Source,
        scope: &mut Scope,
        added: &Scope,
    ) -> Node {
        let own = scope.columns.clone();
        scope.columns.extend(added.columns.clone());
        let right = next.node.clone();
        if self.random.chance(8) {
            return Node::new(Kind::Source, "{} CROSS JOIN {}", vec![left, right]);
        }
        let equal = self.equal(&own, &added.columns);
        let more = if self.random.chance(35) {
            let local = Scope {
                columns: scope.columns.clone(),
                ..Scope::default()
            };
            let condition = self.comparison(&local, 1);
            Node::optional(" AND {}", vec![condition])
        } else {
            Node::nothing()
        };
        let template = format!("{{}} {join} {{}} ON {{}}{{}}");
        Node::new(Kind::Source, &template, vec![left, right, equal, more])
    }

    /// Equality of two columns, one of each side, if there are such.
    fn equal(&mut self, left: &[Column], right: &[Column]) -> Node {
        let pairs: Vec<_> = left
            .iter()
            .flat_map(|one| right.iter().map(move |other| (one, other)))
            .filter(|(one, other)| one.data_type == other.data_type)
            .collect();
        if pairs.is_empty() {
            return Node::fixed("1 = 1", vec![]);
        }
        let (one, other) = self.choose(&pairs);
        Node::fixed("{} = {}", vec![one.node.clone(), other.node.clone()])
    }

    /// USING, or NATURAL: the common columns have no table in front then.
    fn using(
        &mut self,
        left: Node,
        join: &str,
        next: &Source,
        shared: &[(String, Type)],
        common: &mut Vec<String>,
        scope: &mut Scope,
    ) -> Node {
        let natural = common.is_empty() && self.random.chance(25) && scope.columns.len() < 20;
        let names: Vec<_> = if natural {
            shared.to_vec()
        } else {
            vec![shared[self.index(shared.len())].clone()]
        };
        for (name, kind) in &names {
            if !common.contains(name) {
                common.push(name.clone());
                scope.columns.push(Column::new(*kind, name));
                scope.columns.push(Column::new(*kind, name));
            }
        }
        let added = next.scope();
        scope.columns.extend(added.columns);
        let right = next.node.clone();
        if natural {
            let template = format!("{{}} NATURAL {join} {{}}");
            return Node::new(Kind::Source, &template, vec![left, right]);
        }
        let template = format!("{{}} {join} {{}} USING ({})", names[0].0);
        Node::new(Kind::Source, &template, vec![left, right])
    }
}

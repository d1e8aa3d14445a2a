//! What `*` and names without a qualifier stand for where relations are joined.

use datafusion::sql::sqlparser::ast::{
    Expr, Ident, JoinConstraint, JoinOperator, TableFactor, TableWithJoins,
};

use super::scope::{Columns, Match, Reading, Relation, Shown};
use super::spelling::idents;
use crate::parser::correctness::merged_columns;

/// Relations and what is seen of them without a qualifier.
#[derive(Debug, Clone, Default)]
pub(super) struct Joined {
    pub(super) relations: Vec<Relation>,
    pub(super) shown: Vec<Shown>,
}

/// The columns that a join merges.
#[derive(Debug)]
pub(super) enum Pairs {
    /// It merges none, or says so itself.
    No,
    /// These of the left and of the right.
    Known(Vec<(Expr, Expr)>),
    /// A name that stands for several columns of one side.
    Several(String),
    /// A name that is on one side at most.
    Missing,
    /// Only the planner knows the columns.
    Unknown,
}

#[expect(clippy::large_enum_variant, reason = "it lives for one lookup")]
enum Found {
    /// Its name, itself, and the relation if only the planner knows its columns.
    Column(String, Expr, Option<usize>),
    Several,
    Missing,
    Unknown,
}

impl Joined {
    pub(super) fn new(relation: Relation) -> Self {
        Self {
            relations: vec![relation],
            shown: vec![Shown::Rest {
                relation: 0,
                without: Vec::new(),
            }],
        }
    }

    /// Both, one after the other.
    pub(super) fn and(mut self, other: Self) -> Self {
        let offset = self.relations.len();
        self.relations.extend(other.relations);
        self.shown
            .extend(other.shown.into_iter().map(|shown| match shown {
                Shown::Rest { relation, without } => Shown::Rest {
                    relation: relation + offset,
                    without,
                },
                shown => shown,
            }));
        self
    }

    /// Joins `right`; says which columns become one.
    pub(super) fn join(
        mut self,
        mut right: Self,
        join: &JoinOperator,
        reading: Reading,
    ) -> (Self, Pairs) {
        let names = match merged_columns::constraint(join) {
            Some(JoinConstraint::Using(names)) => {
                Some(names.iter().filter_map(idents).flatten().collect())
            }
            Some(JoinConstraint::Natural) => self.common(&right),
            _ => return (self.both(right, join, &[]), Pairs::No),
        };
        let Some(names) = names else {
            return (self.unknown(right), Pairs::Unknown);
        };
        let mut merged = Vec::new();
        let mut pairs = Vec::new();
        for ident in names {
            let (name, one, other) = match (self.find(&ident, reading), right.find(&ident, reading))
            {
                (Found::Several, _) | (_, Found::Several) => {
                    return (self.unknown(right), Pairs::Several(ident.value));
                }
                (Found::Column(name, one, place), Found::Column(_, other, other_place)) => {
                    self.leave_out(place, &name);
                    right.leave_out(other_place, &name);
                    (name, one, other)
                }
                (Found::Unknown, _) | (_, Found::Unknown) => {
                    return (self.unknown(right), Pairs::Unknown);
                }
                _ => return (self.unknown(right), Pairs::Missing),
            };
            merged.push(Shown::Merged {
                name,
                expr: merged_columns::merged(join, &one, &other),
            });
            pairs.push((one, other));
        }
        (self.both(right, join, &merged), Pairs::Known(pairs))
    }

    fn unknown(self, right: Self) -> Self {
        let mut both = self.and(right);
        both.shown = vec![Shown::Unknown];
        both
    }

    /// What is seen of both sides of a join, the common columns first.
    fn both(mut self, mut right: Self, join: &JoinOperator, merged: &[Shown]) -> Self {
        use JoinOperator as J;
        let is_merged = |name: &str| {
            let mut names = merged.iter();
            names.any(
                |m| matches!(m, Shown::Merged { name: other, .. } if fold(other) == fold(name)),
            )
        };
        match join {
            J::Semi(_) | J::LeftSemi(_) | J::Anti(_) | J::LeftAnti(_) => right.shown.clear(),
            J::RightSemi(_) | J::RightAnti(_) => self.shown.clear(),
            _ if merged.is_empty() => {}
            _ => {
                for side in [&mut self, &mut right] {
                    side.hide(&is_merged);
                }
                let mut both = self.and(right);
                both.shown.splice(0..0, merged.iter().cloned());
                return both;
            }
        }
        self.and(right)
    }

    /// Notes that a relation whose columns only the planner knows gives one away.
    fn leave_out(&mut self, place: Option<usize>, name: &str) {
        for shown in &mut self.shown {
            if let Shown::Rest { relation, without } = shown
                && Some(*relation) == place
            {
                without.push(name.to_owned());
            }
        }
    }

    fn hide(&mut self, is_merged: &dyn Fn(&str) -> bool) {
        self.shown
            .retain(|shown| !matches!(shown, Shown::Merged { name, .. } if is_merged(name)));
        for shown in &mut self.shown {
            if let Shown::Rest { relation, without } = shown {
                let names = self.relations[*relation].names();
                without.extend(names.filter(|name| is_merged(name)).map(str::to_owned));
                without.dedup();
            }
        }
    }

    /// The names that both sides show; `None` where one is known to the planner only.
    fn common(&self, right: &Self) -> Option<Vec<Ident>> {
        let (left, right) = (self.columns()?, right.columns()?);
        let mut names: Vec<String> = left.into_iter().flatten().collect();
        names.retain(|name| right.iter().flatten().any(|other| other == name));
        let mut seen = Vec::new();
        names.retain(|name| {
            !seen.contains(name) && {
                seen.push(name.clone());
                true
            }
        });
        Some(
            names
                .iter()
                .map(|name| Ident::with_quote('"', name))
                .collect(),
        )
    }

    /// The columns that are seen without a qualifier.
    pub(super) fn columns(&self) -> Columns {
        let mut columns = Vec::new();
        for shown in &self.shown {
            match shown {
                Shown::Merged { name, .. } => columns.push(Some(name.clone())),
                Shown::Rest { relation, without } => {
                    let own = self.relations[*relation].columns.iter().flatten().cloned();
                    self.relations[*relation].columns.as_ref()?;
                    columns
                        .extend(own.filter(|c| !c.as_ref().is_some_and(|c| without.contains(c))));
                }
                Shown::Unknown => return None,
            }
        }
        Some(columns)
    }

    fn find(&self, ident: &Ident, reading: Reading) -> Found {
        let mut sure = Vec::new();
        let mut perhaps = Vec::new();
        for shown in &self.shown {
            match shown {
                Shown::Merged { name, expr } => {
                    if reading.find(ident, std::iter::once(name.as_str())) != Match::Missing {
                        sure.push((name.clone(), expr.clone()));
                    }
                }
                Shown::Rest { relation, without } => {
                    let place = *relation;
                    let relation = &self.relations[place];
                    let names = relation.names().filter(|n| !without.iter().any(|w| w == n));
                    let name = match reading.find(ident, names) {
                        Match::Exact => reading.normal(ident),
                        Match::Spelled(name) => name,
                        Match::Several(_) => return Found::Several,
                        Match::Missing => {
                            if relation.columns.is_none() {
                                perhaps.push((reading.normal(ident), place));
                            }
                            continue;
                        }
                    };
                    let Some(column) = relation.column(&name) else {
                        return Found::Unknown;
                    };
                    sure.push((name, column));
                }
                Shown::Unknown => return Found::Unknown,
            }
        }
        match (sure.len(), perhaps.len()) {
            (1, _) => {
                let (name, expr) = sure.remove(0);
                Found::Column(name, expr, None)
            }
            (0, 0) => Found::Missing,
            (0, 1) => {
                let (name, place) = perhaps.remove(0);
                match self.relations[place].column(&name) {
                    Some(column) => Found::Column(name, column, Some(place)),
                    None => Found::Unknown,
                }
            }
            (0, _) => Found::Unknown,
            _ => Found::Several,
        }
    }
}

fn fold(name: &str) -> String {
    name.to_lowercase()
}

/// Whether `USING` or `NATURAL` stands anywhere in the joins of `item`.
pub(super) fn merges(item: &TableWithJoins) -> bool {
    let nested = |factor: &TableFactor| matches!(factor, TableFactor::NestedJoin { table_with_joins, .. } if merges(table_with_joins));
    nested(&item.relation)
        || item.joins.iter().any(|join| {
            let constraint = merged_columns::constraint(&join.join_operator);
            nested(&join.relation)
                || matches!(
                    constraint,
                    Some(JoinConstraint::Using(_) | JoinConstraint::Natural)
                )
        })
}

//! Resolves `*` and unqualified names over joined relations.

use datafusion::sql::sqlparser::ast::{
    Expr, Ident, JoinConstraint, JoinOperator, TableFactor, TableWithJoins,
};

use super::scope::{IdentifierCasing, NameMatch, RelationColumns, ScopeRelation, WildcardPart};
use super::spelling::idents;
use crate::parser::correctness::merged_columns;

/// Relations and their columns that are visible without a qualifier.
#[derive(Debug, Clone, Default)]
pub(super) struct JoinedRelations {
    pub(super) relations: Vec<ScopeRelation>,
    pub(super) shown: Vec<WildcardPart>,
}

/// The columns that a join merges.
#[derive(Debug)]
pub(super) enum MergedColumnPairs {
    /// The join has no `USING` or `NATURAL`.
    No,
    /// These columns of the left and of the right side.
    Known(Vec<(Expr, Expr)>),
    /// A name of several columns of one side.
    Several(String),
    /// A name that is missing on one side or both.
    Missing,
    /// Only the planner knows the columns.
    Unknown,
}

#[expect(clippy::large_enum_variant, reason = "it lives for one lookup")]
enum JoinedColumnLookup {
    /// Name, expression, and the relation if only the planner knows its columns.
    Column(String, Expr, Option<usize>),
    Several,
    Missing,
    Unknown,
}

impl JoinedRelations {
    pub(super) fn new(relation: ScopeRelation) -> Self {
        Self {
            relations: vec![relation],
            shown: vec![WildcardPart::Rest {
                relation: 0,
                without: Vec::new(),
            }],
        }
    }

    /// Both lists, one after the other.
    pub(super) fn and(mut self, other: Self) -> Self {
        let offset = self.relations.len();
        self.relations.extend(other.relations);
        self.shown
            .extend(other.shown.into_iter().map(|shown| match shown {
                WildcardPart::Rest { relation, without } => WildcardPart::Rest {
                    relation: relation + offset,
                    without,
                },
                shown => shown,
            }));
        self
    }

    /// Joins `right`; returns the columns that are merged.
    pub(super) fn join(
        mut self,
        mut right: Self,
        join: &JoinOperator,
        reading: IdentifierCasing,
    ) -> (Self, MergedColumnPairs) {
        let names = match merged_columns::constraint(join) {
            Some(JoinConstraint::Using(names)) => {
                Some(names.iter().filter_map(idents).flatten().collect())
            }
            Some(JoinConstraint::Natural) => self.common(&right),
            _ => return (self.both(right, join, &[]), MergedColumnPairs::No),
        };
        let Some(names) = names else {
            return (self.unknown(right), MergedColumnPairs::Unknown);
        };
        let mut merged = Vec::new();
        let mut pairs = Vec::new();
        for ident in names {
            let (name, one, other) = match (self.find(&ident, reading), right.find(&ident, reading))
            {
                (JoinedColumnLookup::Several, _) | (_, JoinedColumnLookup::Several) => {
                    return (self.unknown(right), MergedColumnPairs::Several(ident.value));
                }
                (
                    JoinedColumnLookup::Column(name, one, place),
                    JoinedColumnLookup::Column(_, other, other_place),
                ) => {
                    self.leave_out(place, &name);
                    right.leave_out(other_place, &name);
                    (name, one, other)
                }
                (JoinedColumnLookup::Unknown, _) | (_, JoinedColumnLookup::Unknown) => {
                    return (self.unknown(right), MergedColumnPairs::Unknown);
                }
                _ => return (self.unknown(right), MergedColumnPairs::Missing),
            };
            merged.push(WildcardPart::Merged {
                name,
                expr: merged_columns::merged(join, &one, &other),
            });
            pairs.push((one, other));
        }
        (
            self.both(right, join, &merged),
            MergedColumnPairs::Known(pairs),
        )
    }

    fn unknown(self, right: Self) -> Self {
        let mut both = self.and(right);
        both.shown = vec![WildcardPart::Unknown];
        both
    }

    /// The visible columns of both sides of a join, the common columns first.
    fn both(mut self, mut right: Self, join: &JoinOperator, merged: &[WildcardPart]) -> Self {
        use JoinOperator as J;
        let is_merged = |name: &str| {
            let mut names = merged.iter();
            names.any(
                |m| matches!(m, WildcardPart::Merged { name: other, .. } if fold(other) == fold(name)),
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

    /// Records that a merged column of a relation whose columns only the planner knows is no longer
    /// its own.
    fn leave_out(&mut self, place: Option<usize>, name: &str) {
        for shown in &mut self.shown {
            if let WildcardPart::Rest { relation, without } = shown
                && Some(*relation) == place
            {
                without.push(name.to_owned());
            }
        }
    }

    fn hide(&mut self, is_merged: &dyn Fn(&str) -> bool) {
        self.shown
            .retain(|shown| !matches!(shown, WildcardPart::Merged { name, .. } if is_merged(name)));
        for shown in &mut self.shown {
            if let WildcardPart::Rest { relation, without } = shown {
                let names = self.relations[*relation].names();
                without.extend(names.filter(|name| is_merged(name)).map(str::to_owned));
                without.dedup();
            }
        }
    }

    /// The names that both sides have; `None` if only the planner knows the columns of one.
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

    /// The columns that are visible without a qualifier.
    pub(super) fn columns(&self) -> RelationColumns {
        let mut columns = Vec::new();
        for shown in &self.shown {
            match shown {
                WildcardPart::Merged { name, .. } => columns.push(Some(name.clone())),
                WildcardPart::Rest { relation, without } => {
                    let own = self.relations[*relation].columns.iter().flatten().cloned();
                    self.relations[*relation].columns.as_ref()?;
                    columns
                        .extend(own.filter(|c| !c.as_ref().is_some_and(|c| without.contains(c))));
                }
                WildcardPart::Unknown => return None,
            }
        }
        Some(columns)
    }

    fn find(&self, ident: &Ident, reading: IdentifierCasing) -> JoinedColumnLookup {
        let mut sure = Vec::new();
        let mut perhaps = Vec::new();
        for shown in &self.shown {
            match shown {
                WildcardPart::Merged { name, expr } => {
                    if reading.find(ident, std::iter::once(name.as_str())) != NameMatch::Missing {
                        sure.push((name.clone(), expr.clone()));
                    }
                }
                WildcardPart::Rest { relation, without } => {
                    let place = *relation;
                    let relation = &self.relations[place];
                    let names = relation.names().filter(|n| !without.iter().any(|w| w == n));
                    let name = match reading.find(ident, names) {
                        NameMatch::Exact => reading.normal(ident),
                        NameMatch::Spelled(name) => name,
                        NameMatch::Several(_) => return JoinedColumnLookup::Several,
                        NameMatch::Missing => {
                            if relation.columns.is_none() {
                                perhaps.push((reading.normal(ident), place));
                            }
                            continue;
                        }
                    };
                    let Some(column) = relation.column(&name) else {
                        return JoinedColumnLookup::Unknown;
                    };
                    sure.push((name, column));
                }
                WildcardPart::Unknown => return JoinedColumnLookup::Unknown,
            }
        }
        match (sure.len(), perhaps.len()) {
            (1, _) => {
                let (name, expr) = sure.remove(0);
                JoinedColumnLookup::Column(name, expr, None)
            }
            (0, 0) => JoinedColumnLookup::Missing,
            (0, 1) => {
                let (name, place) = perhaps.remove(0);
                match self.relations[place].column(&name) {
                    Some(column) => JoinedColumnLookup::Column(name, column, Some(place)),
                    None => JoinedColumnLookup::Unknown,
                }
            }
            (0, _) => JoinedColumnLookup::Unknown,
            _ => JoinedColumnLookup::Several,
        }
    }
}

fn fold(name: &str) -> String {
    name.to_lowercase()
}

/// True if a join of `item` has `USING` or `NATURAL`.
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

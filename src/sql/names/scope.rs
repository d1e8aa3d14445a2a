//! Scope at one place of a statement: relations with their columns, and aliases.

use datafusion::sql::sqlparser::ast::{Expr, Ident};

/// A relation in `FROM`, under its alias or name.
#[derive(Debug, Clone)]
pub(super) struct ScopeRelation {
    /// Qualifier of its columns: the alias alone, or catalog, schema and table as written. Empty
    /// for a subquery without an alias.
    pub(super) qualifier: Vec<String>,
    /// Column names as stored, `None` for a column whose name is not known before planning (a
    /// computed column without alias). No list at all for relations that only the planner knows,
    /// such as table functions.
    pub(super) columns: Option<Vec<Option<String>>>,
}

impl ScopeRelation {
    /// The columns whose names are known.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().flatten().flatten().map(String::as_str)
    }

    /// A column by its qualified name; unqualified for a subquery without an alias.
    pub(super) fn column(&self, name: &str) -> Option<Expr> {
        let quoted = |part: &String| Ident::with_quote('"', part);
        let mut parts: Vec<Ident> = self.qualifier.iter().map(quoted).collect();
        parts.push(Ident::with_quote('"', name));
        (parts.len() > 1).then_some(Expr::CompoundIdentifier(parts))
    }
}

/// The names visible in one `SELECT` or `ORDER BY`.
#[derive(Debug, Clone, Default)]
pub(super) struct NameScope {
    /// All relations of `FROM`.
    pub(super) relations: Vec<ScopeRelation>,
    /// Their columns visible without a qualifier, in the order of `*`.
    pub(super) shown: Vec<WildcardPart>,
    /// Output names, which `GROUP BY`, `HAVING` and `ORDER BY` can use.
    pub(super) outputs: Vec<String>,
    /// Lambda parameters, which shadow all other names.
    pub(super) parameters: Vec<String>,
    /// True for `ORDER BY`, which resolves names to outputs first; all others resolve to relations
    /// first.
    pub(super) outputs_first: bool,
}

/// Result of a name lookup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NameMatch {
    /// The planner finds it as written.
    Exact,
    /// It exists once, with this spelling.
    Spelled(String),
    /// It exists in several spellings, none of them as written.
    Several(Vec<String>),
    /// It is not in this scope.
    Missing,
}

/// Normalization of names: DataFusion lowers unquoted names unless configured otherwise.
#[derive(Debug, Clone, Copy)]
pub(in crate::sql) struct IdentifierCasing {
    /// `datafusion.sql_parser.enable_ident_normalization`
    pub(in crate::sql) lowers: bool,
}

impl IdentifierCasing {
    /// The name that the planner looks up.
    pub(in crate::sql) fn normal(self, ident: &Ident) -> String {
        if self.lowers && ident.quote_style.is_none() {
            ident.value.to_lowercase()
        } else {
            ident.value.clone()
        }
    }

    /// Looks `ident` up among `names`: as the planner does, then in any case; if several differ in
    /// case only, the exact spelling decides.
    pub(super) fn find<'a>(self, ident: &Ident, names: impl Iterator<Item = &'a str>) -> NameMatch {
        let normal = self.normal(ident);
        let folded = ident.value.to_lowercase();
        let mut spellings: Vec<String> = Vec::new();
        for name in names {
            if name == normal {
                return NameMatch::Exact;
            }
            if name.to_lowercase() == folded && !spellings.iter().any(|s| s == name) {
                spellings.push(name.to_owned());
            }
        }
        if let Some(typed) = spellings.iter().find(|s| **s == ident.value) {
            return NameMatch::Spelled(typed.clone());
        }
        match spellings.len() {
            0 => NameMatch::Missing,
            1 => NameMatch::Spelled(spellings.remove(0)),
            _ => NameMatch::Several(spellings),
        }
    }
}

impl NameScope {
    /// True if only the planner knows the columns of some relation.
    pub(super) fn is_open(&self) -> bool {
        self.relations.iter().any(|r| r.columns.is_none())
    }

    /// Looks up a name without qualifier.
    pub(super) fn find(&self, reading: IdentifierCasing, ident: &Ident) -> NameMatch {
        if !self.parameters.is_empty() {
            let found = reading.find(ident, self.parameters.iter().map(String::as_str));
            if found != NameMatch::Missing {
                return found;
            }
        }
        let columns = || reading.find(ident, self.relations.iter().flat_map(ScopeRelation::names));
        let outputs = || reading.find(ident, self.outputs.iter().map(String::as_str));
        let (first, second) = if self.outputs_first {
            (outputs(), columns())
        } else {
            (columns(), outputs())
        };
        match (first, second) {
            (NameMatch::Missing, second) => second,
            // Several spellings among the columns, but the alias matches exactly.
            (NameMatch::Several(_), NameMatch::Exact) => NameMatch::Exact,
            (first, _) => first,
        }
    }

    /// True if joins merged columns, so that the planner cannot expand `*`.
    pub(super) fn has_merged(&self) -> bool {
        let mut shown = self.shown.iter();
        shown.any(|shown| matches!(shown, WildcardPart::Merged { .. }))
    }

    /// True if `expr` is a merged column, as `*` expands to it.
    pub(super) fn is_merged(&self, expr: &Expr) -> bool {
        let mut shown = self.shown.iter();
        shown.any(|shown| matches!(shown, WildcardPart::Merged { expr: own, .. } if own == expr))
    }

    /// Expression of a column merged by a join, for an unqualified name. `None` if another column
    /// has the name too: the planner then reports it as ambiguous.
    pub(super) fn merged(&self, reading: IdentifierCasing, ident: &Ident) -> Option<&Expr> {
        let is = |name: &str| reading.find(ident, std::iter::once(name)) != NameMatch::Missing;
        if self.outputs_first && self.outputs.iter().any(|name| is(name)) {
            return None;
        }
        let mut found = None;
        for shown in &self.shown {
            match shown {
                WildcardPart::Merged { name, expr } if is(name) => {
                    if found.replace(expr).is_some() {
                        return None;
                    }
                }
                WildcardPart::Rest { relation, without } => {
                    let names = self.relations[*relation].names();
                    let mut names = names.filter(|name| !without.iter().any(|w| w == name));
                    if names.any(is) {
                        return None;
                    }
                }
                WildcardPart::Merged { .. } | WildcardPart::Unknown => {}
            }
        }
        found
    }

    /// The relation of `qualifier`: an exact match first, then in any case.
    pub(super) fn relation(
        &self,
        reading: IdentifierCasing,
        qualifier: &[Ident],
    ) -> Option<&ScopeRelation> {
        let fits = |relation: &&ScopeRelation, same: &dyn Fn(&str, &Ident) -> bool| {
            let names = &relation.qualifier;
            names.len() >= qualifier.len()
                && names[names.len() - qualifier.len()..]
                    .iter()
                    .zip(qualifier)
                    .all(|(name, ident)| same(name, ident))
        };
        let exact = |name: &str, ident: &Ident| reading.normal(ident) == name;
        let folded = |name: &str, ident: &Ident| ident.value.to_lowercase() == name.to_lowercase();
        let mut found = self.relations.iter().filter(|r| fits(r, &exact));
        found
            .next()
            .or_else(|| self.relations.iter().find(|r| fits(r, &folded)))
    }
}

/// Part of the expansion of `*`.
#[derive(Debug, Clone)]
#[expect(clippy::large_enum_variant, reason = "there are a few to a join")]
pub(super) enum WildcardPart {
    /// A column that `USING` or `NATURAL` merged from several.
    Merged {
        /// Its name.
        name: String,
        /// Its expression.
        expr: Expr,
    },
    /// The columns of a relation, except merged ones.
    Rest {
        /// Its index among the relations.
        relation: usize,
        /// The names of the merged columns.
        without: Vec<String>,
    },
    /// Columns that only the planner can merge.
    Unknown,
}

/// Columns of a relation: see [`ScopeRelation::columns`].
pub(super) type RelationColumns = Option<Vec<Option<String>>>;

#[cfg(test)]
mod tests {
    use super::*;

    const READING: IdentifierCasing = IdentifierCasing { lowers: true };

    fn find(ident: &Ident, names: &[&str]) -> NameMatch {
        READING.find(ident, names.iter().copied())
    }

    #[test]
    fn the_planners_own_match_wins() {
        assert_eq!(find(&Ident::new("ID"), &["Id", "id"]), NameMatch::Exact);
        assert_eq!(
            find(&Ident::with_quote('"', "Id"), &["Id", "id"]),
            NameMatch::Exact
        );
    }

    #[test]
    fn one_other_spelling_is_taken() {
        let spelled = NameMatch::Spelled("CustomerID".to_owned());
        assert_eq!(
            find(&Ident::new("customerid"), &["CustomerID", "x"]),
            spelled
        );
        assert_eq!(
            find(&Ident::with_quote('"', "CUSTOMERID"), &["CustomerID"]),
            spelled
        );
    }

    #[test]
    fn several_other_spellings_need_the_right_one() {
        let names = ["Id", "ID"];
        assert_eq!(
            find(&Ident::new("id"), &names),
            NameMatch::Several(vec!["Id".to_owned(), "ID".to_owned()])
        );
        assert_eq!(
            find(&Ident::new("ID"), &names),
            NameMatch::Spelled("ID".to_owned())
        );
    }

    #[test]
    fn aliases_come_first_only_in_order_by() {
        let mut scope = NameScope {
            relations: vec![ScopeRelation {
                qualifier: vec!["t".to_owned()],
                columns: Some(vec![Some("Amount".to_owned())]),
            }],
            outputs: vec!["amount".to_owned()],
            ..NameScope::default()
        };
        let ident = Ident::new("amount");
        assert_eq!(
            scope.find(READING, &ident),
            NameMatch::Spelled("Amount".to_owned())
        );
        scope.outputs_first = true;
        assert_eq!(scope.find(READING, &ident), NameMatch::Exact);
    }
}

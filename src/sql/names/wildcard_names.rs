//! The names in `name.*` and in the options of a wildcard.

use datafusion::common::Span;
use datafusion::error::Result;
use datafusion::sql::sqlparser::ast::{
    ObjectName, ObjectNamePart, SelectItem, SelectItemQualifiedWildcardKind,
};

use super::NameResolver;
use super::scope::{NameMatch, NameScope, ScopeRelation};
use super::spelling::{ambiguous, idents, no_column, option_names, respell};
use crate::parser::refused;

impl NameResolver<'_> {
    /// The names in `* EXCLUDE (..) REPLACE (.. AS x)`, and the relation of `name.*`.
    pub(super) fn wildcard_names(&self, item: &mut SelectItem, scope: &NameScope) -> Result<()> {
        let options = match item {
            SelectItem::Wildcard(options) => options,
            SelectItem::QualifiedWildcard(kind, options) => {
                if let SelectItemQualifiedWildcardKind::ObjectName(name) = kind {
                    self.qualifier_of(name, scope)?;
                }
                options
            }
            _ => return Ok(()),
        };
        if scope.is_open() {
            return Ok(());
        }
        let names: Vec<&str> = scope
            .relations
            .iter()
            .flat_map(ScopeRelation::names)
            .collect();
        for ident in option_names(options) {
            match self.reading().find(ident, names.iter().copied()) {
                // The planner compares these names without lowering them first.
                NameMatch::Exact => ident.value = self.reading().normal(ident),
                NameMatch::Spelled(name) => respell(ident, &name),
                NameMatch::Several(names) => return Err(ambiguous(ident, &names)),
                NameMatch::Missing => return Err(no_column(ident, &names)),
            }
        }
        Ok(())
    }

    fn qualifier_of(&self, name: &mut ObjectName, scope: &NameScope) -> Result<()> {
        let Some(parts) = idents(name) else {
            return Ok(());
        };
        if let Some(relation) = scope.relation(self.reading(), &parts) {
            let actual = relation.qualifier.iter().rev();
            for (part, actual) in name.0.iter_mut().rev().zip(actual) {
                if let ObjectNamePart::Identifier(ident) = part
                    && self.reading().normal(ident) != *actual
                {
                    respell(ident, actual);
                }
            }
        } else if !scope.is_open() && !scope.relations.is_empty() {
            let place = parts
                .first()
                .and_then(|part| Span::try_from_sqlparser_span(part.span));
            let fault = format!("'{name}' in {name}.* is neither a table in FROM nor a struct");
            return Err(refused(&fault, place));
        }
        Ok(())
    }
}

//! The relations and output names of a query, derived from its syntax before planning.

use datafusion::sql::planner::object_name_to_table_reference;
use datafusion::sql::sqlparser::ast::{
    Cte, Expr, ObjectName, Query, Select, SelectItem, SetExpr, TableAlias, TableFactor,
    TableWithJoins,
};

use super::joined::JoinedRelations;
use super::scope::{IdentifierCasing, NameMatch, NameScope, RelationColumns, ScopeRelation};
use super::wildcard;
use crate::sql::catalog::{FunctionNames, ReferencedTable, StatementCatalog};

/// Sources of relations: stored tables and the enclosing `WITH` clauses.
#[derive(Debug)]
pub(super) struct RelationSources<'a> {
    pub(super) reading: IdentifierCasing,
    catalog: &'a StatementCatalog,
    ctes: Vec<(String, RelationColumns)>,
}

impl<'a> RelationSources<'a> {
    pub(super) fn new(reading: IdentifierCasing, catalog: &'a StatementCatalog) -> Self {
        Self {
            reading,
            catalog,
            ctes: Vec::new(),
        }
    }

    /// Adds the `WITH` clause of `query` to the scope; returns a mark for [`Self::leave`].
    pub(super) fn enter(&mut self, query: &Query) -> usize {
        let mark = self.ctes.len();
        for cte in query.with.iter().flat_map(|with| &with.cte_tables) {
            let columns = self.cte(cte);
            let name = self.reading.normal(&cte.alias.name);
            self.ctes.push((name, columns));
        }
        mark
    }

    /// Removes the `WITH` clause added at `mark`.
    pub(super) fn leave(&mut self, mark: usize) {
        self.ctes.truncate(mark);
    }

    fn cte(&mut self, cte: &Cte) -> RelationColumns {
        let columns = self.outputs(&cte.query);
        self.renamed(columns, &cte.alias)
    }

    /// Columns under an alias that may rename them: `AS t (a, b)`.
    fn renamed(&self, columns: RelationColumns, alias: &TableAlias) -> RelationColumns {
        if alias.columns.is_empty() {
            return columns;
        }
        let given = alias
            .columns
            .iter()
            .map(|c| Some(self.reading.normal(&c.name)));
        let rest = columns.into_iter().flatten().skip(alias.columns.len());
        Some(given.chain(rest).collect())
    }

    /// The `WITH` query of a name: an exact match, or one in any case if no table has the name.
    pub(super) fn cte_named(&self, name: &ObjectName) -> Option<&(String, RelationColumns)> {
        let [part] = name.0.as_slice() else {
            return None;
        };
        let ident = part.as_ident()?;
        let exact = self.reading.normal(ident);
        let folded = ident.value.to_lowercase();
        let newest = || self.ctes.iter().rev();
        newest().find(|(n, _)| *n == exact).or_else(|| {
            let stored = self.table(name).is_some_and(|t| t.name == exact);
            newest().find(|(n, _)| !stored && n.to_lowercase() == folded)
        })
    }

    /// The stored table of a name.
    pub(super) fn table(&self, name: &ObjectName) -> Option<&'a ReferencedTable> {
        let reference = object_name_to_table_reference(name.clone(), self.reading.lowers).ok()?;
        self.catalog.table(&reference)
    }

    /// The functions of the session.
    pub(super) fn functions(&self) -> &'a FunctionNames {
        self.catalog.functions()
    }

    /// The names visible in `select`.
    pub(super) fn scope(&mut self, select: &Select) -> NameScope {
        let joined = self.from(&select.from);
        let outputs = select.projection.iter().filter_map(|item| match item {
            SelectItem::ExprWithAlias { alias, .. } => Some(self.reading.normal(alias)),
            _ => None,
        });
        NameScope {
            outputs: outputs.collect(),
            relations: joined.relations,
            shown: joined.shown,
            ..NameScope::default()
        }
    }

    /// The relations of a `FROM` list.
    pub(super) fn from(&mut self, from: &[TableWithJoins]) -> JoinedRelations {
        let mut all = JoinedRelations::default();
        for item in from {
            let mut joined = self.factor(&item.relation);
            for join in &item.joins {
                let right = self.factor(&join.relation);
                joined = joined.join(right, &join.join_operator, self.reading).0;
            }
            all = all.and(joined);
        }
        all
    }

    /// The relations of one item of `FROM`; several for a parenthesised join.
    pub(super) fn factor(&mut self, factor: &TableFactor) -> JoinedRelations {
        let (alias, name, columns) = match factor {
            TableFactor::Table {
                name,
                alias,
                args: None,
                ..
            } => (alias, self.qualifier(name), self.stored(name)),
            TableFactor::Derived {
                subquery, alias, ..
            } => (alias, Vec::new(), self.outputs(subquery)),
            TableFactor::NestedJoin {
                table_with_joins,
                alias,
            } => {
                let inner = self.from(std::slice::from_ref(table_with_joins));
                let Some(alias) = alias else {
                    return inner;
                };
                return JoinedRelations::new(self.aliased(alias, inner.columns()));
            }
            TableFactor::Table { alias, .. }
            | TableFactor::UNNEST { alias, .. }
            | TableFactor::Function { alias, .. }
            | TableFactor::TableFunction { alias, .. } => (alias, Vec::new(), None),
            _ => (&None, Vec::new(), None),
        };
        let relation = match alias {
            Some(alias) => self.aliased(alias, columns),
            None => ScopeRelation {
                qualifier: name,
                columns,
            },
        };
        JoinedRelations::new(relation)
    }

    fn aliased(&self, alias: &TableAlias, columns: RelationColumns) -> ScopeRelation {
        ScopeRelation {
            qualifier: vec![self.reading.normal(&alias.name)],
            columns: self.renamed(columns, alias),
        }
    }

    fn qualifier(&self, name: &ObjectName) -> Vec<String> {
        let mut parts: Vec<String> = name
            .0
            .iter()
            .filter_map(|part| part.as_ident())
            .map(|ident| self.reading.normal(ident))
            .collect();
        let actual = match self.cte_named(name) {
            Some((cte, _)) => Some(cte.clone()),
            None => self.table(name).map(|table| table.name.clone()),
        };
        if let (Some(last), Some(actual)) = (parts.last_mut(), actual) {
            *last = actual;
        }
        parts
    }

    fn stored(&self, name: &ObjectName) -> RelationColumns {
        if let Some((_, columns)) = self.cte_named(name) {
            return columns.clone();
        }
        let table = self.table(name)?;
        Some(table.columns.iter().cloned().map(Some).collect())
    }

    /// The output columns of a query.
    pub(super) fn outputs(&mut self, query: &Query) -> RelationColumns {
        if !query.pipe_operators.is_empty() {
            return None;
        }
        let mark = self.enter(query);
        let columns = self.body_outputs(&query.body);
        self.leave(mark);
        columns
    }

    /// The output columns of a query's body; those of the first query for a `UNION`.
    pub(super) fn body_outputs(&mut self, body: &SetExpr) -> RelationColumns {
        match body {
            SetExpr::Select(select) => self.select_outputs(select),
            SetExpr::Query(query) => self.outputs(query),
            SetExpr::SetOperation { left, .. } => self.body_outputs(left),
            SetExpr::Values(values) => {
                let width = values.rows.first().map_or(0, |row| row.content.len());
                Some((1..=width).map(|i| Some(format!("column{i}"))).collect())
            }
            _ => None,
        }
    }

    fn select_outputs(&mut self, select: &Select) -> RelationColumns {
        let scope = self.scope(select);
        let mut columns = Vec::new();
        for item in &select.projection {
            match item {
                SelectItem::ExprWithAlias { alias, .. } => {
                    columns.push(Some(self.reading.normal(alias)));
                }
                SelectItem::UnnamedExpr(expr) => columns.push(self.output(&scope, expr)),
                SelectItem::Wildcard(_) | SelectItem::QualifiedWildcard(..) => {
                    columns.extend(wildcard::outputs(item, &scope, self.reading)?);
                }
                SelectItem::ExprWithAliases { .. } => return None,
            }
        }
        Some(columns)
    }

    /// The output name of a plain column; the planner names other expressions.
    fn output(&self, scope: &NameScope, expr: &Expr) -> Option<String> {
        let (ident, found) = match expr {
            Expr::Identifier(ident) => (ident, scope.find(self.reading, ident)),
            Expr::CompoundIdentifier(parts) => {
                let (ident, qualifier) = parts.split_last()?;
                let relation = scope.relation(self.reading, qualifier)?;
                (ident, self.reading.find(ident, relation.names()))
            }
            _ => return None,
        };
        Some(match found {
            NameMatch::Spelled(spelling) => spelling,
            _ => self.reading.normal(ident),
        })
    }
}

//! Names of WITH that are also names of a WITH around it: the inner one hides the outer one.
//!
//! The planner refuses such a name; in `PostgreSQL` and `DuckDB` it is that of the nearest query. The inner ones
//! are renamed, and keep their name as an alias where they are used.

use std::ops::ControlFlow;

use datafusion::sql::parser::{CopyToSource, Statement as DFStatement};
use datafusion::sql::sqlparser::ast::{
    Ident, ObjectName, ObjectNamePart, Query, TableAlias, TableFactor, VisitMut, VisitorMut,
};

use super::names::IdentifierCasing;

/// Renames them everywhere in a statement.
pub(super) fn rename(statement: &mut DFStatement, reading: IdentifierCasing) {
    let mut renamer = NestedWithRewriter {
        reading,
        queries: Vec::new(),
        renamed: 0,
    };
    let _: ControlFlow<()> = match statement {
        DFStatement::Statement(inner) => inner.visit(&mut renamer),
        DFStatement::Explain(explain) => {
            rename(&mut explain.statement, reading);
            ControlFlow::Continue(())
        }
        DFStatement::CopyTo(copy) => match &mut copy.source {
            CopyToSource::Query(query) => query.visit(&mut renamer),
            CopyToSource::Relation(_) => ControlFlow::Continue(()),
        },
        DFStatement::CreateExternalTable(_) | DFStatement::Reset(_) => ControlFlow::Continue(()),
    };
}

/// A query of WITH, or of a name of WITH before it.
#[derive(Debug, Default)]
struct EnclosingQuery {
    /// Name as written, and its new name, of each query of WITH.
    names: Vec<(String, Option<String>)>,
    /// How many of them have been visited: the others are not in view yet.
    visited: usize,
    is_recursive: bool,
}

impl EnclosingQuery {
    /// The names that are in view within it.
    fn in_view(&self) -> &[(String, Option<String>)] {
        let more = usize::from(self.is_recursive);
        let count = self.names.len().min(self.visited + more);
        &self.names[..count]
    }
}

struct NestedWithRewriter {
    reading: IdentifierCasing,
    queries: Vec<EnclosingQuery>,
    renamed: usize,
}

impl NestedWithRewriter {
    /// The new name of the query that `name` is in view; `None` if there is no such query.
    fn found(&self, name: &str) -> Option<Option<&String>> {
        let mut names = self.queries.iter().rev().flat_map(|query| {
            let in_view = query.in_view().iter();
            in_view.rev()
        });
        let (_, renamed) = names.find(|(known, _)| known == name)?;
        Some(renamed.as_ref())
    }
}

impl VisitorMut for NestedWithRewriter {
    type Break = ();

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        let mut entered = EnclosingQuery::default();
        if let Some(with) = &mut query.with {
            entered.is_recursive = with.recursive;
            for cte in &mut with.cte_tables {
                let name = self.reading.normal(&cte.alias.name);
                let renamed = self.found(&name).is_some().then(|| {
                    self.renamed += 1;
                    format!("{name} ({})", self.renamed + 1)
                });
                if let Some(renamed) = &renamed {
                    cte.alias.name.value.clone_from(renamed);
                    cte.alias.name.quote_style = Some('"');
                }
                entered.names.push((name, renamed));
            }
        }
        self.queries.push(entered);
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _query: &mut Query) -> ControlFlow<()> {
        self.queries.pop();
        // The queries of WITH come before anything else in a query.
        if let Some(outer) = self.queries.last_mut() {
            outer.visited = outer.names.len().min(outer.visited + 1);
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<()> {
        let TableFactor::Table {
            name,
            alias,
            args: None,
            ..
        } = factor
        else {
            return ControlFlow::Continue(());
        };
        let [ObjectNamePart::Identifier(written)] = name.0.as_slice() else {
            return ControlFlow::Continue(());
        };
        let written = written.clone();
        if let Some(Some(renamed)) = self.found(&self.reading.normal(&written)) {
            let new = Ident {
                value: renamed.clone(),
                quote_style: Some('"'),
                span: written.span,
            };
            *name = ObjectName::from(vec![new]);
            alias.get_or_insert_with(|| TableAlias {
                explicit: true,
                name: written,
                columns: vec![],
                at: None,
            });
        }
        ControlFlow::Continue(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parser::{StatementBody, parse};

    fn renamed(text: &str) -> String {
        let mut statements = parse(text).unwrap();
        let StatementBody::Plain(mut inner) = statements.remove(0).kind else {
            panic!("not a plain query")
        };
        rename(&mut inner, IdentifierCasing { lowers: true });
        inner.to_string()
    }

    #[test]
    fn an_inner_name_hides_the_outer_one() {
        assert_eq!(
            renamed(
                "WITH a AS (SELECT 1 AS x) SELECT * FROM (WITH A AS (SELECT x + 1 AS x FROM a) SELECT * FROM a) AS s, a"
            ),
            "WITH a AS (SELECT 1 AS x) SELECT * FROM (WITH \"a (2)\" AS (SELECT x + 1 AS x FROM a) SELECT * FROM \
             \"a (2)\" AS a) AS s, a"
        );
    }

    #[test]
    fn names_side_by_side_stay() {
        for text in [
            "WITH a AS (SELECT 1), b AS (SELECT * FROM a) SELECT * FROM a, b",
            "SELECT (WITH a AS (SELECT 1) SELECT * FROM a), (WITH a AS (SELECT 2) SELECT * FROM a)",
            "WITH a AS (WITH a AS (SELECT 1) SELECT * FROM a) SELECT * FROM a",
            "WITH a AS (SELECT 1), a AS (SELECT 2) SELECT * FROM a",
        ] {
            assert_eq!(renamed(text), text);
        }
    }
}

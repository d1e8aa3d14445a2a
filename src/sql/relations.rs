//! Names of the tables that a statement reads.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use datafusion::sql::parser::Statement as DFStatement;
use datafusion::sql::sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, ObjectName, ObjectNamePart, Query, TableFactor, Visit,
    Visitor,
};

use crate::parser::{Statement, StatementBody};

impl Statement {
    /// Names without a schema that a query reads as tables, arguments of table functions among them, in lower case.
    /// Those that a WITH of the query defines are left out.
    #[must_use]
    pub(crate) fn table_names(&self) -> BTreeSet<String> {
        let (StatementBody::Plain(inner) | StatementBody::Summarize(inner)) = &self.kind;
        let mut names = TableNameCollector::default();
        if let DFStatement::Statement(inner) = inner.as_ref() {
            let _: ControlFlow<()> = inner.visit(&mut names);
        }
        names.read.difference(&names.defined).cloned().collect()
    }
}

#[derive(Default)]
struct TableNameCollector {
    read: BTreeSet<String>,
    /// By WITH.
    defined: BTreeSet<String>,
}

impl Visitor for TableNameCollector {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        let tables = query.with.iter().flat_map(|with| &with.cte_tables);
        let names = tables.map(|table| table.alias.name.value.to_lowercase());
        self.defined.extend(names);
        ControlFlow::Continue(())
    }

    fn pre_visit_relation(&mut self, relation: &ObjectName) -> ControlFlow<()> {
        if let [ObjectNamePart::Identifier(name)] = relation.0.as_slice() {
            self.read.insert(name.value.to_lowercase());
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<()> {
        if let TableFactor::Table {
            args: Some(args), ..
        } = factor
        {
            self.read.extend(args.args.iter().filter_map(argument));
        }
        ControlFlow::Continue(())
    }
}

/// The name that an argument of a table function is.
fn argument(argument: &FunctionArg) -> Option<String> {
    match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Identifier(name)))
        | FunctionArg::Named {
            arg: FunctionArgExpr::Expr(Expr::Identifier(name)),
            ..
        }
        | FunctionArg::ExprNamed {
            arg: FunctionArgExpr::Expr(Expr::Identifier(name)),
            ..
        } => Some(name.value.to_lowercase()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::parser::parse;

    #[test]
    fn tables_are_found_wherever_a_query_reads_them() {
        for (sql, expected) in [
            (
                "SELECT * FROM A JOIN b USING (x) WHERE y IN (SELECT y FROM c)",
                "a b c",
            ),
            ("WITH a AS (SELECT * FROM b) SELECT * FROM a", "b"),
            (
                "SELECT * FROM ticket_facts(events, tickets => t)",
                "events t ticket_facts",
            ),
            ("SELECT (SELECT max(v) FROM d), e.x FROM s.f AS e", "d"),
        ] {
            let names: Vec<String> = parse(sql).unwrap()[0].table_names().into_iter().collect();
            assert_eq!(names.join(" "), expected, "{sql}");
        }
    }
}

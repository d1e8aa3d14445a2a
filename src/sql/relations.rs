//! Names in a statement: the tables that it reads, the functions that it calls.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use datafusion::common::TableReference;
use datafusion::sql::parser::Statement as DFStatement;
use datafusion::sql::sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, ObjectName, ObjectNamePart, Query, TableFactor, Visit,
    Visitor,
};

use super::{equivalents, read_functions};
use crate::parser::{Statement, StatementBody};

impl Statement {
    /// Names without a schema that a query reads as tables, arguments of table functions among them, in lower case.
    /// Those that a WITH of the query defines are left out.
    #[must_use]
    pub(crate) fn table_names(&self) -> BTreeSet<String> {
        let (StatementBody::Plain(inner) | StatementBody::Summarize(inner)) = &self.kind;
        let tables = collected(inner).tables.into_iter();
        let bare = tables.filter_map(|name| match name {
            TableReference::Bare { table } => Some(table.to_lowercase()),
            _ => None,
        });
        bare.collect()
    }

    /// What it names, with the forms of other engines written as ours.
    #[must_use]
    pub(crate) fn names(&self) -> StatementNames {
        let (StatementBody::Plain(inner) | StatementBody::Summarize(inner)) = &self.kind;
        let mut own = inner.as_ref().clone();
        // A form that is refused is told when the statement is planned.
        read_functions::replace(&mut own).ok();
        equivalents::replace(&mut own).ok();
        collected(&own)
    }
}

fn collected(statement: &DFStatement) -> StatementNames {
    let mut found = NameCollector::default();
    if let DFStatement::Statement(inner) = statement {
        let _: ControlFlow<()> = inner.visit(&mut found);
    }
    let NameCollector { mut names, defined } = found;
    names.tables.retain(|name| {
        let is_bare = name.schema().is_none();
        !(is_bare && defined.contains(&name.table().to_lowercase()))
    });
    names
}

/// What a statement names.
#[derive(Debug, Default)]
pub(crate) struct StatementNames {
    /// Tables and files as they are written, table functions and their arguments among them, without those that a WITH
    /// defines.
    pub(crate) tables: BTreeSet<TableReference>,
    /// Functions that it calls, in lower case.
    pub(crate) functions: BTreeSet<String>,
}

#[derive(Default)]
struct NameCollector {
    names: StatementNames,
    /// By WITH, in lower case.
    defined: BTreeSet<String>,
}

impl Visitor for NameCollector {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        let tables = query.with.iter().flat_map(|with| &with.cte_tables);
        let names = tables.map(|table| table.alias.name.value.to_lowercase());
        self.defined.extend(names);
        ControlFlow::Continue(())
    }

    fn pre_visit_relation(&mut self, relation: &ObjectName) -> ControlFlow<()> {
        let parts: Option<Vec<&str>> = relation.0.iter().map(part).collect();
        let reference = match parts.as_deref() {
            Some([table]) => Some(TableReference::bare(*table)),
            Some([schema, table]) => Some(TableReference::partial(*schema, *table)),
            Some([catalog, schema, table]) => Some(TableReference::full(*catalog, *schema, *table)),
            _ => None,
        };
        self.names.tables.extend(reference);
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<()> {
        if let TableFactor::Table {
            args: Some(args), ..
        } = factor
        {
            let names = args.args.iter().filter_map(argument);
            self.names.tables.extend(names.map(TableReference::bare));
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        if let Expr::Function(call) = expr
            && let Some(name) = call.name.0.last().and_then(part)
        {
            self.names.functions.insert(name.to_lowercase());
        }
        ControlFlow::Continue(())
    }
}

fn part(part: &ObjectNamePart) -> Option<&str> {
    match part {
        ObjectNamePart::Identifier(name) => Some(&name.value),
        _ => None,
    }
}

/// The name that an argument of a table function is.
fn argument(argument: &FunctionArg) -> Option<&str> {
    match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Identifier(name)))
        | FunctionArg::Named {
            arg: FunctionArgExpr::Expr(Expr::Identifier(name)),
            ..
        }
        | FunctionArg::ExprNamed {
            arg: FunctionArgExpr::Expr(Expr::Identifier(name)),
            ..
        } => Some(&name.value),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use datafusion::common::TableReference;

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

    #[test]
    fn files_and_functions_are_found_as_they_are_called() {
        let sql = "WITH A AS (SELECT getdate() AS t FROM 'In/A.csv') \
             SELECT Upper(t), current_date FROM a, read_csv('B.csv'), s.f";
        let names = parse(sql).unwrap()[0].names();
        let tables: Vec<&str> = names.tables.iter().map(TableReference::table).collect();
        assert_eq!(tables, ["B.csv", "In/A.csv", "f"]);
        let functions: Vec<&str> = names.functions.iter().map(String::as_str).collect();
        assert_eq!(functions, ["current_date", "now", "upper"]);
    }
}

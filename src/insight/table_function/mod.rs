//! The common structure of table functions that make some rows out of many: `f(table, name => value, ..)`.
//!
//! A call becomes a plan over its table (projections and aggregations of the engine, which spill) and one
//! operator on top, which takes the rows of that plan, all of them in order, and computes its own.

mod call;
mod computation;
mod node;
mod operator;
mod relation;

pub(super) use call::TableCall;
pub(super) use computation::{ComputedTable, TableComputation, TableFold};
pub(crate) use node::ComputedTablePlanner;
pub(crate) use relation::ComputedRelationPlanner;
pub(super) use relation::called;

use datafusion::common::Result;
use datafusion::logical_expr::{DocSection, Documentation};

use crate::functions::FunctionPage;
use crate::functions::declaration::kpi_spec::FunctionFamily;

/// Specification of a table function.
#[derive(Debug)]
pub(super) struct TableFunctionSpec {
    pub(super) name: &'static str,
    pub(super) family: FunctionFamily,
    /// Meaning, columns, NULL behaviour, errors and source, in Markdown.
    pub(super) description: &'static str,
    /// A statement that can be executed.
    pub(super) example: &'static str,
    /// Options in the order of the documentation, after the table.
    pub(super) options: &'static [TableOption],
    /// Plans a call.
    pub(super) plan: fn(&mut TableCall<'_>) -> Result<ComputedTable>,
}

/// A named argument of a table function.
#[derive(Debug)]
pub(super) struct TableOption {
    pub(super) name: &'static str,
    pub(super) is_required: bool,
    /// The default value as SQL, if there is one.
    pub(super) default: &'static str,
    pub(super) meaning: &'static str,
}

/// An option that must be given.
pub(super) const fn required(name: &'static str, meaning: &'static str) -> TableOption {
    TableOption {
        name,
        is_required: true,
        default: "",
        meaning,
    }
}

/// An option with a default, which is `""` where nothing stands for it.
pub(super) const fn optional(
    name: &'static str,
    default: &'static str,
    meaning: &'static str,
) -> TableOption {
    TableOption {
        name,
        is_required: false,
        default,
        meaning,
    }
}

impl TableFunctionSpec {
    /// `f(t, a => ..[, b => 1])`
    pub(super) fn syntax(&self) -> String {
        let option = |option: &TableOption| {
            let value = if option.default.is_empty() {
                ".."
            } else {
                option.default
            };
            let text = format!(", {} => {value}", option.name);
            if option.is_required {
                text
            } else {
                format!(" [{text}]")
            }
        };
        let options: String = self.options.iter().map(option).collect();
        format!("{}(table{options})", self.name)
    }

    /// The page of the function.
    pub(super) fn page(&self) -> FunctionPage {
        let section = DocSection {
            include: true,
            label: self.family.0,
            description: None,
        };
        let builder = Documentation::builder(section, self.description, self.syntax())
            .with_argument(
                "table",
                "A table, view or WITH query by name, or a query in parentheses.",
            )
            .with_sql_example(format!("```sql\n{}\n```", self.example));
        let documentation = self.options.iter().fold(builder, |builder, option| {
            builder.with_argument(option.name, option.meaning)
        });
        FunctionPage {
            name: self.name.to_owned(),
            aliases: vec![],
            kind: "table",
            is_own: true,
            documentation: Some(documentation.build()),
        }
    }
}

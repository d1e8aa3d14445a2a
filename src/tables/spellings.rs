//! Columns whose names differ only in case between the files of one table are one column, spelled as in the first
//! file. Two such names in one file stay two columns.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use datafusion::arrow::datatypes::{Field, Schema, SchemaRef};
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::error::Result;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr_adapter::{
    DefaultPhysicalExprAdapterFactory, PhysicalExprAdapter, PhysicalExprAdapterFactory,
};

use crate::error::Error;

/// Refuses two columns of one name in a file whose columns are read by name: only the first would be there.
///
/// # Errors
/// If there are such columns.
pub(crate) fn check_repeated<'a>(names: impl Iterator<Item = &'a str>) -> Result<()> {
    let mut seen = HashSet::new();
    for name in names {
        if !seen.insert(name) {
            let problem = format!(
                "two of its columns are named {name:?}: write the file again with other names"
            );
            return Err(Error::location("file", problem).into());
        }
    }
    Ok(())
}

/// Spellings of the columns of a table.
#[derive(Debug, Default)]
pub(super) struct ColumnSpellings {
    /// Spelling by the name in lower case.
    first: HashMap<String, String>,
    /// Names in lower case of which a file has several.
    several: HashSet<String>,
}

impl ColumnSpellings {
    /// Adds the columns of a file.
    pub(super) fn add<'a>(&mut self, names: impl Iterator<Item = &'a str>) {
        let mut here = HashSet::new();
        for name in names {
            let lower = name.to_lowercase();
            if !here.insert(lower.clone()) {
                self.several.insert(lower.clone());
            }
            let first = self.first.entry(lower);
            first.or_insert_with(|| name.to_owned());
        }
    }

    /// The spelling of the column `name` in the table.
    pub(super) fn spelling<'a>(&'a self, name: &'a str) -> &'a str {
        let lower = name.to_lowercase();
        let first = self.first.get(&lower);
        first
            .filter(|_| !self.several.contains(&lower))
            .map_or(name, String::as_str)
    }
}

/// The schemas of the files of a table with one spelling of each column.
pub(super) fn unified(schemas: &[SchemaRef]) -> Vec<SchemaRef> {
    let mut spellings = ColumnSpellings::default();
    for schema in schemas {
        spellings.add(schema.fields().iter().map(|field| field.name().as_str()));
    }
    let renamed = |schema: &SchemaRef| renamed(schema, |name| spellings.spelling(name));
    schemas.iter().map(renamed).collect()
}

/// True if two headers have the same columns in the same order.
pub(super) fn is_same_header(names: &[String], others: &[String]) -> bool {
    if names == others {
        return true;
    }
    let lower = |names: &[String]| -> Vec<String> {
        names.iter().map(|name| name.to_lowercase()).collect()
    };
    let (names, others) = (lower(names), lower(others));
    names == others && names.iter().collect::<HashSet<_>>().len() == names.len()
}

/// `table`, the columns of a table, as a file spells them whose columns are `in_file`.
pub(super) fn spelled_as<'a>(
    table: &SchemaRef,
    in_file: impl Iterator<Item = &'a str> + Clone,
) -> SchemaRef {
    let mut spellings = ColumnSpellings::default();
    spellings.add(in_file.clone());
    let exact: HashSet<&str> = in_file.collect();
    renamed(table, |name| {
        let is_twin = |other: &Arc<Field>| {
            other.name() != name && other.name().to_lowercase() == name.to_lowercase()
        };
        if exact.contains(name) || table.fields().iter().any(is_twin) {
            name
        } else {
            spellings.spelling(name)
        }
    })
}

fn renamed<'a>(schema: &'a SchemaRef, spelling: impl Fn(&'a str) -> &'a str) -> SchemaRef {
    let mut fields = schema.fields().iter();
    if fields.all(|field| spelling(field.name()) == field.name()) {
        return Arc::clone(schema);
    }
    let fields = schema
        .fields()
        .iter()
        .map(|field| field.as_ref().clone().with_name(spelling(field.name())));
    let fields: Vec<Field> = fields.collect();
    Arc::new(Schema::new_with_metadata(fields, schema.metadata().clone()))
}

/// Makes expressions over the columns of a table fit files that spell them otherwise.
#[derive(Debug)]
pub(super) struct SpellingAdapters;

impl PhysicalExprAdapterFactory for SpellingAdapters {
    fn create(
        &self,
        logical_file_schema: SchemaRef,
        physical_file_schema: SchemaRef,
    ) -> Result<Arc<dyn PhysicalExprAdapter>> {
        let names = physical_file_schema.fields().iter();
        let in_file = spelled_as(
            &logical_file_schema,
            names.map(|field| field.name().as_str()),
        );
        let table = HashMap::<&str, &str>::from_iter(
            in_file
                .fields()
                .iter()
                .zip(logical_file_schema.fields())
                .map(|(file, table)| (file.name().as_str(), table.name().as_str())),
        );
        let as_table = renamed(&physical_file_schema, |name| {
            table.get(name).copied().unwrap_or(name)
        });
        let stock = DefaultPhysicalExprAdapterFactory;
        if Arc::ptr_eq(&as_table, &physical_file_schema) {
            return stock.create(logical_file_schema, physical_file_schema);
        }
        let stock = stock.create(logical_file_schema, as_table)?;
        Ok(Arc::new(RenamedColumnAdapter::new(
            stock,
            physical_file_schema,
        )))
    }
}

/// Makes expressions over the columns of a table fit a file that names them otherwise.
#[derive(Debug)]
pub(super) struct RenamedColumnAdapter {
    /// Adapter to the file as if it had the names of the table.
    stock: Arc<dyn PhysicalExprAdapter>,
    in_file: SchemaRef,
}

impl RenamedColumnAdapter {
    /// `stock` is the adapter to the file as if it had the names of the table; `in_file` has its own names, in the
    /// same order.
    pub(super) fn new(stock: Arc<dyn PhysicalExprAdapter>, in_file: SchemaRef) -> Self {
        Self { stock, in_file }
    }
}

impl PhysicalExprAdapter for RenamedColumnAdapter {
    fn rewrite(&self, expr: Arc<dyn PhysicalExpr>) -> Result<Arc<dyn PhysicalExpr>> {
        let adapted = self.stock.rewrite(expr)?;
        // Statistics of the file are found by its own name.
        let spell = |part: Arc<dyn PhysicalExpr>| {
            let Some(column) = part.downcast_ref::<Column>() else {
                return Ok(Transformed::no(part));
            };
            let Some(field) = self.in_file.fields().get(column.index()) else {
                return Ok(Transformed::no(part));
            };
            let column = Column::new(field.name(), column.index());
            Ok(Transformed::yes(Arc::new(column) as Arc<dyn PhysicalExpr>))
        };
        adapted.transform(spell).data()
    }
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::datatypes::DataType;

    use super::*;

    fn schema(names: &[&str]) -> SchemaRef {
        let field = |name: &&str| Field::new(*name, DataType::Utf8, true);
        Arc::new(Schema::new(names.iter().map(field).collect::<Vec<_>>()))
    }

    fn names(schema: &SchemaRef) -> Vec<&str> {
        schema
            .fields()
            .iter()
            .map(|field| field.name().as_str())
            .collect()
    }

    #[test]
    fn the_first_file_says_how_a_column_is_spelled() {
        let files = [schema(&["Name", "id"]), schema(&["ID", "name"])];
        let unified = unified(&files);
        assert_eq!(names(&unified[1]), ["id", "Name"]);
        let in_file = spelled_as(&unified[0], ["ID", "name"].into_iter());
        assert_eq!(names(&in_file), ["name", "ID"]);
    }

    #[test]
    fn two_names_in_one_file_stay_two_columns() {
        let files = [schema(&["Name"]), schema(&["name", "Name"])];
        assert_eq!(names(&unified(&files)[1]), ["name", "Name"]);
        let in_file = spelled_as(&schema(&["NAME"]), ["name", "Name"].into_iter());
        assert_eq!(names(&in_file), ["NAME"]);
        let owned = |names: [&str; 2]| names.map(str::to_owned);
        assert!(is_same_header(
            &owned(["Name", "id"]),
            &owned(["name", "ID"])
        ));
        assert!(!is_same_header(
            &owned(["Name", "name"]),
            &owned(["name", "Name"])
        ));
    }
}

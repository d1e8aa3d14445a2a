//! Units of the columns of a result, derived from the plan: a KPI has a unit, and some expressions
//! over it preserve the unit. Roles of columns travel with them.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef, Schema, SchemaRef};
use datafusion::logical_expr::{Expr, LogicalPlan, WindowFunctionDefinition};
use datafusion::scalar::ScalarValue;

use super::headers::inner_text;
use super::lineage::{ColumnOrigin, bare, origin, origin_of};
use super::roles::{ColumnRole, ROLE};
use crate::functions::declaration::measure::{KpiMeasure, KpiUnit};

/// Metadata key of a field's unit; the values are [`KpiUnit::name`]s.
pub(crate) const UNIT: &str = "deskql.unit";

/// Levels of columns after which the search stops.
const DEEPEST: usize = 50;
/// Functions that preserve the unit of a value.
const KEEPING: &[&str] = &[
    "round", "trunc", "floor", "ceil", "abs", "coalesce", "nullif",
];
const KEEPING_AGGREGATES: &[&str] = &["min", "max", "avg", "median", "first_value", "last_value"];
const KEEPING_WINDOWS: &[&str] = &["lag", "lead", "first_value", "last_value", "nth_value"];

/// Units, roles and headers of the columns of one result, where known.
#[derive(Debug, Clone)]
pub struct ColumnUnits(Vec<ColumnMarks>);

#[derive(Debug, Clone)]
struct ColumnMarks {
    unit: Option<ColumnUnit>,
    role: Option<ColumnRole>,
    /// In the place of a name that the planner made.
    header: Option<String>,
}

impl ColumnUnits {
    /// Units and roles of the output columns of `plan`.
    #[must_use]
    pub fn from_plan(plan: &LogicalPlan) -> Self {
        let columns = 0..plan.schema().fields().len();
        Self(
            columns
                .map(|index| ColumnMarks {
                    unit: of_origin(origin(plan, index), 0),
                    role: ColumnRole::in_plan(plan, index),
                    header: inner_text(plan, index),
                })
                .collect(),
        )
    }

    /// The result's `schema` for people: with units and roles in the metadata of its columns, and SQL
    /// for the names that the planner made.
    #[must_use]
    pub fn mark(&self, schema: &SchemaRef) -> SchemaRef {
        if self.0.len() != schema.fields().len() {
            return Arc::clone(schema);
        }
        let fields = schema.fields().iter().zip(&self.0);
        let marked = fields.map(|(field, marks)| marks.marked(field));
        Arc::new(Schema::new(marked.collect::<Vec<_>>()))
    }
}

impl ColumnMarks {
    fn marked(&self, field: &FieldRef) -> FieldRef {
        let mut field = match self.unit {
            Some(unit) => unit.marked(field),
            None => Arc::clone(field),
        };
        if let Some(role) = self.role {
            field = with_metadata(&field, ROLE, role.name());
        }
        if let Some(header) = &self.header {
            field = Arc::new(Field::clone(&field).with_name(header));
        }
        field
    }
}

/// Known unit of a column.
#[derive(Debug, Clone, Copy)]
enum ColumnUnit {
    Value(KpiUnit),
    Detail(KpiMeasure),
}

impl PartialEq for ColumnUnit {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Value(one), Self::Value(other)) => one == other,
            (Self::Detail(one), Self::Detail(other)) => {
                one.name() == other.name() && one.unit() == other.unit()
            }
            _ => false,
        }
    }
}

impl ColumnUnit {
    fn marked(self, field: &FieldRef) -> FieldRef {
        match (self, field.data_type()) {
            (Self::Value(unit), _) => with_unit(field, unit),
            (Self::Detail(kpi), DataType::Struct(parts)) => {
                let marked = parts.iter().map(|part| match kpi.part_unit(part.name()) {
                    Some(unit) => with_unit(part, unit),
                    None => Arc::clone(part),
                });
                let marked = DataType::Struct(marked.collect());
                Arc::new(Field::clone(field).with_data_type(marked))
            }
            _ => Arc::clone(field),
        }
    }
}

fn with_unit(field: &FieldRef, unit: KpiUnit) -> FieldRef {
    with_metadata(field, UNIT, unit.name())
}

fn with_metadata(field: &FieldRef, key: &str, value: &str) -> FieldRef {
    let mut metadata: HashMap<_, _> = field.metadata().clone();
    metadata.insert(key.to_owned(), value.to_owned());
    Arc::new(Field::clone(field).with_metadata(metadata))
}

fn of_origin(made: ColumnOrigin<'_>, depth: usize) -> Option<ColumnUnit> {
    match made {
        ColumnOrigin::Computed(expr, node) if depth < DEEPEST => of_expr(expr, node, depth + 1),
        ColumnOrigin::Union(plan, index) if depth < DEEPEST => {
            let inputs = plan.inputs();
            let mut units = inputs
                .iter()
                .map(|input| of_origin(origin(input, index), depth + 1));
            let first = units.next()??;
            units.all(|unit| unit == Some(first)).then_some(first)
        }
        _ => None,
    }
}

fn of_expr(expr: &Expr, node: &LogicalPlan, depth: usize) -> Option<ColumnUnit> {
    let of_kpi = |kpi: KpiMeasure| {
        if kpi.is_detail() {
            Some(ColumnUnit::Detail(kpi))
        } else {
            kpi.unit().map(ColumnUnit::Value)
        }
    };
    let of_first = |arguments: &[Expr]| of_expr(arguments.first()?, node, depth + 1);
    match bare(expr) {
        Expr::Column(column) => of_origin(origin_of(column, node), depth),
        Expr::Cast(cast) if cast.field.data_type().is_numeric() => {
            of_expr(&cast.expr, node, depth + 1)
        }
        Expr::AggregateFunction(call) => {
            let arguments = &call.params.args;
            match KpiMeasure::for_call(&call.func, arguments) {
                Some(kpi) => of_kpi(kpi),
                None if KEEPING_AGGREGATES.contains(&call.func.name()) => of_first(arguments),
                None => None,
            }
        }
        Expr::WindowFunction(call) => {
            let arguments = &call.params.args;
            match &call.fun {
                WindowFunctionDefinition::AggregateUDF(function) => {
                    match KpiMeasure::for_call(function, arguments) {
                        Some(kpi) => of_kpi(kpi),
                        None if KEEPING_AGGREGATES.contains(&function.name()) => {
                            of_first(arguments)
                        }
                        None => None,
                    }
                }
                WindowFunctionDefinition::WindowUDF(function) => KEEPING_WINDOWS
                    .contains(&function.name())
                    .then(|| of_first(arguments))?,
            }
        }
        Expr::ScalarFunction(call) if KEEPING.contains(&call.name()) => of_first(&call.args),
        Expr::ScalarFunction(call) if call.name() == "get_field" => {
            let [base, Expr::Literal(ScalarValue::Utf8(Some(part)), _)] = call.args.as_slice()
            else {
                return None;
            };
            match of_expr(base, node, depth + 1)? {
                ColumnUnit::Detail(kpi) => kpi.part_unit(part).map(ColumnUnit::Value),
                ColumnUnit::Value(_) => None,
            }
        }
        Expr::ScalarSubquery(subquery) => of_origin(origin(&subquery.subquery, 0), depth + 1),
        _ => None,
    }
}

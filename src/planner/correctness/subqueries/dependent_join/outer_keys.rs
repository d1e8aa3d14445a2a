//! The outer values that a subquery reads, as columns of its plan.

use std::cell::Cell;
use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{Column, DFSchema, ExprSchema, Result, ScalarValue};
use datafusion::logical_expr::expr_rewriter::strip_outer_reference;
use datafusion::logical_expr::utils::split_conjunction;
use datafusion::logical_expr::{
    BinaryExpr, Expr, Join, LogicalPlan, Operator, binary_expr, lit, when,
};

use super::super::super::materialized::repeatable;
use super::super::outer_references::{OuterReference, free_references};
use super::keyed_plan::{KEY_PREFIX, keeps_left, keeps_right};
use super::outer_domain::{OuterRows, domain};

/// The columns that tell for which outer rows a row of the subquery is.
pub(super) struct OuterKeys {
    pub(super) number: usize,
    /// What the subquery reads of the outer row.
    references: Vec<OuterReference>,
    pub(super) source: KeySource,
    /// The value of each key in the outer row, and whether it may be NULL there.
    outer: Vec<(Expr, bool)>,
    renamed: Cell<usize>,
}

/// Where the keys of a subquery come from.
pub(super) enum KeySource {
    /// From the distinct values of the outer rows: a plan with one column for each reference.
    Domain(LogicalPlan),
    /// From the subquery itself, whose only condition on the outer row are equalities: these are its
    /// sides.
    Equalities(Vec<Expr>),
}

/// What outer values are read from.
pub(super) enum KeptSource<'a> {
    /// From the outer rows as they were when values were first read.
    Whole(&'a mut Option<Arc<LogicalPlan>>),
    /// From those parts of FROM that have them.
    Parts,
}

impl OuterKeys {
    /// The keys of `subquery` for rows of `outer`. If they come from its rows, `outer` becomes a plan of which what
    /// `source` says may be evaluated twice.
    pub(super) fn try_new(
        outer: &mut Arc<LogicalPlan>,
        source: KeptSource<'_>,
        subquery: &LogicalPlan,
        references: Vec<OuterReference>,
        number: usize,
    ) -> Result<Self> {
        let mut keys = Self {
            number,
            references,
            source: KeySource::Equalities(vec![]),
            outer: vec![],
            renamed: Cell::new(0),
        };
        if let Some(pairs) = keys.equalities(subquery)? {
            let (inner, outer) = pairs.into_iter().unzip();
            let outer: Vec<Expr> = outer;
            keys.outer = outer.into_iter().map(|value| (value, false)).collect();
            keys.source = KeySource::Equalities(inner);
            return Ok(keys);
        }
        let columns: Vec<Column> = keys
            .references
            .iter()
            .map(|(_, column)| column.clone())
            .collect();
        let names: Vec<String> = (0..columns.len()).map(|place| keys.name(place)).collect();
        let source = match source {
            KeptSource::Whole(Some(source)) => OuterRows::try_new(source, &columns)?.source,
            KeptSource::Whole(kept) => {
                *outer = repeatable(outer)?;
                OuterRows::try_new(kept.insert(Arc::clone(outer)), &columns)?.source
            }
            KeptSource::Parts => {
                let found = OuterRows::try_new(outer, &columns)?;
                *outer = found.rows;
                found.source
            }
        };
        let domain = domain(&source, &columns, &names)?;
        keys.source = KeySource::Domain(domain);
        for column in columns {
            let may_be_null = outer.schema().nullable(&column).unwrap_or(true);
            keys.outer.push((Expr::Column(column), may_be_null));
        }
        Ok(keys)
    }

    fn name(&self, place: usize) -> String {
        format!("{KEY_PREFIX}{}_{place}", self.number)
    }

    /// A name for a column that no other has.
    pub(super) fn new_name(&self) -> String {
        self.renamed.set(self.renamed.get() + 1);
        format!("{KEY_PREFIX}{}_r{}", self.number, self.renamed.get())
    }

    /// The names of the keys where they come from.
    pub(super) fn names(&self) -> Vec<String> {
        (0..self.outer.len())
            .map(|place| self.name(place))
            .collect()
    }

    /// True if a plan reads the outer row.
    pub(super) fn reads(&self, plan: &LogicalPlan) -> Result<bool> {
        let free = free_references(plan)?;
        Ok(free.iter().any(|(_, column)| self.place(column).is_some()))
    }

    /// True if an expression reads the outer row. Subqueries in it are joins by now, or read their own
    /// rows only.
    pub(super) fn reads_in(&self, expression: &Expr) -> bool {
        let is_read = |part: &Expr| matches!(part, Expr::OuterReferenceColumn(_, column) if self.place(column).is_some());
        // The closure never fails.
        expression.exists(|part| Ok(is_read(part))).unwrap_or(true)
    }

    fn place(&self, column: &Column) -> Option<usize> {
        self.references
            .iter()
            .position(|(_, known)| known == column)
    }

    /// `expression` over the keys in place of the outer row.
    pub(super) fn replaced(&self, expression: Expr, keys: &[Column]) -> Result<Expr> {
        let replaced = expression.transform_up(|part| match part {
            Expr::OuterReferenceColumn(field, column) => Ok(
                match self.place(&column).and_then(|place| keys.get(place)) {
                    Some(key) => Transformed::yes(Expr::Column(key.clone())),
                    None => Transformed::no(Expr::OuterReferenceColumn(field, column)),
                },
            ),
            other => Ok(Transformed::no(other)),
        })?;
        Ok(replaced.data)
    }

    /// The conditions under which a row with `keys` is one of the outer row.
    pub(super) fn tied(&self, keys: &[Column]) -> Vec<Expr> {
        let pairs = self.outer.iter().zip(keys);
        pairs
            .flat_map(|((outer, may_be_null), key)| {
                same(
                    outer.clone(),
                    Expr::Column(key.clone()),
                    *may_be_null,
                    self.zero(outer).as_ref(),
                )
            })
            .collect()
    }

    /// The conditions under which rows with `left` and rows with `right` are of the same outer row.
    pub(super) fn same_keys(&self, left: &[Column], right: &[Column]) -> Vec<Expr> {
        let pairs = self.outer.iter().zip(left.iter().zip(right));
        pairs
            .flat_map(|((outer, may_be_null), (left, right))| {
                let [left, right] = [left, right].map(|key| Expr::Column(key.clone()));
                same(left, right, *may_be_null, self.zero(outer).as_ref())
            })
            .collect()
    }

    /// A value that stands for NULL in comparisons.
    fn zero(&self, outer: &Expr) -> Option<ScalarValue> {
        let Expr::Column(column) = outer else {
            return None;
        };
        let (field, _) = &self.references[self.place(column)?];
        ScalarValue::new_default(field.data_type()).ok()
    }

    /// The equalities that are all that the subquery asks of the outer row, as inner and outer side;
    /// `None` if it asks more, or a node above them has rows for outer rows that they do not find.
    fn equalities(&self, plan: &LogicalPlan) -> Result<Option<Vec<(Expr, Expr)>>> {
        let input = match plan {
            LogicalPlan::Filter(filter) if !self.reads(&filter.input)? => {
                let mut pairs = vec![];
                for condition in split_conjunction(&filter.predicate) {
                    if self.reads_in(condition) {
                        let Some(pair) = self.equality(condition, filter.input.schema()) else {
                            return Ok(None);
                        };
                        pairs.push(pair);
                    }
                }
                return Ok(Some(pairs));
            }
            LogicalPlan::Aggregate(node) if node.group_expr.is_empty() => return Ok(None),
            LogicalPlan::Filter(_)
            | LogicalPlan::Projection(_)
            | LogicalPlan::SubqueryAlias(_)
            | LogicalPlan::Aggregate(_)
            | LogicalPlan::Window(_)
            | LogicalPlan::Sort(_)
            | LogicalPlan::Limit(_)
            | LogicalPlan::Distinct(_)
            | LogicalPlan::Unnest(_) => match plan.inputs().first() {
                Some(input) => *input,
                None => return Ok(None),
            },
            LogicalPlan::Join(join) => match self.only_reader(join)? {
                Some(input) => input,
                None => return Ok(None),
            },
            _ => return Ok(None),
        };
        let mut reads_itself = false;
        plan.apply_expressions(|expression| {
            reads_itself |= self.reads_in(expression);
            Ok(datafusion::common::tree_node::TreeNodeRecursion::Continue)
        })?;
        if reads_itself {
            Ok(None)
        } else {
            self.equalities(input)
        }
    }

    /// The only side of a join that reads the outer row, if the keys of its rows are those of the join's;
    /// `None` otherwise.
    pub(super) fn only_reader<'a>(&self, join: &'a Join) -> Result<Option<&'a LogicalPlan>> {
        let (left, right) = (self.reads(&join.left)?, self.reads(&join.right)?);
        Ok(match (left, right) {
            (true, false) if keeps_left(join.join_type) => Some(&join.left),
            (false, true) if keeps_right(join.join_type) => Some(&join.right),
            _ => None,
        })
    }

    /// The sides of `inner = outer`.
    fn equality(&self, condition: &Expr, schema: &DFSchema) -> Option<(Expr, Expr)> {
        let Expr::BinaryExpr(BinaryExpr {
            left,
            op: Operator::Eq,
            right,
        }) = condition
        else {
            return None;
        };
        let is_inner = |side: &Expr| {
            !side.contains_outer()
                && !side.is_volatile()
                && side.any_column_refs()
                && side
                    .column_refs()
                    .iter()
                    .all(|column| schema.has_column(column))
        };
        let is_outer = |side: &Expr| {
            let mut far = false;
            // The closure never fails.
            let _ = side.apply(|part| {
                far |= matches!(part, Expr::OuterReferenceColumn(_, column) if self.place(column).is_none());
                Ok(datafusion::common::tree_node::TreeNodeRecursion::Continue)
            });
            !far && !side.any_column_refs() && !side.is_volatile() && self.reads_in(side)
        };
        let holds_subquery = |side: &Expr| {
            side.exists(|part| Ok(super::super::outer_references::inner_subquery(part).is_some()))
                .unwrap_or(true)
        };
        if holds_subquery(left) || holds_subquery(right) {
            return None;
        }
        let outer = |side: &Expr| strip_outer_reference(side.clone());
        if is_inner(left) && is_outer(right) {
            Some((left.as_ref().clone(), outer(right)))
        } else if is_inner(right) && is_outer(left) {
            Some((right.as_ref().clone(), outer(left)))
        } else {
            None
        }
    }

    pub(super) const fn has_domain(&self) -> bool {
        matches!(self.source, KeySource::Domain(_))
    }
}

/// `left IS NOT DISTINCT FROM right`, by equalities where possible, by which rows can be hashed.
fn same(left: Expr, right: Expr, may_be_null: bool, zero: Option<&ScalarValue>) -> Vec<Expr> {
    if !may_be_null {
        return vec![left.eq(right)];
    }
    let known = |value: &Expr| {
        let zero = zero?.clone();
        when(value.clone().is_null(), lit(zero))
            .otherwise(value.clone())
            .ok()
    };
    match (known(&left), known(&right)) {
        (Some(known_left), Some(known_right)) => {
            // No equality: where one side turns out never to be NULL, it would be one of constants.
            let neither = left.clone().is_not_null().or(right.clone().is_null());
            let both = left.is_null().or(right.is_not_null());
            vec![known_left.eq(known_right), neither, both]
        }
        _ => vec![binary_expr(left, Operator::IsNotDistinctFrom, right)],
    }
}

//! The condition of a branch as a test of one value.

use std::cmp::Ordering;

use arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::expr::InList;
use datafusion::logical_expr::{Between, BinaryExpr, Expr, Operator};

use super::lookup::ordered_constant;

/// The value that all conditions of a CASE are about, as far as it is known.
#[derive(Debug, Default)]
pub(super) struct ComparedValue<'e> {
    pub(super) value: Option<&'e Expr>,
    /// Type of the constants that it is compared with.
    pub(super) data_type: Option<DataType>,
}

/// A test of the value that all conditions of a CASE are about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum RangeTest {
    /// Comparison with a constant that is not NULL.
    Compare(Comparison, u64),
    And(Box<Self>, Box<Self>),
    Or(Box<Self>, Box<Self>),
    Not(Box<Self>),
    IsNull,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Less,
    LessOrEqual,
    Equal,
    NotEqual,
    GreaterOrEqual,
    Greater,
}

impl Comparison {
    const fn from_operator(operator: Operator) -> Option<Self> {
        Some(match operator {
            Operator::Lt => Self::Less,
            Operator::LtEq => Self::LessOrEqual,
            Operator::Eq => Self::Equal,
            Operator::NotEq => Self::NotEqual,
            Operator::GtEq => Self::GreaterOrEqual,
            Operator::Gt => Self::Greater,
            _ => return None,
        })
    }

    /// The comparison with its sides exchanged.
    const fn mirrored(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::GreaterOrEqual => Self::LessOrEqual,
            Self::Greater => Self::Less,
            same => same,
        }
    }

    const fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Equal => order.is_eq(),
            Self::NotEqual => order.is_ne(),
            Self::GreaterOrEqual => order.is_ge(),
            Self::Greater => order.is_gt(),
        }
    }
}

impl RangeTest {
    /// `condition` as a test; `None` if it is about more than one value, or anything but constants and that value.
    pub(super) fn read<'e>(condition: &'e Expr, about: &mut ComparedValue<'e>) -> Option<Self> {
        match condition {
            Expr::BinaryExpr(BinaryExpr { left, op, right }) => match op {
                Operator::And => Some(Self::And(
                    Box::new(Self::read(left, about)?),
                    Box::new(Self::read(right, about)?),
                )),
                Operator::Or => Some(Self::Or(
                    Box::new(Self::read(left, about)?),
                    Box::new(Self::read(right, about)?),
                )),
                op => {
                    let comparison = Comparison::from_operator(*op)?;
                    if let Expr::Literal(constant, _) = left.as_ref() {
                        return Self::compare(comparison.mirrored(), right, constant, about);
                    }
                    Self::compare(comparison, left, constant(right)?, about)
                }
            },
            Expr::Between(Between {
                expr,
                negated,
                low,
                high,
            }) => {
                let from = Self::compare(Comparison::GreaterOrEqual, expr, constant(low)?, about)?;
                let to = Self::compare(Comparison::LessOrEqual, expr, constant(high)?, about)?;
                Some(Self::And(Box::new(from), Box::new(to)).negated_if(*negated))
            }
            Expr::InList(InList {
                expr,
                list,
                negated,
            }) => {
                let mut found: Option<Self> = None;
                for value in list {
                    let one = Self::compare(Comparison::Equal, expr, constant(value)?, about)?;
                    found = Some(match found {
                        Some(others) => Self::Or(Box::new(others), Box::new(one)),
                        None => one,
                    });
                }
                Some(found?.negated_if(*negated))
            }
            Expr::Not(inner) => Some(Self::read(inner, about)?.negated_if(true)),
            Expr::IsNull(inner) => about.is(inner).then_some(Self::IsNull),
            Expr::IsNotNull(inner) => about.is(inner).then(|| Self::IsNull.negated_if(true)),
            _ => None,
        }
    }

    /// The value is equal to `constant`, as of `CASE value WHEN constant`.
    pub(super) fn equal(constant: &ScalarValue, about: &mut ComparedValue<'_>) -> Option<Self> {
        about
            .constant(constant)
            .map(|constant| Self::Compare(Comparison::Equal, constant))
    }

    fn compare<'e>(
        comparison: Comparison,
        value: &'e Expr,
        constant: &ScalarValue,
        about: &mut ComparedValue<'e>,
    ) -> Option<Self> {
        let constant = about.constant(constant)?;
        about
            .is(value)
            .then_some(Self::Compare(comparison, constant))
    }

    fn negated_if(self, negated: bool) -> Self {
        if negated {
            Self::Not(Box::new(self))
        } else {
            self
        }
    }

    /// What SQL says of `value`: `None` is unknown.
    pub(super) fn holds(&self, value: Option<u64>) -> Option<bool> {
        match self {
            Self::Compare(comparison, constant) => Some(comparison.holds(value?.cmp(constant))),
            Self::IsNull => Some(value.is_none()),
            Self::Not(inner) => inner.holds(value).map(|holds| !holds),
            Self::And(left, right) => match (left.holds(value), right.holds(value)) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            },
            Self::Or(left, right) => match (left.holds(value), right.holds(value)) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            },
        }
    }

    /// Adds the constants that it compares with.
    pub(super) fn constants(&self, to: &mut Vec<u64>) {
        match self {
            Self::Compare(_, constant) => to.push(*constant),
            Self::IsNull => {}
            Self::Not(inner) => inner.constants(to),
            Self::And(left, right) | Self::Or(left, right) => {
                left.constants(to);
                right.constants(to);
            }
        }
    }
}

impl<'e> ComparedValue<'e> {
    /// True if `value` is the one, or becomes it as the first.
    fn is(&mut self, value: &'e Expr) -> bool {
        if matches!(value, Expr::Literal(..)) {
            return false;
        }
        *self.value.get_or_insert(value) == value
    }

    /// `constant` in the order of its type, which all constants share.
    fn constant(&mut self, constant: &ScalarValue) -> Option<u64> {
        let data_type = constant.data_type();
        let is_same = *self.data_type.get_or_insert_with(|| data_type.clone()) == data_type;
        is_same.then(|| ordered_constant(constant)).flatten()
    }
}

const fn constant(expression: &Expr) -> Option<&ScalarValue> {
    match expression {
        Expr::Literal(value, _) => Some(value),
        _ => None,
    }
}

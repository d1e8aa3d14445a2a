//! Result of a KPI call in a plan: for hints, and for displaying the result.

use datafusion::logical_expr::{AggregateUDF, Expr};
use datafusion::scalar::ScalarValue;

use super::kpi_function;
use super::kpi_spec::KpiSpec;
use super::outcome::{KpiQuantity, KpiValueType};
use crate::functions::kernels::times::DurationUnit;

/// Unit of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KpiUnit {
    /// Hundredths of the whole.
    Percent,
    /// Points of a score between -100 and 100.
    Points,
    /// Seconds.
    Second,
    /// Minutes.
    Minute,
    /// Hours.
    Hour,
    /// Days of 24 hours.
    Day,
}

impl KpiUnit {
    const ALL: [Self; 6] = [
        Self::Percent,
        Self::Points,
        Self::Second,
        Self::Minute,
        Self::Hour,
        Self::Day,
    ];

    /// Name in the metadata of a field.
    #[must_use]
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Percent => "percent",
            Self::Points => "points",
            Self::Second => "second",
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::Day => "day",
        }
    }

    /// The unit called `name`, as returned by [`KpiUnit::name`].
    #[must_use]
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.name() == name)
    }
}

impl From<DurationUnit> for KpiUnit {
    fn from(unit: DurationUnit) -> Self {
        match unit {
            DurationUnit::Second => Self::Second,
            DurationUnit::Minute => Self::Minute,
            DurationUnit::Hour => Self::Hour,
            DurationUnit::Day => Self::Day,
        }
    }
}

/// One call of a KPI or of its detail.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KpiMeasure {
    spec: &'static KpiSpec,
    is_detail: bool,
    unit: Option<KpiUnit>,
}

impl KpiMeasure {
    /// Result of `function` for `arguments`; `None` if it is not a KPI.
    #[must_use]
    pub(crate) fn for_call(function: &AggregateUDF, arguments: &[Expr]) -> Option<Self> {
        let (spec, is_detail) = kpi_function::spec_of(function)?;
        let unit = match spec.shape.quantity {
            KpiQuantity::Plain => None,
            KpiQuantity::Percent => Some(KpiUnit::Percent),
            KpiQuantity::Points => Some(KpiUnit::Points),
            KpiQuantity::Duration => duration_unit(spec, arguments),
        };
        Some(Self {
            spec,
            is_detail,
            unit,
        })
    }

    /// Name of the KPI, without `_detail`.
    #[must_use]
    pub(crate) fn name(&self) -> &'static str {
        self.spec.name
    }

    /// True if the call returns the components beside the value.
    #[must_use]
    pub(crate) fn is_detail(&self) -> bool {
        self.is_detail
    }

    /// True if the value is a count, which needs no n beside it.
    #[must_use]
    pub(crate) fn is_count(&self) -> bool {
        self.spec.shape.value == KpiValueType::Count
    }

    /// Unit of the value; `None` for counts, scales and money.
    #[must_use]
    pub(crate) fn unit(&self) -> Option<KpiUnit> {
        self.unit
    }

    /// True if the field `part` of the detail is a count.
    #[must_use]
    pub(crate) fn counts(&self, part: &str) -> bool {
        let shape = &self.spec.shape;
        let found = shape.parts.iter().find(|(name, ..)| *name == part);
        match found {
            Some((_, of, _)) => *of == KpiValueType::Count,
            None => part == "n" || (part == self.spec.name && self.is_count()),
        }
    }

    /// Unit of the field `part` of the detail.
    #[must_use]
    pub(crate) fn part_unit(&self, part: &str) -> Option<KpiUnit> {
        let is_result = part == self.spec.name || part == "low" || part == "high";
        let is_time = self.spec.shape.quantity == KpiQuantity::Duration && !self.counts(part);
        self.unit.filter(|_| is_result || is_time)
    }
}

/// The unit named by the call; minutes if it names none.
fn duration_unit(spec: &KpiSpec, arguments: &[Expr]) -> Option<KpiUnit> {
    let parameters = spec.forms.first()?.parameters;
    let position = parameters
        .iter()
        .position(|parameter| parameter.name == "unit")?;
    let Some(argument) = arguments.get(position) else {
        return Some(DurationUnit::default().into());
    };
    let name = match argument {
        Expr::Literal(ScalarValue::Utf8(Some(name)), _) => name,
        Expr::Literal(ScalarValue::Utf8View(Some(name)), _) => name,
        Expr::Literal(value, _) if value.is_null() => return Some(DurationUnit::default().into()),
        _ => return None,
    };
    // In other forms the argument at this position may be something else than a unit.
    DurationUnit::parse(spec.name, name).ok().map(KpiUnit::from)
}

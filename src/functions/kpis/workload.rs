//! Means over tickets: handle time, interactions and cost.

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use arrow::datatypes::DataType;
use datafusion::common::Result;

use crate::functions::accumulate::{Kpi, Tallied, state_of};
use crate::functions::amounts;
use crate::functions::families::WORKLOAD;
use crate::functions::mean::{self, Mean, MeanOf, Sample, Samples};
use crate::functions::numbers::{Unit, coarse_products, ratio, with_numbers};
use crate::functions::outcome::{Measured, Quantity, Shape, Type};
use crate::functions::rows::{Invalid, Rows, eligible, gather};
use crate::functions::signature::{Kind, Parameter};
use crate::functions::spec::{Bound, Call, Form, Spec};
use crate::functions::statistics::{self, RatioSums};
use crate::functions::tally::tally;

const SHAPE: Shape = Shape {
    value: Type::Measure,
    quantity: Quantity::Plain,
    n: "rows with a value",
    parts: &[("total", Type::Measure, "sum of the values")],
    interval: mean::INTERVAL,
};

pub(crate) static AHT: Spec = Spec {
    name: "aht",
    family: WORKLOAD,
    description: "Average Handle Time: mean of the handle times, in the unit of the column. NULL \
        times are left out; none at all gives NULL; a negative time is an error.",
    example: "SELECT aht(handle_seconds) FROM (VALUES (120), (240), (NULL)) AS \
        calls(handle_seconds);\n-- 180.0",
    shape: SHAPE,
    forms: &[Form {
        parameters: &[Parameter::required(
            "handle_seconds",
            Kind::Number,
            "Time spent on the contact.",
        )],
        state: state_of::<Mean>,
        bind: bind_mean,
    }],
};

pub(crate) static INTERACTIONS_PER_TICKET: Spec = Spec {
    name: "interactions_per_ticket",
    family: WORKLOAD,
    description: "Mean number of public comments of a ticket. NULL counts are left out; none at \
        all gives NULL; a negative count is an error.",
    example: "SELECT interactions_per_ticket(public_comments) FROM (VALUES (1), (4)) AS \
        tickets(public_comments);\n-- 2.5",
    shape: SHAPE,
    forms: &[Form {
        parameters: &[Parameter::required(
            "public_comments",
            Kind::Number,
            "Public comments of the ticket.",
        )],
        state: state_of::<Mean>,
        bind: bind_mean,
    }],
};

pub(crate) static COST_PER_TICKET: Spec = Spec {
    name: "cost_per_ticket",
    family: WORKLOAD,
    description: "Mean cost of a ticket: Σ cost / tickets, in the currency of the column. Tickets \
        whose cost is NULL are left out; none at all gives NULL; a negative cost is an error.",
    example: "SELECT cost_per_ticket(cost) FROM (VALUES (4.5), (7.5)) AS tickets(cost);\n-- 6.0",
    shape: SHAPE,
    forms: &[Form {
        parameters: &[Parameter::required(
            "cost",
            Kind::Number,
            "Cost of the ticket.",
        )],
        state: state_of::<Mean>,
        bind: bind_mean,
    }],
};

pub(crate) static COST_PER_RESOLUTION: Spec = Spec {
    name: "cost_per_resolution",
    family: WORKLOAD,
    description: "Cost of a resolution: Σ cost of all tickets / resolved tickets, since unresolved \
        tickets carry cost too. Tickets whose cost is NULL are left out; NULL when none is \
        resolved; a negative cost is an error.",
    example: "SELECT cost_per_resolution(cost, is_resolved) FROM (VALUES (4.0, true), (6.0, \
        false)) AS tickets(cost, is_resolved);\n-- 10.0",
    shape: Shape {
        value: Type::Measure,
        quantity: Quantity::Plain,
        n: "tickets with a cost",
        parts: &[
            ("resolved", Type::Count, "resolved tickets among them"),
            ("total", Type::Measure, "their cost"),
        ],
        interval: "the ends of the normal interval of a ratio of sums (NULL below two tickets).",
    },
    forms: &[Form {
        parameters: &[
            Parameter::required("cost", Kind::Number, "Cost of the ticket."),
            Parameter::required(
                "resolved",
                Kind::Happened,
                "Whether it was resolved: a boolean (NULL: not eligible), or the time of resolution \
                 (NULL: not resolved).",
            ),
        ],
        state: state_of::<Costs>,
        bind: |call| {
            let unit = Unit::of(&call.types[0]);
            Ok(Box::new(Tallied(CostPerResolution {
                unit,
                invalid: call.invalid,
            })))
        },
    }],
};

fn bind_mean(call: &Call<'_>) -> Result<Box<dyn Bound>> {
    let unit = Unit::of(&call.types[0]);
    let samples = Amounts {
        function: call.function,
        unit,
        invalid: call.invalid,
    };
    Ok(Box::new(Tallied(MeanOf {
        samples,
        numerator: 1,
        denominator: unit.per_one(),
        coarse_per_unit: 1024.0,
    })))
}

/// Amounts of 0 or more.
#[derive(Debug, Clone)]
struct Amounts {
    function: &'static str,
    unit: Unit,
    invalid: Invalid,
}

impl Samples for Amounts {
    fn samples(&self, columns: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Rows<Sample>> {
        let eligible = eligible(&[&columns[0]], filter);
        let Self {
            function,
            unit,
            invalid,
        } = *self;
        with_numbers!(function, &columns[0], |number| gather(
            columns[0].len(),
            eligible,
            invalid,
            |row| {
                let value = amounts::amount(number(row))?;
                Some(Sample {
                    value,
                    coarse: unit.coarse(value),
                })
            },
            |row| amounts::complaint(function, number(row)),
        ))
    }
}

/// The cost of one ticket and whether it was resolved.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Cost {
    sample: Sample,
    resolved: bool,
}

tally! {
    /// Tickets, resolved ones, and their cost, with the products for an interval.
    pub(crate) struct Costs {
        n: Count,
        resolved: Count,
        cost: Sum,
        resolved_cost: Sum,
        squares: Sum,
    }
    fn add(&mut self, ticket: Cost) {
        let Sample { value, coarse } = ticket.sample;
        self.n += 1;
        self.resolved += i64::from(ticket.resolved);
        self.cost = self.cost.saturating_add(value);
        if ticket.resolved {
            self.resolved_cost = self.resolved_cost.saturating_add(coarse);
        }
        self.squares = self.squares.saturating_add(coarse.saturating_mul(coarse));
    }
}

#[derive(Debug, Clone)]
struct CostPerResolution {
    unit: Unit,
    invalid: Invalid,
}

impl Kpi for CostPerResolution {
    type Tally = Costs;

    fn read(&self, columns: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Rows<Cost>> {
        let [costs, outcomes] = [&columns[0], &columns[1]];
        let flags = (*outcomes.data_type() == DataType::Boolean).then(|| outcomes.as_boolean());
        let needed = if flags.is_some() {
            vec![costs, outcomes]
        } else {
            vec![costs]
        };
        let eligible = eligible(&needed, filter);
        let happened = |row| match flags {
            Some(flags) => flags.value(row),
            None => outcomes.is_valid(row),
        };
        with_numbers!("cost_per_resolution", costs, |cost| gather(
            costs.len(),
            eligible,
            self.invalid,
            |row| {
                let value = amounts::amount(cost(row))?;
                let sample = Sample {
                    value,
                    coarse: self.unit.coarse(value),
                };
                Some(Cost {
                    sample,
                    resolved: happened(row),
                })
            },
            |row| amounts::complaint("cost_per_resolution", cost(row)),
        ))
    }

    fn value(&self, tally: &Costs) -> Option<f64> {
        ratio(
            tally.cost,
            i128::from(tally.resolved).saturating_mul(self.unit.per_one()),
        )
    }

    #[expect(clippy::cast_precision_loss, reason = "an interval needs no more")]
    fn measure(&self, tally: &Costs, level: f64) -> Measured {
        let total = ratio(tally.cost, self.unit.per_one());
        let resolved = tally.resolved as f64;
        let interval = total.and_then(|y| {
            let sums = RatioSums {
                n: tally.n,
                x: resolved,
                y,
                xx: resolved,
                yy: coarse_products(tally.squares),
                xy: tally.resolved_cost as f64 / 1024.0,
            };
            statistics::ratio(sums, level)
        });
        Measured {
            n: tally.n,
            parts: vec![Some(resolved), total.filter(|_| tally.n > 0)],
            value: self.value(tally),
            interval,
        }
    }
}

//! Means over tickets: handle time, interactions and cost.

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use arrow::buffer::NullBuffer;
use arrow::datatypes::DataType;
use datafusion::common::Result;

use crate::functions::declaration::families::WORKLOAD;
use crate::functions::declaration::kpi_spec::{BoundKpi, KpiArguments, KpiForm, KpiSpec};
use crate::functions::declaration::outcome::{
    KpiMeasurement, KpiQuantity, KpiResultShape, KpiValueType,
};
use crate::functions::declaration::parameter::{FunctionParameter, ParameterKind};
use crate::functions::kernels::bits::{WORD, word};
use crate::functions::kernels::numbers::{COARSE_PER_ONE, coarse_products, ratio, unpacked};
use crate::functions::kernels::rows::{ChunkVisitor, eligible};
use crate::functions::tally::accumulate::{KpiFormula, TalliedKpi, TalliedRows, state_of};
use crate::functions::tally::amounts::{AmountReader, NarrowAmountReader};
use crate::functions::tally::mean::{MeanKpi, MeanSample, MeanTally};
use crate::functions::tally::statistics::RatioSums;
use crate::functions::tally::{ItemTally, add_to, mean, statistics, tally};

const SHAPE: KpiResultShape = KpiResultShape {
    value: KpiValueType::Measure,
    quantity: KpiQuantity::Plain,
    n: "rows with a value",
    parts: &[("total", KpiValueType::Measure, "sum of the values")],
    interval: mean::INTERVAL,
};

pub(crate) static AHT: KpiSpec = KpiSpec {
    name: "aht",
    family: WORKLOAD,
    description: "Average Handle Time: mean of the handle times, in the unit of the column. NULL \
        times are left out; none at all gives NULL; a negative time is an error.",
    example: "SELECT aht(handle_seconds) FROM (VALUES (120), (240), (NULL)) AS \
        calls(handle_seconds);\n-- 180.0",
    shape: SHAPE,
    forms: &[KpiForm {
        parameters: &[FunctionParameter::required(
            "handle_seconds",
            ParameterKind::Number,
            "Time spent on the contact.",
        )],
        state: state_of::<MeanTally>,
        bind: bind_mean,
    }],
};

pub(crate) static INTERACTIONS_PER_TICKET: KpiSpec = KpiSpec {
    name: "interactions_per_ticket",
    family: WORKLOAD,
    description: "Mean number of public comments of a ticket. NULL counts are left out; none at \
        all gives NULL; a negative count is an error.",
    example: "SELECT interactions_per_ticket(public_comments) FROM (VALUES (1), (4)) AS \
        tickets(public_comments);\n-- 2.5",
    shape: SHAPE,
    forms: &[KpiForm {
        parameters: &[FunctionParameter::required(
            "public_comments",
            ParameterKind::Number,
            "Public comments of the ticket.",
        )],
        state: state_of::<MeanTally>,
        bind: bind_mean,
    }],
};

pub(crate) static COST_PER_TICKET: KpiSpec = KpiSpec {
    name: "cost_per_ticket",
    family: WORKLOAD,
    description: "Mean cost of a ticket: Σ cost / tickets, in the currency of the column. Tickets \
        whose cost is NULL are left out; none at all gives NULL; a negative cost is an error.",
    example: "SELECT cost_per_ticket(cost) FROM (VALUES (4.5), (7.5)) AS tickets(cost);\n-- 6.0",
    shape: SHAPE,
    forms: &[KpiForm {
        parameters: &[FunctionParameter::required(
            "cost",
            ParameterKind::Number,
            "Cost of the ticket.",
        )],
        state: state_of::<MeanTally>,
        bind: bind_mean,
    }],
};

pub(crate) static COST_PER_RESOLUTION: KpiSpec = KpiSpec {
    name: "cost_per_resolution",
    family: WORKLOAD,
    description: "Cost of a resolution: Σ cost of all tickets / resolved tickets, since unresolved \
        tickets carry cost too. Tickets whose cost is NULL are left out; NULL when none is \
        resolved; a negative cost is an error.",
    example: "SELECT cost_per_resolution(cost, is_resolved) FROM (VALUES (4.0, true), (6.0, \
        false)) AS tickets(cost, is_resolved);\n-- 10.0",
    shape: KpiResultShape {
        value: KpiValueType::Measure,
        quantity: KpiQuantity::Plain,
        n: "tickets with a cost",
        parts: &[
            (
                "resolved",
                KpiValueType::Count,
                "resolved tickets among them",
            ),
            ("total", KpiValueType::Measure, "their cost"),
        ],
        interval: "the ends of the normal interval of a ratio of sums (NULL below two tickets).",
    },
    forms: &[KpiForm {
        parameters: &[
            FunctionParameter::required("cost", ParameterKind::Number, "Cost of the ticket."),
            FunctionParameter::required(
                "resolved",
                ParameterKind::Happened,
                "Whether it was resolved: a boolean (NULL: not eligible), or the time of resolution \
                 (NULL: not resolved).",
            ),
        ],
        state: state_of::<TicketCostSums>,
        bind: |call| {
            let costs = AmountReader::new(call);
            Ok(Box::new(TalliedKpi(CostPerResolution(costs))))
        },
    }],
};

fn bind_mean(call: &KpiArguments<'_>) -> Result<Box<dyn BoundKpi>> {
    let of = AmountReader::new(call);
    Ok(if of.is_narrow {
        Box::new(mean_of(NarrowAmountReader(of)))
    } else {
        Box::new(mean_of(of))
    })
}

fn mean_of<S: AsRef<AmountReader>>(samples: S) -> TalliedKpi<MeanKpi<S>> {
    let denominator = samples.as_ref().unit.per_one();
    TalliedKpi(MeanKpi {
        samples,
        numerator: 1,
        denominator,
        coarse_per_unit: COARSE_PER_ONE,
    })
}

/// Cost of one ticket; the flag is true if it was resolved.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct TicketCost {
    sample: MeanSample,
    resolved: bool,
}

tally! {
    /// Counts of all and of resolved tickets, and their cost, with the products for an interval.
    pub(crate) struct TicketCostSums {
        n: Count,
        resolved: Count,
        cost: Sum,
        resolved_cost: Sum,
        squares: Sum,
    }
}

impl ItemTally<TicketCost> for TicketCostSums {
    #[inline]
    fn add(&mut self, ticket: TicketCost) {
        let MeanSample { value, coarse } = ticket.sample;
        self.n += 1;
        self.resolved += i64::from(ticket.resolved);
        add_to(&mut self.cost, value);
        if ticket.resolved {
            add_to(&mut self.resolved_cost, coarse);
        }
        add_to(&mut self.squares, coarse.saturating_mul(coarse));
    }
}

#[derive(Debug, Clone)]
struct CostPerResolution(AmountReader);

impl TalliedRows for CostPerResolution {
    type Item = TicketCost;
    type Tally = TicketCostSums;

    fn read(
        &self,
        columns: &[ArrayRef],
        filter: Option<&BooleanArray>,
        each: ChunkVisitor<'_, TicketCost>,
    ) -> Result<()> {
        let [costs, outcomes] = [&columns[0], &columns[1]];
        let flags = (*outcomes.data_type() == DataType::Boolean).then(|| outcomes.as_boolean());
        let needed: &[&ArrayRef] = match flags {
            Some(_) => &[costs, outcomes],
            None => &[costs],
        };
        let costs = unpacked(costs)?;
        let batch = self.0.batch(costs.len(), eligible(needed, filter));
        let nulls = outcomes.logical_nulls();
        let happened = match (flags, &nulls) {
            (Some(flags), _) => Some(flags.values()),
            (None, nulls) => nulls.as_ref().map(NullBuffer::inner),
        };
        let cost = self.0.fill(&costs)?;
        let fill = |first: usize, slots: &mut [TicketCost], counted: u64| {
            let mut samples = [MeanSample::default(); WORD];
            let samples = &mut samples[..slots.len()];
            let valid = cost(first, samples, counted);
            let happened = happened.map_or(u64::MAX, |bits| word(bits, first, slots.len()));
            for (bit, (slot, &mut sample)) in slots.iter_mut().zip(samples).enumerate() {
                let resolved = happened >> (bit % WORD) & 1 == 1;
                *slot = TicketCost { sample, resolved };
            }
            valid
        };
        batch.gather(&fill, &|row| self.0.invalid_amount_error(&costs, row), each)
    }
}

impl KpiFormula for CostPerResolution {
    fn value(&self, tally: &TicketCostSums) -> Option<f64> {
        ratio(
            tally.cost,
            i128::from(tally.resolved).saturating_mul(self.0.unit.per_one()),
        )
    }

    #[expect(clippy::cast_precision_loss, reason = "an interval needs no more")]
    fn measure(&self, tally: &TicketCostSums, level: f64) -> KpiMeasurement {
        let total = ratio(tally.cost, self.0.unit.per_one());
        let resolved = tally.resolved as f64;
        let interval = total.and_then(|y| {
            let sums = RatioSums {
                n: tally.n,
                x: resolved,
                y,
                xx: resolved,
                yy: coarse_products(tally.squares),
                xy: tally.resolved_cost as f64 / COARSE_PER_ONE,
            };
            statistics::ratio(sums, level)
        });
        KpiMeasurement {
            n: tally.n,
            parts: vec![Some(resolved), total.filter(|_| tally.n > 0)],
            value: self.value(tally),
            interval,
        }
    }
}

//! The exact sums of both sides as aggregate functions, which only plans of [`super::table`] call.

use arrow::array::{Array, ArrayRef, BooleanArray};
use arrow::datatypes::DataType;
use datafusion::common::{Result, exec_datafusion_err};

use crate::functions::declaration::kpi_spec::{KpiArguments, StateColumns};
use crate::functions::declaration::parameter::{FunctionParameter, ParameterKind};
use crate::functions::kernels::numbers::{ExactSumUnit, number_at, unpacked};
use crate::functions::kernels::rows::{ChunkVisitor, EligibleRows, WAYS_ON, by_row, eligible};
use crate::functions::kpis::csat::CsatScale;
use crate::functions::kpis::nps::{NetShare, NpsAnswerCounts, NpsScale};
use crate::functions::kpis::rate::BooleanHits;
use crate::functions::tally::accumulate::TalliedRows;
use crate::functions::tally::scores::ScoreReader;
use crate::functions::tally::share::{ShareKpi, ShareTally};
use crate::functions::tally::{ItemTally, KpiTally, add_to, tally};
use crate::insight::comparison::{MomentTally, SignedNumbers};
use crate::insight::families::CAUSE;
use crate::insight::statistic::{
    BoundStatistic, SidedComparison, StatisticCell, StatisticField, StatisticResult, StatisticSpec,
    exact_units, sided_state, sum_field,
};
use crate::settings::InvalidPolicy;

pub(super) const SHARE_SUMS: &str = "deskql_change_share";
pub(super) const CSAT_SUMS: &str = "deskql_change_csat";
pub(super) const NPS_SUMS: &str = "deskql_change_nps";
pub(super) const MEAN_SUMS: &str = "deskql_change_mean";
pub(super) const RATIO_SUMS: &str = "deskql_change_ratio";

const SIDE: FunctionParameter =
    FunctionParameter::required("side", ParameterKind::Flag, "False before, true after.");
const NUMBER: FunctionParameter =
    FunctionParameter::required("value", ParameterKind::Number, "The number.");

const fn spec(
    name: &'static str,
    parts: usize,
    parameters: &'static [FunctionParameter],
    state: fn(&[DataType]) -> StateColumns,
    bind: fn(&KpiArguments<'_>) -> Result<Box<dyn BoundStatistic>>,
) -> StatisticSpec {
    StatisticSpec {
        name,
        family: CAUSE,
        description: "",
        example: "",
        result: StatisticResult::Struct(&UNITS, PARTS.split_at(2 * parts).0),
        parameters,
        state,
        bind,
    }
}

/// Units of the sums that make 1.
const UNITS: [StatisticField; 2] = [
    sum_field("numerator_per_one"),
    sum_field("denominator_per_one"),
];

/// The parts of both sides, those before first.
const PARTS: [StatisticField; 12] = [
    sum_field("part_0"),
    sum_field("part_1"),
    sum_field("part_2"),
    sum_field("part_3"),
    sum_field("part_4"),
    sum_field("part_5"),
    sum_field("part_6"),
    sum_field("part_7"),
    sum_field("part_8"),
    sum_field("part_9"),
    sum_field("part_10"),
    sum_field("part_11"),
];

/// All of them.
pub(crate) static STATISTICS: &[StatisticSpec] = &[
    spec(
        SHARE_SUMS,
        2,
        &[
            FunctionParameter::required("ok", ParameterKind::Flag, "True for a hit."),
            SIDE,
        ],
        sided_state::<ShareTally>,
        |_| {
            Ok(sums(ShareKpi(BooleanHits), 1, |_, sides, _| {
                cells([1, 1], sides)
            }))
        },
    ),
    spec(
        CSAT_SUMS,
        2,
        &[
            NUMBER,
            SIDE,
            FunctionParameter::optional("satisfied_from", ParameterKind::Constant, ""),
            FunctionParameter::optional("scale_max", ParameterKind::Constant, ""),
        ],
        sided_state::<ShareTally>,
        bind_csat,
    ),
    spec(
        NPS_SUMS,
        3,
        &[NUMBER, SIDE],
        sided_state::<NpsAnswerCounts>,
        |call| {
            let scores = ScoreReader::new("explain_change", NpsScale, call.invalid);
            Ok(sums(NetShare(scores), 1, |_, sides, _| {
                cells([1, 1], sides)
            }))
        },
    ),
    spec(
        MEAN_SUMS,
        5,
        &[NUMBER, SIDE],
        sided_state::<MomentTally>,
        |call| {
            let numbers = SignedNumbers::new(call);
            Ok(sums(numbers, 1, |numbers, sides, _| {
                cells([numbers.unit.per_one(), 1], sides)
            }))
        },
    ),
    spec(
        RATIO_SUMS,
        6,
        &[
            FunctionParameter::required("numerator", ParameterKind::Number, ""),
            FunctionParameter::required("denominator", ParameterKind::Number, ""),
            SIDE,
        ],
        sided_state::<RatioMoments>,
        |call| {
            let numbers = RatioNumbers::new(call);
            Ok(sums(numbers, 2, |numbers, sides, _| {
                cells(numbers.units.map(ExactSumUnit::per_one), sides)
            }))
        },
    ),
];

fn bind_csat(call: &KpiArguments<'_>) -> Result<Box<dyn BoundStatistic>> {
    let (satisfied_from, max) = (call.number("satisfied_from")?, call.number("scale_max")?);
    let scale = CsatScale::new("explain_change", satisfied_from, max)?;
    let scores = ScoreReader::new("explain_change", scale, call.invalid);
    Ok(sums(ShareKpi(scores), 1, |_, sides, _| {
        cells([1, 1], sides)
    }))
}

/// The bound call that gives `cells` of both tallies.
fn sums<R: TalliedRows>(
    rows: R,
    side: usize,
    compare: fn(&R, &[R::Tally; 2], f64) -> Vec<StatisticCell>,
) -> Box<dyn BoundStatistic> {
    Box::new(SidedComparison {
        rows,
        side,
        level: 0.0,
        compare,
    })
}

/// The units, then the parts of both tallies as they are.
fn cells<T: KpiTally>(units: [i128; 2], sides: &[T; 2]) -> Vec<StatisticCell> {
    let parts = sides
        .iter()
        .flat_map(|tally| tally.values().as_ref().to_vec());
    units
        .into_iter()
        .chain(parts)
        .map(StatisticCell::Sum)
        .collect()
}

tally! {
    /// Rows, exact sums of both numbers, and coarse sums of their squares and product for an interval.
    struct RatioMoments {
        n: Count,
        numerator: Sum,
        denominator: Sum,
        squares: Sum,
        products: Sum,
        denominators: Sum,
    }
}

/// Both numbers of a row in their units, and coarse.
#[derive(Debug, Clone, Copy, Default)]
struct RatioRow {
    numerator: i128,
    denominator: i128,
    coarse: [i128; 2],
}

impl ItemTally<RatioRow> for RatioMoments {
    fn add(&mut self, row: RatioRow) {
        let [y, x] = row.coarse;
        self.n += 1;
        add_to(&mut self.numerator, row.numerator);
        add_to(&mut self.denominator, row.denominator);
        add_to(&mut self.squares, y.saturating_mul(y));
        add_to(&mut self.products, y.saturating_mul(x));
        add_to(&mut self.denominators, x.saturating_mul(x));
    }
}

/// Reads numerators and denominators; a row without either is not eligible.
#[derive(Debug, Clone)]
struct RatioNumbers {
    units: [ExactSumUnit; 2],
    invalid: InvalidPolicy,
}

impl RatioNumbers {
    fn new(call: &KpiArguments<'_>) -> Self {
        Self {
            units: [0, 1].map(|place: usize| ExactSumUnit::for_type(&call.types[place])),
            invalid: call.invalid,
        }
    }
}

impl TalliedRows for RatioNumbers {
    type Item = RatioRow;
    type Tally = RatioMoments;

    fn read(
        &self,
        columns: &[ArrayRef],
        filter: Option<&BooleanArray>,
        each: ChunkVisitor<'_, RatioRow>,
    ) -> Result<()> {
        let (above, below) = (unpacked(&columns[0])?, unpacked(&columns[1])?);
        if above.data_type().is_null() || below.data_type().is_null() {
            return Ok(());
        }
        let batch = EligibleRows {
            rows: above.len(),
            eligible: eligible(&[&columns[0], &columns[1]], filter),
            invalid: self.invalid,
        };
        let (numerators, denominators) = (
            exact_units("explain_change", &above)?,
            exact_units("explain_change", &below)?,
        );
        let fill = by_row(|row| {
            let (numerator, denominator) = (numerators[row]?, denominators[row]?);
            Some(RatioRow {
                numerator,
                denominator,
                coarse: [
                    self.units[0].coarse(numerator),
                    self.units[1].coarse(denominator),
                ],
            })
        });
        let complaint = |row: usize| {
            let column = if numerators[row].is_none() {
                &above
            } else {
                &below
            };
            match number_at("explain_change", column, row) {
                Ok(number) => exec_datafusion_err!(
                    "explain_change: {number} is too large to be summed exactly; {WAYS_ON}"
                ),
                Err(error) => error,
            }
        };
        batch.gather(&fill, &complaint, each)
    }
}

//! The value of customers, and value to them, as SQL calls it.

use datafusion::common::{Result, exec_err};

use super::lifetime::{InvalidLifetimeInput, lifetime_value};
use super::quotient_rows::{QuotientTally, bind_quotient};
use crate::functions::declaration::parameter::{FunctionParameter, LEVEL, ParameterKind};
use crate::insight::families::CUSTOMER_VALUE;
use crate::insight::statistic::{
    ScalarNumbers, ScalarStatistic, StatisticCell, StatisticCellType, StatisticResult,
    StatisticSpec, count_field, measure_field, tally_state,
};

const BENEFIT: FunctionParameter = FunctionParameter::required(
    "benefit",
    ParameterKind::Number,
    "The customer's rating of what they get.",
);
const COST: FunctionParameter = FunctionParameter::required(
    "cost",
    ParameterKind::Number,
    "The same customer's rating of what they give: money, time, effort.",
);

const VALUE_QUOTIENT: StatisticSpec = StatisticSpec {
    name: "value_quotient",
    family: CUSTOMER_VALUE,
    description: "Σ benefit / Σ cost of two ratings of the same customer: above 1 customers see more than \
        they give. With competitors' ratings as cost it is customer value added. Rows without either rating \
        do not count; NULL where the costs add up to 0. Needs a survey that asks both.",
    example: "SELECT value_quotient(benefit, cost) FROM (VALUES (8, 6), (7, 4)) AS answers(benefit, cost);\n\
        -- 1.5",
    result: StatisticResult::Part(StatisticCellType::Measure, 1),
    parameters: &[BENEFIT, COST],
    state: tally_state::<QuotientTally>,
    bind: bind_quotient,
};

/// The aggregate functions.
pub(crate) static STATISTICS: &[StatisticSpec] = &[
    VALUE_QUOTIENT,
    StatisticSpec {
        name: "value_quotient_detail",
        description: "`value_quotient` with the interval of a ratio, by linearisation (Cochran 1977, section \
            6.4); none below two rows.",
        example: "SELECT value_quotient_detail(benefit, cost).n FROM (VALUES (8, 6), (7, 4), (9, NULL)) AS \
            answers(benefit, cost);\n-- 2",
        result: StatisticResult::Struct(
            &[
                count_field("n", "rows with both ratings"),
                measure_field("value_quotient", "the quotient"),
                measure_field("low", "lower end of its interval"),
                measure_field("high", "upper end of its interval"),
            ],
            &[],
        ),
        parameters: &[BENEFIT, COST, LEVEL],
        ..VALUE_QUOTIENT
    },
];

const fn number(name: &'static str, meaning: &'static str) -> FunctionParameter {
    FunctionParameter::required(name, ParameterKind::Number, meaning)
}

/// The scalar functions.
pub(crate) static SCALARS: &[ScalarStatistic] = &[ScalarStatistic {
    name: "lifetime_value",
    family: CUSTOMER_VALUE,
    description: "What a customer brings over all periods to come: margin × retention / (1 + discount − \
        retention), where the first margin comes one period from now (Gupta and Lehmann 2003). NULL where \
        nobody leaves and nothing is discounted. Take gross retention, never net, which counts what other \
        customers buy more; a share off 0 to 100 is an error. Where churn falls with age, the named query \
        lifetime_value is closer.",
    example: "SELECT lifetime_value(100, 90, 10);\n-- 450.0",
    result: StatisticResult::Value(StatisticCellType::Measure),
    parameters: &[
        number("margin", "What a customer brings in one period."),
        number(
            "retention",
            "Share of customers who stay from one period to the next, 0 to 100.",
        ),
        number(
            "discount",
            "What money loses in value from one period to the next, 0 to 100.",
        ),
    ],
    compute: lifetime_cells,
}];

fn lifetime_cells(numbers: &ScalarNumbers<'_>) -> Result<Option<Vec<StatisticCell>>> {
    let (Some(margin), Some(retention), Some(discount)) = (
        numbers.optional(0),
        numbers.optional(1),
        numbers.optional(2),
    ) else {
        return Ok(None);
    };
    let (name, given) = match lifetime_value(margin, retention, discount) {
        Ok(value) => return Ok(Some(vec![StatisticCell::Measure(value)])),
        Err(InvalidLifetimeInput::Margin) => {
            return exec_err!("lifetime_value: margin is not a finite number");
        }
        Err(InvalidLifetimeInput::Retention) => ("retention", retention),
        Err(InvalidLifetimeInput::Discount) => ("discount", discount),
    };
    exec_err!("lifetime_value: {name} must lie between 0 and 100, not {given}")
}

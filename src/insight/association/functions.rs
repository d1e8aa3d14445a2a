//! Correlations and weighted values as SQL calls them.

use super::pearson_rows::{PearsonTally, bind_pearson};
use super::rank_rows::{bind_kendall, bind_spearman};
use super::weighted_rows::{bind_mean, bind_nps, bind_rate};
use super::weighted_tallies::{WeightedMeanTally, WeightedShareTally};
use crate::functions::declaration::parameter::{FunctionParameter, LEVEL, ParameterKind};
use crate::insight::families::ASSOCIATION;
use crate::insight::statistic::{
    StatisticCellType, StatisticField, StatisticResult, StatisticSpec, count_field, counts_state,
    measure_field, tally_state,
};

const PAIR: [FunctionParameter; 3] = [
    FunctionParameter::required("x", ParameterKind::Number, "One number."),
    FunctionParameter::required("y", ParameterKind::Number, "The other number."),
    LEVEL,
];

const R: StatisticResult = StatisticResult::Part(StatisticCellType::Measure, 1);
const CORRELATION: StatisticResult = StatisticResult::Struct(
    &[
        count_field("n", "rows that have both numbers"),
        measure_field("r", "the correlation, −1 to 1"),
        measure_field("low", "lower end of its interval"),
        measure_field("high", "upper end of its interval"),
        measure_field("p", "two-sided p of no correlation, 0 to 1"),
    ],
    &[],
);

const WEIGHT: FunctionParameter = FunctionParameter::required(
    "w",
    ParameterKind::Number,
    "Weight of the row, 0 or more; a row without a weight does not count.",
);

const VALUE: StatisticResult = StatisticResult::Part(StatisticCellType::Measure, 2);
const WEIGHTED: StatisticResult = StatisticResult::Struct(
    &[
        count_field("n", "rows that have a value and a weight"),
        measure_field(
            "n_effective",
            "Kish's number of rows of equal weight that tell as much",
        ),
        VALUE_FIELD,
        measure_field("low", "lower end of its interval"),
        measure_field("high", "upper end of its interval"),
    ],
    &[],
);
const VALUE_FIELD: StatisticField = measure_field("value", "the weighted value");

/// Parameters of a weighted value, those of a detail with the level.
const fn weighted(value: FunctionParameter) -> [FunctionParameter; 3] {
    [value, WEIGHT, LEVEL]
}

const OK: [FunctionParameter; 3] = weighted(FunctionParameter::required(
    "ok",
    ParameterKind::Flag,
    "True for a hit, false for a miss, NULL where the question does not apply.",
));
const SCORE: [FunctionParameter; 3] = weighted(FunctionParameter::required(
    "score",
    ParameterKind::Number,
    "Answer on the scale 0..10.",
));
const NUMBER: [FunctionParameter; 3] = weighted(FunctionParameter::required(
    "x",
    ParameterKind::Number,
    "The number.",
));

/// The parameters before the level.
const fn without_level(all: &'static [FunctionParameter; 3]) -> &'static [FunctionParameter] {
    all.split_at(2).0
}

const PEARSON: StatisticSpec = StatisticSpec {
    name: "pearson",
    family: ASSOCIATION,
    description: "Product moment correlation of two numbers, −1 to 1: exactly ±1 where all rows lie on a \
        line. Rows without either number do not count; NULL where a side is constant. Numbers are summed \
        exactly, so the digits do not depend on the order of rows. Association is not cause. Source: Student \
        1908.",
    example: "SELECT pearson(wait, score) FROM (VALUES (1, 5), (2, 4), (3, 3)) AS answers(wait, score);\n\
        -- -1.0",
    result: R,
    parameters: without_level(&PAIR),
    state: tally_state::<PearsonTally>,
    bind: bind_pearson,
};

const SPEARMAN: StatisticSpec = StatisticSpec {
    name: "spearman",
    family: ASSOCIATION,
    description: "Rank correlation of two numbers, −1 to 1: Pearson's r of ranks, ties at the middle of \
        theirs, so it suits scores, whose steps need not be equal. Rows without either number do not count; \
        NULL where a side is constant. Source: Spearman 1904.",
    example: "SELECT spearman(wait, score) FROM (VALUES (1, 5), (2, 4), (900, 3)) AS answers(wait, \
        score);\n-- -1.0",
    result: R,
    parameters: without_level(&PAIR),
    state: counts_state,
    bind: bind_spearman,
};

const KENDALL: StatisticSpec = StatisticSpec {
    name: "kendall",
    family: ASSOCIATION,
    description: "Kendall's τ-b of two numbers, −1 to 1: pairs of rows in the same order less those in \
        opposite order, of the pairs that are tied on neither side. Rows without either number do not count; \
        NULL where a side is constant. Source: Kendall 1945.",
    example: "SELECT kendall(wait, score) FROM (VALUES (1, 5), (2, 4), (900, 3)) AS answers(wait, \
        score);\n-- -1.0",
    result: R,
    parameters: without_level(&PAIR),
    state: counts_state,
    bind: bind_kendall,
};

const WEIGHTED_RATE: StatisticSpec = StatisticSpec {
    name: "weighted_rate",
    family: ASSOCIATION,
    description: "Share of weight that hits, 0 to 100. Rows without an answer or a weight do not count; \
        NULL where all weights are 0; a negative weight is an error. To weight answers by stratum take \
        customers in the stratum / answers in it.",
    example: "SELECT weighted_rate(ok, w) FROM (VALUES (true, 3), (false, 1)) AS answers(ok, w);\n-- 75.0",
    result: VALUE,
    parameters: without_level(&OK),
    state: tally_state::<WeightedShareTally>,
    bind: bind_rate,
};

const WEIGHTED_NPS: StatisticSpec = StatisticSpec {
    name: "weighted_nps",
    family: ASSOCIATION,
    description: "Net Promoter Score of weighted answers, −100 to 100. Rows without a score or a weight do \
        not count; NULL where all weights are 0; a negative weight or a score off the scale is an error.",
    example: "SELECT weighted_nps(score, w) FROM (VALUES (10, 3), (2, 1)) AS answers(score, w);\n-- 50.0",
    result: VALUE,
    parameters: without_level(&SCORE),
    state: tally_state::<WeightedShareTally>,
    bind: bind_nps,
};

const WEIGHTED_MEAN: StatisticSpec = StatisticSpec {
    name: "weighted_mean",
    family: ASSOCIATION,
    description: "Mean of weighted numbers, Σwx / Σw. Rows without a number or a weight do not count; NULL \
        where all weights are 0; a negative weight is an error.",
    example: "SELECT weighted_mean(x, w) FROM (VALUES (4, 3), (8, 1)) AS answers(x, w);\n-- 5.0",
    result: VALUE,
    parameters: without_level(&NUMBER),
    state: tally_state::<WeightedMeanTally>,
    bind: bind_mean,
};

/// The aggregate functions.
pub(crate) static STATISTICS: &[StatisticSpec] = &[
    PEARSON,
    StatisticSpec {
        name: "pearson_detail",
        description: "`pearson` with Fisher's interval (1921), NULL for 3 rows or fewer, and p of Student's t \
            with n − 2 degrees of freedom, NULL for 2 rows or fewer; both are NULL where r is ±1.",
        example: "SELECT pearson_detail(x, y).r FROM (VALUES (1, 1), (2, 3), (3, 2)) AS t(x, y);\n-- 0.5",
        result: CORRELATION,
        parameters: &PAIR,
        ..PEARSON
    },
    SPEARMAN,
    StatisticSpec {
        name: "spearman_detail",
        description: "`spearman` with the interval of Bonett and Wright (2000), NULL for 3 rows or fewer, and \
            p of Student's t with n − 2 degrees of freedom, NULL for 2 rows or fewer; both are NULL where r \
            is ±1.",
        example: "SELECT spearman_detail(x, y).r FROM (VALUES (1, 1), (2, 3), (3, 2)) AS t(x, y);\n-- 0.5",
        result: CORRELATION,
        parameters: &PAIR,
        ..SPEARMAN
    },
    KENDALL,
    StatisticSpec {
        name: "kendall_detail",
        description: "`kendall` with the interval of Fieller, Hartley and Pearson (1957), NULL for 4 rows or \
            fewer, and the normal p with the variance of ties, NULL for 2 rows or fewer; both are NULL where \
            r is ±1.",
        example: "SELECT kendall_detail(x, y).n FROM (VALUES (1, 1), (2, 3), (3, NULL)) AS t(x, y);\n-- 2",
        result: CORRELATION,
        parameters: &PAIR,
        ..KENDALL
    },
    WEIGHTED_RATE,
    StatisticSpec {
        name: "weighted_rate_detail",
        description: "`weighted_rate` with Wilson's interval at Kish's effective number of rows, (Σw)² / Σw² \
            (1965).",
        example: "SELECT weighted_rate_detail(ok, w).n_effective FROM (VALUES (true, 3), (false, 1)) AS \
            answers(ok, w);\n-- 1.6",
        result: WEIGHTED,
        parameters: &OK,
        ..WEIGHTED_RATE
    },
    WEIGHTED_NPS,
    StatisticSpec {
        name: "weighted_nps_detail",
        description: "`weighted_nps` with the normal interval of p + d − s² at Kish's effective number of \
            rows; for few rows its ends can pass ±100.",
        example: "SELECT weighted_nps_detail(score, w).n_effective FROM (VALUES (10, 3), (2, 1)) AS \
            answers(score, w);\n-- 1.6",
        result: WEIGHTED,
        parameters: &SCORE,
        ..WEIGHTED_NPS
    },
    WEIGHTED_MEAN,
    StatisticSpec {
        name: "weighted_mean_detail",
        description: "`weighted_mean` with the normal interval at Kish's effective number of rows; none where \
            but one row has a weight.",
        example: "SELECT weighted_mean_detail(x, w).n_effective FROM (VALUES (4, 3), (8, 1)) AS \
            answers(x, w);\n-- 1.6",
        result: WEIGHTED,
        parameters: &NUMBER,
        ..WEIGHTED_MEAN
    },
];

//! The functions of this folder as SQL calls them.

use super::counted::{bind_duration, bind_ranks};
use super::moments::MomentTally;
use super::side_difference::FIELDS;
use super::tallied::{bind_csat, bind_mean, bind_nps, bind_rate};
use super::{planning_functions as planning, totals};
use crate::functions::declaration::parameter::{FunctionParameter, LEVEL, ParameterKind};
use crate::functions::kpis::nps::NpsAnswerCounts;
use crate::functions::tally::share::ShareTally;
use crate::insight::families::{PLANNING, SIGNIFICANCE};
use crate::insight::statistic::{
    ScalarStatistic, StatisticCellType, StatisticField, StatisticResult, StatisticSpec,
    count_field, counts_state, measure_field, sided_state, text_field,
};

const SIDE: FunctionParameter = FunctionParameter::required(
    "side",
    ParameterKind::Flag,
    "False for side a (before, control), true for side b (after, treated); NULL is in neither.",
);

const SHARE_TEST: &[StatisticField] = &[text_field("test", "'z' or 'fisher'")];
const DEGREES: &[StatisticField] = &[measure_field("df", "degrees of freedom")];

/// What every comparison says of its rows.
macro_rules! independent {
    () => {
        " Rows count as independent: where customers have several, take one row for each first \
         (GROUP BY customer_id), then compare."
    };
}

const COMPARE_RATE: StatisticSpec = StatisticSpec {
    name: "compare_rate",
    family: SIGNIFICANCE,
    description: concat!(
        "The difference of two shares in points, with Newcombe's interval (1998, method 10). p is of the \
         pooled z test where all expected counts are 5 or more, of Fisher's exact test otherwise, and NULL \
         where all rows or none hit.",
        independent!()
    ),
    example: "SELECT compare_rate(met, late).difference FROM (VALUES (true, false), (false, false), \
        (true, true), (true, true)) AS tickets(met, late);\n-- 50.0",
    result: StatisticResult::Struct(&FIELDS, SHARE_TEST),
    parameters: &[
        FunctionParameter::required(
            "ok",
            ParameterKind::Flag,
            "True for a hit, false for a miss, NULL where the question does not apply.",
        ),
        SIDE,
        LEVEL,
    ],
    state: sided_state::<ShareTally>,
    bind: bind_rate,
};

const COMPARE_CSAT: StatisticSpec = StatisticSpec {
    name: "compare_csat",
    family: SIGNIFICANCE,
    description: concat!(
        "The difference of two CSAT scores in points, as `compare_rate` has it for satisfied answers; \
         scores are read as `csat` reads them.",
        independent!()
    ),
    example: "SELECT compare_csat(score, late).difference FROM (VALUES (5, false), (2, false), (4, \
        true), (4, true)) AS answers(score, late);\n-- 50.0",
    result: StatisticResult::Struct(&FIELDS, SHARE_TEST),
    parameters: &[
        FunctionParameter::required(
            "score",
            ParameterKind::Answer,
            "Answer on the scale 1..`scale_max`, or a boolean that is true for good.",
        ),
        SIDE,
        FunctionParameter::optional(
            "satisfied_from",
            ParameterKind::Constant,
            "Lowest score that counts as satisfied; 4 when absent.",
        ),
        FunctionParameter::optional(
            "scale_max",
            ParameterKind::Constant,
            "Highest score of the scale; 5 when absent.",
        ),
        LEVEL,
    ],
    state: sided_state::<ShareTally>,
    bind: bind_csat,
};

const COMPARE_NPS: StatisticSpec = StatisticSpec {
    name: "compare_nps",
    family: SIGNIFICANCE,
    description: concat!(
        "The difference of two Net Promoter Scores in points, with the normal interval and z test of SE = \
         √(V_a/n_a + V_b/n_b), V = p + d − (p − d)². NULL for both where neither side varies.",
        independent!()
    ),
    example: "SELECT compare_nps(score, late).difference FROM (VALUES (10, false), (8, false), (9, \
        true), (0, true)) AS answers(score, late);\n-- -50.0",
    result: StatisticResult::Struct(&FIELDS, &[]),
    parameters: &[
        FunctionParameter::required("score", ParameterKind::Number, "Answer on the scale 0..10."),
        SIDE,
        LEVEL,
    ],
    state: sided_state::<NpsAnswerCounts>,
    bind: bind_nps,
};

const COMPARE_MEAN: StatisticSpec = StatisticSpec {
    name: "compare_mean",
    family: SIGNIFICANCE,
    description: concat!(
        "The difference of two means by Welch's t test (1947). Interval, p and df are NULL below two rows on \
         a side, and where neither side varies.",
        independent!()
    ),
    example: "SELECT compare_mean(cost, late).difference FROM (VALUES (4, false), (6, false), (9, \
        true)) AS tickets(cost, late);\n-- 4.0",
    result: StatisticResult::Struct(&FIELDS, DEGREES),
    parameters: &[
        FunctionParameter::required("x", ParameterKind::Number, "The number to compare."),
        SIDE,
        LEVEL,
    ],
    state: sided_state::<MomentTally>,
    bind: bind_mean,
};

const COMPARE_DURATION: StatisticSpec = StatisticSpec {
    name: "compare_duration",
    family: SIGNIFICANCE,
    description: concat!(
        "The difference of two median durations, whose interval is made of the order-statistic intervals of \
         `duration_median_detail` (Zou and Donner 2008). p is that of `compare_ranks` and asks whether times \
         tend to be longer on one side, not whether the medians differ. Tickets that are still open have no \
         duration and are left out: `compare_survival` counts them.",
        independent!()
    ),
    example: "SELECT compare_duration(a, b, late, 'hour').difference FROM (VALUES (TIMESTAMP \
        '2026-01-01 00:00:00', TIMESTAMP '2026-01-01 03:00:00', false), (TIMESTAMP '2026-01-01 \
        00:00:00', TIMESTAMP '2026-01-01 01:00:00', true)) AS tickets(a, b, late);\n-- -2.0",
    result: StatisticResult::Struct(
        &FIELDS,
        &[
            measure_field("faster", "100 × P(b < a), ties half"),
            text_field("test", "'exact' or 'normal'"),
        ],
    ),
    parameters: &[
        FunctionParameter::required("start", ParameterKind::Instant, "When it began."),
        FunctionParameter::required("end", ParameterKind::Instant, "When it ended."),
        SIDE,
        FunctionParameter::optional(
            "unit",
            ParameterKind::Text,
            "'second', 'minute', 'hour' or 'day'; minutes when absent.",
        ),
        LEVEL,
        FunctionParameter::optional(
            "calendar",
            ParameterKind::Calendar,
            "A business calendar by name: its open time counts only.",
        ),
    ],
    state: counts_state,
    bind: bind_duration,
};

const COMPARE_RANKS: StatisticSpec = StatisticSpec {
    name: "compare_ranks",
    family: SIGNIFICANCE,
    description: concat!(
        "Do values tend to be higher on side b? The Mann-Whitney test (1947), for ordinal scales such as \
         CES and CSAT. p is exact without ties and up to 20 rows a side, otherwise normal with the \
         variance of ties and a continuity correction; NULL where all values are equal.",
        independent!()
    ),
    example: "SELECT compare_ranks(score, late).superiority FROM (VALUES (1, false), (3, false), (2, \
        true), (5, true)) AS answers(score, late);\n-- 75.0",
    result: StatisticResult::Struct(
        &[
            count_field("n_a", "rows on side a, where `side` is false"),
            count_field("n_b", "rows on side b, where `side` is true"),
            measure_field("u", "pairs in which b is above a, ties half"),
            measure_field("superiority", "100 × u / (n_a n_b)"),
            measure_field("p", "two-sided p, 0 to 1"),
            text_field("test", "'exact' or 'normal'"),
        ],
        &[],
    ),
    parameters: &[
        FunctionParameter::required("x", ParameterKind::Number, "The value to compare."),
        SIDE,
    ],
    state: counts_state,
    bind: bind_ranks,
};

/// The aggregate functions.
pub(crate) static STATISTICS: &[StatisticSpec] = &[
    COMPARE_RATE,
    COMPARE_CSAT,
    COMPARE_NPS,
    COMPARE_MEAN,
    COMPARE_DURATION,
    COMPARE_RANKS,
];

const fn number(name: &'static str, meaning: &'static str) -> FunctionParameter {
    FunctionParameter::required(name, ParameterKind::Number, meaning)
}

const fn default_number(name: &'static str, meaning: &'static str) -> FunctionParameter {
    FunctionParameter::optional(name, ParameterKind::Number, meaning)
}

const POWER: FunctionParameter = default_number(
    "power",
    "Chance of a clear result, between 0 and 1; 0.8 when absent.",
);
const RATE_A: FunctionParameter = number("rate_a", "One share, 0 to 100.");
const RATE_B: FunctionParameter = number("rate_b", "The other share, 0 to 100.");

/// The scalar functions.
pub(crate) static SCALARS: &[ScalarStatistic] = &[
    ScalarStatistic {
        name: "rate_difference",
        family: SIGNIFICANCE,
        description: "`compare_rate` for totals: the difference of two shares in points.",
        example: "SELECT rate_difference(48, 80, 56, 70).b;\n-- 80.0",
        result: StatisticResult::Struct(&FIELDS, SHARE_TEST),
        parameters: &[
            number("hits_a", "Hits of side a."),
            number("n_a", "Rows of side a."),
            number("hits_b", "Hits of side b."),
            number("n_b", "Rows of side b."),
            LEVEL,
        ],
        compute: totals::rate_difference,
    },
    ScalarStatistic {
        name: "nps_difference",
        family: SIGNIFICANCE,
        description: "`compare_nps` for totals: the difference of two Net Promoter Scores in points.",
        example: "SELECT nps_difference(162, 54, 324, 120, 90, 300).b;\n-- 10.0",
        result: StatisticResult::Struct(&FIELDS, &[]),
        parameters: &[
            number("promoters_a", "Promoters of side a."),
            number("detractors_a", "Detractors of side a."),
            number("n_a", "Answers of side a."),
            number("promoters_b", "Promoters of side b."),
            number("detractors_b", "Detractors of side b."),
            number("n_b", "Answers of side b."),
            LEVEL,
        ],
        compute: totals::nps_difference,
    },
    ScalarStatistic {
        name: "mean_difference",
        family: SIGNIFICANCE,
        description: "`compare_mean` for totals: the difference of two means by Welch's t test.",
        example: "SELECT mean_difference(10, 4.5, 1, 12, 6, 2).difference;\n-- 1.5",
        result: StatisticResult::Struct(&FIELDS, DEGREES),
        parameters: &[
            number("n_a", "Rows of side a."),
            number("mean_a", "Mean of side a."),
            number("sd_a", "Standard deviation of side a, over n − 1."),
            number("n_b", "Rows of side b."),
            number("mean_b", "Mean of side b."),
            number("sd_b", "Standard deviation of side b, over n − 1."),
            LEVEL,
        ],
        compute: totals::mean_difference,
    },
    ScalarStatistic {
        name: "sample_size_rate",
        family: PLANNING,
        description: "Answers that measure a share within ±`margin` points: z² p (100 − p) / margin², \
            rounded up; n / (1 + (n − 1)/N) for a population of N.",
        example: "SELECT sample_size_rate(5);\n-- 385",
        result: StatisticResult::Value(StatisticCellType::Count),
        parameters: &[
            number("margin", "Half the width of the interval, in points."),
            default_number(
                "rate",
                "The share that is expected, 0 to 100; 50, the worst case, when absent.",
            ),
            LEVEL,
            default_number(
                "population",
                "Number of all who could answer; not limited when absent.",
            ),
        ],
        compute: planning::sample_size_rate,
    },
    ScalarStatistic {
        name: "sample_size_nps",
        family: PLANNING,
        description: "Answers that measure NPS within ±`margin` points: (100 z / margin)² V, rounded up, \
            V = p + d − (p − d)².",
        example: "SELECT sample_size_nps(10);\n-- 385",
        result: StatisticResult::Value(StatisticCellType::Count),
        parameters: &[
            number("margin", "Half the width of the interval, in points."),
            default_number(
                "promoters",
                "Share of promoters, 0 to 100; the worst case, V = 1, when absent.",
            ),
            default_number(
                "detractors",
                "Share of detractors, 0 to 100, given with promoters.",
            ),
            LEVEL,
        ],
        compute: planning::sample_size_nps,
    },
    ScalarStatistic {
        name: "sample_size_compare_rates",
        family: PLANNING,
        description: "Rows on each side that tell two shares apart (Fleiss 1981, without continuity \
            correction), rounded up. NULL for equal shares.",
        example: "SELECT sample_size_compare_rates(80, 83);\n-- 2629",
        result: StatisticResult::Value(StatisticCellType::Count),
        parameters: &[RATE_A, RATE_B, POWER, LEVEL],
        compute: planning::sample_size_compare_rates,
    },
    ScalarStatistic {
        name: "sample_size_compare_means",
        family: PLANNING,
        description: "Rows on each side that tell two means apart (Guenther 1981), rounded up: within one \
            row of the exact answer of the t distribution. NULL for no difference.",
        example: "SELECT sample_size_compare_means(1, 1, 0.9);\n-- 22",
        result: StatisticResult::Value(StatisticCellType::Count),
        parameters: &[
            number("sd", "Standard deviation of the values."),
            number("difference", "The difference to find."),
            POWER,
            LEVEL,
        ],
        compute: planning::sample_size_compare_means,
    },
    ScalarStatistic {
        name: "power_compare_rates",
        family: PLANNING,
        description: "Chance that `n` rows on each side show a clear difference of two shares, 0 to 1.",
        example: "SELECT round(power_compare_rates(50, 75, 50), 3);\n-- 0.74",
        result: StatisticResult::Value(StatisticCellType::Measure),
        parameters: &[RATE_A, RATE_B, number("n", "Rows on each side."), LEVEL],
        compute: planning::power_compare_rates,
    },
    ScalarStatistic {
        name: "detectable_change",
        family: PLANNING,
        description: "The nearest shares that `n` rows on each side tell from `rate`; NULL where even 0 or \
            100 is not far enough.",
        example: "SELECT round(detectable_change(80, 400).up, 2);\n-- 87.31",
        result: StatisticResult::Struct(
            &[
                measure_field("down", "the nearest share below"),
                measure_field("up", "the nearest share above"),
            ],
            &[],
        ),
        parameters: &[
            number("rate", "The share now, 0 to 100."),
            number("n", "Rows on each side."),
            POWER,
            LEVEL,
        ],
        compute: planning::detectable_change,
    },
];

//! Survival as aggregate functions of SQL.

use super::counted::{bind_compare, bind_mean, bind_median, bind_share};
use crate::functions::declaration::parameter::{FunctionParameter, LEVEL, ParameterKind};
use crate::insight::families::SURVIVAL;
use crate::insight::statistic::{
    StatisticCellType, StatisticField, StatisticResult, StatisticSpec, count_field, counts_state,
    measure_field,
};

const START: FunctionParameter =
    FunctionParameter::required("start", ParameterKind::Instant, "When it began.");
const END: FunctionParameter = FunctionParameter::required(
    "end",
    ParameterKind::Instant,
    "When it ended; NULL while it has not.",
);
const AS_OF: FunctionParameter = FunctionParameter::required(
    "as_of",
    ParameterKind::Instant,
    "The last instant of which is known, a constant or a column.",
);
const UNIT: FunctionParameter = FunctionParameter::optional(
    "unit",
    ParameterKind::Text,
    "'second', 'minute', 'hour' or 'day'; minutes when absent.",
);

const N: StatisticField = count_field("n", "rows that count, ended or not");
const LOW: StatisticField = measure_field("low", "lower end of its interval");
const HIGH: StatisticField = measure_field("high", "upper end of its interval");

/// What every function says of its rows.
macro_rules! censored {
    () => {
        " A row without an end by `as_of` is censored there and counts until then, so slow ones that are \
         still open are not left out; an end after `as_of` is not yet known; a row that starts after it, or \
         has no start, does not count. An end before the start is an error."
    };
}

const SURVIVAL_MEDIAN: StatisticSpec = StatisticSpec {
    name: "survival_median",
    family: SURVIVAL,
    description: concat!(
        "Median time from start to end while some have not ended: the first time at which the Kaplan-Meier \
         curve (1958) is at half or less. NULL while more than half are left, and without rows.",
        censored!()
    ),
    example: "SELECT survival_median(a, b, TIMESTAMP '2026-01-01 09:00:00', 'hour') FROM (VALUES (TIMESTAMP \
        '2026-01-01 00:00:00', TIMESTAMP '2026-01-01 02:00:00'), (TIMESTAMP '2026-01-01 00:00:00', TIMESTAMP \
        '2026-01-01 05:00:00'), (TIMESTAMP '2026-01-01 00:00:00', NULL)) AS tickets(a, b);\n-- 5.0",
    result: StatisticResult::Part(StatisticCellType::Measure, 2),
    parameters: &[START, END, AS_OF, UNIT, LEVEL],
    state: counts_state,
    bind: bind_median,
};

const SHARE_PARAMETERS: &[FunctionParameter] = &[
    START,
    END,
    AS_OF,
    FunctionParameter::required(
        "at",
        ParameterKind::Constant,
        "The time by which it should be over, in `unit`.",
    ),
    UNIT,
    LEVEL,
];

const SURVIVAL_SHARE: StatisticSpec = StatisticSpec {
    name: "survival_share",
    family: SURVIVAL,
    description: concat!(
        "Share that is over by the time `at`, 0 to 100: 100 less the Kaplan-Meier curve there, and after the \
         last time known what it was then. NULL without rows.",
        censored!()
    ),
    example: "SELECT survival_share(a, b, TIMESTAMP '2026-01-01 09:00:00', 3, 'hour') FROM (VALUES (TIMESTAMP \
        '2026-01-01 00:00:00', TIMESTAMP '2026-01-01 02:00:00'), (TIMESTAMP '2026-01-01 00:00:00', NULL)) AS \
        tickets(a, b);\n-- 50.0",
    result: StatisticResult::Part(StatisticCellType::Measure, 1),
    parameters: SHARE_PARAMETERS,
    state: counts_state,
    bind: bind_share,
};

const SURVIVAL_MEAN: StatisticSpec = StatisticSpec {
    name: "survival_mean",
    family: SURVIVAL,
    description: concat!(
        "Mean time from start to end where times beyond `up_to` count as `up_to`: the area under the \
         Kaplan-Meier curve until then (the restricted mean, Irwin 1949). NULL without rows.",
        censored!()
    ),
    example: "SELECT survival_mean(a, b, TIMESTAMP '2026-01-01 09:00:00', 6, 'hour') FROM (VALUES (TIMESTAMP \
        '2026-01-01 00:00:00', TIMESTAMP '2026-01-01 02:00:00'), (TIMESTAMP '2026-01-01 00:00:00', NULL)) AS \
        tickets(a, b);\n-- 4.0",
    result: StatisticResult::Value(StatisticCellType::Measure),
    parameters: &[
        START,
        END,
        AS_OF,
        FunctionParameter::required(
            "up_to",
            ParameterKind::Constant,
            "The time at which the curve is cut, in `unit`.",
        ),
        UNIT,
    ],
    state: counts_state,
    bind: bind_mean,
};

const COMPARE_SURVIVAL: StatisticSpec = StatisticSpec {
    name: "compare_survival",
    family: SURVIVAL,
    description: concat!(
        "Do things end sooner on side b? The log-rank test (Mantel 1966) of time from start to end, for \
         tickets that may still be open and customers who may still stay. A hazard ratio above 1 says that b \
         ends sooner: events over expected events of b by those of a, with the interval of Peto (1977). chi2 \
         and p are NULL where nothing ended while both sides had rows; the ratio is NULL where nothing ended \
         on a, and its interval where it is 0. Rows count as independent: where customers have several, take \
         one row for each first (GROUP BY customer_id), then compare.",
        censored!()
    ),
    example: "SELECT compare_survival(a, b, TIMESTAMP '2026-01-01 09:00:00', late).chi2 FROM (VALUES (TIMESTAMP \
        '2026-01-01 00:00:00', TIMESTAMP '2026-01-01 01:00:00', false), (TIMESTAMP '2026-01-01 00:00:00', \
        TIMESTAMP '2026-01-01 02:00:00', true)) AS tickets(a, b, late);\n-- 1.0",
    result: StatisticResult::Struct(
        &[
            count_field("n_a", "rows on side a, where `side` is false"),
            count_field("events_a", "of these, rows that ended"),
            measure_field("expected_a", "ends to be expected at one pace"),
            count_field("n_b", "rows on side b, where `side` is true"),
            count_field("events_b", "of these, rows that ended"),
            measure_field("expected_b", "ends to be expected at one pace"),
            measure_field("hazard_ratio", "the pace of b by that of a"),
            measure_field("low", "lower end of the ratio's interval"),
            measure_field("high", "upper end of the ratio's interval"),
            measure_field("chi2", "χ² of the log-rank test"),
            measure_field("p", "two-sided p, 0 to 1"),
        ],
        &[],
    ),
    parameters: &[
        START,
        END,
        AS_OF,
        FunctionParameter::required(
            "side",
            ParameterKind::Flag,
            "False for side a (before, control), true for side b (after, treated); NULL is in neither.",
        ),
        LEVEL,
    ],
    state: counts_state,
    bind: bind_compare,
};

/// The aggregate functions.
pub(crate) static STATISTICS: &[StatisticSpec] = &[
    SURVIVAL_MEDIAN,
    StatisticSpec {
        name: "survival_median_detail",
        description: concat!(
            "`survival_median` with its interval: the first times at which the lower and the upper end of the \
             curve are at half or less; NULL where one is not.",
            censored!()
        ),
        example: "SELECT survival_median_detail(a, b, TIMESTAMP '2026-01-01 09:00:00').events FROM (VALUES \
            (TIMESTAMP '2026-01-01 00:00:00', TIMESTAMP '2026-01-01 02:00:00'), (TIMESTAMP '2026-01-01 \
            00:00:00', NULL)) AS tickets(a, b);\n-- 1",
        result: StatisticResult::Struct(
            &[
                N,
                count_field("events", "rows that ended"),
                measure_field("median", "first time with half or less left, in `unit`"),
                LOW,
                HIGH,
            ],
            &[],
        ),
        ..SURVIVAL_MEDIAN
    },
    SURVIVAL_SHARE,
    StatisticSpec {
        name: "survival_share_detail",
        description: concat!(
            "`survival_share` with the interval of the curve: Greenwood's variance on the log-log scale. NULL \
             ends where all are over.",
            censored!()
        ),
        example: "SELECT survival_share_detail(a, b, TIMESTAMP '2026-01-01 09:00:00', 3, 'hour').n FROM (VALUES \
            (TIMESTAMP '2026-01-01 00:00:00', TIMESTAMP '2026-01-01 02:00:00'), (TIMESTAMP '2026-01-01 \
            00:00:00', NULL)) AS tickets(a, b);\n-- 2",
        result: StatisticResult::Struct(
            &[
                N,
                measure_field("share", "the share that is over, 0 to 100"),
                LOW,
                HIGH,
            ],
            &[],
        ),
        ..SURVIVAL_SHARE
    },
    SURVIVAL_MEAN,
    COMPARE_SURVIVAL,
];

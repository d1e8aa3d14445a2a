//! Functions whose value depends on the order in which they see rows.

use arrow::datatypes::DataType;

/// Aggregates and window functions that depend on the order of rows that tie, or estimate.
const ORDERED: &[&str] = &[
    "any_value",
    "approx_distinct",
    "approx_median",
    "approx_percentile_cont",
    "approx_percentile_cont_with_weight",
    "arg_max",
    "arg_min",
    "array_agg",
    "first_value",
    "lag",
    "last_value",
    "lead",
    "nth_value",
    "ntile",
    "quantile_disc",
    "row_number",
    "string_agg",
];

/// Aggregates that add numbers: the last digit of a floating-point sum depends on the order.
const SUMS: &[&str] = &["avg", "sum"];

/// Aggregates whose state is of floating-point numbers, whatever they are over.
const MOMENTS: &[&str] = &[
    "corr",
    "covar_pop",
    "covar_samp",
    "regr_avgx",
    "regr_avgy",
    "regr_intercept",
    "regr_r2",
    "regr_slope",
    "regr_sxx",
    "regr_sxy",
    "regr_syy",
    "stddev",
    "stddev_pop",
    "var",
    "var_pop",
];

/// True for aggregates and window functions that tell rows apart by their order, or estimate.
pub(super) fn depends_on_order(name: &str) -> bool {
    ORDERED.contains(&name)
}

/// True if an aggregate over values of type `of` may have another value, if only in its last digit, when rows come
/// in another order, or in parts.
pub(super) fn aggregate_depends_on_order(name: &str, of: Option<&DataType>) -> bool {
    let is_float = of.is_some_and(DataType::is_floating);
    depends_on_order(name) || MOMENTS.contains(&name) || (is_float && SUMS.contains(&name))
}

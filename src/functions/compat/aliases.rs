//! DuckDB's names for functions that DataFusion has under other names.

use datafusion::functions_aggregate::{any_value, array_agg, bool_and_or, first_last, variance};
use datafusion::logical_expr::{AggregateUDF, ScalarUDF};

/// Aliases of scalar functions.
pub(crate) fn scalar() -> Vec<ScalarUDF> {
    vec![
        datafusion::functions::regex::regexp_like()
            .as_ref()
            .clone()
            .with_aliases(["regexp_matches"]),
        datafusion::functions::math::ceil()
            .as_ref()
            .clone()
            .with_aliases(["ceiling"]),
        datafusion::functions::string::upper()
            .as_ref()
            .clone()
            .with_aliases(["ucase"]),
        datafusion::functions::string::lower()
            .as_ref()
            .clone()
            .with_aliases(["lcase"]),
        datafusion::functions::string::ascii()
            .as_ref()
            .clone()
            .with_aliases(["ord", "unicode"]),
        datafusion::functions_nested::string::string_to_array_udf()
            .as_ref()
            .clone()
            .with_aliases(["string_split", "str_split"]),
    ]
}

/// Aliases of aggregates.
pub(crate) fn aggregate() -> Vec<AggregateUDF> {
    vec![
        array_agg::array_agg_udaf()
            .as_ref()
            .clone()
            .with_aliases(["list"]),
        first_last::first_value_udaf()
            .as_ref()
            .clone()
            .with_aliases(["first"]),
        first_last::last_value_udaf()
            .as_ref()
            .clone()
            .with_aliases(["last"]),
        bool_and_or::bool_and_udaf()
            .as_ref()
            .clone()
            .with_aliases(["every"]),
        variance::var_samp_udaf()
            .as_ref()
            .clone()
            .with_aliases(["variance"]),
        any_value::any_value_udaf()
            .as_ref()
            .clone()
            .with_aliases(["arbitrary"]),
    ]
}

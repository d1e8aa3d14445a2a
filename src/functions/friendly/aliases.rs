//! DuckDB's names for functions that DataFusion has under another.

use datafusion::functions_aggregate::{array_agg, first_last};
use datafusion::logical_expr::{AggregateUDF, ScalarUDF};

/// `regexp_matches`.
pub(super) fn scalar() -> Vec<ScalarUDF> {
    vec![
        datafusion::functions::regex::regexp_like()
            .as_ref()
            .clone()
            .with_aliases(["regexp_matches"]),
    ]
}

/// `list`, `first`, `last`.
pub(super) fn aggregate() -> Vec<AggregateUDF> {
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
    ]
}

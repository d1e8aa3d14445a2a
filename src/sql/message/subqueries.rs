//! Messages for subqueries that cannot be planned.

use datafusion::error::DataFusionError;

/// What to write instead.
pub(super) const LOOKS_OUT: &str = "a subquery that looks at the outer row like this is not supported: write it as a JOIN, with \
     GROUP BY or QUALIFY row_number() OVER (PARTITION BY ..) = 1 in place of LIMIT";

/// Message for a column that is lost by the rule that rewrites subqueries to joins: the names in
/// the statement have all been resolved before.
pub(super) fn lost_column(error: &DataFusionError, root: &DataFusionError) -> Option<String> {
    let said = error.to_string();
    let lost = match root {
        DataFusionError::SchemaError(..) => said.contains("Optimizer rule '"),
        _ => said.contains("null_aware anti join only supports"),
    };
    lost.then(|| LOOKS_OUT.to_owned())
}

/// Words that only plans of subqueries have.
const PLANS: [&str; 14] = [
    "OuterReferenceColumn",
    "outer_ref(",
    "outer reference",
    "ScalarSubquery(",
    "InSubquery",
    "Exists(",
    "SetComparison",
    "<subquery>",
    "Correlated scalar subquery",
    "correlated columns",
    "__correlated_sq",
    "__scalar_sq",
    "__outer_",
    "__subquery_",
];

/// True for a text that shows how a subquery was planned.
pub(super) fn shows_plan(text: &str) -> bool {
    PLANS.iter().any(|word| text.contains(word))
}

/// What to do about several rows where one value is meant.
pub(super) const SEVERAL_ROWS: &str = "a subquery that stands for one value gave several rows: write an aggregate such as max(..), or ORDER BY .. LIMIT 1";

/// `text`, or what to write instead of a subquery whose plan it shows.
pub(super) fn without_plan(text: String) -> String {
    if text.contains("__single_row") {
        SEVERAL_ROWS.to_owned()
    } else if shows_plan(&text) {
        LOOKS_OUT.to_owned()
    } else {
        text
    }
}

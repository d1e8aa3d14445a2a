//! `if`: returns one of two values.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::kernels::zip::zip;
use arrow::compute::prep_null_mask_filter;
use arrow::datatypes::DataType;
use datafusion::common::{Result, plan_err};
use datafusion::logical_expr::type_coercion::binary::comparison_coercion;

use crate::functions::declaration::scalar::ScalarFunctionSpec;

pub(super) fn all() -> Vec<ScalarFunctionSpec> {
    vec![ScalarFunctionSpec {
        name: "if",
        aliases: &["iff", "iif"],
        syntax: "if(condition, then, otherwise)",
        meaning: "then where the condition is true; otherwise where it is false or NULL. Both are computed for every row: where one may fail, write CASE.",
        arguments: &[
            ("condition", "A boolean."),
            ("then", "Any value."),
            ("otherwise", "A value of the same kind."),
        ],
        example: "SELECT if(2 > 1, 'more', 'less')",
        coerce: |types| match types {
            [DataType::Boolean | DataType::Null, then, otherwise] => {
                match comparison_coercion(then, otherwise) {
                    Some(common) => Ok(vec![DataType::Boolean, common.clone(), common]),
                    None => plan_err!(
                        "if(..) gives either {then} or {otherwise}: cast one to the other"
                    ),
                }
            }
            _ => plan_err!("if takes a condition and two values: if(score >= 9, 'yes', 'no')"),
        },
        returns: |types| Ok(types[1].clone()),
        kernel,
    }]
}

fn kernel(columns: &[ArrayRef]) -> Result<ArrayRef> {
    let condition = columns[0].as_boolean();
    // A NULL condition counts as false.
    let condition = match condition.null_count() {
        0 => condition.clone(),
        _ => prep_null_mask_filter(condition),
    };
    Ok(zip(&condition, &columns[1], &columns[2])?)
}

//! `typeof`: the SQL name of a value's type.

use std::sync::Arc;

use arrow::array::{ArrayRef, StringArray};
use arrow::datatypes::DataType;
use datafusion::common::plan_err;

use crate::functions::declaration::scalar::ScalarFunctionSpec;
use crate::sql_type;

pub(super) fn all() -> Vec<ScalarFunctionSpec> {
    vec![ScalarFunctionSpec {
        name: "typeof",
        aliases: &["pg_typeof"],
        syntax: "typeof(x)",
        meaning: "The type of x as CAST takes it: BIGINT, DECIMAL(3, 2), DOUBLE, VARCHAR, DATE, TIMESTAMP, TIMESTAMPTZ, BIGINT[] and so on. arrow_typeof has it in more detail.",
        arguments: &[("x", "Any value.")],
        example: "SELECT typeof(1.50)",
        coerce: |types| match types {
            [_] => Ok(types.to_vec()),
            _ => plan_err!("typeof takes one value: typeof(cost)"),
        },
        returns: |_| Ok(DataType::Utf8),
        kernel: |columns| {
            let name = sql_type::name(columns[0].data_type());
            let names: ArrayRef = Arc::new(StringArray::from(vec![name; columns[0].len()]));
            Ok(names)
        },
    }]
}

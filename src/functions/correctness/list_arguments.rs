//! `length`, `reverse`, `concat` and other text functions, called with a list.
//!
//! The stock functions print a list and evaluate that text: `length([1, 2])` is 6. Here the list function of
//! the same meaning is called (`length`, `reverse`, `contains`, `concat`), as in DuckDB; if there is none,
//! the call is an error.
//!
//! Upstream: none found: functions of text print lists instead of refusing them: `length(make_array(1, 2))` is 6
//! Retire when: stock `length` of a list is its number of elements and `left` of a list is refused.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, plan_err};
use datafusion::functions::{string, unicode};
use datafusion::functions_nested as nested;
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::type_coercion::functions::fields_with_udf;
use datafusion::logical_expr::{
    ColumnarValue, Documentation, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF,
    ScalarUDFImpl, Signature, Volatility,
};

/// Text functions that silently accept lists.
pub(super) fn all() -> Vec<ScalarUDF> {
    let with_lists = |text: Arc<ScalarUDF>, list: Arc<ScalarUDF>| (text, Some(list));
    let texts_only = |text: Arc<ScalarUDF>| (text, None);
    let length = unicode::character_length();
    let pairs = [
        with_lists(
            Arc::new(length.as_ref().clone().with_aliases(["len"])),
            nested::length::array_length_udf(),
        ),
        with_lists(unicode::reverse(), nested::reverse::array_reverse_udf()),
        with_lists(string::contains(), nested::array_has::array_has_udf()),
        with_lists(string::concat(), nested::concat::array_concat_udf()),
        texts_only(string::concat_ws()),
        texts_only(unicode::left()),
        texts_only(unicode::right()),
        texts_only(unicode::lpad()),
        texts_only(unicode::rpad()),
        texts_only(unicode::translate()),
        texts_only(unicode::find_in_set()),
        texts_only(datafusion::functions::regex::regexp_replace()),
    ];
    pairs
        .into_iter()
        .map(|(text, list)| ScalarUDF::new_from_impl(TextOrListFunction::new(text, list)))
        .collect()
}

/// A stock text function, and the list function that replaces it for list arguments.
#[derive(Debug)]
struct TextOrListFunction {
    text: Arc<ScalarUDF>,
    list: Option<Arc<ScalarUDF>>,
    signature: Signature,
}

impl TextOrListFunction {
    fn new(text: Arc<ScalarUDF>, list: Option<Arc<ScalarUDF>>) -> Self {
        Self {
            text,
            list,
            signature: Signature::user_defined(Volatility::Immutable),
        }
    }

    /// Selects the function for arguments of these types.
    fn function_for(&self, types: &[DataType]) -> Result<&Arc<ScalarUDF>> {
        let name = self.text.name();
        let has_list = types.first().is_some_and(is_list);
        // PostgreSQL's concat accepts lists beside texts, and prints them.
        if !has_list || (name == "concat" && !types.iter().all(is_list)) {
            return Ok(&self.text);
        }
        match &self.list {
            Some(list) => Ok(list),
            None => plan_err!(
                "{name} takes text, not a list: write {name}(array_to_string(list, ','), ..), or take elements with list[1:2]"
            ),
        }
    }
}

/// True for list types.
pub(crate) fn is_list(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::List(_)
            | DataType::LargeList(_)
            | DataType::FixedSizeList(..)
            | DataType::ListView(_)
            | DataType::LargeListView(_)
    )
}

impl PartialEq for TextOrListFunction {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for TextOrListFunction {}

impl Hash for TextOrListFunction {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl ScalarUDFImpl for TextOrListFunction {
    fn name(&self) -> &str {
        self.text.name()
    }

    fn aliases(&self) -> &[String] {
        self.text.aliases()
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        let fields: Vec<FieldRef> = arg_types
            .iter()
            .map(|arg| Arc::new(Field::new("argument", arg.clone(), true)))
            .collect();
        let function = self.function_for(arg_types)?.as_ref();
        let coerced = fields_with_udf(&fields, function)?;
        Ok(coerced
            .iter()
            .map(|field| field.data_type().clone())
            .collect())
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        self.function_for(arg_types)?.return_type(arg_types)
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        let types: Vec<_> = args
            .arg_fields
            .iter()
            .map(|field| field.data_type().clone())
            .collect();
        self.function_for(&types)?.return_field_from_args(args)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let types: Vec<_> = args.args.iter().map(ColumnarValue::data_type).collect();
        self.function_for(&types)?.invoke_with_args(args)
    }

    /// Optimizer rules and operators know the stock functions, so the optimized plan contains one of those.
    fn simplify(&self, args: Vec<Expr>, info: &SimplifyContext) -> Result<ExprSimplifyResult> {
        let types: Result<Vec<_>> = args.iter().map(|arg| info.get_data_type(arg)).collect();
        match types.and_then(|types| self.function_for(&types)) {
            Ok(function) => Ok(ExprSimplifyResult::Simplified(function.call(args))),
            Err(_) => Ok(ExprSimplifyResult::Original(args)),
        }
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.text.documentation()
    }
}

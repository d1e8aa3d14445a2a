//! The common structure of these functions: instants first, a calendar last.
//!
//! Calendars belong to the session. A planner rule adds those that a plan needs as a further argument
//! (`planner/kpi/carried_calendars.rs`), so that the plan means the same in another session. SQL does not
//! contain this argument, and column names omit it.

use std::fmt::Debug;
use std::hash::{Hash, Hasher};

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::{Result, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
};

use super::arguments::{calendar, result, rows, signature};
use super::clocks::BusinessTimeCalculators;

/// Definition of one function.
pub(super) trait BusinessKernel: Debug + Eq + Hash + Send + Sync + 'static {
    /// Name in SQL.
    fn name(&self) -> &'static str;

    /// Parameters before the calendar.
    fn parameters(&self) -> &'static [&'static str];

    /// Documentation of the function.
    fn documentation(&self) -> Documentation;

    /// Coerced types of the parameters before the calendar.
    ///
    /// # Errors
    /// When a type is not supported.
    fn coerce(&self, types: &[DataType]) -> Result<Vec<DataType>>;

    /// Type of the result, by the coerced types.
    fn return_type(&self, types: &[DataType]) -> DataType;

    /// Values of the rows, from columns of the coerced types and one length.
    ///
    /// # Errors
    /// When the value of a row is an error.
    fn values(
        &self,
        clocks: &mut BusinessTimeCalculators,
        columns: &[ArrayRef],
    ) -> Result<ArrayRef>;
}

/// A function of business time.
#[derive(Debug)]
pub(super) struct BusinessFunction<K> {
    kernel: K,
    signature: Signature,
    documentation: Documentation,
}

impl<K: PartialEq> PartialEq for BusinessFunction<K> {
    fn eq(&self, other: &Self) -> bool {
        self.kernel == other.kernel
    }
}

impl<K: Eq> Eq for BusinessFunction<K> {}

impl<K: Hash> Hash for BusinessFunction<K> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.kernel.hash(state);
    }
}

impl<K: BusinessKernel> BusinessFunction<K> {
    /// Function of `kernel`.
    pub(super) fn udf(kernel: K) -> ScalarUDF {
        ScalarUDF::from(Self {
            signature: signature(&[kernel.parameters(), &["calendar"]].concat()),
            documentation: kernel.documentation(),
            kernel,
        })
    }

    /// Number of arguments in SQL.
    pub(super) fn arity(&self) -> usize {
        self.kernel.parameters().len() + 1
    }

    /// `all` without the calendars that the plan carries.
    fn written<'a, T>(&self, all: &'a [T]) -> Result<&'a [T]> {
        let arity = self.arity();
        match all.get(..arity) {
            Some(written) if all.len() <= arity + 1 => Ok(written),
            _ => {
                let count = ["no", "one", "two", "three"].get(arity).unwrap_or(&"more");
                let names = self.kernel.parameters().join(", ");
                let name = self.kernel.name();
                plan_err!("{name}({names}, calendar) takes {count} arguments")
            }
        }
    }
}

impl<K: BusinessKernel> ScalarUDFImpl for BusinessFunction<K> {
    fn name(&self) -> &str {
        self.kernel.name()
    }

    fn display_name(&self, args: &[Expr]) -> Result<String> {
        let shown = self.written(args)?.iter().map(ToString::to_string);
        let shown: Vec<String> = shown.collect();
        Ok(format!("{}({})", self.name(), shown.join(", ")))
    }

    fn schema_name(&self, args: &[Expr]) -> Result<String> {
        let names = self.written(args)?.iter();
        let names: Vec<String> = names.map(|arg| arg.schema_name().to_string()).collect();
        Ok(format!("{}({})", self.name(), names.join(",")))
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        let written = self.written(arg_types)?;
        let (name, instants) = written.split_last().unwrap_or((&DataType::Null, &[]));
        let mut types = self.kernel.coerce(instants)?;
        types.push(calendar(self.kernel.name(), name)?);
        if arg_types.len() > written.len() {
            types.push(DataType::Utf8);
        }
        Ok(types)
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        Ok(self.kernel.return_type(self.written(arg_types)?))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let (rows, is_constant) = rows(&args.args, args.number_rows);
        let written = self.written(&args.args)?;
        let carried = args.args.get(written.len());
        let (columns, calendar) = written.split_at(self.arity() - 1);
        let config = &args.config_options;
        let mut clocks =
            BusinessTimeCalculators::new(self.kernel.name(), &calendar[0], carried, rows, config)?;
        let columns = columns.iter().map(|column| column.to_array(rows));
        let columns: Vec<ArrayRef> = columns.collect::<Result<_>>()?;
        let values = self.kernel.values(&mut clocks, &columns)?;
        result(&values, is_constant)
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

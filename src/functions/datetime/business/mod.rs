//! Business time: durations, due times and instants by the calendars of the session.

mod add;
mod arguments;
mod clocks;
mod elapsed;
mod end;
mod function;
mod moment;

use std::sync::Arc;

use datafusion::logical_expr::ScalarUDF;

pub(crate) use arguments::needs_zone;

use add::BusinessAdd;
use elapsed::ElapsedUnit;
use end::BusinessEnd;
use function::{BusinessFunction, BusinessKernel};
use moment::BusinessOpeningFunction;

pub(crate) fn all() -> Vec<ScalarUDF> {
    let mut all = elapsed::all();
    all.push(end::function());
    all.push(add::function());
    all.extend(moment::all());
    all
}

/// `business_end(start, end, calendar)`, by which any function of two instants can count business time.
pub(crate) fn end() -> Arc<ScalarUDF> {
    Arc::new(end::function())
}

/// Number of arguments of a call of `function` before the calendars that its plan carries; `None` for other
/// functions than those of business time.
pub(crate) fn arity(function: &ScalarUDF) -> Option<usize> {
    fn of_kernel<K: BusinessKernel>(function: &ScalarUDF) -> Option<usize> {
        let function = function.inner().downcast_ref::<BusinessFunction<K>>();
        function.map(BusinessFunction::arity)
    }
    of_kernel::<ElapsedUnit>(function)
        .or_else(|| of_kernel::<BusinessEnd>(function))
        .or_else(|| of_kernel::<BusinessAdd>(function))
        .or_else(|| of_kernel::<BusinessOpeningFunction>(function))
}

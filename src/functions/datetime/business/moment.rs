//! `is_business_time` and `next_business_time`: whether a desk is open, and when it will be.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanArray, Int64Array};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use datafusion::common::{Result, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
};

use super::arguments::{
    INSTANT, calendar, documentation, instants, result, rows, signature, valid, with_ticks,
};
use super::clocks::Clocks;
use crate::functions::kernels::times::ticks;
use crate::time::calendar::Clock;

/// The functions.
pub(super) fn all() -> Vec<ScalarUDF> {
    [Question::IsOpen, Question::NextOpen]
        .map(|question| ScalarUDF::from(Moment::new(question)))
        .to_vec()
}

/// What is asked of an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Question {
    IsOpen,
    NextOpen,
}

impl Question {
    fn name(self) -> &'static str {
        match self {
            Self::IsOpen => "is_business_time",
            Self::NextOpen => "next_business_time",
        }
    }

    fn documentation(self) -> Documentation {
        let (description, value, related) = match self {
            Self::IsOpen => (
                "Whether `ts` lies in business hours: from the opening on, until just before the \
                 closing. NULL only when an argument is NULL; a timestamp without a time zone is an \
                 error.",
                "true",
                "next_business_time",
            ),
            Self::NextOpen => (
                "`ts` itself when it lies in business hours, else when they next begin. NULL when an \
                 argument is NULL, and when the calendar never opens again; a timestamp without a \
                 time zone is an error.",
                "2026-01-05T10:00:00Z",
                "is_business_time",
            ),
        };
        let name = self.name();
        let example =
            format!("SELECT {name}(TIMESTAMPTZ '2026-01-05T10:00:00Z', '24x7');\n-- {value}");
        documentation(name, description, &[("ts", INSTANT)], &example, related)
    }
}

#[derive(Debug)]
struct Moment {
    question: Question,
    signature: Signature,
    documentation: Documentation,
}

impl PartialEq for Moment {
    fn eq(&self, other: &Self) -> bool {
        self.question == other.question
    }
}

impl Eq for Moment {}

impl std::hash::Hash for Moment {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.question.hash(state);
    }
}

impl Moment {
    fn new(question: Question) -> Self {
        Self {
            question,
            signature: signature(&["ts", "calendar"]),
            documentation: question.documentation(),
        }
    }

    fn usage<T>(&self) -> Result<T> {
        plan_err!("{}(ts, calendar) takes two arguments", self.question.name())
    }
}

/// Asks of each row that has an instant and a calendar.
fn ask<T, C: FromIterator<Option<T>>>(
    clocks: &mut Clocks,
    instants: &ArrayRef,
    question: impl Fn(&mut Clock, i64) -> Option<T>,
) -> Result<C> {
    let nulls = valid(&[instants]);
    let ticks: &[i64] = ticks(instants)?;
    let value = |row: usize| {
        if nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
            return Ok(None);
        }
        Ok(clocks
            .of(row)?
            .and_then(|clock| question(clock, ticks[row])))
    };
    (0..ticks.len()).map(value).collect()
}

impl ScalarUDFImpl for Moment {
    fn name(&self) -> &str {
        self.question.name()
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        let [instant, name] = arg_types else {
            return self.usage();
        };
        let function = self.question.name();
        Ok(vec![
            instants(function, &[("ts", instant)])?,
            calendar(function, name)?,
        ])
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        match (self.question, arg_types) {
            (Question::IsOpen, _) => Ok(DataType::Boolean),
            (Question::NextOpen, [instant, ..]) => Ok(instant.clone()),
            (Question::NextOpen, []) => self.usage(),
        }
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let (rows, is_constant) = rows(&args.args, args.number_rows);
        let [at, name] = args.args.as_slice() else {
            return self.usage();
        };
        let mut clocks = Clocks::new(self.question.name(), name, rows, &args.config_options)?;
        let clocks = &mut clocks;
        let at = at.to_array(rows)?;
        let answers: ArrayRef = with_ticks!(at.data_type(), P => match self.question {
            Question::IsOpen => {
                let open: BooleanArray = ask(clocks, &at, |clock, at| Some(clock.is_open::<P>(at)))?;
                Arc::new(open)
            }
            Question::NextOpen => {
                let next: Int64Array = ask(clocks, &at, Clock::next_open::<P>)?;
                cast(&next, at.data_type())?
            }
        });
        result(&answers, is_constant)
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

//! The questions about each contact.

use std::fmt;

use arrow::array::{Array, ArrayRef};
use arrow::buffer::NullBuffer;
use arrow::compute::SortOptions;
use arrow::datatypes::DataType;

use crate::functions::repeat_contact::deadlines::RepeatContactInterval;
use crate::functions::repeat_contact::recontacted::NAME as RECONTACTED;

/// End of the observation of contacts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ObservationEnd {
    /// The newest instant of the input.
    Newest,
    /// This tick; unknown if `None`.
    Fixed(Option<i64>),
}

/// One answer per contact.
#[derive(Debug, Clone)]
pub(super) enum ContactQuery {
    /// True if the customer comes back in time. NULL while undecided.
    Repeated {
        within: RepeatContactInterval,
        until: ObservationEnd,
    },
    /// The instant at which the customer comes back. NULL if never.
    Next,
}

impl fmt::Display for ContactQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Repeated { .. } => f.write_str(RECONTACTED),
            Self::Next => f.write_str("lead"),
        }
    }
}

/// The request to the first pass, whose columns are the keys and then the instant.
#[derive(Debug, Clone)]
pub(super) struct RepeatContactRequest {
    /// Types of the columns that identify customers.
    pub(super) keys: Vec<DataType>,
    /// The keys that make a row ineligible if they are NULL; in other keys NULL is a customer.
    pub(super) must_be_known: Vec<usize>,
    /// A timestamp type.
    pub(super) instant: DataType,
    /// Order of contacts at the same instant, by the further keys of ORDER BY.
    pub(super) ties: Vec<SortOptions>,
    pub(super) questions: Vec<ContactQuery>,
    /// The lowest integer id of a customer and the maximum number of ids from there on, by statistics.
    pub(super) span_of_ids: Option<(i64, usize)>,
}

impl RepeatContactRequest {
    /// The rows with an instant and, if required, a known customer; `None` for all rows.
    pub(super) fn eligible(&self, keys: &[ArrayRef], instants: &ArrayRef) -> Option<NullBuffer> {
        let known = self
            .must_be_known
            .iter()
            .map(|&key| keys[key].logical_nulls());
        known.fold(instants.logical_nulls(), |all, one| {
            NullBuffer::union(all.as_ref(), one.as_ref())
        })
    }
}

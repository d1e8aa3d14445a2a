//! What is asked of each contact.

use std::fmt;

use arrow::array::{Array, ArrayRef};
use arrow::buffer::NullBuffer;
use arrow::compute::SortOptions;
use arrow::datatypes::DataType;

use crate::functions::repeat_contact::deadlines::RepeatContactInterval;
use crate::functions::repeat_contact::recontacted::NAME as RECONTACTED;

/// Until when contacts were observed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ObservationEnd {
    /// Until the newest instant of the input.
    Newest,
    /// Until these ticks; nobody knows until when if there are none.
    Fixed(Option<i64>),
}

/// One answer per contact.
#[derive(Debug, Clone)]
pub(super) enum ContactQuery {
    /// Does the customer come back in time? NULL while undecided.
    Repeated {
        within: RepeatContactInterval,
        until: ObservationEnd,
    },
    /// When does the customer come back? NULL if never.
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

/// What the first pass is to find out from its columns, which are the keys and then the instant.
#[derive(Debug, Clone)]
pub(super) struct RepeatContactRequest {
    /// Types of the columns that tell customers apart.
    pub(super) keys: Vec<DataType>,
    /// The keys that make a row ineligible where they are NULL; elsewhere NULL is a customer.
    pub(super) must_be_known: Vec<usize>,
    /// A timestamp type.
    pub(super) instant: DataType,
    /// How the further keys of ORDER BY decide between contacts at the same instant.
    pub(super) ties: Vec<SortOptions>,
    pub(super) questions: Vec<ContactQuery>,
    /// The least integer customer and how many there may be from there on, as statistics have it.
    pub(super) span_of_ids: Option<(i64, usize)>,
}

impl RepeatContactRequest {
    /// The rows that have an instant and, where it must be, a known customer; `None` is all rows.
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

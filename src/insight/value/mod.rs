//! Value of customers, and value to them.

mod lifetime;
mod quotient;

pub(crate) use lifetime::{InvalidLifetimeInput, lifetime_value};
pub(crate) use quotient::{QuotientSums, ValueQuotient, value_quotient};

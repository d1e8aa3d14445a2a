//! Value of customers, and value to them.

mod functions;
mod lifetime;
mod quotient;
mod quotient_rows;

pub(super) use functions::{SCALARS, STATISTICS};

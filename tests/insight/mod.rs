//! Insight: every function against published values, and against a second computation.
//!
//! `values.json` holds inputs and the values that must come out, each with its source.

mod series;
mod values;

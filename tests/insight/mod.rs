//! Insight: every function against published values, and against a second computation.
//!
//! `values.json` holds inputs and the values that must come out, each with its source.

mod change;
mod change_evidence;
mod change_oracle;
mod comparison;
mod comparison_laws;
mod coverage;
mod series;
mod values;

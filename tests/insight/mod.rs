//! Insight: every function against published values, and against a second computation.
//!
//! `values.json` holds inputs and the values that must come out, each with its source.

mod association;
mod association_laws;
mod association_peers;
mod change;
mod change_evidence;
mod change_oracle;
mod comparison;
mod comparison_laws;
mod coverage;
mod key_drivers;
mod known_effects;
mod series;
mod survival;
#[cfg(feature = "text")]
mod text;
#[cfg(feature = "text")]
mod text_laws;
#[cfg(feature = "text")]
mod text_tables;
mod values;

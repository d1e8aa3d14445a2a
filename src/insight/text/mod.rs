//! Free text: what customers wrote, as words, stems, themes and scores, with personal data taken out before
//! anything is shown.
//!
//! The statistics are plain Rust over `&str`; what SQL calls is [`scalar`] and [`tables`] on top of them. Each outside crate stands behind one module: `unicode-segmentation`
//! and `unicode-normalization` behind [`tokens`], `rust-stemmers` behind [`stems`], `stop-words` behind
//! [`stop_list`], `lingua` behind [`language`], `vader-parity` behind [`sentiment`], `twox-hash` behind
//! [`shingles`], `regex` behind [`redaction`]. Time is linear in the length of a text, whatever is in it.

pub(crate) mod keywords;
pub(crate) mod language;
pub(crate) mod min_hash;
pub(crate) mod near_duplicates;
pub(crate) mod redaction;
pub(crate) mod scalar;
pub(crate) mod sentiment;
pub(crate) mod shingles;
pub(crate) mod stems;
pub(crate) mod stop_list;
pub(crate) mod tables;
pub(crate) mod terms;
pub(crate) mod themes;
pub(crate) mod tokens;

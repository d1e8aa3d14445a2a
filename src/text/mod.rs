//! Words for people: the nearest name, text that fits a terminal, problems in TOML files.

mod nearest;
pub(crate) mod toml_problem;
mod wrap;

pub(crate) use nearest::nearest;
pub(crate) use wrap::{cut, fill, heading, page_width};

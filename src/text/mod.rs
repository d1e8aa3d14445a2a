//! Text for people: the nearest name, text that fits a terminal, problems in TOML files, cached
//! parses.

mod nearest;
mod parsed_texts;
pub(crate) mod toml_problem;
mod wrap;

pub(crate) use nearest::{alike, nearest};
pub(crate) use parsed_texts::ParsedTexts;
pub(crate) use wrap::{cut, fill, heading, page_width};

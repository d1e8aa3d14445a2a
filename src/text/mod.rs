//! Text for people: the nearest name, entries found by words, text that fits a terminal, problems in TOML
//! files, cached parses.

mod nearest;
mod parsed_texts;
pub(crate) mod toml_problem;
mod word_search;
mod wrap;

pub(crate) use nearest::{alike, nearest};
pub(crate) use parsed_texts::ParsedTexts;
pub(crate) use word_search::{SearchedText, search_words};
pub(crate) use wrap::{cut, fill, heading, page_width};

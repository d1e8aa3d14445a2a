//! Free text of many rows as SQL calls it: themes, keywords, near duplicates.

mod arguments;
mod duplicates;
mod keywords;
mod similar_texts;
mod term_rows;
mod themes;

pub(crate) use duplicates::NEAR_DUPLICATES;
pub(crate) use keywords::KEYWORDS;
pub(crate) use themes::THEMES;

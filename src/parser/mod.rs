//! From text to syntax trees: the dialect, forms that other engines have, refusals, and what sqlparser misreads.

mod commas;
mod condition;
pub(crate) mod correctness;
mod dialect;
mod exponents;
mod from_first;
pub(crate) mod intervals;
pub(crate) mod refuse;
mod statement;
mod tokens;

pub(crate) use condition::{condition, expression};
pub(crate) use dialect::DeskDialect;
pub(crate) use exponents::exponents as exponents_as_doubles;
pub(crate) use refuse::refused;
pub(crate) use statement::{Kind, is_blank};
pub use statement::{Statement, parse, parse_in};
pub use tokens::{Lexeme, Lexemes, lexemes};

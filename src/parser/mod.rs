//! From text to syntax trees: the dialect, forms of other engines, refusals, and corrections of
//! sqlparser.

mod asof;
mod commas;
mod comprehension;
mod condition;
pub(crate) mod copy;
pub(crate) mod correctness;
mod dialect;
mod exponents;
mod from_first;
mod interval_counts;
pub(crate) mod intervals;
mod left_out;
mod long_chains;
mod pivot;
mod query_starts;
mod refusal;
pub(crate) mod refuse;
mod statement;
mod table_versions;
mod token_kind;
mod tokens;
mod user_columns;

pub(crate) use condition::{condition, expression};
pub(crate) use dialect::DeskDialect;
pub(crate) use exponents::exponents as exponents_as_doubles;
pub(crate) use pivot::{PIVOT_KEY, PIVOT_VALUE};
pub(crate) use refusal::refused;
pub(crate) use statement::StatementBody;
pub use statement::{Statement, parse};
pub(crate) use statement::{UnparsedStatement, parse_each, parse_in};
pub(crate) use token_kind::is_blank;
pub(crate) use tokens::{SqlLexeme, lexemes};

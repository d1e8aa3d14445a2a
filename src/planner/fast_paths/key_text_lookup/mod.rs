//! Joins to the greatest or least text of each key: the team of a ticket, whose table may have it twice.
//!
//! The stock plan groups one side by its key, which takes a hash table over all keys and a text of its own for
//! each. Where keys are integers that lie close together and texts are few, a page of two bytes a key says
//! which text it has, and the other side is gone through without being collected. Where they turn out
//! otherwise, or memory is short, the stock operators start from the beginning.

mod operator;
mod pages;
mod probe;
mod rule;
mod side;
mod texts;

pub(crate) use operator::TextByKeyExec;
pub(crate) use rule::TextsByKey;

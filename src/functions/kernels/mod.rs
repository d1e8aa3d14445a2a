//! Kernels by which functions read columns: bits, rows, numbers, texts, lengths of time and instants of any Arrow type.

pub(crate) mod bits;
pub(crate) mod column_reader;
pub(crate) mod extremes;
pub(crate) mod frames;
pub(crate) mod lengths;
pub(crate) mod nearest_double;
pub(crate) mod numbers;
pub(crate) mod ordered_integers;
pub(crate) mod rows;
pub(crate) mod text_codes;
pub(crate) mod text_numbers;
pub(crate) mod times;

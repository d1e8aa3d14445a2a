//! Codes of text.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StringArray, StringViewArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int32Type};
use datafusion::common::{HashMap, Result};

use super::KeyEncoder;
use crate::functions::kernels::bits::for_each_set;
use crate::planner::fast_paths::dictionary_scan::dictionary_type;
use crate::planner::fast_paths::dictionary_scan::same_values;

/// True for the types that [`TextKeyEncoder`] encodes.
pub(super) fn takes(data_type: &DataType) -> bool {
    match data_type {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => true,
        DataType::Dictionary(_, values) => takes(values),
        _ => false,
    }
}

const UNSET: u32 = u32::MAX;

/// Number of views whose codes are cached; grouping by text seldom has more values.
const REMEMBERED: usize = 256;

/// Dictionaries of at most this many values get all their codes at once.
const FEW: usize = 1024;

/// A key below this fits one byte, which needs no bounds check in a table of as many codes.
const BYTE: usize = 256;

/// Maximum number of bytes of a text that its view holds inline.
const INLINE: u32 = 12;

/// The distinct texts so far, with the codes of the current dictionary.
#[derive(Debug)]
pub(super) struct TextKeyEncoder {
    data_type: DataType,
    texts: Vec<Option<Box<str>>>,
    codes: HashMap<Box<str>, u32>,
    null: u32,
    bytes: usize,
    /// The last dictionary, and the code of each of its values.
    dictionary: Option<StringArray>,
    of_values: Vec<u32>,
    /// Cache of short texts, by the hash of their view.
    remembered: Vec<(u128, u32)>,
}

impl TextKeyEncoder {
    pub(super) fn new(data_type: DataType) -> Self {
        Self {
            data_type,
            texts: vec![],
            codes: HashMap::new(),
            null: UNSET,
            bytes: 0,
            dictionary: None,
            of_values: vec![],
            remembered: vec![],
        }
    }

    fn code_of(&mut self, text: &str) -> u32 {
        if let Some(&code) = self.codes.get(text) {
            return code;
        }
        let code = self.next(Some(text.into()));
        self.bytes += 2 * text.len();
        self.codes.insert(text.into(), code);
        code
    }

    fn code_of_null(&mut self) -> u32 {
        if self.null == UNSET {
            self.null = self.next(None);
        }
        self.null
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "fewer than the rows of a batch and 2^20"
    )]
    fn next(&mut self, text: Option<Box<str>>) -> u32 {
        self.texts.push(text);
        (self.texts.len() - 1) as u32
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "keys of a dictionary are at least 0 and below its length"
    )]
    fn encode_dictionary(&mut self, column: &ArrayRef, codes: &mut Vec<u32>) {
        let column = column.as_dictionary::<Int32Type>();
        let values = column.values().as_string::<i32>();
        let is_known = self.dictionary.as_ref();
        if !is_known.is_some_and(|known| same_values(known, values)) {
            self.of_values.clear();
            self.of_values.resize(values.len().max(BYTE), UNSET);
            // Values that no row has get a code too, which does no harm while they are few.
            if values.len() <= FEW {
                for value in 0..values.len() {
                    self.of_values[value] = self.code_of_value(values, value);
                }
            }
            self.dictionary = Some(values.clone());
        }
        let keys = column.keys();
        if values.len() <= FEW {
            match self.of_values.first_chunk::<BYTE>() {
                Some(of_values) if values.len() <= BYTE => {
                    let keys = keys.values().iter();
                    codes.extend(keys.map(|&key| of_values[usize::from(key as u8)]));
                }
                _ => {
                    let code = |&key: &i32| self.of_values.get(key as usize).copied();
                    codes.extend(keys.values().iter().map(|key| code(key).unwrap_or(UNSET)));
                }
            }
            // The key of a NULL row may have any value.
            if let Some(nulls) = keys.nulls().filter(|nulls| nulls.null_count() > 0) {
                let null = self.code_of_null();
                for_each_set(&!nulls.inner(), |row| codes[row] = null);
            }
            return;
        }
        for row in 0..keys.len() {
            if keys.is_null(row) {
                codes.push(self.code_of_null());
                continue;
            }
            let value = keys.value(row) as usize;
            if self.of_values[value] == UNSET {
                self.of_values[value] = self.code_of_value(values, value);
            }
            codes.push(self.of_values[value]);
        }
    }

    fn code_of_value(&mut self, values: &StringArray, value: usize) -> u32 {
        if values.is_valid(value) {
            self.code_of(values.value(value))
        } else {
            self.code_of_null()
        }
    }

    fn encode_views(&mut self, column: &StringViewArray, codes: &mut Vec<u32>) {
        self.remembered.resize(REMEMBERED, (0, UNSET));
        for (row, &view) in column.views().iter().enumerate() {
            if column.is_null(row) {
                codes.push(self.code_of_null());
                continue;
            }
            if (view & u128::from(u32::MAX)) > u128::from(INLINE) {
                codes.push(self.code_of(column.value(row)));
                continue;
            }
            let place = place(view);
            let (known, code) = self.remembered[place];
            codes.push(if known == view && code != UNSET {
                code
            } else {
                let code = self.code_of(column.value(row));
                self.remembered[place] = (view, code);
                code
            });
        }
    }
}

/// The cache entry of a view: the top bits of a product with an odd number.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "both halves are meant")]
fn place(view: u128) -> usize {
    let folded = (view as u64) ^ ((view >> 64) as u64).rotate_left(29);
    (folded.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 56) as usize % REMEMBERED
}

impl KeyEncoder for TextKeyEncoder {
    fn encode(&mut self, column: &ArrayRef, codes: &mut Vec<u32>) -> Result<()> {
        if *column.data_type() == dictionary_type() {
            self.encode_dictionary(column, codes);
        } else if let Some(views) = column.as_string_view_opt() {
            self.encode_views(views, codes);
        } else {
            let views = cast(column, &DataType::Utf8View)?;
            self.encode_views(views.as_string_view(), codes);
        }
        Ok(())
    }

    fn len(&self) -> usize {
        self.texts.len()
    }

    fn values(&self, codes: &[u32]) -> Result<ArrayRef> {
        let texts = codes
            .iter()
            .map(|&code| self.texts[code as usize].as_deref());
        let texts: ArrayRef = Arc::new(texts.collect::<StringViewArray>());
        Ok(cast(&texts, &self.data_type)?)
    }

    fn size(&self) -> usize {
        self.bytes
            + self.texts.capacity() * size_of::<Option<Box<str>>>()
            + self.codes.allocation_size()
            + self.of_values.capacity() * size_of::<u32>()
            + self.remembered.capacity() * size_of::<(u128, u32)>()
    }
}

//! Few texts and their order.

use std::sync::Arc;

use arrow::array::AsArray;
use arrow::compute::cast;
use arrow::datatypes::{DataType, SchemaRef};
use arrow::record_batch::RecordBatch;
use datafusion::common::{HashMap, Result};
use datafusion::physical_plan::PhysicalExpr;

use crate::planner::fast_paths::dense_aggregate::{Coding, Key};

/// The number of a key that was not met.
pub(super) const ABSENT: u16 = 0;

/// The number of NULL.
pub(super) const NULL: u16 = 1;

/// The number of the first text.
pub(super) const FIRST: u16 = 2;

/// More texts than these are not few.
const MANY: usize = 1 << 14;

/// How the text of a row is read.
#[derive(Debug, Clone)]
pub(super) struct Reading {
    /// What is coded: the text, or the only column that it depends on.
    pub(super) coded: Key,
    /// The text over a batch of that column, whose schema is beside it.
    pub(super) meaning: Option<(Arc<dyn PhysicalExpr>, SchemaRef)>,
    /// Whether the least text is asked for, and not the greatest.
    pub(super) least: bool,
}

/// The texts seen in one partition.
pub(super) struct Texts {
    reading: Reading,
    coding: Coding,
    /// By code: the number of its text.
    numbers: Vec<u16>,
    /// By number, from [`FIRST`] on.
    texts: Vec<Box<str>>,
    known: HashMap<Box<str>, u16>,
    /// By number; the highest is what is asked for.
    ranks: Vec<u16>,
}

impl Texts {
    /// # Errors
    /// When the text has no coder.
    pub(super) fn new(reading: &Reading) -> Result<Self> {
        Ok(Self {
            coding: Coding::new(&reading.coded)?,
            reading: reading.clone(),
            numbers: vec![],
            texts: vec![],
            known: HashMap::new(),
            ranks: vec![ABSENT, NULL],
        })
    }

    /// Writes the number of the text of each row to `numbers`; false when texts are many.
    ///
    /// # Errors
    /// When the text cannot be evaluated.
    pub(super) fn read(
        &mut self,
        batch: &RecordBatch,
        codes: &mut Vec<u32>,
        numbers: &mut Vec<u16>,
    ) -> Result<bool> {
        self.coding.encode(batch, codes)?;
        if self.coding.coder.len() > MANY {
            return Ok(false);
        }
        self.learn()?;
        numbers.clear();
        numbers.extend(codes.iter().map(|&code| self.numbers[code as usize]));
        Ok(true)
    }

    /// Numbers the texts of the codes that are new.
    fn learn(&mut self) -> Result<()> {
        let count = self.coding.coder.len();
        if count == self.numbers.len() {
            return Ok(());
        }
        let new = self.numbers.len()..count;
        let codes: Vec<u32> = new.filter_map(|code| u32::try_from(code).ok()).collect();
        let values = self.coding.coder.values(&codes)?;
        let texts = match &self.reading.meaning {
            Some((meaning, schema)) => {
                let batch = RecordBatch::try_new(Arc::clone(schema), vec![values])?;
                meaning.evaluate(&batch)?.into_array(codes.len())?
            }
            None => values,
        };
        let texts = cast(&texts, &DataType::Utf8View)?;
        for text in texts.as_string_view() {
            let number = text.map_or(NULL, |text| self.number(text));
            self.numbers.push(number);
        }
        self.rank();
        Ok(())
    }

    fn number(&mut self, text: &str) -> u16 {
        if let Some(&known) = self.known.get(text) {
            return known;
        }
        let number = number(self.texts.len());
        self.texts.push(text.into());
        self.known.insert(text.into(), number);
        number
    }

    fn rank(&mut self) {
        self.ranks.resize(self.texts.len() + usize::from(FIRST), 0);
        for (rank, place) in in_order(&self.texts, self.reading.least).enumerate() {
            self.ranks[place + usize::from(FIRST)] = number(rank);
        }
    }

    /// The rank of each number.
    pub(super) fn ranks(&self) -> &[u16] {
        &self.ranks
    }

    /// The texts, from the number [`FIRST`] on.
    pub(super) fn texts(&self) -> &[Box<str>] {
        &self.texts
    }
}

/// Texts, and for each partition the number of each of its own.
type Numbered = (Vec<Box<str>>, Vec<Vec<u16>>);

/// The texts of several partitions, and for each partition the number among them of each of its own; a
/// higher number is a text that is rather asked for. `None` where they are many together.
pub(super) fn merged(parts: &[&[Box<str>]], least: bool) -> Option<Numbered> {
    let mut all: Vec<Box<str>> = parts
        .iter()
        .flat_map(|texts| texts.iter().cloned())
        .collect();
    all.sort_unstable();
    all.dedup();
    if all.len() > MANY {
        return None;
    }
    if least {
        all.reverse();
    }
    let places: HashMap<&str, u16> = all
        .iter()
        .enumerate()
        .map(|(place, text)| (text.as_ref(), number(place)))
        .collect();
    let numbers = parts.iter().map(|texts| {
        let numbers = texts.iter().map(|text| places[text.as_ref()]);
        [ABSENT, NULL].into_iter().chain(numbers).collect()
    });
    let numbers: Vec<Vec<u16>> = numbers.collect();
    drop(places);
    Some((all, numbers))
}

/// The number of the text at `place`; there are not many more than [`MANY`].
fn number(place: usize) -> u16 {
    u16::try_from(place).unwrap_or(u16::MAX - FIRST) + FIRST
}

fn in_order(texts: &[Box<str>], least: bool) -> impl Iterator<Item = usize> {
    let mut places: Vec<usize> = (0..texts.len()).collect();
    places.sort_unstable_by_key(|&place| &texts[place]);
    if least {
        places.reverse();
    }
    places.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(from: usize, to: usize) -> Vec<Box<str>> {
        (from..to).map(|n| format!("{n:05}").into()).collect()
    }

    #[test]
    fn texts_of_all_partitions_are_numbered_in_their_order() {
        let parts = [texts(5, 7), texts(4, 6)];
        let parts = [&parts[0][..], &parts[1][..]];
        let (all, numbers) = merged(&parts, false).unwrap();
        assert_eq!(all, texts(4, 7));
        assert_eq!(numbers, [[ABSENT, NULL, 3, 4], [ABSENT, NULL, 2, 3]]);
        let (_, numbers) = merged(&parts, true).unwrap();
        assert_eq!(numbers, [[ABSENT, NULL, 3, 2], [ABSENT, NULL, 4, 3]]);
    }

    #[test]
    fn texts_that_are_few_in_each_partition_may_be_many_together() {
        let parts: Vec<_> = (0..5)
            .map(|part| texts(part * MANY, (part + 1) * MANY))
            .collect();
        let parts: Vec<&[Box<str>]> = parts.iter().map(Vec::as_slice).collect();
        assert!(merged(&parts[..1], false).is_some());
        assert!(merged(&parts, false).is_none());
    }
}

//! Rows of an outcome, drivers and an id, counted as they come.

use arrow::array::{Array, ArrayRef, AsArray, StringArray};
use arrow::datatypes::DataType;
use arrow::record_batch::RecordBatch;
use datafusion::common::{DataFusionError, Result, exec_datafusion_err, internal_err};

use super::refusal::DriverRefusal;
use super::report::{KeyDriverReport, key_drivers};
use super::tally::{DriverKind, DriverTally};
use crate::functions::kernels::numbers::ExactSumUnit;
use crate::insight::statistic::{exact_units, not_summed};
use crate::settings::InvalidPolicy;

const FUNCTION: &str = "key_drivers";

/// Options of a call.
#[derive(Debug, Clone)]
pub(super) struct DriverOptions {
    /// How each driver was written.
    pub(super) names: Vec<String>,
    pub(super) has_id: bool,
    pub(super) level: f64,
    pub(super) invalid: InvalidPolicy,
}

impl DriverOptions {
    /// Error for a refusal.
    fn refused(&self, refusal: &DriverRefusal) -> DataFusionError {
        let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
        exec_datafusion_err!("{FUNCTION}: {}", refusal.text(&names))
    }
}

/// The sums so far. Batches have the outcome, the drivers, and the id as text if there is one.
pub(super) struct DriverRowFold {
    options: DriverOptions,
    /// `None` before the first rows: their types say the units, and may differ from those of the plan.
    tally: Option<DriverTally>,
}

impl DriverRowFold {
    pub(super) fn new(options: DriverOptions) -> Self {
        Self {
            options,
            tally: None,
        }
    }

    /// Counts the rows of a batch.
    ///
    /// # Errors
    /// For a number that cannot be summed, unless invalid values are ignored, and when a text has too many
    /// values.
    pub(super) fn count(&mut self, rows: &RecordBatch) -> Result<()> {
        let [outcome, columns @ ..] = rows.columns() else {
            return internal_err!("rows without an outcome");
        };
        let (drivers, ids) = columns.split_at(self.options.names.len());
        let outcomes = self.numbers(outcome)?;
        let drivers = drivers.iter().map(|column| self.values(column));
        let drivers = drivers.collect::<Result<Vec<_>>>()?;
        let ids = ids.first().map(AsArray::as_string::<i32>);
        let options = &self.options;
        let tally = self.tally.get_or_insert_with(|| {
            let kinds = columns.iter().take(options.names.len());
            let kinds: Vec<_> = kinds.map(|column| kind(column.data_type())).collect();
            let outcome = ExactSumUnit::for_type(outcome.data_type());
            DriverTally::new(outcome.per_one(), &kinds, options.has_id)
        });
        let mut cells = Vec::with_capacity(drivers.len() + 1);
        for (row, outcome) in outcomes.iter().enumerate() {
            // Without an answer there is nothing to explain.
            let Some(outcome) = *outcome else { continue };
            if !drivers.iter().all(|own| own.is_known(row)) {
                tally.incomplete += 1;
                continue;
            }
            cells.clear();
            for (driver, values) in drivers.iter().enumerate() {
                let cell = values.cell(tally, driver, row);
                cells.extend(cell.map_err(|refusal| options.refused(&refusal))?);
            }
            let id = ids.filter(|ids| ids.is_valid(row));
            let hash = stable_hash(id.map_or("", |ids| ids.value(row)));
            tally.add(hash, outcome, &mut cells);
        }
        Ok(())
    }

    /// Bytes of the sums.
    pub(super) fn bytes(&self) -> usize {
        self.tally.as_ref().map_or(0, DriverTally::size)
    }

    /// How each driver was written.
    pub(super) fn names(&self) -> &[String] {
        &self.options.names
    }

    /// The answer of all rows.
    ///
    /// # Errors
    /// When the drivers cannot be told apart, or rows are too few.
    pub(super) fn report(&self) -> Result<KeyDriverReport> {
        let found = match &self.tally {
            Some(tally) => key_drivers(tally, self.options.level),
            None => Err(DriverRefusal::TooFewRows {
                n: 0,
                columns: self.options.names.len(),
            }),
        };
        found.map_err(|refusal| self.options.refused(&refusal))
    }

    fn values<'a>(&self, column: &'a ArrayRef) -> Result<DriverValues<'a>> {
        Ok(match column.data_type() {
            DataType::Utf8 => DriverValues::Texts(column.as_string::<i32>()),
            _ => DriverValues::Numbers(self.numbers(column)?),
        })
    }

    /// Numbers in their units, booleans as 0 and 1; `None` for NULL and ignored values.
    fn numbers(&self, column: &ArrayRef) -> Result<Vec<Option<i128>>> {
        if let Some(flags) = column.as_boolean_opt() {
            return Ok(flags.iter().map(|flag| flag.map(i128::from)).collect());
        }
        let units = exact_units(FUNCTION, column)?;
        let is_invalid = |row: &usize| units[*row].is_none() && column.is_valid(*row);
        match (0..units.len()).find(is_invalid) {
            Some(row) if self.options.invalid == InvalidPolicy::Error => {
                Err(not_summed(FUNCTION, column, row))
            }
            _ => Ok(units),
        }
    }
}

/// A text has a column for each value; all else are numbers, booleans 0 and 1.
fn kind(data_type: &DataType) -> DriverKind {
    match data_type {
        DataType::Utf8 => DriverKind::Text,
        number => DriverKind::Number {
            per_one: ExactSumUnit::for_type(number).per_one(),
        },
    }
}

/// Values of one driver.
enum DriverValues<'a> {
    Numbers(Vec<Option<i128>>),
    Texts(&'a StringArray),
}

impl DriverValues<'_> {
    fn is_known(&self, row: usize) -> bool {
        match self {
            Self::Numbers(units) => units[row].is_some(),
            Self::Texts(texts) => texts.is_valid(row),
        }
    }

    /// The column of the tally that the value belongs to, and the value there.
    fn cell(
        &self,
        tally: &mut DriverTally,
        driver: usize,
        row: usize,
    ) -> std::result::Result<Option<(usize, i128)>, DriverRefusal> {
        match self {
            Self::Numbers(units) => Ok(tally.number_column(driver).zip(units[row])),
            Self::Texts(texts) => Ok(Some((tally.level_column(driver, texts.value(row))?, 1))),
        }
    }
}

/// A hash that is the same on every machine: FNV-1a (Fowler, Noll and Vo 1991), then the mixing of Murmur 3,
/// because ids that count up differ in their last digits only.
fn stable_hash(text: &str) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in text.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ (hash >> 33)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ids that count up spread over 20 groups: of 2,000 each gets 100, give or take three standard deviations.
    #[test]
    fn ids_spread_over_the_groups() {
        let mut groups = [0_u32; 20];
        for id in 0..2_000_u32 {
            let group = stable_hash(&id.to_string()) % 20;
            groups[usize::try_from(group).unwrap()] += 1;
        }
        assert!(groups.iter().all(|n| (70..=130).contains(n)), "{groups:?}");
    }
}

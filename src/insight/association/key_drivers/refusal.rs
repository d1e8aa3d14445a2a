//! Reasons for which drivers are not compared.

/// A reason, with drivers by their position in the call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum DriverRefusal {
    /// No more rows than columns and one.
    TooFewRows { n: i64, columns: usize },
    /// The same in all rows.
    Constant { driver: usize },
    /// Follows from others, so that its part cannot be told from theirs.
    Combination { driver: usize, others: Vec<usize> },
    /// A text driver with more values than [`DRIVER_LEVELS`](super::DRIVER_LEVELS).
    TooManyLevels { driver: usize },
    /// A sum overflowed.
    TooLarge,
}

impl DriverRefusal {
    /// The reason for people, with the `names` of all drivers.
    pub(crate) fn text(&self, names: &[&str]) -> String {
        let name = |driver: usize| names.get(driver).copied().unwrap_or("?");
        match self {
            Self::TooFewRows { n, columns } => format!(
                "{n} complete rows are too few for {columns} columns: there must be at least {}",
                columns + 2
            ),
            Self::Constant { driver } => format!(
                "driver {} is the same in all complete rows; leave it out",
                name(*driver)
            ),
            Self::Combination { driver, others } => {
                let others: Vec<&str> = others.iter().map(|&other| name(other)).collect();
                format!(
                    "driver {} follows from {}; leave one of them out",
                    name(*driver),
                    others.join(", ")
                )
            }
            Self::TooManyLevels { driver } => format!(
                "text driver {} has more than {} values; group them first",
                name(*driver),
                super::DRIVER_LEVELS
            ),
            Self::TooLarge => "numbers are too large to be summed exactly".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_combination_names_all_of_its_drivers() {
        let refusal = DriverRefusal::Combination {
            driver: 2,
            others: vec![0, 1],
        };
        assert_eq!(
            refusal.text(&["a", "b", "c"]),
            "driver c follows from a, b; leave one of them out"
        );
    }
}

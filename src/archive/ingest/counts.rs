//! Counts of a run: what came in is written, a duplicate or rejected, always.

use std::ops::AddAssign;

/// Counts of rows. A source row counts once for each row that it gives to a table, and once if it is rejected.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct IngestCounts {
    /// Rows that came in: those of tables, and rejected source rows.
    pub read: u64,
    /// Rows that are in the tables now.
    pub written: u64,
    /// Rows that were there already, or have a newer version.
    pub duplicate: u64,
    /// Source rows that do not fit.
    pub rejected: u64,
    /// Source rows that give no row to any table; not among `read`.
    pub passed_over: u64,
}

impl IngestCounts {
    /// True if every row that came in has become something.
    pub fn is_balanced(self) -> bool {
        self.read == self.written + self.duplicate + self.rejected
    }
}

impl AddAssign for IngestCounts {
    fn add_assign(&mut self, other: Self) {
        self.read += other.read;
        self.written += other.written;
        self.duplicate += other.duplicate;
        self.rejected += other.rejected;
        self.passed_over += other.passed_over;
    }
}

/// Counts of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileCounts {
    /// The file, for messages.
    pub label: String,
    /// Of its rows.
    pub counts: IngestCounts,
}

/// Rejects that a run may have.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum RejectLimit {
    /// Rows.
    Rows(u64),
    /// Of what came in.
    Percent(f64),
}

impl RejectLimit {
    /// Reads `100` or `0.5%`.
    ///
    /// # Errors
    /// A line for the user.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "{text:?} is no limit: write a number of rows, such as 100, or a share, such as 0.5%"
            )
        };
        match text.trim().strip_suffix('%') {
            None => text.trim().parse().map(Self::Rows).ok().ok_or_else(wrong),
            Some(share) => {
                let share: f64 = share.trim().parse().ok().ok_or_else(wrong)?;
                (0.0..=100.0)
                    .contains(&share)
                    .then_some(Self::Percent(share))
                    .ok_or_else(wrong)
            }
        }
    }

    /// True if there are more rejects than allowed, whatever is still to come.
    pub(crate) fn is_passed_already(self, counts: IngestCounts) -> bool {
        matches!(self, Self::Rows(most) if counts.rejected > most)
    }

    /// True if there are more rejects than allowed when all has been read.
    pub(crate) fn is_passed(self, counts: IngestCounts) -> bool {
        match self {
            Self::Rows(most) => counts.rejected > most,
            Self::Percent(share) => counts.rejected as f64 * 100.0 > share * counts.read as f64,
        }
    }
}

impl std::fmt::Display for RejectLimit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Rows(most) => write!(f, "{most}"),
            Self::Percent(share) => write!(f, "{share}%"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_rows_or_shares() {
        let counts = |read, rejected| IngestCounts {
            read,
            rejected,
            ..IngestCounts::default()
        };
        let rows = RejectLimit::parse("2").unwrap();
        assert!(!rows.is_passed(counts(9, 2)) && rows.is_passed(counts(9, 3)));
        assert!(rows.is_passed_already(counts(3, 3)));
        let share = RejectLimit::parse("0.5%").unwrap();
        assert!(!share.is_passed(counts(200, 1)) && share.is_passed(counts(199, 1)));
        assert!(!share.is_passed_already(counts(1, 1)) && !share.is_passed(counts(0, 0)));
        for text in ["", "-1", "101%", "x%", "1.5", "nan%"] {
            assert!(RejectLimit::parse(text).is_err(), "{text}");
        }
    }
}

//! `--format`: formats of results, and those of reports.

use clap::ValueEnum;
use clap::builder::PossibleValue;

use crate::output::ResultFormat;

/// A format by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PrintFormat {
    Result(ResultFormat),
    /// Of `deskql report` only.
    Html,
    /// Of `deskql report` only.
    Terminal,
}

impl ValueEnum for PrintFormat {
    fn value_variants<'a>() -> &'a [Self] {
        use ResultFormat::{Arrow, Csv, Expanded, Json, Markdown, Ndjson, Parquet, Table, Tsv};
        &[
            Self::Result(Table),
            Self::Result(Expanded),
            Self::Result(Csv),
            Self::Result(Tsv),
            Self::Result(Json),
            Self::Result(Ndjson),
            Self::Result(Markdown),
            Self::Result(Parquet),
            Self::Result(Arrow),
            Self::Html,
            Self::Terminal,
        ]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        match self {
            Self::Result(format) => format.to_possible_value(),
            Self::Html => {
                Some(PossibleValue::new("html").help("One page with charts, of `deskql report`"))
            }
            Self::Terminal => {
                Some(PossibleValue::new("terminal").help("Text for a terminal, of `deskql report`"))
            }
        }
    }
}

impl PrintFormat {
    /// Its name.
    pub(crate) fn name(self) -> String {
        self.to_possible_value()
            .map(|value| value.get_name().to_owned())
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_formats_of_results_are_formats() {
        for format in ResultFormat::value_variants() {
            assert!(PrintFormat::value_variants().contains(&PrintFormat::Result(*format)));
        }
        assert_eq!(
            PrintFormat::from_str("jsonl", true),
            Ok(PrintFormat::Result(ResultFormat::Ndjson))
        );
    }
}

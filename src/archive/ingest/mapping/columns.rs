//! Columns of a table: where their values come from, and how texts become them.

use std::ops::Range;
use std::sync::Arc;

use toml::Spanned;

use super::sections::{ColumnSection, MisfitAction, SourceSection, WrittenValue};
use super::source_names::SourceNames;
use super::text::MappingText;
use super::words::{MisfitPolicy, ValueWords};
use crate::archive::ingest::values::{
    DurationTextUnit, IngestValue, NumberBounds, TargetType, TimeForm, TimeReader, TruthWords,
    ValueReader,
};
use crate::error::Result;
use crate::tables::{NumberForm, NumberReader};
use crate::time::zone;

/// A column of a table.
#[derive(Debug)]
pub(crate) struct ColumnRule {
    pub(crate) name: String,
    /// Places among [`IngestMapping::names`](super::IngestMapping): the first that has a value counts.
    pub(crate) sources: Vec<usize>,
    pub(crate) reader: ValueReader,
    /// Texts that mean NULL.
    pub(crate) null_words: Vec<String>,
    pub(crate) words: Option<ValueWords>,
    /// Stands between the elements of a list.
    pub(crate) join: Option<String>,
    /// Value of every row.
    pub(crate) constant: Option<IngestValue<'static>>,
    /// Value where there is none.
    pub(crate) default: Option<IngestValue<'static>>,
    pub(crate) is_required: bool,
    pub(crate) misfit: MisfitPolicy,
}

/// Keys that a column takes over from its table and from the source.
#[derive(Debug, Clone, Copy)]
pub(super) struct ColumnDefaults<'a> {
    pub(super) source: &'a SourceSection,
    pub(super) null: &'a [String],
    pub(super) timezone: Option<&'a Spanned<String>>,
}

/// A column that is being checked.
struct ColumnCheck<'a> {
    text: &'a MappingText,
    span: Range<usize>,
    name: &'a str,
    section: &'a ColumnSection,
    defaults: ColumnDefaults<'a>,
}

impl ColumnRule {
    /// Checks the section of column `name` at `span`.
    ///
    /// # Errors
    /// If a key of it is wrong; the error has its line.
    pub(super) fn checked(
        text: &MappingText,
        (name, section, span): (&str, &ColumnSection, Range<usize>),
        defaults: ColumnDefaults<'_>,
        names: &mut SourceNames,
    ) -> Result<Self> {
        let check = ColumnCheck {
            text,
            span,
            name,
            section,
            defaults,
        };
        check.refuse_contradictions()?;
        let reader = check.reader()?;
        let (constant, default) = (
            check.value(section.value.as_ref(), &reader)?,
            check.value(section.default.as_ref(), &reader)?,
        );
        let sources = match (&section.from, &constant) {
            (None, Some(_)) => Vec::new(),
            (None, None) => vec![check.place(name, names)?],
            (Some(from), _) => {
                let places = from.all().iter().map(|from| check.place(from, names));
                places.collect::<Result<_>>()?
            }
        };
        let null = [&section.null, defaults.null, &defaults.source.null];
        Ok(Self {
            name: name.to_owned(),
            sources,
            reader,
            null_words: null.into_iter().flatten().cloned().collect(),
            words: ValueWords::from_section(section),
            join: section.join.clone(),
            constant,
            default,
            is_required: section.required,
            misfit: match section.invalid {
                MisfitAction::Reject => MisfitPolicy::RejectRow,
                MisfitAction::Null => MisfitPolicy::WriteNull,
            },
        })
    }
}

impl ColumnCheck<'_> {
    fn problem(&self, problem: impl std::fmt::Display) -> crate::Error {
        self.at(&self.span, problem)
    }

    fn at(&self, span: &Range<usize>, problem: impl std::fmt::Display) -> crate::Error {
        self.text
            .problem(span, format!("column {:?}: {problem}", self.name))
    }

    fn place(&self, from: &str, names: &mut SourceNames) -> Result<usize> {
        names.place(from).map_err(|problem| self.problem(problem))
    }

    fn target(&self) -> Result<TargetType> {
        match &self.section.data_type {
            Some(written) => TargetType::parse(written.get_ref())
                .map_err(|problem| self.at(&written.span(), problem)),
            None if !(self.section.yes.is_empty() && self.section.no.is_empty()) => {
                Ok(TargetType::Boolean)
            }
            None if self.section.time.is_some() => Ok(TargetType::Timestamp),
            None => Ok(TargetType::Text),
        }
    }

    /// Keys that do nothing beside others: their user expects something of them.
    fn refuse_contradictions(&self) -> Result<()> {
        let useless = self.useless_keys(self.target()?);
        match useless.iter().find(|(_, is_there, _)| *is_there) {
            Some((key, _, why)) => {
                Err(self.problem(format!("{key} does nothing {why}: leave it out")))
            }
            None => Ok(()),
        }
    }

    /// Keys with whether they are there and do nothing, and why.
    fn useless_keys(&self, target: TargetType) -> [(&'static str, bool, &'static str); 10] {
        let section = self.section;
        let has_words = !section.values.is_empty();
        let has_truth = !(section.yes.is_empty() && section.no.is_empty());
        let has_bounds = section.min.is_some() || section.max.is_some();
        let has_marks = section.decimal.is_some() || section.thousands.is_some();
        let is_length = target == TargetType::Duration;
        [
            (
                "value",
                section.value.is_some() && section.from.is_some(),
                "beside from",
            ),
            (
                "otherwise",
                section.otherwise.is_some() && !has_words,
                "without values",
            ),
            (
                "match_case",
                section.match_case && !has_words,
                "without values",
            ),
            (
                "true and false",
                has_truth && target != TargetType::Boolean,
                "unless type is bool",
            ),
            (
                "time",
                section.time.is_some() && !target.is_time(),
                "unless type is date or timestamp",
            ),
            (
                "timezone",
                section.timezone.is_some() && !target.is_time(),
                "unless type is date or timestamp",
            ),
            (
                "unit",
                section.unit.is_some() && !is_length,
                "unless type is duration",
            ),
            (
                "min and max",
                has_bounds && !target.is_number() && !is_length,
                "unless type is a number",
            ),
            (
                "decimal and thousands",
                has_marks && !target.is_number() && !is_length,
                "unless type is a number",
            ),
            (
                "required",
                section.required && section.default.is_some(),
                "beside default",
            ),
        ]
    }

    fn reader(&self) -> Result<ValueReader> {
        let section = self.section;
        let lower = |words: &[String]| words.iter().map(|word| word.to_lowercase()).collect();
        let unit = match &section.unit {
            Some(unit) => DurationTextUnit::parse(unit.get_ref())
                .map_err(|problem| self.at(&unit.span(), problem))?,
            None => DurationTextUnit::Seconds,
        };
        Ok(ValueReader {
            target: self.target()?,
            times: self.times()?,
            truth: TruthWords {
                yes: lower(&section.yes),
                no: lower(&section.no),
            },
            numbers: self.numbers()?,
            bounds: NumberBounds {
                min: section.min,
                max: section.max,
            },
            unit,
        })
    }

    fn times(&self) -> Result<TimeReader> {
        let forms = match &self.section.time {
            None => vec![TimeForm::Iso],
            Some(written) => {
                let forms = written.get_ref().all().iter();
                let forms = forms.map(|form| {
                    TimeForm::parse(form).map_err(|problem| self.at(&written.span(), problem))
                });
                forms.collect::<Result<_>>()?
            }
        };
        let zone = self.section.timezone.as_ref().or(self.defaults.timezone);
        let zone = zone.or(self.defaults.source.timezone.as_ref());
        let zone = match zone {
            Some(written) => {
                let zone = zone::named(written.get_ref());
                Some(zone.map_err(|problem| self.at(&written.span(), problem))?)
            }
            None => None,
        };
        Ok(TimeReader {
            forms,
            zone: zone.map(|zone| Arc::clone(&zone)),
        })
    }

    fn numbers(&self) -> Result<Option<NumberReader>> {
        let own = (&self.section.decimal, &self.section.thousands);
        let source = self.defaults.source;
        let (decimal, thousands) = match own {
            (None, None) => (&source.decimal, &source.thousands),
            own => own,
        };
        let mark = |written: &Option<Spanned<char>>| written.as_ref().map(|mark| *mark.get_ref());
        let form = NumberForm::from_marks(mark(decimal), mark(thousands));
        let form = form.map_err(|problem| self.problem(problem))?;
        let reader = form.map(NumberForm::reader).transpose();
        Ok(reader?)
    }

    /// A value that is written in the mapping.
    fn value(
        &self,
        written: Option<&Spanned<WrittenValue>>,
        reader: &ValueReader,
    ) -> Result<Option<IngestValue<'static>>> {
        let Some(written) = written else {
            return Ok(None);
        };
        let mut clock = reader.times.clock();
        let read = reader.read(written.get_ref().text().into(), clock.as_mut(), true);
        let value = read.map_err(|misfit| {
            let shown = misfit.value.unwrap_or_default();
            self.at(&written.span(), format!("{shown:?}: {}", misfit.fault))
        })?;
        Ok(Some(value.into_owned()))
    }
}

//! The sections of a report by their names, for `--section`.

use crate::error::{Error, Result};
use crate::report::model::{Report, ReportBlock};
use crate::text;

/// Parts of a report below its sections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AppendixPart {
    HowToRead,
    Definitions,
    DataQuality,
    Annotations,
    Checks,
    Statements,
}

/// What stands below a heading.
#[derive(Debug, Clone, Copy)]
pub(super) enum SectionContent<'a> {
    Blocks(&'a [ReportBlock]),
    Appendix(AppendixPart),
}

/// A section with the name that `--section` takes.
#[derive(Debug, Clone, Copy)]
pub(super) struct NamedSection<'a> {
    pub(super) name: &'a str,
    pub(super) heading: &'a str,
    pub(super) content: SectionContent<'a>,
    /// True if it is printed only by its name, since it is long.
    pub(super) is_on_request: bool,
}

/// All sections that have something to say, in order.
pub(super) fn named_sections(report: &Report) -> Vec<NamedSection<'_>> {
    let sections = report.sections.iter().map(|section| NamedSection {
        name: &section.id,
        heading: &section.heading,
        content: SectionContent::Blocks(&section.blocks),
        is_on_request: false,
    });
    let parts = appendix_parts(report).into_iter();
    let parts = parts
        .filter(|(.., is_empty)| !is_empty)
        .map(|(name, heading, part, _)| NamedSection {
            name,
            heading,
            content: SectionContent::Appendix(part),
            is_on_request: part == AppendixPart::Statements,
        });
    sections.chain(parts).collect()
}

fn appendix_parts(report: &Report) -> [(&'static str, &'static str, AppendixPart, bool); 6] {
    use AppendixPart as Part;
    [
        (
            "how-to-read",
            "How to read this",
            Part::HowToRead,
            report.how_to_read.is_empty(),
        ),
        (
            "definitions",
            "Definitions",
            Part::Definitions,
            report.definitions.is_empty(),
        ),
        (
            "data-quality",
            "Data quality",
            Part::DataQuality,
            report.data_quality.is_empty(),
        ),
        (
            "annotations",
            "Annotations",
            Part::Annotations,
            report.annotations.is_empty(),
        ),
        ("checks", "Checks", Part::Checks, report.checks.is_empty()),
        ("sql", "SQL", Part::Statements, report.statements.is_empty()),
    ]
}

/// The section with this name or heading; case does not matter, nor do hyphens, underscores and spaces differ.
pub(super) fn find<'a, 'b>(
    sections: &'b [NamedSection<'a>],
    name: &str,
) -> Result<&'b NamedSection<'a>> {
    let wanted = comparable(name);
    let found = sections.iter().find(|section| {
        comparable(section.name) == wanted || comparable(section.heading) == wanted
    });
    found.ok_or_else(|| {
        let names: Vec<&str> = sections.iter().map(|section| section.name).collect();
        let known = if names.is_empty() {
            "it has none".to_owned()
        } else {
            format!("sections: {}", names.join(", "))
        };
        let name = super::one_line(name);
        let near = text::nearest(&name, names.iter().copied());
        let near = near
            .map(|near| format!("; did you mean '{near}'?"))
            .unwrap_or_default();
        Error::Usage(format!(
            "the report has no section '{name}'{near} ({known})"
        ))
    })
}

fn comparable(name: &str) -> String {
    name.trim().to_lowercase().replace(['_', ' '], "-")
}

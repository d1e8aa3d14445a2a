//! What a reader needs who wants to check the report: words, definitions, data, and what was found wrong.

use maud::{Markup, html};

use super::anchors::{self, PageContext};
use super::{statements, tables, text};
use crate::report::figures;
use crate::report::model::{DataQuality, KpiDefinition, PitfallCheck, ReportAnnotation};

/// A heading after the sections: its id, its words, what stands below.
struct ClosingPart {
    id: String,
    heading: &'static str,
    content: Markup,
}

/// The parts that have something to say, for the page and for the navigation alike.
pub(super) struct ClosingParts(Vec<ClosingPart>);

impl ClosingParts {
    /// Has to come after the sections, which have the first choice of ids.
    pub(super) fn new(context: &PageContext<'_>) -> Self {
        let report = context.report;
        let mut parts = Self(Vec::new());
        let lines = &report.how_to_read;
        parts.add(context, lines, "How to read this", reading);
        parts.add(context, &report.definitions, "Definitions", |kpis| {
            definitions(context, kpis)
        });
        parts.add(context, &report.data_quality, "Data quality", |tables| {
            data_quality(context, tables)
        });
        parts.add(context, &report.annotations, "Annotations", |list| {
            annotations(context, list)
        });
        parts.add(context, &report.checks, "Pitfall checks", checks);
        parts.add(context, &report.statements, "Statements", |_| {
            statements::list(context)
        });
        parts
    }

    fn add<T>(
        &mut self,
        context: &PageContext<'_>,
        items: &[T],
        heading: &'static str,
        content: impl Fn(&[T]) -> Markup,
    ) {
        if !items.is_empty() {
            let id = heading.to_lowercase().replace(' ', "-");
            self.0.push(ClosingPart {
                id: context.anchors.claim_numbered(&id),
                heading,
                content: content(items),
            });
        }
    }

    /// Ids and words.
    pub(super) fn headings(&self) -> impl Iterator<Item = (&str, &'static str)> {
        self.0.iter().map(|part| (part.id.as_str(), part.heading))
    }

    pub(super) fn markup(&self) -> Markup {
        html! {
            @for part in &self.0 {
                section.closing id=(part.id) {
                    h2 { (part.heading) }
                    (part.content)
                }
            }
        }
    }
}

fn reading(lines: &[String]) -> Markup {
    html! {
        ul.reading { @for line in lines { li { (text::sentence(line)) } } }
    }
}

fn definitions(context: &PageContext<'_>, kpis: &[KpiDefinition]) -> Markup {
    html! {
        dl.definitions {
            @for kpi in kpis {
                div id=[context.anchors.claim(&anchors::definition(&kpi.kpi))] {
                    dt { (text::name(&kpi.title)) }
                    dd { (text::sentence(&kpi.definition)) }
                    @if !kpi.formula.is_empty() { dd { code { (kpi.formula) } } }
                }
            }
        }
    }
}

fn data_quality(context: &PageContext<'_>, tables: &[DataQuality]) -> Markup {
    let content = html! {
        table {
            (tables::caption(&html! { "Rows of the period, and what they lack" }))
            thead {
                tr {
                    th scope="col" { "Table" }
                    th.num scope="col" { "Rows" }
                    th scope="col" { "Newest" }
                    th scope="col" { "Remarks" }
                }
            }
            tbody { @for table in tables { (quality_row(table)) } }
        }
    };
    tables::scrolling(context, "Data quality", &content)
}

fn quality_row(table: &DataQuality) -> Markup {
    html! {
        tr {
            th scope="row" { (text::name(&table.table)) }
            td.num { (figures::count(table.rows)) }
            td.when { (table.newest.as_deref().unwrap_or("not known")) }
            td {
                @if table.remarks.is_empty() { span.quiet { "nothing is missing" } }
                @for remark in &table.remarks { span.line { (text::sentence(remark)) } }
            }
        }
    }
}

fn annotations(context: &PageContext<'_>, list: &[ReportAnnotation]) -> Markup {
    let content = html! {
        table {
            (tables::caption(&html! { "Numbered as on the charts" }))
            thead {
                tr {
                    th.num scope="col" { "No." }
                    th scope="col" { "When" }
                    th scope="col" { "Kind" }
                    th scope="col" { "What" }
                }
            }
            tbody {
                @for annotation in list {
                    tr id=[context.anchors.claim(&format!("annotation-{}", annotation.number))] {
                        th.num scope="row" { (annotation.number) }
                        td.when { (days(annotation)) }
                        td { (text::name(&annotation.kind)) }
                        td { (text::sentence(&annotation.title)) }
                    }
                }
            }
        }
    };
    tables::scrolling(context, "Annotations", &content)
}

/// "4 March 2025", "4 March 2025 to 6 March 2025".
fn days(annotation: &ReportAnnotation) -> String {
    let start = figures::day(annotation.at);
    match annotation.until {
        Some(end) if end != annotation.at => format!("{start} to {}", figures::day(end)),
        _ => start,
    }
}

fn checks(checks: &[PitfallCheck]) -> Markup {
    html! {
        dl.checks {
            @for check in checks {
                dt { (text::sentence(&check.pitfall)) }
                dd { (text::sentence(&check.text)) }
            }
        }
    }
}

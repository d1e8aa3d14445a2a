//! Key metrics: a table a focus area, a row a KPI.

use maud::{Markup, html};

use super::anchors::{self, PageContext};
use super::{statements, tables, text, values};
use crate::report::figures;
use crate::report::model::{Change, Estimate, KpiGroup, KpiRow};
use crate::report::sentences;

pub(super) fn groups(context: &PageContext<'_>, groups: &[KpiGroup]) -> Markup {
    html! {
        @for group in groups {
            h3 { (text::sentence(&group.heading)) }
            (tables::scrolling(context, &group.heading, &table(context, group)))
            (in_sentences(group))
        }
    }
}

fn table(context: &PageContext<'_>, group: &KpiGroup) -> Markup {
    html! {
        table.kpis {
            (tables::caption(&text::sentence(&compared(context))))
            (head(context, group))
            tbody { @for kpi in &group.rows { (row(context, kpi)) } }
        }
    }
}

/// The periods of the columns.
fn compared(context: &PageContext<'_>) -> String {
    let period = &context.report.period;
    let before = [
        ("before", &period.before_label),
        ("a year ago", &period.year_ago_label),
    ];
    let named = before.iter().filter(|(_, label)| !label.is_empty());
    let columns: Vec<String> = named
        .map(|(column, label)| format!("{column}: {label}"))
        .collect();
    format!("{}; {}", period.label, columns.join("; "))
}

fn head(context: &PageContext<'_>, group: &KpiGroup) -> Markup {
    let periods = group.rows.iter().map(|row| row.history.len()).max();
    let grain = &context.report.period.grain;
    html! {
        thead {
            tr {
                th scope="col" { "KPI" }
                th.num scope="col" { "Value" }
                th.num scope="col" { "Interval" }
                th.num scope="col" { "n" }
                th.num scope="col" { "Before" }
                th.num scope="col" { "Change" }
                th.num scope="col" { "A year ago" }
                th scope="col" { "Goal" }
                th scope="col" { "Last " (periods.unwrap_or_default()) " " (grain) "s" }
                th scope="col" { "Verdict" }
            }
        }
    }
}

fn row(context: &PageContext<'_>, kpi: &KpiRow) -> Markup {
    let (unit, change) = (kpi.unit, kpi.change.as_ref());
    html! {
        tr id=[context.anchors.claim(&anchors::kpi(&kpi.kpi))] {
            th scope="row" { (title(context, kpi)) }
            td.num.main { (values::estimate(unit, &kpi.value)) }
            td.num { (values::interval(unit, &kpi.value).unwrap_or_default()) }
            td.num {
                @if !values::is_count(kpi.unit, &kpi.value) { (figures::count(kpi.value.n)) }
                span.sub { (statements::link(context, &kpi.statement, &kpi.title)) }
            }
            td.num { (earlier(kpi, kpi.before.as_ref(), None)) }
            td.num { @if let Some(change) = change { (difference(kpi, change)) } }
            td.num.year { (earlier(kpi, kpi.year_ago.as_ref(), kpi.change_in_year.as_ref())) }
            td { (goal(kpi)) }
            td.history { (values::history(unit, &kpi.title, &kpi.history)) }
            td { (verdict(kpi)) }
        }
    }
}

/// The name, which leads to the definition.
fn title(context: &PageContext<'_>, kpi: &KpiRow) -> Markup {
    let definition = context.anchors.link(&anchors::definition(&kpi.kpi));
    html! {
        @if let Some(href) = definition { a href=(href) { (text::name(&kpi.title)) } }
        @else { (text::name(&kpi.title)) }
        span.sub { (kpi.indicator) }
    }
}

/// A value of another period, its n, and the change since then where that has no column of its own.
fn earlier(kpi: &KpiRow, estimate: Option<&Estimate>, change: Option<&Change>) -> Markup {
    html! {
        @match estimate {
            None => span.few { "no data" },
            Some(earlier) => {
                (values::estimate(kpi.unit, earlier))
                @if !values::is_count(kpi.unit, earlier) { span.sub { (values::rows(earlier)) } }
            },
        }
        @if let Some(change) = change { span.sub.change { (difference(kpi, change)) } }
    }
}

fn difference(kpi: &KpiRow, change: &Change) -> Markup {
    html! {
        (values::difference(kpi.unit, change))
        @if let Some(interval) = values::change_interval(kpi.unit, change) {
            span.sub { (interval) }
        }
    }
}

fn goal(kpi: &KpiRow) -> Markup {
    html! {
        @if let Some(goal) = &kpi.goal {
            (values::goal_level(kpi.unit, goal))
            span.sub { (values::goal_outcome(goal)) }
        }
        @if let Some(missed) = sentences::missing_segments(&kpi.segment_goals) {
            span.sub.bad { (missed) }
        }
    }
}

/// The verdict on the change, and apart from it the one of the control chart.
fn verdict(kpi: &KpiRow) -> Markup {
    let limits = kpi.control.as_ref();
    let special = limits.and_then(|limits| values::special_cause(&kpi.value, limits));
    html! {
        (values::verdict(kpi.verdict, kpi.change.as_ref()))
        @if let Some(special) = special { span.sub { (special) } }
    }
}

fn in_sentences(group: &KpiGroup) -> Markup {
    let said = || group.rows.iter().filter(|row| !row.sentences.is_empty());
    html! {
        @if said().next().is_some() {
            details {
                summary { "In sentences" }
                dl.said {
                    @for row in said() {
                        dt { (text::name(&row.title)) }
                        @for sentence in &row.sentences { dd { (text::sentence(sentence)) } }
                    }
                }
            }
        }
    }
}

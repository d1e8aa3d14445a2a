//! The executive summary: at most five sentences, and the KPIs that they are about in large figures.

use maud::{Markup, html};

use super::anchors::{self, PageContext};
use super::{findings, text, values};
use crate::report::model::{KpiTile, ReportSummary};

pub(super) fn summary(context: &PageContext<'_>, summary: &ReportSummary) -> Markup {
    html! {
        @if !summary.sentences.is_empty() {
            ol.sentences {
                @for sentence in &summary.sentences { (findings::item(context, sentence)) }
            }
        }
        @if !summary.tiles.is_empty() {
            ul.tiles {
                @for kpi in &summary.tiles { (tile(context, kpi)) }
            }
        }
    }
}

/// A tile has six parts, empty ones too, so that those of tiles side by side are in line.
fn tile(context: &PageContext<'_>, kpi: &KpiTile) -> Markup {
    let row = context.anchors.link(&anchors::kpi(&kpi.kpi));
    html! {
        li.tile {
            p.tile-title {
                @if let Some(row) = row { a href=(row) { (text::name(&kpi.title)) } }
                @else { (text::name(&kpi.title)) }
            }
            p.tile-value { (values::large(kpi.unit, &kpi.value)) }
            p.tile-precision {
                @if !values::is_count(kpi.unit, &kpi.value) {
                    span.tile-line { (values::rows(&kpi.value)) }
                }
                @if let Some(interval) = values::interval(kpi.unit, &kpi.value) {
                    span.tile-line { "interval " (interval) }
                }
            }
            div.tile-history { (values::history(kpi.unit, &kpi.title, &kpi.history)) }
            (judgement(kpi))
        }
    }
}

/// The change and the goal.
fn judgement(kpi: &KpiTile) -> Markup {
    html! {
        p.tile-change {
            (values::verdict(kpi.verdict, kpi.change.as_ref()))
            @if let Some(change) = &kpi.change {
                span.tile-line { "change " (values::difference(kpi.unit, change)) }
                @if let Some(interval) = values::change_interval(kpi.unit, change) {
                    span.tile-line { "interval " (interval) }
                }
            }
        }
        p.tile-goal {
            @if let Some(goal) = &kpi.goal {
                "Goal " (values::goal_level(kpi.unit, goal)) ": " (values::goal_outcome(goal))
            }
        }
    }
}

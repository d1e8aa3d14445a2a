//! Findings: sentences with addresses of their own.

use maud::{Markup, html};

use super::anchors::PageContext;
use super::{statements, text};
use crate::report::model::{Finding, FindingList, FindingTone};

/// Findings under their heading.
pub(super) fn list(context: &PageContext<'_>, list: &FindingList) -> Markup {
    html! {
        h3 { (text::sentence(&list.heading)) }
        @if list.findings.is_empty() {
            p.quiet { (text::sentence(&list.when_empty)) }
        } @else {
            ul.findings {
                @for finding in &list.findings { (item(context, finding)) }
            }
        }
    }
}

/// A finding as an item of a list.
pub(super) fn item(context: &PageContext<'_>, finding: &Finding) -> Markup {
    let (class, sign, words) = tone(finding.tone);
    html! {
        li.finding.(class) id=[context.anchors.claim(&finding.id)] {
            p {
                span.tone aria-hidden="true" { (sign) }
                span.unseen { (words) }
                (text::sentence(&finding.text))
                @if let Some(statement) = &finding.statement {
                    " " (statements::link(context, statement, "this sentence"))
                }
            }
            @if !finding.details.is_empty() {
                ul.more {
                    @for detail in &finding.details { li { (text::sentence(detail)) } }
                }
            }
        }
    }
}

/// Class, sign, and the words for those who do not see it.
const fn tone(tone: FindingTone) -> (&'static str, &'static str, &'static str) {
    match tone {
        FindingTone::Good => ("good", "✓", "Good: "),
        FindingTone::Bad => ("bad", "!", "Bad: "),
        FindingTone::Neutral => ("neutral", "–", ""),
    }
}

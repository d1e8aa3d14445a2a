//! The SQL behind the numbers: links to it, and the statements themselves.

use maud::{Markup, html};

use super::anchors::{self, PageContext};
use super::text;

/// A link to the statement called `id`; `subject` says for screen readers what it computes.
pub(super) fn link(context: &PageContext<'_>, id: &str, subject: &str) -> Markup {
    let label = format!("SQL of {subject}");
    html! {
        @if let Some(href) = context.anchors.link(&anchors::statement(id)) {
            a.sql href=(href) aria-label=(label) { "SQL" }
        }
    }
}

/// All statements, each closed until a link leads to it.
pub(super) fn list(context: &PageContext<'_>) -> Markup {
    html! {
        @for statement in &context.report.statements {
            details.statement id=[context.anchors.claim(&anchors::statement(&statement.id))] {
                summary { (text::name(&statement.title)) }
                pre { code { (text::plain(&statement.sql)) } }
            }
        }
    }
}

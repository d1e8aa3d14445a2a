//! What people have agreed to do, and questions that the report proposes to look into.

use maud::{Markup, html};

use super::anchors::PageContext;
use super::{tables, text};
use crate::report::figures;
use crate::report::model::{ActionStatus, ReportAction};

pub(super) fn table(context: &PageContext<'_>, actions: &[ReportAction]) -> Markup {
    let rows = html! {
        table.actions {
            (tables::caption(&html! { "Actions and their status" }))
            thead {
                tr {
                    th scope="col" { "Action" }
                    th scope="col" { "Owner" }
                    th scope="col" { "Due" }
                    th scope="col" { "Status" }
                }
            }
            tbody {
                @for action in actions { (row(context, action)) }
            }
        }
    };
    html! {
        @if actions.is_empty() {
            p.quiet { "No actions were agreed upon, and none are proposed." }
        } @else {
            (tables::scrolling(context, "Actions", &rows))
        }
    }
}

fn row(context: &PageContext<'_>, action: &ReportAction) -> Markup {
    let finding = action.finding.as_deref();
    html! {
        tr {
            th scope="row" {
                (text::sentence(&action.title))
                @if let Some(href) = finding.and_then(|id| context.anchors.link(id)) {
                    " " a.source href=(href) { "its finding" }
                }
            }
            td { (text::name(action.owner.as_deref().unwrap_or("nobody yet"))) }
            td.when { (action.due.map_or_else(|| "no date".to_owned(), figures::day)) }
            td { (status(action.status)) }
        }
    }
}

fn status(status: ActionStatus) -> Markup {
    let class = match status {
        ActionStatus::Open => "open",
        ActionStatus::Overdue => "bad",
        ActionStatus::Done => "good",
        ActionStatus::Dropped | ActionStatus::Proposed => "quiet",
    };
    html! { span.outcome.(class) { (status.words()) } }
}

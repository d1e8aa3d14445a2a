//! One thing that happened.

use chrono::NaiveDateTime;

/// Kind of the events that come from the table of incidents.
pub(super) const INCIDENT: &str = "incident";

/// Something that happened, by the clocks of the report's zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ReportEvent {
    pub(super) kind: String,
    pub(super) title: String,
    pub(super) at: NaiveDateTime,
    pub(super) until: Option<NaiveDateTime>,
    /// True if charts show it.
    pub(super) is_main: bool,
}

impl ReportEvent {
    /// "Release 8.2 (deployment)"; an incident says itself what it is.
    pub(super) fn words(&self) -> String {
        if self.kind == INCIDENT {
            self.title.clone()
        } else {
            format!("{} ({})", self.title, self.kind)
        }
    }

    /// True if values before and after it are of different things: of a changed policy always, of a changed survey
    /// those of its answers.
    pub(super) fn breaks_comparison(&self, is_survey: bool) -> bool {
        self.kind == "policy" || (self.kind == "survey change" && is_survey)
    }
}

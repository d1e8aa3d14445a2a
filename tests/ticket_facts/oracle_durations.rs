//! Durations of a ticket, by counting seconds.

use serde_json::{Value, json};

use super::oracle::{Oracle, Row, Step, is_unsolved};

impl Oracle {
    /// Each duration, counted in the seconds for which `counts` is true.
    pub(super) fn durations(&self, counts: &dyn Fn(i64) -> bool) -> Row {
        let created = self.created.as_ref().and_then(|event| event.at);
        let length =
            |from: i64, to: i64| (from..to).filter(|second| counts(*second)).count() as f64;
        let since = |at: Option<i64>| match (created, at) {
            (Some(created), Some(at)) => json!(length(created, at)),
            _ => Value::Null,
        };
        let in_status = |statuses: &[&str]| {
            self.seconds(|second| {
                let is_meant = |now| statuses.contains(&now);
                counts(second) && self.status_at(second).is_some_and(is_meant)
            })
        };
        let spoken = |roles: &'static [&'static str]| {
            let is_meant = |event: &super::log::Event| {
                event.role.is_some_and(|role| roles.contains(&role)) && event.public == Some(true)
            };
            self.comments(is_meant).first().copied()
        };
        let ends =
            |step: &Step| matches!(step.after, "solved" | "closed") && is_unsolved(step.before);
        let waits = self.waits().0.into_iter();
        let waits: Vec<f64> = waits.map(|wait| length(wait.start, wait.end)).collect();
        Row::from([
            ("first_response_seconds", since(spoken(&["agent"]))),
            (
                "first_any_response_seconds",
                since(spoken(&["agent", "bot", "system"])),
            ),
            ("first_resolution_seconds", since(self.first(ends))),
            ("resolution_seconds", since(self.lasting(ends))),
            ("first_next_reply_seconds", json!(waits.first())),
            (
                "longest_next_reply_seconds",
                json!(waits.iter().copied().reduce(f64::max)),
            ),
            ("new_seconds", in_status(&["new"])),
            ("open_seconds", in_status(&["open"])),
            ("pending_seconds", in_status(&["pending"])),
            ("hold_seconds", in_status(&["hold"])),
            ("other_seconds", in_status(&["other"])),
            ("solved_seconds", in_status(&["solved"])),
            (
                "requester_wait_seconds",
                in_status(&["new", "open", "hold"]),
            ),
            ("agent_wait_seconds", in_status(&["pending"])),
            ("agent_work_seconds", in_status(&["new", "open"])),
            (
                "unassigned_seconds",
                self.seconds(|second| {
                    counts(second)
                        && is_unsolved(self.status_at(second))
                        && self.agent_at(second).is_none()
                }),
            ),
        ])
    }
}

//! What a report proposes to look into: questions, never orders.

use chrono::NaiveDate;

use super::events::day_of_period;

/// A question that a finding raises.
#[derive(Debug, Clone, Copy)]
pub(crate) enum ProposedQuestion<'a> {
    /// A segment with a large part in a change.
    Segment {
        title: &'a str,
        dimension: &'a str,
        segment: &'a str,
    },
    /// Another mix of segments.
    Mix { segment: &'a str },
    /// A level that holds since a day.
    Shift { title: &'a str, since: NaiveDate },
    /// A theme of comments.
    Theme { theme: &'a str },
    /// A goal that was missed.
    Goal { title: &'a str },
}

impl ProposedQuestion<'_> {
    /// `Look into: what is different about CSAT in team billing?`
    pub(crate) fn sentence(&self) -> String {
        let question = match self {
            Self::Segment {
                title,
                dimension,
                segment,
            } => {
                format!("what is different about {title} in {dimension} {segment}")
            }
            Self::Mix { segment } => format!("why the share of {segment} has changed"),
            Self::Shift { title, since } => {
                format!(
                    "what is different about {title} since {}",
                    day_of_period(*since)
                )
            }
            Self::Theme { theme } => format!("what customers mean who write of \"{theme}\""),
            Self::Goal { title } => format!("what keeps {title} from its goal"),
        };
        format!("Look into: {question}?")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proposals_are_questions() {
        let segment = ProposedQuestion::Segment {
            title: "CSAT",
            dimension: "team",
            segment: "billing",
        };
        assert_eq!(
            segment.sentence(),
            "Look into: what is different about CSAT in team billing?"
        );
        let since = NaiveDate::from_ymd_opt(2025, 3, 4).unwrap();
        let shift = ProposedQuestion::Shift {
            title: "CSAT",
            since,
        };
        assert_eq!(
            shift.sentence(),
            "Look into: what is different about CSAT since 4 March?"
        );
        assert_eq!(
            ProposedQuestion::Theme { theme: "slow" }.sentence(),
            "Look into: what customers mean who write of \"slow\"?"
        );
        assert_eq!(
            ProposedQuestion::Mix { segment: "phone" }.sentence(),
            "Look into: why the share of phone has changed?"
        );
        assert_eq!(
            ProposedQuestion::Goal { title: "CSAT" }.sentence(),
            "Look into: what keeps CSAT from its goal?"
        );
    }
}

//! KPIs of response time.

use super::TICKETS;
use crate::catalogue::kpi::{
    CatalogueUnit, CustomerStage, IndicatorTiming, Kpi, KpiDirection, KpiFocus, ReportAudience,
    ScorecardPerspective,
};

const UNANSWERED: &str = "Unanswered tickets are not in it: look at the backlog too, and distrust \
    the newest days, whose slow answers have not come yet.";
const NO_PERSON: &str = "Bot messages and private notes are no answers: the column must hold the \
    first public reply by a person.";

pub(super) const ALL: &[Kpi] = &[
    Kpi {
        name: "frt",
        title: "First response time, mean",
        definition: "Mean time from the creation of a ticket to the first public reply by a \
            person, over answered tickets.",
        formula: "Σ (first response − creation) / answered tickets",
        unit: CatalogueUnit::Hours,
        better: KpiDirection::Down,
        indicator: IndicatorTiming::Leading,
        perspective: ScorecardPerspective::Process,
        focus: KpiFocus::Responsiveness,
        stage: CustomerStage::Contact,
        readers: &[
            ReportAudience::TeamWeekly,
            ReportAudience::DepartmentMonthly,
        ],
        function: Some("frt"),
        expression: "frt(created_at, first_response_at, 'hour')",
        from: TICKETS,
        dates: &["tickets.created_at", "tickets.first_response_at"],
        sample: "10.28",
        query: "frt",
        pitfalls: &[
            "A few very slow answers carry the mean: read the median and the 90th percentile \
             beside it.",
            UNANSWERED,
            NO_PERSON,
        ],
    },
    Kpi {
        name: "frt_median",
        title: "First response time, median",
        definition: "The time within which half of the answered tickets got their first public \
            reply by a person.",
        formula: "0.5 quantile of (first response − creation) over answered tickets",
        unit: CatalogueUnit::Hours,
        better: KpiDirection::Down,
        indicator: IndicatorTiming::Leading,
        perspective: ScorecardPerspective::Process,
        focus: KpiFocus::Responsiveness,
        stage: CustomerStage::Contact,
        readers: &[
            ReportAudience::TeamWeekly,
            ReportAudience::DepartmentMonthly,
            ReportAudience::ExecutiveQuarterly,
        ],
        function: Some("duration_median"),
        expression: "duration_median(created_at, first_response_at, 'hour')",
        from: TICKETS,
        dates: &["tickets.created_at", "tickets.first_response_at"],
        sample: "1.69",
        query: "frt",
        pitfalls: &[
            UNANSWERED,
            NO_PERSON,
            "Medians of groups cannot be averaged to the median of all.",
        ],
    },
    Kpi {
        name: "frt_p90",
        title: "First response time, 90th percentile",
        definition: "The time within which nine in ten answered tickets got their first public \
            reply by a person: what the unlucky customer waits.",
        formula: "0.9 quantile of (first response − creation) over answered tickets",
        unit: CatalogueUnit::Hours,
        better: KpiDirection::Down,
        indicator: IndicatorTiming::Leading,
        perspective: ScorecardPerspective::Process,
        focus: KpiFocus::Responsiveness,
        stage: CustomerStage::Contact,
        readers: &[
            ReportAudience::TeamWeekly,
            ReportAudience::DepartmentMonthly,
        ],
        function: Some("duration_quantile"),
        expression: "duration_quantile(created_at, first_response_at, 0.9, 'hour')",
        from: TICKETS,
        dates: &["tickets.created_at", "tickets.first_response_at"],
        sample: "25.99",
        query: "frt",
        pitfalls: &[
            UNANSWERED,
            NO_PERSON,
            "With fewer than about 50 answers a 90th percentile is the luck of a few tickets.",
        ],
    },
    Kpi {
        name: "answered_within_hour",
        title: "Answered within an hour",
        definition: "Share of answered tickets whose first public reply by a person came within \
            an hour of their creation.",
        formula: "100 × answered within 1 h / answered tickets",
        unit: CatalogueUnit::Percent,
        better: KpiDirection::Up,
        indicator: IndicatorTiming::Leading,
        perspective: ScorecardPerspective::Customer,
        focus: KpiFocus::Responsiveness,
        stage: CustomerStage::Contact,
        readers: &[
            ReportAudience::TeamWeekly,
            ReportAudience::DepartmentMonthly,
        ],
        function: Some("rate"),
        expression: "rate(first_response_at <= created_at + INTERVAL '1 hour')",
        from: TICKETS,
        dates: &["tickets.created_at", "tickets.first_response_at"],
        sample: "42.12",
        query: "first_response_targets",
        pitfalls: &[
            UNANSWERED,
            "It counts hours around the clock: a mail of Friday night can hardly make it.",
        ],
    },
    Kpi {
        name: "first_response_sla",
        title: "First response in time (SLA)",
        definition: "Share of tickets with a target for the first response that were answered by \
            then. Tickets still unanswered after their target are misses.",
        formula: "100 × answered by the target / tickets with a target that is decided",
        unit: CatalogueUnit::Percent,
        better: KpiDirection::Up,
        indicator: IndicatorTiming::Leading,
        perspective: ScorecardPerspective::Process,
        focus: KpiFocus::Responsiveness,
        stage: CustomerStage::Contact,
        readers: &[
            ReportAudience::TeamWeekly,
            ReportAudience::DepartmentMonthly,
        ],
        function: Some("sla_rate"),
        expression: "sla_rate(first_response_sla_met)",
        from: TICKETS,
        dates: &["tickets.created_at", "tickets.first_response_due_at"],
        sample: "88.24",
        query: "sla",
        pitfalls: &[
            "Tickets without a target must be NULL; counted as met they make the rate look \
             better than it is.",
            "A miss by a minute and one by a week weigh the same.",
        ],
    },
    Kpi {
        name: "mtta",
        title: "Time to acknowledge an incident, mean",
        definition: "Mean time from the start of an incident to its acknowledgement, over \
            acknowledged incidents.",
        formula: "Σ (acknowledged − started) / acknowledged incidents",
        unit: CatalogueUnit::Minutes,
        better: KpiDirection::Down,
        indicator: IndicatorTiming::Leading,
        perspective: ScorecardPerspective::Process,
        focus: KpiFocus::Responsiveness,
        stage: CustomerStage::Use,
        readers: &[
            ReportAudience::DepartmentMonthly,
            ReportAudience::ExecutiveQuarterly,
        ],
        function: Some("mtta"),
        expression: "mtta(started_at, acknowledged_at)",
        from: "incidents",
        dates: &["incidents.started_at"],
        sample: "24.19",
        query: "mtta_mttr",
        pitfalls: &[
            "Severities differ by design: a mean over all of them follows their mix.",
            "Incidents are few: a quarter has perhaps ten, and one of them can carry the mean.",
        ],
    },
];

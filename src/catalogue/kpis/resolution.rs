//! KPIs of resolution time and of reopened tickets.

use super::TICKETS;
use crate::catalogue::kpi::{
    CatalogueUnit, CustomerStage, IndicatorTiming, Kpi, KpiDirection, KpiFocus, ReportAudience,
    ScorecardPerspective,
};

const UNRESOLVED: &str = "Unresolved tickets are not in it: the newest weeks look fast because \
    their slow tickets are still open.";

pub(super) const ALL: &[Kpi] = &[
    Kpi {
        name: "art",
        title: "Resolution time, mean",
        definition: "Mean time from the creation of a ticket to its last resolution, over \
            resolved tickets.",
        formula: "Σ (resolution − creation) / resolved tickets",
        unit: CatalogueUnit::Hours,
        better: KpiDirection::Down,
        indicator: IndicatorTiming::Lagging,
        perspective: ScorecardPerspective::Process,
        focus: KpiFocus::Resolution,
        stage: CustomerStage::Resolution,
        readers: &[
            ReportAudience::TeamWeekly,
            ReportAudience::DepartmentMonthly,
        ],
        function: Some("art"),
        expression: "art(created_at, resolved_at, 'hour')",
        from: TICKETS,
        dates: &["tickets.resolved_at", "tickets.created_at"],
        sample: "70.19",
        query: "art",
        pitfalls: &[
            "The mean is several times the median, because the tail is long.",
            "First or last resolution is a choice: resolved_at is the last one, \
             first_resolved_at forgets what was reopened.",
            UNRESOLVED,
        ],
    },
    Kpi {
        name: "art_median",
        title: "Resolution time, median",
        definition: "The time within which half of the resolved tickets were resolved for good.",
        formula: "0.5 quantile of (resolution − creation) over resolved tickets",
        unit: CatalogueUnit::Hours,
        better: KpiDirection::Down,
        indicator: IndicatorTiming::Lagging,
        perspective: ScorecardPerspective::Process,
        focus: KpiFocus::Resolution,
        stage: CustomerStage::Resolution,
        readers: &[
            ReportAudience::TeamWeekly,
            ReportAudience::DepartmentMonthly,
            ReportAudience::ExecutiveQuarterly,
        ],
        function: Some("duration_median"),
        expression: "duration_median(created_at, resolved_at, 'hour')",
        from: TICKETS,
        dates: &["tickets.resolved_at", "tickets.created_at"],
        sample: "16.81",
        query: "art",
        pitfalls: &[
            UNRESOLVED,
            "Medians of groups cannot be averaged to the median of all.",
        ],
    },
    Kpi {
        name: "mttr",
        title: "Time to resolve an incident, mean",
        definition: "Mean time from the start of an incident to its resolution, over resolved \
            incidents.",
        formula: "Σ (resolved − started) / resolved incidents",
        unit: CatalogueUnit::Hours,
        better: KpiDirection::Down,
        indicator: IndicatorTiming::Lagging,
        perspective: ScorecardPerspective::Process,
        focus: KpiFocus::Resolution,
        stage: CustomerStage::Use,
        readers: &[
            ReportAudience::DepartmentMonthly,
            ReportAudience::ExecutiveQuarterly,
        ],
        function: Some("mttr"),
        expression: "mttr(started_at, resolved_at, 'hour')",
        from: "incidents",
        dates: &["incidents.started_at", "incidents.resolved_at"],
        sample: "10.21",
        query: "mtta_mttr",
        pitfalls: &[
            "Severities differ by design: a mean over all of them follows their mix.",
            "Others print the same letters for time to repair, respond or recover: compare \
             definitions before numbers.",
        ],
    },
    Kpi {
        name: "sla_rate",
        title: "Resolved in time (SLA)",
        definition: "Share of tickets with a target for the resolution that were resolved by \
            then. Tickets still open after their target are misses.",
        formula: "100 × resolved by the target / tickets with a target that is decided",
        unit: CatalogueUnit::Percent,
        better: KpiDirection::Up,
        indicator: IndicatorTiming::Lagging,
        perspective: ScorecardPerspective::Process,
        focus: KpiFocus::Resolution,
        stage: CustomerStage::Resolution,
        readers: &[
            ReportAudience::TeamWeekly,
            ReportAudience::DepartmentMonthly,
            ReportAudience::ExecutiveQuarterly,
        ],
        function: Some("sla_rate"),
        expression: "sla_rate(sla_met)",
        from: TICKETS,
        dates: &[
            "tickets.created_at",
            "tickets.due_at",
            "tickets.resolved_at",
        ],
        sample: "82.78",
        query: "sla",
        pitfalls: &[
            "By the date of resolution, tickets that are overdue and still open vanish: the \
             worst ones make the rate better.",
            "Tickets without a target must be NULL, not met.",
        ],
    },
    Kpi {
        name: "resolution_rate",
        title: "Resolution rate",
        definition: "Share of the tickets created in a period that are resolved now.",
        formula: "100 × resolved tickets / tickets",
        unit: CatalogueUnit::Percent,
        better: KpiDirection::Up,
        indicator: IndicatorTiming::Lagging,
        perspective: ScorecardPerspective::Process,
        focus: KpiFocus::Resolution,
        stage: CustomerStage::Resolution,
        readers: &[
            ReportAudience::TeamWeekly,
            ReportAudience::DepartmentMonthly,
        ],
        function: Some("resolution_rate"),
        expression: "resolution_rate(resolved_at IS NOT NULL)",
        from: TICKETS,
        dates: &["tickets.created_at"],
        sample: "97.04",
        query: "resolution_rate",
        pitfalls: &[
            "Resolved in a month / created in that month is another number, can pass 100% and \
             says how the backlog moved.",
            "Closed is not resolved: junk is closed without a solution.",
        ],
    },
    Kpi {
        name: "reopen_rate",
        title: "Reopen rate",
        definition: "Share of the tickets solved at least once that were opened again.",
        formula: "100 × reopened tickets / tickets solved at least once",
        unit: CatalogueUnit::Percent,
        better: KpiDirection::Down,
        indicator: IndicatorTiming::Lagging,
        perspective: ScorecardPerspective::Process,
        focus: KpiFocus::Resolution,
        stage: CustomerStage::Resolution,
        readers: &[
            ReportAudience::TeamWeekly,
            ReportAudience::DepartmentMonthly,
        ],
        function: Some("rate"),
        expression: "rate(reopens > 0) FILTER (WHERE first_resolved_at IS NOT NULL)",
        from: TICKETS,
        dates: &["tickets.first_resolved_at", "tickets.created_at"],
        sample: "5.40",
        query: "reopen_rate",
        pitfalls: &[
            "A ticket never solved cannot be reopened: with it in the denominator the rate \
             looks better.",
            "The newest tickets have had little time to come back.",
        ],
    },
];

//! KPIs of first contact resolution: one idea, several definitions.

use super::TICKETS;
use crate::catalogue::kpi::{
    CatalogueUnit, CustomerStage, IndicatorTiming, Kpi, KpiDirection, KpiFocus, ReportAudience,
    ScorecardPerspective,
};

const NAME_IT: &str = "The definitions differ by tens of points: print which one it is, and \
    never compare two.";
const ALWAYS: &[ReportAudience] = &[
    ReportAudience::TeamWeekly,
    ReportAudience::DepartmentMonthly,
    ReportAudience::ExecutiveQuarterly,
];

pub(super) const ALL: &[Kpi] = &[
    Kpi {
        name: "fcr_one_touch",
        title: "First contact resolution: one reply",
        definition: "Share of solved tickets with exactly one public reply by an agent and no \
            reopening.",
        formula: "100 × solved tickets with 1 reply and 0 reopens / solved tickets",
        unit: CatalogueUnit::Percent,
        better: KpiDirection::Up,
        indicator: IndicatorTiming::Leading,
        perspective: ScorecardPerspective::Process,
        focus: KpiFocus::Resolution,
        stage: CustomerStage::Resolution,
        readers: ALWAYS,
        function: Some("fcr"),
        expression: "fcr(replies, reopens) FILTER (WHERE first_resolved_at IS NOT NULL)",
        from: TICKETS,
        dates: &["tickets.created_at", "tickets.resolved_at"],
        sample: "56.93",
        query: "fcr",
        pitfalls: &[
            NAME_IT,
            "Tickets that a bot solved alone have no reply and count as misses.",
        ],
    },
    Kpi {
        name: "fcr_flag",
        title: "First contact resolution: by a mark",
        definition: "Share of solved tickets that are marked as resolved on first contact. Here \
            the mark is fewer than two public replies by agents, as some help desks print it.",
        formula: "100 × tickets marked / solved tickets where the mark is not NULL",
        unit: CatalogueUnit::Percent,
        better: KpiDirection::Up,
        indicator: IndicatorTiming::Leading,
        perspective: ScorecardPerspective::Process,
        focus: KpiFocus::Resolution,
        stage: CustomerStage::Resolution,
        readers: &[ReportAudience::DepartmentMonthly],
        function: Some("fcr"),
        expression: "fcr(replies < 2) FILTER (WHERE first_resolved_at IS NOT NULL)",
        from: TICKETS,
        dates: &["tickets.created_at", "tickets.resolved_at"],
        sample: "61.60",
        query: "fcr",
        pitfalls: &[
            NAME_IT,
            "Tickets that a bot solved have no reply and count as successes; so do reopened ones.",
            "A mark set by agents about their own work is generous.",
        ],
    },
    Kpi {
        name: "fcr_no_repeat",
        title: "First contact resolution: no repeat within 7 days",
        definition: "Share of contacts after which the same customer does not come back within \
            7 days, among contacts old enough to know.",
        formula: "100 × contacts without a repeat / decided contacts",
        unit: CatalogueUnit::Percent,
        better: KpiDirection::Up,
        indicator: IndicatorTiming::Leading,
        perspective: ScorecardPerspective::Customer,
        focus: KpiFocus::Resolution,
        stage: CustomerStage::Resolution,
        readers: ALWAYS,
        function: Some("fcr"),
        expression: "fcr(customer_id, created_at, INTERVAL '7 days')",
        from: TICKETS,
        dates: &["tickets.created_at"],
        sample: "78.74",
        query: "fcr",
        pitfalls: &[
            NAME_IT,
            "By team or channel, group rate(NOT recontacted) over recontacted(..) OVER (..): the \
             aggregate does not see a repeat that went to another group.",
            "Contacts of the last 7 days are undecided and not in it.",
        ],
    },
    Kpi {
        name: "escalation_rate",
        title: "Escalation rate",
        definition: "Share of tickets that were passed to the second level.",
        formula: "100 × escalated tickets / tickets",
        unit: CatalogueUnit::Percent,
        better: KpiDirection::Down,
        indicator: IndicatorTiming::Leading,
        perspective: ScorecardPerspective::Learning,
        focus: KpiFocus::Team,
        stage: CustomerStage::Resolution,
        readers: &[
            ReportAudience::TeamWeekly,
            ReportAudience::DepartmentMonthly,
        ],
        function: Some("escalation_rate"),
        expression: "escalation_rate(is_escalated)",
        from: TICKETS,
        dates: &["tickets.created_at", "tickets.escalated_at"],
        sample: "6.43",
        query: "escalation_rate",
        pitfalls: &[
            "The team column may be that of the second level afterwards: a rate by last team \
             shows 100% there and too little elsewhere.",
            "The newest tickets may still be escalated.",
        ],
    },
];

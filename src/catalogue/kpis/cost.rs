//! KPIs of cost.

use super::TICKETS;
use crate::catalogue::kpi::{
    CatalogueUnit, CustomerStage, IndicatorTiming, Kpi, KpiDirection, KpiFocus, ReportAudience,
    ScorecardPerspective,
};

const READERS: &[ReportAudience] = &[
    ReportAudience::DepartmentMonthly,
    ReportAudience::ExecutiveQuarterly,
];
const WHAT: &str = "Only what the column holds is in it, here work and fees: say what a cost is \
    before comparing.";

pub(super) const ALL: &[Kpi] = &[
    Kpi {
        name: "cost_per_ticket",
        title: "Cost per ticket",
        definition: "Mean cost of a ticket, whether it was resolved or not.",
        formula: "Σ cost / tickets",
        unit: CatalogueUnit::Money,
        better: KpiDirection::Down,
        indicator: IndicatorTiming::Lagging,
        perspective: ScorecardPerspective::Financial,
        focus: KpiFocus::Retention,
        stage: CustomerStage::Resolution,
        readers: READERS,
        function: Some("cost_per_ticket"),
        expression: "cost_per_ticket(cost)",
        from: TICKETS,
        dates: &["tickets.created_at", "tickets.resolved_at"],
        sample: "7.04",
        query: "cost_per_ticket",
        pitfalls: &[WHAT, "Junk costs nearly nothing and makes it look better."],
    },
    Kpi {
        name: "cost_per_resolution",
        title: "Cost per resolution",
        definition: "Cost of all tickets, divided among those that were resolved.",
        formula: "Σ cost of all tickets / resolved tickets",
        unit: CatalogueUnit::Money,
        better: KpiDirection::Down,
        indicator: IndicatorTiming::Lagging,
        perspective: ScorecardPerspective::Financial,
        focus: KpiFocus::Retention,
        stage: CustomerStage::Resolution,
        readers: READERS,
        function: Some("cost_per_resolution"),
        expression: "cost_per_resolution(cost, resolved_at)",
        from: TICKETS,
        dates: &["tickets.created_at"],
        sample: "7.25",
        query: "cost_per_resolution",
        pitfalls: &[
            WHAT,
            "By the date of resolution the cost of unresolved tickets drops out: count by \
             creation.",
        ],
    },
];

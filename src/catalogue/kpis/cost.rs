//! What it costs.

use super::TICKETS;
use crate::catalogue::kpi::{Better, Focus, Indicator, Kpi, Perspective, Reader, Stage, Unit};

const READERS: &[Reader] = &[Reader::DepartmentMonthly, Reader::ExecutiveQuarterly];
const WHAT: &str = "Only what the column holds is in it, here work and fees: say what a cost is \
    before comparing.";

pub(super) const ALL: &[Kpi] = &[
    Kpi {
        name: "cost_per_ticket",
        title: "Cost per ticket",
        definition: "Mean cost of a ticket, whether it was resolved or not.",
        formula: "Σ cost / tickets",
        unit: Unit::Money,
        better: Better::Down,
        indicator: Indicator::Lagging,
        perspective: Perspective::Financial,
        focus: Focus::Retention,
        stage: Stage::Resolution,
        readers: READERS,
        function: Some("cost_per_ticket"),
        expression: "cost_per_ticket(cost)",
        from: TICKETS,
        dates: &["tickets.created_at", "tickets.resolved_at"],
        sample: "7.05",
        query: "cost_per_ticket",
        pitfalls: &[WHAT, "Junk costs nearly nothing and makes it look better."],
    },
    Kpi {
        name: "cost_per_resolution",
        title: "Cost per resolution",
        definition: "Cost of all tickets, divided among those that were resolved.",
        formula: "Σ cost of all tickets / resolved tickets",
        unit: Unit::Money,
        better: Better::Down,
        indicator: Indicator::Lagging,
        perspective: Perspective::Financial,
        focus: Focus::Retention,
        stage: Stage::Resolution,
        readers: READERS,
        function: Some("cost_per_resolution"),
        expression: "cost_per_resolution(cost, resolved_at)",
        from: TICKETS,
        dates: &["tickets.created_at"],
        sample: "7.26",
        query: "cost_per_resolution",
        pitfalls: &[
            WHAT,
            "By the date of resolution the cost of unresolved tickets drops out: count by \
             creation.",
        ],
    },
];

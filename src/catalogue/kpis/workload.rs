//! KPIs of workload.

use super::TICKETS;
use crate::catalogue::kpi::{
    CatalogueUnit, CustomerStage, IndicatorTiming, Kpi, KpiDirection, KpiFocus, ReportAudience,
    ScorecardPerspective,
};

pub(super) const ALL: &[Kpi] = &[
    Kpi {
        name: "ticket_volume",
        title: "Ticket volume",
        definition: "Tickets created in a period, without the copies that were merged into \
            another ticket.",
        formula: "number of tickets",
        unit: CatalogueUnit::Tickets,
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
        function: None,
        expression: "count(*)",
        from: TICKETS,
        dates: &["tickets.created_at"],
        sample: "19754",
        query: "ticket_volume",
        pitfalls: &[
            "It grows with the number of customers: tickets per customer say more.",
            "A broken contact form lowers it too.",
        ],
    },
    Kpi {
        name: "backlog",
        title: "Backlog",
        definition: "Tickets open at an instant: created by then and not closed.",
        formula: "number of tickets with creation ≤ instant < closing",
        unit: CatalogueUnit::Tickets,
        better: KpiDirection::Down,
        indicator: IndicatorTiming::Leading,
        perspective: ScorecardPerspective::Process,
        focus: KpiFocus::Resolution,
        stage: CustomerStage::Resolution,
        readers: &[
            ReportAudience::TeamWeekly,
            ReportAudience::DepartmentMonthly,
        ],
        function: Some("backlog"),
        expression: "backlog(created_at, closed_at, DATE '2025-07-01')",
        from: TICKETS,
        dates: &[
            "tickets.created_at to tickets.closed_at",
            "tickets.created_at to tickets.resolved_at",
        ],
        sample: "175",
        query: "backlog",
        pitfalls: &[
            "It is a level, not a flow: it has an instant, and levels of several days must not \
             be added up.",
            "Solved tickets wait some days for their closing: take resolved_at to count only \
             what the desk still has to do.",
        ],
    },
    Kpi {
        name: "overdue_backlog",
        title: "Overdue backlog",
        definition: "Tickets open at an instant whose target for the resolution has passed.",
        formula: "number of tickets with creation ≤ instant < closing and due < instant",
        unit: CatalogueUnit::Tickets,
        better: KpiDirection::Down,
        indicator: IndicatorTiming::Leading,
        perspective: ScorecardPerspective::Process,
        focus: KpiFocus::Resolution,
        stage: CustomerStage::Resolution,
        readers: &[
            ReportAudience::TeamWeekly,
            ReportAudience::DepartmentMonthly,
        ],
        function: Some("overdue_backlog"),
        expression: "overdue_backlog(created_at, closed_at, due_at, DATE '2025-07-01')",
        from: TICKETS,
        dates: &[
            "tickets.created_at to tickets.closed_at",
            "tickets.created_at to tickets.resolved_at",
        ],
        sample: "76",
        query: "backlog",
        pitfalls: &[
            "Tickets without a target are never overdue.",
            "Solved tickets that only wait for their closing are in it: take resolved_at to count what \
             the desk still has to do.",
        ],
    },
    Kpi {
        name: "interactions_per_ticket",
        title: "Interactions per ticket",
        definition: "Mean number of public messages of agents and customer on a resolved ticket, \
            without the opening one.",
        formula: "Σ (replies + customer messages) / resolved tickets",
        unit: CatalogueUnit::Messages,
        better: KpiDirection::Down,
        indicator: IndicatorTiming::Leading,
        perspective: ScorecardPerspective::Process,
        focus: KpiFocus::Resolution,
        stage: CustomerStage::Resolution,
        readers: &[
            ReportAudience::TeamWeekly,
            ReportAudience::DepartmentMonthly,
        ],
        function: Some("interactions_per_ticket"),
        expression: "interactions_per_ticket(replies + customer_messages) FILTER (WHERE \
            resolved_at IS NOT NULL)",
        from: TICKETS,
        dates: &["tickets.resolved_at", "tickets.created_at"],
        sample: "2.36",
        query: "interactions",
        pitfalls: &[
            "A chat has many short messages, a mail few long ones: compare within a channel.",
            "Open tickets are not finished with their messages.",
        ],
    },
];

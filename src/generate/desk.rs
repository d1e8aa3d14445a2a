//! Elements of the desk: labels, their shares and their targets.

/// Declares an enum whose variants have the text that is written to the tables.
macro_rules! labels {
    ($($(#[$doc:meta])* $name:ident { $($variant:ident = $text:literal),+ $(,)? })+) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum $name { $($variant),+ }
        impl $name {
            pub(super) const fn label(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }
    )+ };
}

labels! {
    /// Channel of a ticket.
    TicketChannel { Email = "email", Chat = "chat", Web = "web", Phone = "phone", Social = "social", Api = "api" }
    TicketPriority { Low = "low", Normal = "normal", High = "high", Urgent = "urgent" }
    SupportTeam {
        Frontline = "frontline", Technical = "technical", Billing = "billing",
        Success = "success", Tier2 = "tier2",
    }
    /// Subject matter of a ticket.
    TicketCategory {
        HowTo = "how_to", Bug = "bug", Billing = "billing", Access = "account_access",
        Performance = "performance", Integration = "integration", Feature = "feature_request",
        Cancellation = "cancellation", Outage = "outage", Other = "other",
    }
    SimulatedStatus { New = "new", Open = "open", Pending = "pending", Solved = "solved", Closed = "closed" }
    SubscriptionPlan { Free = "free", Starter = "starter", Business = "business", Enterprise = "enterprise" }
    CustomerRegion { NorthAmerica = "north_america", Europe = "europe", Apac = "apac", Latam = "latam" }
    /// Actor of an event, or creator of a ticket.
    SimulatedRole { Customer = "customer", Agent = "agent", Bot = "bot", System = "system" }
}

pub(super) const CHANNELS: &[(TicketChannel, f64)] = &[
    (TicketChannel::Email, 41.0),
    (TicketChannel::Chat, 24.0),
    (TicketChannel::Web, 17.0),
    (TicketChannel::Phone, 14.0),
    (TicketChannel::Social, 4.0),
];

pub(super) const CATEGORIES: &[(TicketCategory, f64)] = &[
    (TicketCategory::HowTo, 24.0),
    (TicketCategory::Bug, 17.0),
    (TicketCategory::Billing, 15.0),
    (TicketCategory::Access, 15.0),
    (TicketCategory::Performance, 7.0),
    (TicketCategory::Integration, 8.0),
    (TicketCategory::Feature, 5.0),
    (TicketCategory::Cancellation, 3.0),
    (TicketCategory::Other, 6.0),
];

impl SupportTeam {
    pub(super) const ALL: [Self; 5] = [
        Self::Frontline,
        Self::Technical,
        Self::Billing,
        Self::Success,
        Self::Tier2,
    ];
}

impl TicketCategory {
    /// Team that receives new tickets of this category.
    pub(super) const fn team(self) -> SupportTeam {
        match self {
            Self::HowTo | Self::Access | Self::Feature | Self::Other => SupportTeam::Frontline,
            Self::Bug | Self::Performance | Self::Integration | Self::Outage => {
                SupportTeam::Technical
            }
            Self::Billing => SupportTeam::Billing,
            Self::Cancellation => SupportTeam::Success,
        }
    }

    /// Difficulty: 0 is average, 1 takes about three times the work.
    pub(super) const fn difficulty(self) -> f64 {
        match self {
            Self::Access => -0.6,
            Self::HowTo => -0.4,
            Self::Billing | Self::Other => -0.1,
            Self::Feature | Self::Cancellation => 0.1,
            Self::Outage => 0.3,
            Self::Performance | Self::Bug => 0.5,
            Self::Integration => 0.7,
        }
    }

    /// Share of tickets that are complaints.
    pub(super) const fn complaints(self) -> f64 {
        match self {
            Self::HowTo | Self::Feature => 0.01,
            Self::Access | Self::Integration | Self::Other => 0.04,
            Self::Bug | Self::Performance | Self::Billing => 0.07,
            Self::Outage => 0.15,
            Self::Cancellation => 0.25,
        }
    }

    /// Subject lines, a few per category.
    pub(super) const fn subjects(self) -> &'static [&'static str] {
        match self {
            Self::HowTo => &[
                "How do I share a report?",
                "Where is the export?",
                "Setting up alerts",
                "Adding a colleague",
            ],
            Self::Bug => &[
                "Page does not load",
                "Wrong total in report",
                "Button does nothing",
                "Error after the update",
                "Import stops half-way",
            ],
            Self::Billing => &[
                "Invoice question",
                "Charged twice",
                "Change of billing address",
                "Refund request",
            ],
            Self::Access => &[
                "Cannot sign in",
                "Password reset",
                "Locked out",
                "Two-factor code not accepted",
            ],
            Self::Performance => &[
                "Very slow today",
                "Dashboard times out",
                "Search takes minutes",
            ],
            Self::Integration => &[
                "API returns 401",
                "Webhook not delivered",
                "CRM sync is broken",
                "Question on rate limits",
            ],
            Self::Feature => &["Feature idea", "Dark mode please", "Export to spreadsheet"],
            Self::Cancellation => &["Cancel our subscription", "Considering leaving"],
            Self::Outage => &[
                "Service is down",
                "Nothing works",
                "Are you having problems?",
            ],
            Self::Other => &["Question", "Feedback", "Other"],
        }
    }
}

impl TicketPriority {
    /// Hours to the first response and to the resolution that the desk promises on paid plans.
    pub(super) const fn targets(self) -> (i64, i64) {
        match self {
            Self::Urgent => (2, 12),
            Self::High => (8, 48),
            Self::Normal => (24, 120),
            Self::Low => (72, 240),
        }
    }

    /// Median staffed hours to a reply by email.
    pub(super) const fn reply_hours(self) -> f64 {
        match self {
            Self::Urgent => 0.35,
            Self::High => 1.0,
            Self::Normal => 2.2,
            Self::Low => 4.5,
        }
    }
}

impl SubscriptionPlan {
    /// Plan with this number.
    pub(super) const fn from_code(code: u8) -> Self {
        match code {
            0 => Self::Free,
            1 => Self::Starter,
            2 => Self::Business,
            _ => Self::Enterprise,
        }
    }

    /// First price per seat and month, in cents.
    pub(super) const fn seat_cents(self) -> i64 {
        match self {
            Self::Free => 0,
            Self::Starter => 1_900,
            Self::Business => 4_900,
            Self::Enterprise => 9_900,
        }
    }

    /// Probability to leave in an average month.
    pub(super) const fn monthly_churn(self) -> f64 {
        match self {
            Self::Free => 0.0125,
            Self::Starter => 0.0085,
            Self::Business => 0.0048,
            Self::Enterprise => 0.0022,
        }
    }

    /// Contacts per month relative to the average customer.
    pub(super) const fn contacts(self) -> f64 {
        match self {
            Self::Free => 0.5,
            Self::Starter => 0.8,
            Self::Business => 1.3,
            Self::Enterprise => 3.0,
        }
    }

    /// Median number of seats of a new customer.
    pub(super) const fn seats(self) -> f64 {
        match self {
            Self::Free => 2.0,
            Self::Starter => 4.0,
            Self::Business => 18.0,
            Self::Enterprise => 90.0,
        }
    }

    /// Next larger plan; the largest returns itself.
    pub(super) const fn up(self) -> Self {
        match self {
            Self::Free => Self::Starter,
            Self::Starter => Self::Business,
            Self::Business | Self::Enterprise => Self::Enterprise,
        }
    }

    /// Next smaller paid plan; the smallest returns itself.
    pub(super) const fn down(self) -> Self {
        match self {
            Self::Free => Self::Free,
            Self::Starter | Self::Business => Self::Starter,
            Self::Enterprise => Self::Business,
        }
    }
}

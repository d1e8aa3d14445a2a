//! What the catalogue says about one KPI.

/// One KPI, or one of several definitions of the same thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kpi {
    /// Lower snake case, unique.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// What it measures and over what, in one or two sentences.
    pub definition: &'static str,
    /// The computation in short.
    pub formula: &'static str,
    /// What the value is in.
    pub unit: CatalogueUnit,
    /// Where better values lie.
    pub better: KpiDirection,
    /// Whether it moves before the results of the business or with them.
    pub indicator: IndicatorTiming,
    /// The side of a balanced scorecard that it stands on.
    pub perspective: ScorecardPerspective,
    /// What a desk works on when it works on this number.
    pub focus: KpiFocus,
    /// Where on the customer's way it is felt.
    pub stage: CustomerStage,
    /// Whose regular report has it.
    pub readers: &'static [ReportAudience],
    /// The SQL function; `None` where plain SQL says it as well.
    pub function: Option<&'static str>,
    /// The SQL expression over the columns of `docs/data-model.md`.
    pub expression: &'static str,
    /// What stands behind `FROM` for the expression.
    pub from: &'static str,
    /// The columns by which a row may be counted into a period, the usual one first.
    pub dates: &'static [&'static str],
    /// The value that the [example](Self::example) gives on the sample, to two digits.
    pub sample: &'static str,
    /// The shipped query that shows it over time or by segment.
    pub query: &'static str,
    /// What the number does not say, and how it goes wrong.
    pub pitfalls: &'static [&'static str],
}

impl Kpi {
    /// SQL that computes it over the whole sample, in one column of its name.
    #[must_use]
    pub fn example(&self) -> String {
        format!(
            "SELECT {} AS {} FROM {}",
            self.expression, self.name, self.from
        )
    }
}

/// An enumeration whose values are words of the catalogue.
macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($(#[$meaning:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name {
            $($(#[$meaning])* $variant,)*
        }

        impl $name {
            /// All there are, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The word in the tables and on the pages.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }
        }
    };
}

words! {
    /// What a value is in.
    CatalogueUnit {
        /// 0 to 100.
        Percent = "%",
        /// -100 to 100.
        Points = "points",
        /// 0 to 100, without being a share.
        Score = "of 100",
        /// A mean answer on the scale 1 to 7.
        OfSeven = "of 7",
        /// Seconds.
        Seconds = "s",
        /// Minutes.
        Minutes = "min",
        /// Hours.
        Hours = "h",
        /// A number of tickets.
        Tickets = "tickets",
        /// A number of messages.
        Messages = "messages",
        /// The currency of the data.
        Money = "money",
    }
}

words! {
    /// Where better values lie.
    KpiDirection {
        /// Higher.
        Up = "up",
        /// Lower.
        Down = "down",
    }
}

words! {
    /// Whether a number moves before the results or with them.
    IndicatorTiming {
        /// Moves first, and can be acted on.
        Leading = "leading",
        /// Says how it went.
        Lagging = "lagging",
    }
}

words! {
    /// The sides of a balanced scorecard.
    ScorecardPerspective {
        /// How customers see the desk.
        Customer = "customer",
        /// What the desk must do well.
        Process = "process",
        /// How the people and the service get better.
        Learning = "learning",
        /// What it costs and brings.
        Financial = "financial",
    }
}

words! {
    /// What a desk works on.
    KpiFocus {
        /// Being there soon.
        Responsiveness = "responsiveness",
        /// Solving, once and in time.
        Resolution = "resolution quality and efficiency",
        /// What customers say.
        Satisfaction = "satisfaction and loyalty",
        /// What the team can do.
        Team = "team performance and learning",
        /// What customers do, and what it costs and brings.
        Retention = "retention and business impact",
    }
}

words! {
    /// The customer's way, in its order.
    CustomerStage {
        /// Getting started.
        Onboarding = "onboarding",
        /// Using the product, with the desk writing first.
        Use = "use",
        /// Asking for help.
        Contact = "contact",
        /// Being helped.
        Resolution = "resolution",
        /// Saying how it was.
        Feedback = "feedback",
        /// Staying, growing or leaving.
        Renewal = "renewal",
    }
}

words! {
    /// Regular reports and who reads them.
    ReportAudience {
        /// A team and its lead.
        TeamWeekly = "team weekly",
        /// The head of the desk.
        DepartmentMonthly = "department monthly",
        /// The management.
        ExecutiveQuarterly = "executive quarterly",
    }
}

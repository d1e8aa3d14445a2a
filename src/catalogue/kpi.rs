//! Metadata of one KPI.

/// A KPI, or one of several definitions of the same idea.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kpi {
    /// Name in lower snake case, unique.
    pub name: &'static str,
    /// Display name.
    pub title: &'static str,
    /// Its measure and population, in one or two sentences.
    pub definition: &'static str,
    /// Short form of the computation.
    pub formula: &'static str,
    /// Unit of the value.
    pub unit: CatalogueUnit,
    /// Direction of better values.
    pub better: KpiDirection,
    /// Leading or lagging indicator.
    pub indicator: IndicatorTiming,
    /// Perspective of a balanced scorecard.
    pub perspective: ScorecardPerspective,
    /// Area that a desk improves when it works on this KPI.
    pub focus: KpiFocus,
    /// Stage of the customer journey.
    pub stage: CustomerStage,
    /// Regular reports that contain it.
    pub readers: &'static [ReportAudience],
    /// SQL function; `None` if plain SQL is as short.
    pub function: Option<&'static str>,
    /// SQL expression over the columns of `docs/data-model.md`.
    pub expression: &'static str,
    /// `FROM` clause of the expression, without the keyword.
    pub from: &'static str,
    /// Columns that can assign a row to a period, the usual one first.
    pub dates: &'static [&'static str],
    /// Result of the [example](Self::example) on the sample, to two digits.
    pub sample: &'static str,
    /// Shipped query of the KPI over time or by segment.
    pub query: &'static str,
    /// Limits of the number and common mistakes.
    pub pitfalls: &'static [&'static str],
}

impl Kpi {
    /// SQL that computes it over the whole sample, in one column with its name.
    #[must_use]
    pub fn example(&self) -> String {
        format!(
            "SELECT {} AS {} FROM {}",
            self.expression, self.name, self.from
        )
    }
}

/// Defines an enumeration whose values are words of the catalogue.
macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($(#[$meaning:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name {
            $($(#[$meaning])* $variant,)*
        }

        impl $name {
            /// All values, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Word in the tables and on the pages.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(self.word())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let word = String::deserialize(from)?;
                let found = Self::ALL.iter().find(|value| value.word() == word);
                found.copied().ok_or_else(|| {
                    let words: Vec<&str> = Self::ALL.iter().map(|value| value.word()).collect();
                    serde::de::Error::custom(format!("{word:?} is none of {}", words.join(", ")))
                })
            }
        }
    };
}

words! {
    /// Unit of a value.
    CatalogueUnit {
        /// 0 to 100.
        Percent = "%",
        /// -100 to 100.
        Points = "points",
        /// 0 to 100, but not a share.
        Score = "of 100",
        /// Mean answer on the scale 1 to 7.
        OfSeven = "of 7",
        /// Seconds.
        Seconds = "s",
        /// Minutes.
        Minutes = "min",
        /// Hours.
        Hours = "h",
        /// Number of tickets.
        Tickets = "tickets",
        /// Number of messages.
        Messages = "messages",
        /// An amount in the currency of the data.
        Money = "money",
    }
}

words! {
    /// Direction of better values.
    KpiDirection {
        /// Higher.
        Up = "up",
        /// Lower.
        Down = "down",
    }
}

words! {
    /// Order of a number and the business results.
    IndicatorTiming {
        /// Changes before the results, so that a desk can still act.
        Leading = "leading",
        /// Changes with the results.
        Lagging = "lagging",
    }
}

words! {
    /// Perspectives of a balanced scorecard.
    ScorecardPerspective {
        /// Customers' view of the desk.
        Customer = "customer",
        /// Quality of internal work.
        Process = "process",
        /// Improvement of people and service.
        Learning = "learning",
        /// Cost and revenue.
        Financial = "financial",
    }
}

words! {
    /// Focus areas of a desk.
    KpiFocus {
        /// Speed of responses.
        Responsiveness = "responsiveness",
        /// Solutions at the first attempt and in time.
        Resolution = "resolution quality and efficiency",
        /// Customers' feedback.
        Satisfaction = "satisfaction and loyalty",
        /// Performance and skills of the team.
        Team = "team performance and learning",
        /// Customers' behaviour, cost and revenue.
        Retention = "retention and business impact",
    }
}

words! {
    /// Stages of the customer journey, in order.
    CustomerStage {
        /// First steps with the product.
        Onboarding = "onboarding",
        /// Use of the product; the desk writes first.
        Use = "use",
        /// Request for help.
        Contact = "contact",
        /// Solution of the problem.
        Resolution = "resolution",
        /// Answer to a survey.
        Feedback = "feedback",
        /// Renewal, growth or churn.
        Renewal = "renewal",
    }
}

words! {
    /// Regular reports by audience.
    ReportAudience {
        /// For a team and its lead.
        TeamWeekly = "team weekly",
        /// For the head of the desk.
        DepartmentMonthly = "department monthly",
        /// For the management.
        ExecutiveQuarterly = "executive quarterly",
    }
}

//! Policies serialized as text, with which a plan carries them into another session.

use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Serialize};

use super::{PauseStatuses, SlaMetric, SlaPolicies, SlaRule};
use crate::text::ParsedTexts;
use crate::time::calendar::{BusinessCalendar, CalendarDefinition};

#[derive(Debug, Serialize, Deserialize)]
struct SlaPoliciesDefinition {
    calendars: Vec<CalendarDefinition>,
    rules: Vec<SlaRuleDefinition>,
}

#[derive(Debug, Serialize, Deserialize)]
struct SlaRuleDefinition {
    policy: String,
    metric: SlaMetric,
    priority: Option<String>,
    when: Option<String>,
    target: i64,
    /// Index into the calendars.
    calendar: usize,
    pauses: Vec<String>,
    from: Option<i64>,
    to: Option<i64>,
    source: String,
}

static PARSED: LazyLock<ParsedTexts<SlaPolicies>> = LazyLock::new(ParsedTexts::default);

impl SlaPolicies {
    /// Text from which [`SlaPolicies::from_definition`] restores the policies.
    #[must_use]
    pub(crate) fn definition(&self) -> String {
        let mut calendars: Vec<&Arc<BusinessCalendar>> = Vec::new();
        let mut rules = Vec::new();
        for rule in self.rules() {
            let known = calendars
                .iter()
                .position(|own| Arc::ptr_eq(own, &rule.calendar));
            let calendar = known.unwrap_or_else(|| {
                calendars.push(&rule.calendar);
                calendars.len() - 1
            });
            rules.push(SlaRuleDefinition::new(rule, calendar));
        }
        let calendars = calendars
            .into_iter()
            .map(|calendar| calendar.as_ref().into());
        let definition = SlaPoliciesDefinition {
            calendars: calendars.collect(),
            rules,
        };
        // Holds only numbers and strings, so serialization cannot fail.
        serde_json::to_string(&definition).unwrap_or_default()
    }

    /// Policies of a definition.
    ///
    /// # Errors
    /// If the text is not a valid definition.
    pub(crate) fn from_definition(text: &str) -> Result<Arc<Self>, String> {
        PARSED.get_or_parse(text, |text| {
            let definition: SlaPoliciesDefinition =
                serde_json::from_str(text).map_err(|error| error.to_string())?;
            let calendars = definition.calendars.into_iter();
            let calendars: Vec<Arc<BusinessCalendar>> = calendars
                .map(|calendar| Arc::new(calendar.into()))
                .collect();
            let rules = definition.rules.into_iter();
            let rules = rules.map(|rule| rule.into_rule(&calendars));
            Ok(Self::new(rules.collect::<Result<_, String>>()?))
        })
    }
}

impl SlaRuleDefinition {
    fn new(rule: &SlaRule, calendar: usize) -> Self {
        Self {
            policy: rule.policy.clone(),
            metric: rule.metric,
            priority: rule.priority.clone(),
            when: rule.when.clone(),
            target: rule.target,
            calendar,
            pauses: rule.pauses.names(),
            from: rule.from,
            to: rule.to,
            source: rule.source.clone(),
        }
    }

    fn into_rule(self, calendars: &[Arc<BusinessCalendar>]) -> Result<SlaRule, String> {
        let calendar = calendars.get(self.calendar);
        Ok(SlaRule {
            metric: self.metric,
            calendar: Arc::clone(calendar.ok_or("a rule names no calendar")?),
            pauses: PauseStatuses::from_names(&self.pauses)?,
            policy: self.policy,
            priority: self.priority,
            when: self.when,
            target: self.target,
            from: self.from,
            to: self.to,
            source: self.source,
        })
    }
}

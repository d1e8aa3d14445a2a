//! Addresses inside the page.

use std::cell::RefCell;
use std::collections::BTreeSet;

use crate::report::model::{Report, ReportBlock};

/// What every part of the page needs.
pub(super) struct PageContext<'a> {
    pub(super) report: &'a Report,
    pub(super) anchors: PageAnchors,
}

impl<'a> PageContext<'a> {
    pub(super) fn new(report: &'a Report) -> Self {
        Self {
            report,
            anchors: PageAnchors::new(report),
        }
    }
}

/// The ids of the page. A link asks whether its target will be there; an element asks for its id, which only the
/// first one of that name is given.
pub(super) struct PageAnchors {
    targets: BTreeSet<String>,
    given: RefCell<BTreeSet<String>>,
    labels: RefCell<BTreeSet<String>>,
}

impl PageAnchors {
    fn new(report: &Report) -> Self {
        let blocks = report.sections.iter().flat_map(|section| &section.blocks);
        let sections = report.sections.iter().map(|section| section.id.clone());
        let definitions = report.definitions.iter().map(|kpi| definition(&kpi.kpi));
        let statements = report.statements.iter().map(|sql| statement(&sql.id));
        let targets = sections
            .chain(definitions)
            .chain(statements)
            .chain(blocks.flat_map(block_targets));
        Self {
            targets: targets.map(|id| address(&id)).collect(),
            given: RefCell::default(),
            labels: RefCell::default(),
        }
    }

    /// `#id`, if an element of the page has it.
    pub(super) fn link(&self, id: &str) -> Option<String> {
        let id = address(id);
        let is_there = !id.is_empty() && self.targets.contains(&id);
        is_there.then(|| format!("#{id}"))
    }

    /// The id for an element; `None` if another one has it already.
    pub(super) fn claim(&self, id: &str) -> Option<String> {
        let id = address(id);
        let is_new = !id.is_empty() && self.given.borrow_mut().insert(id.clone());
        is_new.then_some(id)
    }

    /// An id for an element that cannot be without one: numbered if another one has it already.
    pub(super) fn claim_numbered(&self, id: &str) -> String {
        let id = if id.is_empty() { "part" } else { id };
        let mut numbered = numbered(id, "-");
        numbered.find_map(|id| self.claim(&id)).unwrap_or_default()
    }

    /// What a part of the page is called in the list of its parts, where two of a name could not be told apart.
    pub(super) fn label(&self, label: &str) -> String {
        let is_new = |label: &String| self.labels.borrow_mut().insert(label.clone());
        numbered(label, ", ").find(is_new).unwrap_or_default()
    }
}

/// Ids that other parts of the page link to.
fn block_targets(block: &ReportBlock) -> Vec<String> {
    match block {
        ReportBlock::Summary(summary) => ids(&summary.sentences, |finding| finding.id.clone()),
        ReportBlock::Findings(list) => ids(&list.findings, |finding| finding.id.clone()),
        ReportBlock::Kpis { groups } => {
            let rows = groups.iter().flat_map(|group| &group.rows);
            rows.map(|row| kpi(&row.kpi)).collect()
        }
        ReportBlock::Chart(chart) => vec![chart.id.clone()],
        ReportBlock::Charts { charts } => ids(charts, |chart| chart.id.clone()),
        ReportBlock::Table(table) => vec![table.id.clone()],
        ReportBlock::Text { .. } | ReportBlock::Actions { .. } => Vec::new(),
    }
}

/// "name", "name-2", "name-3" and so on.
fn numbered(name: &str, gap: &str) -> impl Iterator<Item = String> {
    let others = (2_usize..).map(move |number| format!("{name}{gap}{number}"));
    std::iter::once(name.to_owned()).chain(others)
}

fn ids<T>(items: &[T], id: impl Fn(&T) -> String) -> Vec<String> {
    items.iter().map(id).collect()
}

/// Id of the definition of a KPI.
pub(super) fn definition(kpi: &str) -> String {
    format!("def-{kpi}")
}

/// Id of the row of a KPI.
pub(super) fn kpi(kpi: &str) -> String {
    format!("kpi-{kpi}")
}

/// Id of a statement.
pub(super) fn statement(id: &str) -> String {
    format!("sql-{id}")
}

/// `id` with hyphens for what an address would have to escape.
fn address(id: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
    id.chars()
        .map(|letter| if is_plain(letter) { letter } else { '-' })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn an_id_is_given_once_and_links_lead_to_what_is_there() {
        let report = fixture::empty();
        let anchors = PageAnchors::new(&report);
        assert_eq!(anchors.claim("a b"), Some("a-b".to_owned()));
        assert_eq!(anchors.claim("a-b"), None);
        assert_eq!(anchors.claim_numbered("a b"), "a-b-2");
        assert_eq!(anchors.claim(""), None);
        assert_eq!(anchors.link("sql-nothing"), None);
        let labels = ["CSAT", "CSAT"].map(|label| anchors.label(label));
        assert_eq!(labels, ["CSAT", "CSAT, 2"]);
    }
}

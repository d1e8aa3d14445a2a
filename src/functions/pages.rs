//! Documentation of every function in a session; generated from the same [`Documentation`] that any other
//! DataFusion program can read.

use std::collections::{BTreeMap, HashSet};

use datafusion::catalog::Session;
use datafusion::execution::SessionStateDefaults;
use datafusion::logical_expr::Documentation;

use super::declaration::families::ALL;
use super::declaration::scalar::SECTION;

/// Documentation of one function.
#[derive(Debug, Clone)]
pub struct FunctionPage {
    /// Name in SQL.
    pub name: String,
    /// Aliases.
    pub aliases: Vec<String>,
    /// `aggregate`, `scalar`, `window` or `table`.
    pub kind: &'static str,
    /// True for functions of deskql, false for those of DataFusion.
    pub is_own: bool,
    /// Meaning, arguments and result; `None` for some functions of DataFusion.
    pub documentation: Option<Documentation>,
}

impl FunctionPage {
    /// Heading under which the function is listed.
    #[must_use]
    pub fn family(&self) -> &str {
        self.documentation
            .as_ref()
            .map_or("Other", |page| page.doc_section.label)
    }

    /// The KPI of which this function is the detail.
    #[must_use]
    pub fn detail_of(&self) -> Option<&str> {
        self.is_own.then(|| self.name.strip_suffix("_detail"))?
    }

    /// First sentence of the description, on one line.
    #[must_use]
    pub fn meaning(&self) -> String {
        let Some(page) = &self.documentation else {
            return String::new();
        };
        let words: Vec<&str> = page.description.split_whitespace().collect();
        let text = words.join(" ");
        match text.find(". ") {
            Some(end) => text[..=end].to_owned(),
            None => text,
        }
    }

    /// The executable example, without its Markdown fence.
    #[must_use]
    pub fn example(&self) -> Option<&str> {
        let example = self.documentation.as_ref()?.sql_example.as_deref()?.trim();
        let inner = example.strip_prefix("```sql").unwrap_or(example);
        Some(inner.strip_suffix("```").unwrap_or(inner).trim())
    }
}

/// Documentation of everything in a session that is not a registered function, created on demand. The code
/// that creates the session adds it to the configuration as an extension.
#[derive(Debug)]
pub(crate) struct FurtherPages {
    /// Table functions.
    pub(crate) tables: fn() -> Vec<FunctionPage>,
    /// Names that are rewritten before a statement is planned.
    pub(crate) equivalents: fn() -> Vec<FunctionPage>,
}

/// Every function of `session`: functions of deskql by family, with table functions last; then those of
/// DataFusion by section.
#[must_use]
pub(crate) fn function_pages(session: &dyn Session) -> Vec<FunctionPage> {
    let mut all = registered(session);
    let Some(further) = session.config().get_extension::<FurtherPages>() else {
        return all;
    };
    let own = all.iter().take_while(|page| page.is_own).count();
    all.splice(own..own, (further.tables)());
    // Sorted by name among the others of their family.
    let is_family = |page: &FunctionPage| page.is_own && page.family() == SECTION;
    let first = all.iter().position(is_family).unwrap_or(0);
    let family = all[first..].iter().take_while(|page| is_family(page));
    let end = first + family.count();
    let mut family: Vec<FunctionPage> = all.drain(first..end).collect();
    family.extend((further.equivalents)());
    family.sort_by(|a, b| a.name.cmp(&b.name));
    all.splice(first..first, family);
    all
}

fn registered(session: &dyn Session) -> Vec<FunctionPage> {
    let mut pages: BTreeMap<String, FunctionPage> = BTreeMap::new();
    let known = known_names();
    let mut add = |name: &str, aliases: &[String], kind, documentation: Option<&Documentation>| {
        // Replacements of casts and operators in plans have no documentation: SQL does not call them.
        if documentation.is_none() && !known.contains(name) {
            return;
        }
        let page = FunctionPage {
            name: name.to_owned(),
            aliases: aliases.to_vec(),
            kind,
            is_own: !known.contains(name),
            documentation: documentation.cloned(),
        };
        pages.entry(name.to_owned()).or_insert(page);
    };
    for udf in session.aggregate_functions().values() {
        add(udf.name(), udf.aliases(), "aggregate", udf.documentation());
    }
    for udf in session.scalar_functions().values() {
        add(udf.name(), udf.aliases(), "scalar", udf.documentation());
    }
    for udf in session.window_functions().values() {
        add(udf.name(), udf.aliases(), "window", udf.documentation());
    }
    let mut pages: Vec<FunctionPage> = pages.into_values().collect();
    pages.sort_by_cached_key(|page| (!page.is_own, rank(page.family()), page.family().to_owned()));
    pages
}

/// Families of deskql in the order of a customer's contact with the desk, other families after them by name.
fn rank(family: &str) -> usize {
    let position = ALL.iter().position(|known| known.0 == family);
    position.unwrap_or(ALL.len())
}

fn known_names() -> HashSet<String> {
    let scalars = SessionStateDefaults::default_scalar_functions();
    let aggregates = SessionStateDefaults::default_aggregate_functions();
    let windows = SessionStateDefaults::default_window_functions();
    let names = scalars.iter().map(|udf| udf.name());
    let names = names.chain(aggregates.iter().map(|udf| udf.name()));
    let names = names.chain(windows.iter().map(|udf| udf.name()));
    names.map(str::to_owned).collect()
}

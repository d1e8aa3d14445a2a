//! The checks of a report's file: what it refers to is there.

use std::ops::Range;

use toml::Spanned;

use super::file::ReportDefinition;
use crate::error::Result;
use crate::text::nearest;

impl ReportDefinition {
    pub(super) fn check_kpi(&self, name: &Spanned<String>) -> Result<()> {
        if self.measures.measures.contains_key(name.get_ref()) {
            return Ok(());
        }
        Err(self.problem(&name.span(), self.no_kpi(name.get_ref())))
    }

    pub(super) fn check_tile(&self, name: &Spanned<String>) -> Result<()> {
        if self.kpis.contains(name.get_ref()) {
            return Ok(());
        }
        let problem = format!(
            "tile {}: only KPIs of kpis = [..] can be tiles",
            name.get_ref()
        );
        Err(self.problem(&name.span(), problem))
    }

    pub(super) fn check_source(&self, name: &str, span: &Range<usize>) -> Result<()> {
        let known = &self.measures.sources;
        if known.contains_key(name) {
            return Ok(());
        }
        let all: Vec<&str> = known.keys().map(String::as_str).collect();
        let hint = match nearest(name, all.iter().copied()) {
            Some(near) => format!("did you mean {near}?"),
            None => format!("there is {}", all.join(", ")),
        };
        Err(self.problem(span, format!("no source {name}: {hint}")))
    }

    pub(super) fn check_measures(&self) -> Result<()> {
        for source in self.measures.sources.values() {
            let Some(other) = &source.get_ref().same_rows_as else {
                continue;
            };
            self.check_source(other, &source.span())?;
            let known = self.measures.sources.get(other);
            if known.is_some_and(|other| other.get_ref().same_rows_as.is_some()) {
                let problem = format!("same_rows_as {other}: name a source that has none itself");
                return Err(self.problem(&source.span(), problem));
            }
        }
        for (name, measure) in &self.measures.measures {
            let span = measure.span();
            let measure = measure.get_ref();
            self.check_source(&measure.source, &span)?;
            measure
                .describe(name, None)
                .map_err(|problem| self.problem(&span, problem))?;
            let is_timed = self
                .source(measure)
                .is_some_and(|source| source.time.is_some());
            measure
                .check(is_timed)
                .map_err(|problem| self.problem(&span, format!("[measures.{name}]: {problem}")))?;
        }
        Ok(())
    }

    pub(super) fn check_blocks(&self) -> Result<()> {
        let mut ids: Vec<&str> = Vec::new();
        for section in &self.sections {
            let id = section.id.get_ref().as_str();
            let blocks = section
                .blocks
                .iter()
                .filter_map(|block| block.get_ref().id.as_deref().map(|id| (id, block.span())));
            for (id, span) in std::iter::once((id, section.id.span())).chain(blocks) {
                let is_plain = id
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
                if id.is_empty() || !is_plain {
                    let problem = format!("id {id:?}: write letters, digits, '-' and '_'");
                    return Err(self.problem(&span, problem));
                }
                if ids.contains(&id) {
                    return Err(self.problem(&span, format!("id {id:?} is used twice")));
                }
                ids.push(id);
            }
            for block in &section.blocks {
                block
                    .get_ref()
                    .check()
                    .map_err(|problem| self.problem(&block.span(), problem))?;
                let text = block.get_ref().text.as_deref().unwrap_or_default();
                if let Some(name) = self.unknown_name(text) {
                    let problem = format!(
                        "{{{name}}} is nothing that a text can say: write {{period}}, or {{csat}}, {{csat.before}} and \
                         {{csat.verdict}} of a KPI of kpis"
                    );
                    return Err(self.problem(&block.span(), problem));
                }
                for kpi in block.get_ref().kpis.iter().flatten() {
                    if !self.measures.measures.contains_key(kpi) {
                        return Err(self.problem(&block.span(), self.no_kpi(kpi)));
                    }
                }
            }
        }
        Ok(())
    }

    /// The first `{name}` of a text block that is not filled in.
    fn unknown_name<'t>(&self, text: &'t str) -> Option<&'t str> {
        let names = text
            .split('{')
            .skip(1)
            .filter_map(|rest| rest.split_once('}'));
        let names = names.map(|(name, _)| name);
        let is_name = |name: &&str| {
            name.chars()
                .all(|c| c.is_ascii_alphanumeric() || "_.".contains(c))
        };
        names.filter(is_name).find(|name| {
            let (kpi, part) = name.split_once('.').unwrap_or((name, ""));
            let is_known = self.kpis.iter().any(|known| known == kpi);
            *name != "period" && !(is_known && ["", "before", "verdict"].contains(&part))
        })
    }

    /// Fails unless the report has a parameter of that name.
    pub(super) fn check_parameter(&self, name: &Spanned<String>) -> Result<()> {
        let known: Vec<&str> = self.parameters.iter().map(|p| p.name.as_str()).collect();
        if known.contains(&name.get_ref().as_str()) {
            return Ok(());
        }
        let hint = match nearest(name.get_ref(), known.iter().copied()) {
            Some(near) => format!("did you mean {near}?"),
            None => format!("add [param.{}]", name.get_ref()),
        };
        Err(self.problem(
            &name.span(),
            format!("no parameter {}: {hint}", name.get_ref()),
        ))
    }
}

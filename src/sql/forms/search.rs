//! Takes forms out of a statement, and puts what was written back into their places.

use std::ops::ControlFlow;

use datafusion::error::{DataFusionError, Result};
use datafusion::sql::parser::{CopyToSource, Statement};
use datafusion::sql::sqlparser::ast::{
    Cte, Expr, Ident, ObjectName, Query, Select, SelectItem, Statement as SqlStatement,
    TableFactor, VisitMut, VisitorMut,
};

use super::pivot::PivotForm;
use super::struct_fields::StructForm;
use super::unpivot::UnpivotForm;
use super::{TakenForm, WrittenForm};

/// Name that stands in the place of a form meanwhile.
const PLACE: &str = "\u{0}form";

/// Takes the first form but `kept` ones, which stay as they are; the innermost comes first.
///
/// # Errors
/// When a form lacks a part.
pub(super) fn take(statement: &mut Statement, kept: usize) -> Result<Option<TakenForm>> {
    let mut search = FormSearch {
        kept,
        is_view: false,
        open: Vec::new(),
        found: None,
    };
    let _: ControlFlow<()> = visit(statement, &mut search);
    search.found.transpose()
}

fn visit<V: VisitorMut<Break = ()>>(statement: &mut Statement, visitor: &mut V) -> ControlFlow<()> {
    match statement {
        Statement::Statement(inner) => inner.visit(visitor),
        Statement::Explain(explain) => visit(&mut explain.statement, visitor),
        Statement::CopyTo(copy) => match &mut copy.source {
            CopyToSource::Query(query) => query.visit(visitor),
            CopyToSource::Relation(_) => ControlFlow::Continue(()),
        },
        Statement::CreateExternalTable(_) | Statement::Reset(_) => ControlFlow::Continue(()),
    }
}

/// A query around the place of the search.
struct OpenQuery {
    ctes: Vec<Cte>,
    /// How many of its WITH queries have been gone through: those are in view.
    passed: usize,
}

struct FormSearch {
    kept: usize,
    is_view: bool,
    open: Vec<OpenQuery>,
    found: Option<Result<TakenForm, DataFusionError>>,
}

impl FormSearch {
    /// The WITH queries in view, the outer ones first.
    fn ctes(&self) -> Vec<Cte> {
        let mut ctes: Vec<Cte> = Vec::new();
        for query in &self.open {
            for cte in &query.ctes[..query.passed.min(query.ctes.len())] {
                let name = cte.alias.name.value.to_lowercase();
                ctes.retain(|other| other.alias.name.value.to_lowercase() != name);
                ctes.push(cte.clone());
            }
        }
        ctes
    }

    fn find(&mut self, form: Result<TakenForm>) -> ControlFlow<()> {
        self.found = Some(form);
        ControlFlow::Break(())
    }

    fn select(&mut self, select: &mut Select) -> Option<TakenForm> {
        for place in 0..select.projection.len() {
            if !StructForm::is_one(select, place) {
                continue;
            }
            if self.kept > 0 {
                self.kept -= 1;
                continue;
            }
            let form = StructForm::new(select.clone(), place, self.ctes());
            let stand_in = Expr::Identifier(Ident::with_quote('"', PLACE));
            select.projection[place] = SelectItem::UnnamedExpr(stand_in);
            return Some(TakenForm::Struct(Box::new(form)));
        }
        None
    }
}

impl VisitorMut for FormSearch {
    type Break = ();

    fn pre_visit_statement(&mut self, statement: &mut SqlStatement) -> ControlFlow<()> {
        self.is_view = matches!(statement, SqlStatement::CreateView(_));
        ControlFlow::Continue(())
    }

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        let ctes = query.with.as_ref().map(|with| with.cte_tables.clone());
        self.open.push(OpenQuery {
            ctes: ctes.unwrap_or_default(),
            passed: 0,
        });
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &mut Query) -> ControlFlow<()> {
        self.open.pop();
        // WITH queries are gone through before the body.
        if let Some(around) = self.open.last_mut() {
            around.passed += 1;
        }
        ControlFlow::Continue(())
    }

    fn post_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        match self.select(select) {
            Some(form) => self.find(Ok(form)),
            None => ControlFlow::Continue(()),
        }
    }

    fn post_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<()> {
        let is_pivot = matches!(factor, TableFactor::Pivot { .. }) || PivotForm::is_marked(factor);
        if !is_pivot && !matches!(factor, TableFactor::Unpivot { .. }) {
            return ControlFlow::Continue(());
        }
        let ctes = self.ctes();
        let taken = std::mem::replace(factor, stand_in());
        let form = if is_pivot {
            PivotForm::new(taken, ctes, self.is_view).map(|form| TakenForm::Pivot(Box::new(form)))
        } else {
            UnpivotForm::new(taken, ctes).map(|form| TakenForm::Unpivot(Box::new(form)))
        };
        self.find(form)
    }
}

fn stand_in() -> TableFactor {
    TableFactor::Table {
        name: ObjectName::from(vec![Ident::with_quote('"', PLACE)]),
        alias: None,
        args: None,
        with_hints: vec![],
        version: None,
        with_ordinality: false,
        partitions: vec![],
        json_path: None,
        sample: None,
        index_hints: vec![],
    }
}

/// Puts `written` in the place of the form that was taken out.
pub(super) fn put_back(statement: &mut Statement, written: WrittenForm) {
    let mut placement = FormPlacement(Some(written));
    let _: ControlFlow<()> = visit(statement, &mut placement);
}

struct FormPlacement(Option<WrittenForm>);

impl VisitorMut for FormPlacement {
    type Break = ();

    fn post_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        let is_place = |item: &SelectItem| matches!(item, SelectItem::UnnamedExpr(Expr::Identifier(name)) if name.value == PLACE);
        let Some(place) = select.projection.iter().position(is_place) else {
            return ControlFlow::Continue(());
        };
        if let Some(WrittenForm::Items(items)) = self.0.take() {
            select.projection.splice(place..=place, items);
        }
        ControlFlow::Break(())
    }

    fn post_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<()> {
        let is_place = matches!(factor, TableFactor::Table { name, .. }
            if name.0.last().and_then(|part| part.as_ident()).is_some_and(|name| name.value == PLACE));
        if !is_place {
            return ControlFlow::Continue(());
        }
        if let Some(WrittenForm::Relation(written)) = self.0.take() {
            *factor = *written;
        }
        ControlFlow::Break(())
    }
}

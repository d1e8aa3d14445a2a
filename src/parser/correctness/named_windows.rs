//! Named windows that are extended, `OVER (w ORDER BY ..)`, or that other windows are based on.
//!
//! The planner ignores the name in the parentheses, and resolves names in the `SELECT` list only.
//! Here each use is written out, with the rules of `PostgreSQL`: a window's clauses can be
//! extended, not changed.
//!
//! Upstream: none found: "`WindowSpec.window_name` is ignored: OVER (w ORDER BY x) loses the PARTITION BY of w"
//! Retire when: `OVER (w ORDER BY x)` keeps the PARTITION BY of `w`, also by way of another window and in QUALIFY.

use std::ops::ControlFlow;

use datafusion::common::Span;
use datafusion::error::Result;
use datafusion::sql::sqlparser::ast::{
    Expr, Ident, NamedWindowExpr, Query, Select, SetExpr, VisitMut, VisitorMut, WindowSpec,
    WindowType,
};

use crate::parser::refusal::refused;

/// Writes out every reference to a named window in `node`.
///
/// # Errors
/// When the window is not defined before, or would be changed.
pub(super) fn write_out(node: &mut impl VisitMut) -> Result<()> {
    let mut queries = NamedWindowRewriter { failed: Ok(()) };
    let _: ControlFlow<()> = node.visit(&mut queries);
    queries.failed
}

struct NamedWindowRewriter {
    failed: Result<()>,
}

impl NamedWindowRewriter {
    fn flow(&mut self, done: Result<()>) -> ControlFlow<()> {
        self.failed = done;
        match self.failed {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    }
}

impl VisitorMut for NamedWindowRewriter {
    type Break = ();

    // ORDER BY belongs to the query, and the windows of its SELECT are in scope there.
    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        let SetExpr::Select(select) = query.body.as_ref() else {
            return ControlFlow::Continue(());
        };
        let done = definitions(select).and_then(|windows| in_place(&mut query.order_by, windows));
        self.flow(done)
    }

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        let done = definitions(select).and_then(|windows| {
            in_place(&mut select.projection, windows.clone())?;
            in_place(&mut select.distinct, windows.clone())?;
            in_place(&mut select.qualify, windows)
        });
        self.flow(done)
    }
}

type WindowDefinitions = Vec<(Ident, WindowSpec)>;

fn definitions(select: &Select) -> Result<WindowDefinitions> {
    let mut windows: WindowDefinitions = Vec::with_capacity(select.named_window.len());
    for definition in &select.named_window {
        let name = &definition.0;
        if find(name, &windows).is_some() {
            return Err(refused(
                &format!("window '{}' is defined twice", name.value),
                Span::try_from_sqlparser_span(name.span),
            ));
        }
        let spec = match &definition.1 {
            NamedWindowExpr::NamedWindow(other) => named(other, &windows)?.clone(),
            NamedWindowExpr::WindowSpec(spec) => extended(spec.clone(), &windows)?,
        };
        windows.push((name.clone(), spec));
    }
    Ok(windows)
}

fn find<'a>(name: &Ident, windows: &'a WindowDefinitions) -> Option<&'a WindowSpec> {
    let is_same = |other: &Ident| match (name.quote_style, other.quote_style) {
        (None, None) => name.value.eq_ignore_ascii_case(&other.value),
        (Some(_), None) => name.value == other.value.to_lowercase(),
        (None, Some(_)) => name.value.to_lowercase() == other.value,
        (Some(_), Some(_)) => name.value == other.value,
    };
    let mut found = windows.iter().filter(|(other, _)| is_same(other));
    found.next().map(|(_, spec)| spec)
}

fn named<'a>(name: &Ident, windows: &'a WindowDefinitions) -> Result<&'a WindowSpec> {
    find(name, windows).ok_or_else(|| {
        refused(
            &format!(
                "no window named '{0}': define it before it is used, WINDOW {0} AS (PARTITION BY ..)",
                name.value
            ),
            Span::try_from_sqlparser_span(name.span),
        )
    })
}

/// `spec` with the clauses of the window that it is based on.
fn extended(mut spec: WindowSpec, windows: &WindowDefinitions) -> Result<WindowSpec> {
    let Some(name) = spec.window_name.take() else {
        return Ok(spec);
    };
    let base = named(&name, windows)?;
    let fault = if !spec.partition_by.is_empty() {
        "has its PARTITION BY: it cannot get another in OVER (..)"
    } else if !spec.order_by.is_empty() && !base.order_by.is_empty() {
        "has an ORDER BY: it cannot get another in OVER (..)"
    } else if base.window_frame.is_some() {
        "has a frame (ROWS, RANGE or GROUPS): write OVER and its name without parentheses"
    } else {
        spec.partition_by.clone_from(&base.partition_by);
        if spec.order_by.is_empty() {
            spec.order_by.clone_from(&base.order_by);
        }
        return Ok(spec);
    };
    Err(refused(
        &format!("window '{}' {fault}", name.value),
        Span::try_from_sqlparser_span(name.span),
    ))
}

/// Writes out the window references of `node` itself; its subqueries have their own windows.
fn in_place(node: &mut impl VisitMut, windows: WindowDefinitions) -> Result<()> {
    let mut uses = WindowReferenceRewriter {
        windows,
        depth: 0,
        failed: Ok(()),
    };
    let _: ControlFlow<()> = node.visit(&mut uses);
    uses.failed
}

struct WindowReferenceRewriter {
    windows: WindowDefinitions,
    depth: usize,
    failed: Result<()>,
}

impl VisitorMut for WindowReferenceRewriter {
    type Break = ();

    fn pre_visit_query(&mut self, _: &mut Query) -> ControlFlow<()> {
        self.depth += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &mut Query) -> ControlFlow<()> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        let Expr::Function(function) = expr else {
            return ControlFlow::Continue(());
        };
        let (0, Some(over)) = (self.depth, &function.over) else {
            return ControlFlow::Continue(());
        };
        let spec = match over {
            WindowType::NamedWindow(name) => named(name, &self.windows).cloned(),
            WindowType::WindowSpec(spec) => extended(spec.clone(), &self.windows),
        };
        match spec {
            Ok(spec) => function.over = Some(WindowType::WindowSpec(spec)),
            Err(error) => {
                self.failed = Err(error);
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    }
}

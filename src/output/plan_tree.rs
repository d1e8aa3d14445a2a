//! EXPLAIN for people: the operators as a tree, with long lines wrapped beside the branches.

use std::io::Write;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use textwrap::{Options, WordSplitter};

use super::{ResultWriter, io_failed, people};
use crate::encoding::printable;
use crate::error::Result;
use crate::sql::ColumnRole;

/// Space that a line of an operator has at least, however deep the tree.
const NARROWEST: usize = 30;

/// Writes each row as a heading, its first column, and the plan below.
pub(super) struct PlanTreeWriter {
    schema: SchemaRef,
    sink: Box<dyn Write + Send>,
    width: usize,
    is_first: bool,
}

/// True if `schema` is that of an EXPLAIN, as its marks say.
pub(super) fn is_plan(schema: &SchemaRef) -> bool {
    let [_, plan] = schema.fields().as_ref() else {
        return false;
    };
    matches!(
        ColumnRole::of_field(plan),
        Some(ColumnRole::PlanTree | ColumnRole::PlanText)
    )
}

impl PlanTreeWriter {
    pub(super) fn new(schema: &SchemaRef, sink: Box<dyn Write + Send>, width: usize) -> Self {
        Self {
            schema: Arc::clone(schema),
            sink,
            width,
            is_first: true,
        }
    }
}

impl ResultWriter for PlanTreeWriter {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        let columns = people::columns(&std::iter::once(batch), self.schema.fields(), true)?;
        let [kinds, plans] = columns.as_slice() else {
            return Ok(());
        };
        let is_tree = ColumnRole::of_field(self.schema.field(1)) == Some(ColumnRole::PlanTree);
        let mut out = String::new();
        for (kind, plan) in kinds.iter().zip(plans) {
            if !std::mem::take(&mut self.is_first) {
                out.push('\n');
            }
            out.push_str(&printable(kind));
            out.push('\n');
            if is_tree {
                out.push_str(&draw(plan, self.width));
            } else {
                out.push_str(plan.trim_end());
                out.push('\n');
            }
        }
        self.sink.write_all(out.as_bytes()).map_err(io_failed)
    }

    fn finish(&mut self) -> Result<()> {
        self.sink.flush().map_err(io_failed)
    }
}

/// One operator: the text of its line, and its depth in steps of two spaces.
struct PlanLine<'a> {
    text: &'a str,
    depth: usize,
}

/// `plan`, whose lines are indented by two spaces for each level, as a tree.
fn draw(plan: &str, width: usize) -> String {
    let lines: Vec<PlanLine<'_>> = plan
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(line)
        .collect();
    let mut out = String::new();
    for (index, line) in lines.iter().enumerate() {
        let (first, rest) = branches(&lines, index);
        push_wrapped(&mut out, line.text, &first, &rest, width);
    }
    out
}

fn line(line: &str) -> PlanLine<'_> {
    let text = line.trim_start_matches(' ');
    PlanLine {
        text: text.trim_end(),
        depth: (line.len() - text.len()) / 2,
    }
}

/// What stands before the first line of an operator, and before those that continue it.
fn branches(lines: &[PlanLine<'_>], index: usize) -> (String, String) {
    let depth = lines[index].depth;
    let below = &lines[index + 1..];
    // True if an operator at `level` follows below the same parent.
    let goes_on = |level: usize| {
        let next = below.iter().find(|line| line.depth <= level);
        next.is_some_and(|line| line.depth == level)
    };
    let mut before = String::new();
    for level in 1..depth {
        before.push_str(if goes_on(level) { "│ " } else { "  " });
    }
    let has_inputs = below.first().is_some_and(|next| next.depth > depth);
    let inner = if has_inputs { "│   " } else { "    " };
    if depth == 0 {
        return (String::new(), inner.to_owned());
    }
    let (branch, stem) = if goes_on(depth) {
        ("├─", "│ ")
    } else {
        ("└─", "  ")
    };
    (
        format!("{before}{branch}"),
        format!("{before}{stem}{inner}"),
    )
}

fn push_wrapped(out: &mut String, text: &str, first: &str, rest: &str, width: usize) {
    let indent = rest.chars().count();
    let options = Options::new(width.max(indent + NARROWEST))
        .word_splitter(WordSplitter::NoHyphenation)
        .initial_indent(first)
        .subsequent_indent(rest);
    for line in textwrap::wrap(text, options) {
        out.push_str(line.trim_end());
        out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAN: &str = "Sort: [n DESC]\n  Join: on=[a]\n    Scan: t, projection=[a, b]\n    Filter: b > 1\n      Scan: u\n";

    #[test]
    fn operators_are_a_tree() {
        assert_eq!(
            draw(PLAN, 80),
            "Sort: [n DESC]\n\
             └─Join: on=[a]\n\
             \u{20} ├─Scan: t, projection=[a, b]\n\
             \u{20} └─Filter: b > 1\n\
             \u{20}   └─Scan: u\n"
        );
    }

    #[test]
    fn long_lines_go_on_beside_the_branches() {
        let plan = format!(
            "Join: {0}\n  Scan: {0}\n  Scan: u\n",
            "a b c d e f g h i j k l m n ".trim().repeat(2)
        );
        let drawn = draw(&plan, 40);
        let lines: Vec<&str> = drawn.lines().collect();
        assert!(
            lines.iter().all(|line| line.chars().count() <= 40),
            "{drawn}"
        );
        assert!(
            lines[1].starts_with("│   ") && lines[2].starts_with("├─Scan"),
            "{drawn}"
        );
        assert!(lines[3].starts_with("│     "), "{drawn}");
        assert_eq!(lines.last().unwrap(), &"└─Scan: u");
    }

    #[test]
    fn a_plan_of_one_line_is_that_line() {
        assert_eq!(draw("EmptyRelation: rows=1", 80), "EmptyRelation: rows=1\n");
        assert_eq!(draw("", 80), "");
    }
}

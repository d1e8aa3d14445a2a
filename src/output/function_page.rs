//! Text about functions: the list, one page, and all pages as Markdown.

use std::fmt::Write;

use crate::error::{Error, Result};
use crate::functions::FunctionPage;
use crate::text::{SearchedText, cut, fill, nearest, page_width, search_words};

/// Lists one function per line under the heading of its family.
#[must_use]
pub(crate) fn list(pages: &[FunctionPage], with_datafusion: bool, width: Option<usize>) -> String {
    let is_shown =
        |page: &&FunctionPage| page.detail_of().is_none() && (page.is_own || with_datafusion);
    let mut out = lines(&pages.iter().filter(is_shown).collect::<Vec<_>>(), width);
    out.push_str("\nEvery KPI has a NAME_detail with its components and confidence interval.\n");
    out
}

fn lines(shown: &[&FunctionPage], width: Option<usize>) -> String {
    let mut out = String::new();
    let widest = shown.iter().map(|page| page.name.len()).max().unwrap_or(0);
    let mut heading = None;
    for page in shown {
        if heading != Some((page.is_own, page.family())) {
            heading = Some((page.is_own, page.family()));
            let origin = if page.is_own { "" } else { " (DataFusion)" };
            push(&mut out, &format!("{}{origin}\n", page.family()));
        }
        let line = format!("  {:widest$}  {}", page.name, page.meaning());
        push(&mut out, &format!("{}\n", cut(line.trim_end(), width)));
    }
    out
}

/// The page of the function called `name`; else the list of those that have it in their name, and
/// else, if it misspells none, of those that its words are about. `list` is the command that lists all
/// functions.
///
/// # Errors
/// If there is none; the message has the nearest name.
pub(crate) fn lookup(
    pages: &[FunctionPage],
    name: &str,
    list: &str,
    width: Option<usize>,
) -> Result<String> {
    let found = find(pages, name, list);
    if let Ok(found) = found {
        return Ok(page(found, width));
    }
    let wanted = name.to_lowercase();
    let shown = || pages.iter().filter(|page| page.detail_of().is_none());
    let is_named = |page: &&FunctionPage| {
        let mut names = std::iter::once(&page.name).chain(&page.aliases);
        names.any(|name| name.contains(&wanted))
    };
    let mut matching: Vec<&FunctionPage> = shown().filter(is_named).collect();
    if matching.is_empty() && nearest_name(pages, name).is_none() {
        let own = shown().filter(|page| page.is_own);
        matching = search_words(own, name, searched);
        if matching.is_empty() {
            matching = search_words(shown(), name, searched);
        }
    }
    match (matching.as_slice(), found) {
        ([], found) => found.map(|found| page(found, width)),
        ([only], _) => Ok(page(only, width)),
        (several, _) => Ok(lines(several, width)),
    }
}

/// What words are looked for in: the family and the first sentence say what a function is about.
fn searched(page: &FunctionPage) -> SearchedText {
    let mut body = String::new();
    if let Some(documentation) = &page.documentation {
        body.push_str(&documentation.description);
        for (name, meaning) in documentation.arguments.iter().flatten() {
            body.extend(["\n", name.as_str(), " ", meaning.as_str()]);
        }
    }
    let (meaning, aliases) = (page.meaning(), page.aliases.join(" "));
    let heading = [page.name.as_str(), page.family(), &meaning, &aliases];
    SearchedText {
        heading: heading.join("\n"),
        body,
    }
}

/// Page of the function called `name`; `list` is the command that lists all functions.
///
/// # Errors
/// If there is none; the message has the nearest name.
fn find<'a>(pages: &'a [FunctionPage], name: &str, list: &str) -> Result<&'a FunctionPage> {
    let wanted = name.to_lowercase();
    let is_wanted = |page: &&FunctionPage| page.name == wanted || page.aliases.contains(&wanted);
    pages.iter().find(is_wanted).ok_or_else(|| {
        let hint = match nearest_name(pages, name) {
            Some(near) => format!("did you mean {near}?"),
            None => format!("{list} lists them"),
        };
        Error::Usage(format!("no function {name}: {hint}"))
    })
}

fn nearest_name<'a>(pages: &'a [FunctionPage], name: &str) -> Option<&'a str> {
    nearest(name, pages.iter().map(|page| page.name.as_str()))
}

/// Separates a new heading, which starts with a capital or digit in column one, by a blank line.
fn push(out: &mut String, line: &str) {
    if !out.is_empty() && !line.starts_with(' ') {
        out.push('\n');
    }
    out.push_str(line);
}

/// Complete page of one function.
#[must_use]
pub(crate) fn page(page: &FunctionPage, width: Option<usize>) -> String {
    let width = page_width(width);
    let mut out = format!("{}: {} function, {}\n", page.name, page.kind, page.family());
    let Some(documentation) = &page.documentation else {
        out.push_str("\nDataFusion has no documentation for it.\n");
        return out;
    };
    let paragraph = |text: &str, first: &str, rest: &str| fill(text, width, first, rest);
    add(&mut out, "", &paragraph(&documentation.description, "", ""));
    add(&mut out, "Syntax", &indented(&documentation.syntax_example));
    let arguments = documentation.arguments.iter().flatten();
    let arguments: Vec<String> = arguments
        .map(|(name, meaning)| paragraph(&format!("{name}: {meaning}"), "  ", "      "))
        .collect();
    add(&mut out, "Arguments", &arguments.join("\n"));
    add(
        &mut out,
        "Example",
        &indented(page.example().unwrap_or_default()),
    );
    let names = |names: &[String]| format!("  {}", names.join(", "));
    if !page.aliases.is_empty() {
        add(&mut out, "Also known as", &names(&page.aliases));
    }
    if let Some(related) = &documentation.related_udfs {
        add(&mut out, "Related", &names(related));
    }
    out
}

fn add(out: &mut String, heading: &str, text: &str) {
    if text.trim().is_empty() {
        return;
    }
    out.push('\n');
    if !heading.is_empty() {
        out.push_str(heading);
        out.push('\n');
    }
    out.push_str(text);
    out.push('\n');
}

fn indented(text: &str) -> String {
    let fence = |line: &&str| !line.trim_start().starts_with("```");
    let lines = text.lines().filter(fence).map(|line| format!("  {line}"));
    lines.collect::<Vec<_>>().join("\n")
}

/// Pages of deskql's own functions, with a table of contents.
#[must_use]
pub(crate) fn markdown(pages: &[FunctionPage]) -> String {
    let mut out = String::from(
        "# Functions\n\n<!-- Written by `deskql functions --markdown > docs/functions.md`; edit the \
         documentation in src/functions instead. -->\n\nAll of DataFusion's functions can be \
         called as well: `deskql functions --all` lists them.\n",
    );
    let own: Vec<&FunctionPage> = pages.iter().filter(|page| page.is_own).collect();
    for page in &own {
        if !out.contains(&format!("\n## {}\n", page.family())) {
            contents(&mut out, page.family(), &own);
        }
    }
    for page in &own {
        entry(&mut out, page);
    }
    out
}

fn contents(out: &mut String, family: &str, own: &[&FunctionPage]) {
    let _ = write!(out, "\n## {family}\n\n| function | meaning |\n|---|---|\n");
    let in_family = |page: &&&FunctionPage| page.family() == family && page.detail_of().is_none();
    for page in own.iter().filter(in_family) {
        let detail = own
            .iter()
            .find(|other| other.detail_of() == Some(&page.name));
        let detail = detail.map_or_else(String::new, |page| format!(", {}", link(&page.name)));
        let meaning = page.meaning().replace('|', "\\|");
        let _ = writeln!(out, "| {}{detail} | {meaning} |", link(&page.name));
    }
}

fn link(name: &str) -> String {
    format!("[`{name}`](#{name})")
}

fn entry(out: &mut String, page: &FunctionPage) {
    let Some(documentation) = &page.documentation else {
        return;
    };
    let _ = write!(
        out,
        "\n### {}\n\n{}\n",
        page.name,
        documentation.description.trim()
    );
    let syntax = documentation.syntax_example.trim();
    let _ = write!(out, "\n```sql\n{syntax}\n```\n");
    if let Some(arguments) = documentation
        .arguments
        .as_ref()
        .filter(|list| !list.is_empty())
    {
        out.push('\n');
        for (name, meaning) in arguments {
            let _ = writeln!(out, "- `{name}`: {meaning}");
        }
    }
    if let Some(example) = page.example() {
        let _ = write!(out, "\nExample:\n\n```sql\n{example}\n```\n");
    }
    if let Some(related) = &documentation.related_udfs {
        let links: Vec<String> = related.iter().map(|name| link(name)).collect();
        let _ = write!(out, "\nRelated: {}\n", links.join(", "));
    }
}

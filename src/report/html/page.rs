//! The document around the sections: its head, its header, the ways through it, its footer.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::anchors::PageContext;
use super::closing::ClosingParts;
use super::{sections, text};
use crate::error::Result;
use crate::report::figures;
use crate::report::model::{Report, ReportFooter};

const STYLE: &str = include_str!("style.css");

/// Whatever text reaches the page, nothing is fetched and nothing runs.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/// # Errors
/// When a chart cannot be drawn.
pub(super) fn document(context: &PageContext<'_>) -> Result<Markup> {
    let report = context.report;
    let content = context.anchors.claim_numbered("content");
    let sections = sections::sections(context)?;
    let closing = ClosingParts::new(context);
    Ok(html! {
        (DOCTYPE)
        html lang="en" {
            (head(report))
            body {
                a.skip href={ "#" (content) } { "Skip to the report" }
                (header(report))
                (navigation(context, &closing))
                main id=(content) {
                    (sections)
                    (closing.markup())
                }
                (footer(&report.footer))
            }
        }
    })
}

fn head(report: &Report) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta http-equiv="Content-Security-Policy" content=(POLICY);
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="robots" content="noindex";
            meta name="color-scheme" content="light dark";
            title { (report.title) ", " (report.subtitle) }
            style { (PreEscaped(STYLE)) (PreEscaped(page_margins(report))) }
        }
    }
}

/// The foot of each printed page.
fn page_margins(report: &Report) -> String {
    let title = style_text(&format!("{} · {}", report.title, report.subtitle));
    format!("@page{{@bottom-left{{content:\"{title}\"}}}}\n")
}

/// `text` for a string of a style sheet: whatever could end the string, or the sheet, is written as its number.
fn style_text(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_alphanumeric() || matches!(letter, ' ' | ',' | ':' | '.' | '·') {
            escaped.push(letter);
        } else {
            // The space ends the number, and is no part of the text.
            escaped.push_str(&format!("\\{:x} ", u32::from(letter)));
        }
    }
    escaped
}

fn header(report: &Report) -> Markup {
    let is_picture = |logo: &&String| logo.starts_with("data:image/");
    html! {
        header {
            @if let Some(logo) = report.logo.as_ref().filter(is_picture) {
                img.logo src=(logo) alt="";
            }
            h1 { (text::name(&report.title)) }
            p.subtitle { (text::sentence(&report.subtitle)) }
            @if let Some(population) = &report.population {
                p.population { "About " (text::sentence(population)) " only." }
            }
            p.compared { (compared(report)) }
        }
    }
}

/// The days that the report is about, and those that it is compared with.
fn compared(report: &Report) -> Markup {
    let period = &report.period;
    let last = period.end.pred_opt().unwrap_or(period.end);
    let labels = [&period.before_label, &period.year_ago_label];
    let labels: Vec<&str> = labels
        .into_iter()
        .map(String::as_str)
        .filter(|label| !label.is_empty())
        .collect();
    html! {
        (figures::day(period.start)) " to " (figures::day(last)) ", " (period.zone) ". "
        @if period.is_unfinished {
            strong { "The data end before this period does: it is unfinished, and nothing is compared." }
        } @else if !labels.is_empty() {
            "Compared with " (labels.join(" and ")) "."
        }
    }
}

fn navigation(context: &PageContext<'_>, closing: &ClosingParts) -> Markup {
    let sections = context.report.sections.iter();
    let sections = sections.filter_map(|section| {
        let href = context.anchors.link(&section.id)?;
        Some((href, text::sentence(&section.heading)))
    });
    let closing = closing.headings();
    let closing = closing.map(|(id, words)| (format!("#{id}"), html! { (words) }));
    let links: Vec<(String, Markup)> = sections.chain(closing).collect();
    html! {
        @if !links.is_empty() {
            nav aria-label="Sections" {
                ul { @for (href, words) in &links { li { a href=(href) { (words) } } } }
            }
        }
    }
}

fn footer(footer: &ReportFooter) -> Markup {
    html! {
        footer {
            p {
                "Made by " (footer.program) ", " (footer.stamp) ". "
                "Level of the intervals: " (percent(footer.level)) " in 100. "
                "Times are those of " (footer.zone) "."
            }
            p {
                "Data: " (text::sentence(&footer.data.join(", "))) ". "
                @if let Some(newest) = &footer.newest { "Newest row: " (newest) "." }
            }
        }
    }
}

/// "95" of 0.95, "99.9" of 0.999.
fn percent(level: f64) -> String {
    let text = format!("{:.3}", level * 100.0);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_leave_a_string_of_the_style_sheet() {
        assert_eq!(
            style_text("a\"}</style>"),
            "a\\22 \\7d \\3c \\2f style\\3e "
        );
    }

    #[test]
    fn levels_have_no_needless_digits() {
        let levels = [0.95, 0.99, 0.999, 0.8];
        let printed = levels.map(percent);
        assert_eq!(printed, ["95", "99", "99.9", "80"]);
    }
}

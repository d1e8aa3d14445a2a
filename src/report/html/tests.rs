//! Laws of every page, whatever the report has in it.

use std::collections::BTreeSet;

use super::render;
use crate::report::fixture;

/// Elements that have no end.
const VOID: [&str; 4] = ["!DOCTYPE", "meta", "img", "br"];

fn pages() -> [String; 2] {
    [fixture::full(), fixture::empty()].map(|report| render(&report).unwrap())
}

/// A page without its style sheet, which has no tags.
fn without_style(page: &str) -> String {
    let (head, rest) = page.split_once("<style>").unwrap();
    let (style, body) = rest.split_once("</style>").unwrap();
    assert!(!style.contains("http") && !style.contains('<'), "{style}");
    format!("{head}{body}")
}

/// The tags of a page, without brackets. Text has no brackets of its own, since it is escaped.
fn tags(page: &str) -> Vec<&str> {
    let starts = page.match_indices('<').map(|(at, _)| at + 1);
    starts
        .map(|at| &page[at..at + page[at..].find('>').unwrap()])
        .collect()
}

fn element(tag: &str) -> &str {
    tag.split([' ', '/']).next().unwrap()
}

/// Values of an attribute in all tags.
fn attribute<'a>(tags: &[&'a str], name: &str) -> Vec<&'a str> {
    let begin = format!(" {name}=\"");
    let values = tags.iter().filter_map(|tag| {
        let (_, rest) = tag.split_once(&begin)?;
        Some(rest.split_once('"').unwrap().0)
    });
    values.collect()
}

#[test]
fn nothing_runs_and_nothing_is_fetched() {
    for page in pages() {
        let page = without_style(&page);
        for tag in tags(&page) {
            let tag = tag.replace("http-equiv", "");
            let element = element(&tag).to_lowercase();
            assert!(!["script", "link", "iframe", "object", "base"].contains(&&*element));
            assert!(
                !tag.contains("http") && !tag.contains("javascript:"),
                "{tag}"
            );
            assert!(
                !tag.contains(" onclick=") && !tag.contains(" style="),
                "{tag}"
            );
        }
    }
}

#[test]
fn ids_are_unique_and_links_lead_to_them() {
    for page in pages() {
        let page = without_style(&page);
        let tags = tags(&page);
        let ids = attribute(&tags, "id");
        let unique: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids.len(), unique.len());
        for href in attribute(&tags, "href") {
            let target = href.strip_prefix('#').unwrap();
            assert!(unique.contains(target), "{href} leads nowhere");
        }
        for named in attribute(&tags, "aria-labelledby") {
            assert!(named.split(' ').all(|id| unique.contains(id)), "{named}");
        }
    }
}

#[test]
fn headings_are_in_order_below_one_title() {
    for page in pages() {
        let page = without_style(&page);
        let levels = tags(&page).into_iter().filter_map(|tag| {
            let level = element(tag).strip_prefix('h')?;
            level.parse::<usize>().ok()
        });
        let levels: Vec<usize> = levels.collect();
        assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1);
        assert_eq!(levels[0], 1);
        assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1));
    }
}

#[test]
fn elements_end_where_they_should() {
    for page in pages() {
        let page = without_style(&page);
        let mut open = Vec::new();
        for tag in tags(&page) {
            if let Some(ended) = tag.strip_prefix('/') {
                assert_eq!(open.pop(), Some(ended));
            } else if !tag.ends_with('/') && !VOID.contains(&element(tag)) {
                open.push(element(tag));
            }
        }
        assert!(open.is_empty(), "{open:?}");
    }
}

#[test]
fn every_kpi_has_its_definition_and_its_statement() {
    let page = render(&fixture::full()).unwrap();
    for place in 0..30 {
        assert!(page.contains(&format!("<tr id=\"kpi-kpi_{place}\"")));
        assert!(page.contains(&format!("href=\"#def-kpi_{place}\"")));
    }
    assert_eq!(page.matches("href=\"#sql-kpis\"").count(), 30 + 8);
    assert!(page.contains("id=\"sql-kpis\"") && page.contains("href=\"#mix\""));
}

#[test]
fn a_page_is_small_and_the_same_each_time() {
    let page = render(&fixture::full()).unwrap();
    assert!(page.len() < 500_000, "{} bytes", page.len());
    assert_eq!(page, render(&fixture::full()).unwrap());
}

#[test]
fn a_report_without_rows_says_what_it_lacks() {
    let page = render(&fixture::empty()).unwrap();
    assert!(page.contains("it is unfinished, and nothing is compared"));
    assert!(!page.contains("<nav"), "there is nowhere to go");
}

#[test]
fn ids_that_repeat_are_given_once() {
    let mut report = fixture::full();
    let again = report.sections.clone();
    report.sections.extend(again);
    let page = render(&report).unwrap();
    let page = without_style(&page);
    let tags = tags(&page);
    let ids = attribute(&tags, "id");
    let unique: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), unique.len());
}

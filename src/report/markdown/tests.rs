//! The Markdown face of the reports of the fixture.

use std::collections::BTreeSet;

use super::page::anchor_name;
use super::renamed::{hostile_names, renamed_report};
use super::render;
use crate::report::fixture;

/// True if `character` stands in `line` without a backslash.
fn is_bare(line: &str, character: char) -> bool {
    let mut is_escaped = false;
    for letter in line.chars() {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            letter if letter == character => return true,
            _ => {}
        }
    }
    false
}

/// Lines outside of fences.
fn prose(markdown: &str) -> Vec<&str> {
    let parts = markdown.split("```").step_by(2);
    parts.flat_map(str::lines).collect()
}

#[test]
fn a_full_report_has_its_sections_and_tables() {
    let page = render(&fixture::full());
    let begins = "# Acme support\n\nDepartment, monthly: March 2025\n\nOnly plans \\<script\\>alert(1)\\</script\\> and ";
    assert!(page.starts_with(begins), "{page}");
    for part in [
        "- [Executive summary](#executive-summary)\n- [Key metrics and trends](#key-metrics-and-trends)\n",
        "\n## Key metrics and trends\n\n### Responsiveness\n\n| KPI | Value | Interval | n | Before | Change |",
        " | −4.8 | −7.1 to −2.4 | worse | at most 87.23%, missed | ",
        "waits since 4 March? ([finding](#csat-in-فريق-دعم-العملاء)) |  |  | proposed |\n",
        "\n1204 more rows are left out. ([SQL](#sql-of-teams))\n",
        "### SQL of kpis\n\nkpis of March 2025\n\n```sql\nSELECT team, csat(score) AS csat\n",
    ] {
        assert!(page.contains(part), "{part} is not in\n{page}");
    }
}

#[test]
fn every_link_leads_to_a_heading() {
    for name in hostile_names() {
        let page = render(&renamed_report(&name));
        let mut headings = BTreeSet::new();
        for line in prose(&page).iter().filter(|line| line.starts_with('#')) {
            let name = anchor_name(&line.trim_start_matches('#').trim().replace('\\', ""));
            let numbered = (1..).map(|number| format!("{name}-{number}"));
            let mut names = std::iter::once(name.clone()).chain(numbered);
            headings.insert(names.find(|name| !headings.contains(name)).unwrap());
        }
        // The text of a definition has a link to an id of the page.
        let links = page
            .split("](#")
            .skip(1)
            .filter(|link| !link.starts_with("def-"));
        for link in links {
            let anchor = link.split(')').next().unwrap();
            assert!(
                headings.contains(anchor),
                "{anchor} is none of {headings:?}"
            );
        }
    }
}

#[test]
fn data_add_no_markup() {
    let cells = |page: &str| -> Vec<usize> {
        let rows = prose(page).into_iter().filter(|line| line.starts_with('|'));
        rows.map(|row| {
            row.replace("\\\\", "")
                .replace("\\|", "")
                .matches('|')
                .count()
        })
        .collect()
    };
    let kinds = |page: &str| -> Vec<char> {
        let begins = prose(page)
            .into_iter()
            .filter_map(|line| line.chars().next());
        begins
            .filter(|begin| "#-+=>*|~`".contains(*begin))
            .collect()
    };
    let plain = render(&renamed_report("plain"));
    for name in hostile_names() {
        let page = render(&renamed_report(&name));
        assert!(
            !page
                .chars()
                .any(|letter| letter.is_control() && letter != '\n')
        );
        assert!(!page.contains('\u{202e}'));
        assert!(
            prose(&page).iter().all(|line| !is_bare(line, '<')),
            "{name}"
        );
        // As many rows with as many cells, headings and items as with a harmless name.
        assert_eq!(cells(&page), cells(&plain), "{name}");
        assert_eq!(kinds(&page), kinds(&plain), "{name}");
    }
}

#[test]
fn an_empty_report_is_a_page() {
    let page = render(&fixture::empty());
    assert!(page.starts_with("# Empty desk\n\nTeam, weekly: week of 3 March 2025\n\n3 March 2025 to 9 March 2025, not compared"));
    assert!(!page.contains("\n\n\n"), "{page}");
}

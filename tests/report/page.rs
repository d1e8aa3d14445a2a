//! A page of HTML, read as far as the tests need it.

use std::collections::BTreeSet;

/// Elements that have no end.
const VOID: [&str; 5] = ["!DOCTYPE", "meta", "img", "br", "hr"];

/// A page without its style sheet, which has no tags.
pub(super) fn without_style(page: &str) -> String {
    let (head, rest) = page.split_once("<style>").unwrap();
    let (style, body) = rest.split_once("</style>").unwrap();
    assert!(!style.contains("http") && !style.contains('<'), "{style}");
    format!("{head}{body}")
}

/// The tags of a page, without brackets. Text has no brackets of its own, since it is escaped.
pub(super) fn tags(page: &str) -> Vec<&str> {
    let starts = page.match_indices('<').map(|(at, _)| at + 1);
    starts
        .map(|at| &page[at..at + page[at..].find('>').unwrap()])
        .collect()
}

pub(super) fn element(tag: &str) -> &str {
    tag.split([' ', '/', '\n']).next().unwrap()
}

/// Values of an attribute in all tags.
pub(super) fn attribute<'a>(tags: &[&'a str], name: &str) -> Vec<&'a str> {
    let begin = format!(" {name}=\"");
    let values = tags.iter().filter_map(|tag| {
        let (_, rest) = tag.split_once(&begin)?;
        Some(rest.split_once('"').unwrap().0)
    });
    values.collect()
}

/// The text between the tags, with spaces for them and without the commonest escapes.
pub(super) fn visible(html: &str) -> String {
    let mut out = String::new();
    let mut is_text = true;
    for character in html.chars() {
        match character {
            '<' => is_text = false,
            '>' => {
                is_text = true;
                out.push(' ');
            }
            other if is_text => out.push(other),
            _ => {}
        }
    }
    let pairs = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&amp;", "&"),
    ];
    pairs
        .into_iter()
        .fold(out, |text, (from, to)| text.replace(from, to))
}

/// Laws of every page: nothing runs, nothing is fetched, every address leads somewhere, elements end where they
/// should.
pub(super) fn is_sound(page: &str) {
    assert!(page.len() < 1_000_000, "{} bytes", page.len());
    let page = without_style(page);
    let tags = tags(&page);
    for tag in &tags {
        let name = element(tag).to_lowercase();
        let banned = ["script", "link", "iframe", "object", "base", "form"];
        assert!(!banned.contains(&name.as_str()), "{tag}");
        let tag = tag.to_lowercase();
        for word in [
            "http://",
            "https://",
            "javascript:",
            " onclick=",
            " onload=",
            " style=",
        ] {
            // Titles of data may name an address, but nothing that leads there.
            let is_label = tag.contains("aria-label");
            assert!(is_label || !tag.contains(word), "{tag}");
        }
    }
    let ids = attribute(&tags, "id");
    let unique: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), unique.len(), "ids that are not unique");
    for href in attribute(&tags, "href") {
        let target = href.strip_prefix('#').unwrap_or_else(|| panic!("{href}"));
        assert!(unique.contains(target), "{href} leads nowhere");
    }
    for named in attribute(&tags, "aria-labelledby") {
        assert!(named.split(' ').all(|id| unique.contains(id)), "{named}");
    }
    let headings = tags.iter().filter(|tag| element(tag) == "h1");
    assert_eq!(headings.count(), 1);
    let mut open = Vec::new();
    for tag in &tags {
        if let Some(ended) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(ended), "{tag}");
        } else if !tag.ends_with('/') && !VOID.contains(&element(tag)) {
            open.push(element(tag));
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

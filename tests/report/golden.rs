//! Golden files of the shipped reports on the sample.

use super::{SHIPPED, sample_text};

/// A page up to a line: without the footer, which has the version.
fn without_end<'p>(page: &'p str, heading: &str) -> &'p str {
    let end = page.find(heading);
    &page[..end.unwrap_or_else(|| panic!("no {heading:?}"))]
}

#[test]
fn markdown_of_the_sample() {
    for name in SHIPPED {
        let page = sample_text("markdown", &[name, "--day", "2025-03-12"]);
        insta::assert_snapshot!(format!("{name}_markdown"), without_end(&page, "\ndeskql "));
    }
}

#[test]
fn terminal_of_the_sample() {
    let page = sample_text("terminal", &["team_weekly", "--day", "2025-03-12"]);
    insta::assert_snapshot!("team_weekly_terminal", without_end(&page, "\ndeskql "));
}

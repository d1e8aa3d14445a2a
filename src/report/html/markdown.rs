//! Text of the definition of a report, which is Markdown. Markup inside it is shown, not obeyed; links to other
//! places stand as text with their address, since a page that is opened from a mail leads nowhere else.

use maud::{Markup, PreEscaped};
use pulldown_cmark::{Alignment, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

use super::anchors::PageContext;
use super::text;

pub(super) fn text(context: &PageContext<'_>, markdown: &str) -> Markup {
    let mut rewriting = PlainMarkdown::new(context);
    let parser = Parser::new_ext(markdown, Options::ENABLE_TABLES);
    let events = parser.flat_map(|event| rewriting.rewrite(event));
    let mut page = String::from("<div class=\"prose\">");
    html::push_html(&mut page, events);
    page.push_str("</div>");
    PreEscaped(page)
}

/// Rewrites the events of a Markdown text into those that the page may have.
struct PlainMarkdown<'a> {
    context: &'a PageContext<'a>,
    /// Of the last heading, so that none is left out on the way down. The section itself has 2.
    level: usize,
    open: Vec<OpenLink>,
    /// Of the table that is being read.
    columns: Vec<Alignment>,
    column: usize,
    is_head: bool,
}

/// A link, or a picture, whose text is being read.
struct OpenLink {
    /// It leads to a place of the page.
    is_kept: bool,
    address: Option<String>,
    text: String,
}

impl<'a> PlainMarkdown<'a> {
    fn new(context: &'a PageContext<'a>) -> Self {
        Self {
            context,
            level: 2,
            open: Vec::new(),
            columns: Vec::new(),
            column: 0,
            is_head: false,
        }
    }

    fn rewrite<'e>(&mut self, event: Event<'e>) -> Vec<Event<'e>> {
        match event {
            Event::Html(code) | Event::InlineHtml(code) | Event::Text(code) => self.words(&code),
            Event::Start(Tag::HtmlBlock) => vec![Event::Start(Tag::Paragraph)],
            Event::End(TagEnd::HtmlBlock) => vec![Event::End(TagEnd::Paragraph)],
            Event::Start(Tag::Heading { level, .. }) => vec![self.heading(level)],
            Event::End(TagEnd::Heading(_)) => vec![Event::End(TagEnd::Heading(self.level()))],
            Event::Start(Tag::Link { dest_url, .. }) => self.link(&dest_url),
            Event::Start(Tag::Image { .. }) => self.begin(false, None),
            Event::End(TagEnd::Link | TagEnd::Image) => self.end(),
            Event::Start(Tag::Table(columns)) => {
                self.columns.clone_from(&columns);
                vec![self.table_box(), Event::Start(Tag::Table(columns))]
            }
            Event::End(TagEnd::Table) => {
                vec![Event::End(TagEnd::Table), raw("</section>")]
            }
            Event::Start(Tag::TableHead | Tag::TableRow) | Event::End(TagEnd::TableHead) => {
                self.is_head = matches!(event, Event::Start(Tag::TableHead));
                self.column = 0;
                vec![event]
            }
            Event::Start(Tag::TableCell) => vec![raw(self.cell())],
            Event::End(TagEnd::TableCell) => {
                self.column += 1;
                vec![raw(if self.is_head { "</th>" } else { "</td>" })]
            }
            other => vec![other],
        }
    }

    fn words<'e>(&mut self, words: &str) -> Vec<Event<'e>> {
        if let Some(link) = self.open.last_mut() {
            link.text.push_str(words);
        }
        vec![Event::InlineHtml(
            text::sentence(words).into_string().into(),
        )]
    }

    fn heading<'e>(&mut self, level: HeadingLevel) -> Event<'e> {
        self.level = (level as usize + 2).min(self.level + 1).min(6);
        Event::Start(Tag::Heading {
            level: self.level(),
            id: None,
            classes: Vec::new(),
            attrs: Vec::new(),
        })
    }

    fn level(&self) -> HeadingLevel {
        HeadingLevel::try_from(self.level).unwrap_or(HeadingLevel::H6)
    }

    fn table_box<'e>(&self) -> Event<'e> {
        let label = self.context.anchors.label("Table");
        let start = format!("<section class=\"scroll\" tabindex=\"0\" aria-label=\"{label}\">");
        Event::Html(start.into())
    }

    /// Beginning of a cell. The ones of pulldown-cmark carry styles of their own.
    fn cell(&self) -> &'static str {
        let is_right = self.columns.get(self.column) == Some(&Alignment::Right);
        match (self.is_head, is_right) {
            (true, true) => "<th scope=\"col\" class=\"num\">",
            (true, false) => "<th scope=\"col\">",
            (false, true) => "<td class=\"num\">",
            (false, false) => "<td>",
        }
    }

    fn link<'e>(&mut self, address: &str) -> Vec<Event<'e>> {
        if let Some(id) = address.strip_prefix('#') {
            let href = self.context.anchors.link(id);
            return self.begin(href.is_some(), href);
        }
        let schemes = ["http://", "https://", "mailto:"];
        let is_shown = schemes.iter().any(|scheme| address.starts_with(scheme));
        self.begin(false, is_shown.then(|| address.to_owned()))
    }

    fn begin<'e>(&mut self, is_kept: bool, address: Option<String>) -> Vec<Event<'e>> {
        let start = address.as_deref().filter(|_| is_kept).map(link_start);
        self.open.push(OpenLink {
            is_kept,
            address,
            text: String::new(),
        });
        start.into_iter().collect()
    }

    fn end<'e>(&mut self) -> Vec<Event<'e>> {
        let Some(link) = self.open.pop() else {
            return Vec::new();
        };
        if link.is_kept {
            return vec![Event::End(TagEnd::Link)];
        }
        let address = link.address.filter(|address| *address != link.text);
        let shown = address.map(|address| Event::Text(format!(" ({address})").into()));
        shown.into_iter().collect()
    }
}

const fn raw(html: &'static str) -> Event<'static> {
    Event::Html(CowStr::Borrowed(html))
}

fn link_start<'e>(href: &str) -> Event<'e> {
    Event::Start(Tag::Link {
        link_type: pulldown_cmark::LinkType::Inline,
        dest_url: CowStr::from(href.to_owned()),
        title: CowStr::Borrowed(""),
        id: CowStr::Borrowed(""),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    fn page(markdown: &str) -> String {
        let mut report = fixture::empty();
        report.definitions.push(fixture::definition("csat"));
        let html = text(&PageContext::new(&report), markdown).into_string();
        let inner = html.strip_prefix("<div class=\"prose\">").unwrap();
        inner.strip_suffix("</div>").unwrap().trim().to_owned()
    }

    #[test]
    fn markup_is_shown_and_not_obeyed() {
        assert_eq!(
            page("a <b>x</b>"),
            "<p>a &lt;b&gt;x&lt;/b&gt;</p>",
            "inline"
        );
        let block = page("<script>alert(1)</script>");
        assert_eq!(block, "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>");
    }

    #[test]
    fn only_links_into_the_page_stay() {
        assert_eq!(
            page("[CSAT](#def-csat)"),
            "<p><a href=\"#def-csat\">CSAT</a></p>"
        );
        assert_eq!(page("[gone](#gone)"), "<p>gone</p>");
        let away = page("[wiki](https://example.com/a?b&c)");
        assert_eq!(away, "<p>wiki (https://example.com/a?b&amp;c)</p>");
        assert_eq!(page("<https://example.com>"), "<p>https://example.com</p>");
        assert_eq!(page("[run](javascript:alert(1))"), "<p>run</p>");
        assert_eq!(
            page("![a picture](https://example.com/a.png)"),
            "<p>a picture</p>"
        );
    }

    #[test]
    fn tables_scroll_and_align_their_numbers() {
        let html = page("| a | b |\n|---|--:|\n| x | 1 |");
        assert!(html.starts_with("<section class=\"scroll\" tabindex=\"0\""));
        assert!(html.contains("<th scope=\"col\">a</th><th scope=\"col\" class=\"num\">b</th>"));
        assert!(html.contains("<td>x</td><td class=\"num\">1</td>"));
    }

    #[test]
    fn headings_go_down_one_level_at_a_time() {
        assert_eq!(
            page("### a\n\n# b\n\n## c\n\n###### d"),
            "<h3>a</h3>\n<h3>b</h3>\n<h4>c</h4>\n<h5>d</h5>"
        );
    }
}

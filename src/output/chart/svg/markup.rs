//! Elements of an SVG: groups with a class, shapes, and escaped text.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr;

use super::{BASE, CELL};
use crate::output::chart::paint;

/// A name is kept in full up to this many characters; the rest helps nobody and makes the page slow.
const LONGEST_NAME: usize = 500;
/// Characters of a cell: a letter may carry a few accents, but not thousands.
const LONGEST_CELL: usize = 4;

/// Size of a number in a circle.
const SMALL_FONT: f64 = 13.0;

/// Position in the units of the chart, from the upper left corner.
pub(super) type Position = [f64; 2];

/// Side of its position to which a text extends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextAnchor {
    Start,
    Middle,
    End,
}

/// Elements in their order, each on a line.
#[derive(Debug, Default)]
pub(super) struct SvgMarkup(String);

impl SvgMarkup {
    pub(super) fn into_text(self) -> String {
        self.0
    }

    /// What `draw` adds, in the colour of `class`; nothing if it adds nothing.
    pub(super) fn group(&mut self, class: &str, draw: impl FnOnce(&mut Self)) {
        let mut inner = Self::default();
        draw(&mut inner);
        if !inner.0.is_empty() {
            self.write(format_args!(
                "<g class=\"{class}\" fill=\"currentColor\" stroke=\"currentColor\">\n{}</g>\n",
                inner.0
            ));
        }
    }

    /// Stripes that shapes are filled with by `url(#id)`.
    pub(super) fn stripes(&mut self, id: &str, class: &str) {
        self.write(format_args!(
            "<pattern id=\"{id}\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\" \
             patternTransform=\"rotate(45)\">\n"
        ));
        self.group(class, |out| out.line([0.0, 0.0], [0.0, 8.0], 2.0, ""));
        self.write(format_args!("</pattern>\n"));
    }

    pub(super) fn line(&mut self, from: Position, to: Position, width: f64, dashes: &str) {
        let [x1, y1] = from.map(coordinate);
        let [x2, y2] = to.map(coordinate);
        self.write(format_args!(
            "<line x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\"{}/>\n",
            stroke(width, dashes)
        ));
    }

    /// Straight lines through `points`.
    pub(super) fn polyline(&mut self, points: &[Position], width: f64, dashes: &str) {
        self.write(format_args!(
            "<path d=\"{}\" fill=\"none\" stroke-linejoin=\"round\"{}/>\n",
            steps(points),
            stroke(width, dashes)
        ));
    }

    /// The area inside `points`.
    pub(super) fn area(&mut self, points: &[Position]) {
        self.write(format_args!(
            "<path d=\"{}Z\" stroke=\"none\"/>\n",
            steps(points)
        ));
    }

    /// The area inside `points` without that inside `hole`.
    pub(super) fn area_with_hole(&mut self, points: &[Position], hole: &[Position]) {
        self.write(format_args!(
            "<path d=\"{}Z{}Z\" fill-rule=\"evenodd\" stroke=\"none\"/>\n",
            steps(points),
            steps(hole)
        ));
    }

    /// A rectangle that is filled with the colour of its group, or with the pattern called `fill`.
    pub(super) fn rectangle(&mut self, corner: Position, size: [f64; 2], fill: Option<&str>) {
        let [x, y] = corner.map(coordinate);
        let [width, height] = size.map(coordinate);
        let fill = fill.map_or_else(String::new, |id| format!(" fill=\"url(#{id})\""));
        self.write(format_args!(
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" stroke=\"none\"{fill}/>\n"
        ));
    }

    pub(super) fn disc(&mut self, center: Position, radius: f64) {
        self.circle(center, radius, "stroke=\"none\"");
    }

    pub(super) fn ring(&mut self, center: Position, radius: f64, width: f64) {
        let attributes = format!("fill=\"none\"{}", stroke(width, ""));
        self.circle(center, radius, &attributes);
    }

    fn circle(&mut self, center: Position, radius: f64, attributes: &str) {
        let [x, y] = center.map(coordinate);
        let radius = coordinate(radius);
        self.write(format_args!(
            "<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\" {attributes}/>\n"
        ));
    }

    /// `text` with its middle at the height of `at`, cut to `most` units; what is cut off is in its `<title>`.
    pub(super) fn text(&mut self, at: Position, anchor: TextAnchor, text: &str, most: f64) {
        if text.is_empty() {
            return;
        }
        let shown = cut(text, most);
        let full = if shown == text {
            String::new()
        } else {
            format!("<title>{}</title>", escaped(&shortened(text)))
        };
        let [x, y] = [at[0], at[1] + BASE].map(coordinate);
        let anchor = match anchor {
            TextAnchor::Start => "",
            TextAnchor::Middle => " text-anchor=\"middle\"",
            TextAnchor::End => " text-anchor=\"end\"",
        };
        self.write(format_args!(
            "<text x=\"{x}\" y=\"{y}\" stroke=\"none\"{anchor}>{full}{}</text>\n",
            escaped(&shown)
        ));
    }

    /// A number of a few digits with its middle at `at`, small enough for a circle.
    pub(super) fn small_text(&mut self, at: Position, text: &str) {
        let [x, y] = [at[0], at[1] + 0.35 * SMALL_FONT].map(coordinate);
        self.write(format_args!(
            "<text x=\"{x}\" y=\"{y}\" stroke=\"none\" font-size=\"{SMALL_FONT}\" text-anchor=\"middle\">{}</text>\n",
            escaped(text)
        ));
    }

    fn write(&mut self, text: std::fmt::Arguments<'_>) {
        // Writing to a String cannot fail.
        let _ = self.0.write_fmt(text);
    }
}

fn stroke(width: f64, dashes: &str) -> String {
    let width = coordinate(width);
    if dashes.is_empty() {
        format!(" stroke-width=\"{width}\"")
    } else {
        format!(" stroke-width=\"{width}\" stroke-dasharray=\"{dashes}\"")
    }
}

fn steps(points: &[Position]) -> String {
    let mut text = String::new();
    for (index, point) in points.iter().enumerate() {
        let [x, y] = point.map(coordinate);
        let step = if index == 0 { 'M' } else { 'L' };
        text.push_str(&format!("{step}{x} {y}"));
    }
    text
}

/// A number with at most one decimal, a tenth of a pixel. Values too large to subtract give none: zero.
pub(super) fn coordinate(value: f64) -> String {
    if !value.is_finite() {
        return "0".to_owned();
    }
    let text = format!("{value:.1}");
    match text.strip_suffix(".0").unwrap_or(&text) {
        "-0" => "0".to_owned(),
        short => short.to_owned(),
    }
}

/// Estimated width.
pub(super) fn text_width(text: &str) -> f64 {
    f64::from(u16::try_from(text.width()).unwrap_or(u16::MAX)) * CELL
}

/// Largest of the widths, at most `most`.
pub(super) fn widest<'a>(texts: impl Iterator<Item = &'a str>, most: f64) -> f64 {
    texts.map(text_width).fold(0.0, f64::max).min(most)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "cells of a line, at least one"
)]
pub(super) fn cut(text: &str, most: f64) -> String {
    let cells = (most / CELL + 1e-6).floor().clamp(1.0, 400.0) as u16;
    let shown = paint::cut(text, cells);
    let longest = usize::from(cells) * LONGEST_CELL;
    if shown.chars().count() <= longest {
        return shown;
    }
    shown.chars().take(longest).chain(['…']).collect()
}

/// The beginning of a text that may be very long.
pub(super) fn shortened(text: &str) -> String {
    if text.chars().nth(LONGEST_NAME).is_none() {
        return text.to_owned();
    }
    text.chars().take(LONGEST_NAME).chain(['…']).collect()
}

/// `text` without characters that XML forbids or that turn the direction of what follows.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' | '\n' => out.push(' '),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fffe}' | '\u{ffff}' => {}
            other if other.is_control() => {}
            other => out.push(other),
        }
    }
    out
}

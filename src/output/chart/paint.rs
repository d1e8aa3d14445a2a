//! Canvas: a buffer of cells that becomes lines of text, with or without colour.

use nu_ansi_term::Color as Ansi;
use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;
use ratatui_core::style::{Color, Modifier, Style};
use unicode_width::UnicodeWidthStr;

use super::ChartCanvas;

const COLORS: [Color; 8] = [
    Color::Cyan,
    Color::Yellow,
    Color::Magenta,
    Color::Green,
    Color::Blue,
    Color::Red,
    Color::LightCyan,
    Color::LightYellow,
];
/// Maximum number of lines that remain distinguishable, and of those that have a letter.
pub(super) const MOST_SERIES: usize = 8;
pub(super) const MOST_LETTERS: usize = 26;
/// Signs of a few series; more than that are told apart by letters.
const SIGNS: [char; 4] = ['●', '▲', '■', '◆'];
const NARROWEST: u16 = 24;
const WIDEST: u16 = 400;
const LOWEST: u16 = 6;
const HIGHEST: u16 = 200;
/// Bars that are drawn when all are wanted.
const MOST_BARS: usize = 5_000;

/// Canvas with sizes clamped to the range that charts support.
#[derive(Debug, Clone, Copy)]
pub(super) struct ClampedCanvas {
    pub(super) width: u16,
    pub(super) height: u16,
    /// Number of bars or sparklines.
    pub(super) bars: usize,
    /// True if every series is drawn.
    pub(super) all: bool,
    more: &'static str,
    color: bool,
}

impl ClampedCanvas {
    pub(super) fn from_canvas(canvas: ChartCanvas, all: bool) -> Self {
        let fit = |size: usize, least, most| u16::try_from(size).unwrap_or(most).clamp(least, most);
        Self {
            width: fit(canvas.width, NARROWEST, WIDEST),
            height: fit(canvas.height, LOWEST, HIGHEST),
            bars: if all {
                MOST_BARS
            } else {
                canvas.bars.clamp(1, MOST_BARS)
            },
            all,
            more: canvas.more,
            color: canvas.color,
        }
    }

    /// "first 8 of 50 bars shown", and how to see all.
    pub(super) fn cut_note(self, most: usize, count: usize, what: &str) -> String {
        let more = match self.more {
            more if self.all || more.is_empty() => String::new(),
            more => format!(" ({more})"),
        };
        format!("first {most} of {count} {what} shown{more}")
    }

    /// Empty buffer with the width of the canvas.
    pub(super) fn buffer(self, height: u16) -> Buffer {
        Buffer::empty(Rect::new(0, 0, self.width, height))
    }

    /// Lines of the buffer without trailing spaces, followed by `notes`.
    pub(super) fn text(self, buffer: &Buffer, notes: &[String]) -> String {
        let mut out = String::new();
        for y in 0..buffer.area.height {
            let mut line = self.line(buffer, y);
            line.truncate(line.trim_end().len());
            out.push_str(&line);
            out.push('\n');
        }
        if !notes.is_empty() {
            out.push_str(&notes.join("; "));
            out.push('\n');
        }
        out
    }

    /// One line; adjacent cells of one style share their escape codes.
    fn line(self, buffer: &Buffer, y: u16) -> String {
        let mut runs: Vec<(Style, String)> = Vec::new();
        let mut x = 0;
        while x < buffer.area.width {
            let cell = &buffer[(x, y)];
            let style = if cell.symbol() == " " {
                Style::new()
            } else {
                visible(cell.style())
            };
            match runs.last_mut() {
                Some((last, text)) if *last == style => text.push_str(cell.symbol()),
                _ => runs.push((style, cell.symbol().to_owned())),
            }
            // The cell after a wide character is empty and not printed.
            x += width(cell.symbol()).max(1);
        }
        let paint = |(style, text): (Style, String)| {
            if self.color {
                ansi(style).paint(text).to_string()
            } else {
                text
            }
        };
        runs.into_iter().map(paint).collect()
    }
}

/// Visible part of a style: the foreground colour, bold and dim.
fn visible(style: Style) -> Style {
    let shown = style.add_modifier & (Modifier::BOLD | Modifier::DIM);
    let mut visible = Style::new().add_modifier(shown);
    visible.fg = style.fg.filter(|color| *color != Color::Reset);
    visible
}

fn ansi(style: Style) -> nu_ansi_term::Style {
    let mut out = nu_ansi_term::Style::new();
    out.is_bold = style.add_modifier.contains(Modifier::BOLD);
    out.is_dimmed = style.add_modifier.contains(Modifier::DIM);
    out.foreground = style.fg.and_then(|color| {
        Some(match color {
            Color::Cyan => Ansi::Cyan,
            Color::Yellow => Ansi::Yellow,
            Color::Magenta => Ansi::Magenta,
            Color::Green => Ansi::Green,
            Color::Blue => Ansi::Blue,
            Color::Red => Ansi::Red,
            Color::LightCyan => Ansi::LightCyan,
            Color::LightYellow => Ansi::LightYellow,
            _ => return None,
        })
    });
    out
}

pub(super) fn heading() -> Style {
    Style::new().add_modifier(Modifier::BOLD)
}

pub(super) fn faint() -> Style {
    Style::new().add_modifier(Modifier::DIM)
}

/// Colour of the series at `position`.
pub(super) fn color(position: usize) -> Color {
    COLORS[position % COLORS.len()]
}

/// Sign of the series at `position` of `count`.
pub(super) fn sign(position: usize, count: usize) -> char {
    if count <= SIGNS.len() {
        return SIGNS[position % SIGNS.len()];
    }
    let letter = u8::try_from(position % 26).unwrap_or_default();
    char::from(b'A' + letter)
}

/// Display width of a text.
pub(super) fn width(text: &str) -> u16 {
    u16::try_from(text.width()).unwrap_or(u16::MAX)
}

/// `text` in at most `most` columns, truncated with an ellipsis.
pub(super) fn cut(text: &str, most: u16) -> String {
    if width(text) <= most {
        return text.to_owned();
    }
    let mut out = String::new();
    for character in text.chars() {
        out.push(character);
        if width(&out) >= most {
            out.pop();
            break;
        }
    }
    out.push('…');
    out
}

//! Lines below a chart: what its areas and signs are, and what it leaves out.

use super::markup::{SvgMarkup, TextAnchor, text_width};
use super::{CELL, ChartShapes, LINE, WIDTH, signs};

/// Room for a swatch before its words.
const SWATCH: f64 = 28.0;
/// Between entries of one line.
const GAP: f64 = 24.0;

/// What stands before the words of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum KeySwatch {
    Nothing,
    Band,
    Mark,
    /// Hatching with the pattern of this id.
    Unfinished(String),
    /// A shade of a heat map.
    Shade(usize),
}

/// A swatch and its words.
#[derive(Debug, Clone)]
pub(super) struct KeyEntry {
    pub(super) swatch: KeySwatch,
    pub(super) words: String,
}

impl KeyEntry {
    pub(super) fn note(words: impl Into<String>) -> Self {
        Self {
            swatch: KeySwatch::Nothing,
            words: words.into(),
        }
    }

    fn indent(&self) -> f64 {
        if self.swatch == KeySwatch::Nothing {
            0.0
        } else {
            SWATCH
        }
    }
}

/// The chart that is `top` high, with `entries` below it.
pub(super) fn below(mut shapes: SvgMarkup, top: f64, entries: &[KeyEntry]) -> ChartShapes {
    let mut at = [0.0, top + LINE];
    for entry in entries.iter().flat_map(lines) {
        let width = entry.indent() + text_width(&entry.words);
        if at[0] > 0.0 && at[0] + width > WIDTH {
            at = [0.0, at[1] + LINE];
        }
        swatch(&mut shapes, &entry.swatch, at);
        shapes.group("label", |out| {
            let start = [at[0] + entry.indent(), at[1]];
            out.text(start, TextAnchor::Start, &entry.words, WIDTH - start[0]);
        });
        at[0] += width + GAP;
    }
    let end = if entries.is_empty() { top } else { at[1] };
    ChartShapes {
        shapes,
        height: end + LINE / 2.0,
    }
}

/// An entry whose words do not fit on a line, as several.
fn lines(entry: &KeyEntry) -> Vec<KeyEntry> {
    let mut lines = vec![KeyEntry {
        swatch: entry.swatch.clone(),
        words: String::new(),
    }];
    for word in entry.words.split(' ') {
        let Some(last) = lines.last_mut() else { break };
        let together = last.indent() + text_width(&last.words) + CELL + text_width(word);
        if last.words.is_empty() {
            word.clone_into(&mut last.words);
        } else if together <= WIDTH {
            last.words.push(' ');
            last.words.push_str(word);
        } else {
            lines.push(KeyEntry::note(word));
        }
    }
    lines
}

fn swatch(out: &mut SvgMarkup, swatch: &KeySwatch, [x, y]: [f64; 2]) {
    let corner = [x, y - 7.0];
    let size = [SWATCH - 8.0, 14.0];
    match swatch {
        KeySwatch::Nothing => {}
        KeySwatch::Band => out.group("band", |out| out.rectangle(corner, size, None)),
        KeySwatch::Mark => out.group("mark", |out| {
            signs::mark(out, [x + size[0] / 2.0, y]);
        }),
        KeySwatch::Unfinished(id) => out.rectangle(corner, size, Some(id)),
        KeySwatch::Shade(shade) => out.group(&format!("shade-{shade}"), |out| {
            out.rectangle(corner, size, None);
        }),
    }
}

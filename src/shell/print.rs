//! Output of the shell. Write errors are ignored: a closed terminal is noticed when lines are read.

use std::io::Write;

/// Prints a line.
pub(super) fn line(text: &str) {
    drop(writeln!(std::io::stdout(), "{text}"));
}

/// Prints text that contains its own line ends.
pub(super) fn text(text: &str) {
    let mut out = std::io::stdout().lock();
    drop(out.write_all(text.as_bytes()));
    drop(out.flush());
}

/// Size of the screen in columns and lines.
pub(super) fn screen() -> (usize, usize) {
    let size = terminal_size::terminal_size_of(std::io::stdout());
    // A terminal of unknown size reports 0.
    let known = |size: u16, usual: usize| match size {
        0 => usual,
        size => usize::from(size),
    };
    size.map_or((80, 24), |(width, height)| {
        (known(width.0, 80), known(height.0, 24))
    })
}

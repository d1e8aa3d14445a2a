//! The shell's hands: what it prints. A terminal that is gone is noticed where lines are read.

use std::io::Write;

/// Prints a line.
pub(super) fn line(text: &str) {
    drop(writeln!(std::io::stdout(), "{text}"));
}

/// Prints text that ends its own lines.
pub(super) fn text(text: &str) {
    let mut out = std::io::stdout().lock();
    drop(out.write_all(text.as_bytes()));
    drop(out.flush());
}

/// Columns and lines of the screen.
pub(super) fn screen() -> (usize, usize) {
    let size = terminal_size::terminal_size_of(std::io::stdout());
    // A terminal that does not know its size says 0.
    let known = |size: u16, usual: usize| match size {
        0 => usual,
        size => usize::from(size),
    };
    size.map_or((80, 24), |(width, height)| {
        (known(width.0, 80), known(height.0, 24))
    })
}

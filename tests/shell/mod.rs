//! The shell as people meet it: the real program in a pseudo-terminal.
#![cfg(unix)]

mod commands;
mod editing;
mod files;
mod stopping;
mod terminal;

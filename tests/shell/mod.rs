//! The shell end to end: the real program in a pseudo-terminal.
#![cfg(unix)]

mod commands;
mod editing;
mod files;
mod stopping;
mod terminal;

//! The interactive shell for SQL and commands.

mod catalog;
mod command;
mod complete;
mod describe;
mod editor;
mod execute;
mod held;
mod highlight;
mod history;
mod input;
mod keys;
mod line;
mod menu;
mod options;
mod pager;
mod perform;
mod phrases;
mod print;
mod prompt;
mod render;
mod script;
mod session;
mod show;
mod start;
mod style;
mod words;

pub(crate) use options::ShellOptions;
pub(crate) use start::run;

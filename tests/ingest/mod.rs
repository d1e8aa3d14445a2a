//! Exports taken in: every form of files and every preset, with rows worked out by hand; rejects; damage.

mod command;
mod damage;
mod forms;
mod json_damage;
mod oracle;
mod presets;
mod rejected;
mod stores;
mod support;

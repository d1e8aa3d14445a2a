//! `deskql report`: the weekly, monthly and quarterly report of a desk, and reports of one's own.
//!
//! A [`definition`] says what stands in a report. [`make()`] computes it into the [`model`], in which every sentence and
//! number is final; the faces (`html`, `markdown`, `terminal`, `json`) only format it.

mod answer;
mod blocks;
mod causes;
mod charts;
mod control;
mod definition;
mod drawing;
mod event;
mod events;
mod figures;
#[cfg(test)]
mod fixture;
mod freshness;
mod goals;
mod history_chart;
mod html;
mod inputs;
mod json;
mod logo;
mod make;
mod markdown;
mod measuring;
mod model;
mod parameters;
mod periods;
mod pitfalls;
mod quality;
mod rows;
mod segments;
mod sentences;
mod session;
mod settings;
mod tables;
mod terminal;
mod working_days;

pub(crate) use definition::{eject, list};
pub(crate) use html::render as html;
pub(crate) use inputs::{ReportInputs, check_parameters, inputs};
pub(crate) use json::render as json;
pub(crate) use make::{ReportRequest, make, make_timed, misses_a_goal};
pub(crate) use markdown::render as markdown;
pub(crate) use model::Report;
pub(crate) use pitfalls::TOO_MANY;
pub(crate) use terminal::render as terminal;

//! Local time: conversion of instants to local times of a zone, and back.

mod buckets;
mod convert;
mod documentation;
mod from_local_time;
mod functions;
mod local_function;
mod zones;

use datafusion::logical_expr::{DocSection, ScalarUDF};

pub(crate) use buckets::{LocalTimeBuckets, LocalTruncGrain, weekday};
pub(crate) use functions::instant_type;

/// The functions of this folder.
pub(crate) fn all() -> Vec<ScalarUDF> {
    let mut all = functions::all();
    all.extend(from_local_time::all());
    all
}

fn section() -> DocSection {
    DocSection {
        include: true,
        label: "Time zones",
        description: None,
    }
}

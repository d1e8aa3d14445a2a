//! Times until something ends while some have not ended yet: the Kaplan-Meier curve, what is read off it, and
//! the comparison of two sides.

mod curve;
mod lifetimes;
mod log_rank;
mod summaries;

pub(crate) use curve::{SurvivalPoint, SurvivalStep, survival_curve};
pub(crate) use lifetimes::{ObservedLifetime, observe_lifetime};
pub(crate) use log_rank::{SurvivalComparison, SurvivalSide, compare_survival};
pub(crate) use summaries::{
    SurvivalMedian, SurvivalShare, survival_mean, survival_median, survival_share,
};

//! Numbers that go together: correlations, weighted values, key drivers.

mod correlation;
mod exact_products;
mod kendall;
mod key_drivers;
mod pearson;
mod spearman;
mod weighted;
mod weights;
mod wide_integer;

pub(crate) use correlation::{CorrelationDetail, RankCell, rank_key};
pub(crate) use exact_products::ExactProductSum;
pub(crate) use kendall::kendall;
pub(crate) use key_drivers::{
    DRIVER_LEVELS, DriverFinding, DriverKind, DriverRefusal, DriverTally, JACKKNIFE_GROUPS,
    KeyDriverReport, MOST_DRIVERS, key_drivers,
};
pub(crate) use pearson::{PearsonSums, pearson};
pub(crate) use spearman::spearman;
pub(crate) use weighted::{
    WeightedMeanSums, WeightedValue, weighted_mean, weighted_nps, weighted_rate,
};
pub(crate) use weights::WeightSums;

//! The families that functions are listed under.

use super::kpi_spec::Family;

pub(crate) const CUSTOMER: Family = Family("Customer feedback");
pub(crate) const RESPONSE: Family = Family("Response and resolution times");
pub(crate) const BUSINESS: Family = Family("Business hours");
pub(crate) const QUALITY: Family = Family("Resolution quality");
pub(crate) const WORKLOAD: Family = Family("Workload and cost");
pub(crate) const RETENTION: Family = Family("Customers and money");

/// In the order of a customer's way through the desk.
pub(crate) const ALL: [Family; 6] = [CUSTOMER, RESPONSE, BUSINESS, QUALITY, WORKLOAD, RETENTION];

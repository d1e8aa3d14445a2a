//! Families of functions in listings.

use super::kpi_spec::FunctionFamily;

pub(crate) const CUSTOMER: FunctionFamily = FunctionFamily("Customer feedback");
pub(crate) const RESPONSE: FunctionFamily = FunctionFamily("Response and resolution times");
pub(crate) const BUSINESS: FunctionFamily = FunctionFamily("Business hours");
pub(crate) const QUALITY: FunctionFamily = FunctionFamily("Resolution quality");
pub(crate) const WORKLOAD: FunctionFamily = FunctionFamily("Workload and cost");
pub(crate) const RETENTION: FunctionFamily = FunctionFamily("Customers and money");

/// In the order of a customer's contact with the desk.
pub(crate) const ALL: [FunctionFamily; 6] =
    [CUSTOMER, RESPONSE, BUSINESS, QUALITY, WORKLOAD, RETENTION];

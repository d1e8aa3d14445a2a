//! Declaration and call of functions: parameters, forms and documentation, and the checks of a call.

pub(crate) mod aggregate;
pub(crate) mod constants;
pub(crate) mod families;
pub(crate) mod instants;
pub(crate) mod kpi_documentation;
pub(crate) mod kpi_function;
pub(crate) mod kpi_spec;
pub(crate) mod measure;
pub(crate) mod outcome;
pub(crate) mod parameter;
pub(crate) mod scalar;
pub(crate) mod signature;

//! Named arguments with gaps: the argument at each position of a call.
//!
//! DataFusion sorts named arguments itself, but requires every parameter before the last named one. Our
//! functions may omit parameters in the middle, and may have several forms.

use datafusion::common::{Result, plan_err};

use super::declaration::parameter::FunctionParameter;
use super::declaration::signature;
use super::kpis;
use super::kpis::classes;

/// Positions of a call of `function` in one of its `forms`: for each, the index of its argument, or a gap.
///
/// `Ok(None)` if there is no form.
///
/// # Errors
/// When a name is unknown or given twice, or a required parameter is missing.
pub(crate) fn places(
    function: &str,
    forms: &[Vec<FunctionParameter>],
    positional: usize,
    names: &[String],
) -> Result<Option<Vec<Option<usize>>>> {
    let mut first_error = None;
    for parameters in forms {
        match place(parameters, positional, names) {
            Ok(places) => return Ok(Some(places)),
            Err(error) => first_error = first_error.or(Some(error)),
        }
    }
    match first_error {
        Some(fault) => plan_err!(
            "{function}: {fault}; it takes {}",
            syntaxes(function, forms)
        ),
        None => Ok(None),
    }
}

/// Optional parameters that calls in these forms can give by name, with their meanings.
pub(crate) fn optional_parameters(
    forms: Vec<Vec<FunctionParameter>>,
) -> Vec<(&'static str, &'static str)> {
    let mut found: Vec<(&str, &str)> = Vec::new();
    for parameter in forms.into_iter().flatten() {
        let is_new = found.iter().all(|(name, _)| *name != parameter.name);
        if parameter.optional && is_new {
            found.push((parameter.name, parameter.meaning));
        }
    }
    found
}

/// Parameters of each form in which a KPI, its detail or the class of a score can be called; empty for other
/// functions.
pub(crate) fn call_forms(function: &str) -> Vec<Vec<FunctionParameter>> {
    let (name, detail) = match function.strip_suffix("_detail") {
        Some(name) => (name, true),
        None => (function, false),
    };
    match kpis::ALL.iter().find(|spec| spec.name == name) {
        Some(spec) => spec
            .forms
            .iter()
            .map(|form| form.parameters(detail))
            .collect(),
        None => classes::parameters(function).into_iter().collect(),
    }
}

fn syntaxes(function: &str, forms: &[Vec<FunctionParameter>]) -> String {
    let syntaxes: Vec<_> = forms
        .iter()
        .map(|parameters| signature::syntax(function, parameters))
        .collect();
    syntaxes.join(" or ")
}

fn place(
    parameters: &[FunctionParameter],
    positional: usize,
    names: &[String],
) -> Result<Vec<Option<usize>>, String> {
    if positional > parameters.len() {
        return Err(format!("{positional} arguments are too many"));
    }
    let mut places: Vec<_> = (0..parameters.len())
        .map(|place| (place < positional).then_some(place))
        .collect();
    for (number, name) in names.iter().enumerate() {
        let Some(place) = parameters.iter().position(|own| own.name == name) else {
            return Err(format!("there is no parameter '{name}'"));
        };
        if places[place].replace(positional + number).is_some() {
            return Err(format!("{name} is given twice"));
        }
    }
    let missing = parameters
        .iter()
        .zip(&places)
        .find(|(parameter, place)| !parameter.optional && place.is_none());
    if let Some((parameter, _)) = missing {
        return Err(format!("{} is missing", parameter.name));
    }
    let filled = places
        .iter()
        .rposition(Option::is_some)
        .map_or(0, |last| last + 1);
    places.truncate(filled);
    Ok(places)
}

#[cfg(test)]
mod tests {
    use super::{call_forms, places};

    fn argument_places(
        function: &str,
        positional: usize,
        names: &[&str],
    ) -> Option<Vec<Option<usize>>> {
        let names: Vec<_> = names.iter().map(ToString::to_string).collect();
        places(function, &call_forms(function), positional, &names).unwrap()
    }

    #[test]
    fn gaps_are_left_where_nothing_is_named() {
        assert_eq!(
            argument_places("csat_detail", 1, &["level"]),
            Some(vec![Some(0), None, None, Some(1)])
        );
        assert_eq!(
            argument_places("csat", 0, &["scale_max", "score"]),
            Some(vec![Some(1), None, Some(0)])
        );
        assert_eq!(
            argument_places("csat_class", 1, &["scale_max"]),
            Some(vec![Some(0), None, Some(1)])
        );
        assert_eq!(argument_places("sum", 1, &["x"]), None);
    }

    #[test]
    fn the_form_that_has_the_names_is_taken() {
        assert_eq!(
            argument_places("fcr_detail", 1, &["level"]),
            Some(vec![Some(0), Some(1)])
        );
        assert_eq!(
            argument_places("fcr_detail", 2, &["level"]),
            Some(vec![Some(0), Some(1), Some(2)])
        );
        let names = ["within", "opened_at", "customer_id"];
        assert_eq!(
            argument_places("fcr", 0, &names),
            Some(vec![Some(2), Some(1), Some(0)])
        );
    }

    #[test]
    fn faults_are_named() {
        let fault = |positional, name: &str| {
            places("csat", &call_forms("csat"), positional, &[name.to_owned()])
                .unwrap_err()
                .strip_backtrace()
        };
        assert!(
            fault(1, "threshold")
                .contains("csat: there is no parameter 'threshold'; it takes csat(score")
        );
        assert!(fault(2, "satisfied_from").contains("satisfied_from is given twice"));
        assert!(fault(0, "scale_max").contains("score is missing"));
    }
}

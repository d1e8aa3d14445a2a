//! How the numbers of delimited files are written, told from all columns together.

use super::csv_form::CsvForm;
use super::number_form::NumberForm;
use super::source::TableSource;
use super::text_type::ObservedValueKinds;

/// The form of the numbers of each column, and in `said` what was inferred. A column whose commas or points may be
/// of either kind becomes text: as numbers its values could be wrong by a factor of a thousand.
pub(super) fn settle(
    source: &TableSource,
    form: &CsvForm,
    names: &[String],
    seen: &mut [ObservedValueKinds],
    said: &mut Vec<String>,
) -> Vec<Option<NumberForm>> {
    let mut forms = vec![source.numbers; names.len()];
    if source.numbers.is_none() && form.options.delimiter != b',' {
        decimal_commas(names, seen, &mut forms, said);
        let doubtful = named(names, seen, ObservedValueKinds::has_doubtful_commas);
        if !doubtful.is_empty() {
            said.push(format!(
                "numbers such as 1,234 in {doubtful} stay text (decimal = \",\" or thousands = \",\" says what the comma is)"
            ));
        }
    }
    let rounded = named(names, seen, ObservedValueKinds::would_be_rounded);
    if !rounded.is_empty() {
        said.push(format!(
            "numbers in {rounded} stay text, since a DOUBLE holds 15 digits of whole ones and some have more"
        ));
    }
    forms
}

/// Finds the columns with decimal commas. Beside one, a point in numbers such as `1.234` stands between thousands,
/// or the file is written in two ways.
fn decimal_commas(
    names: &[String],
    seen: &mut [ObservedValueKinds],
    forms: &mut [Option<NumberForm>],
    said: &mut Vec<String>,
) {
    let decimal = named(names, seen, |kinds| kinds.with_decimal_commas().is_some());
    if decimal.is_empty() {
        return;
    }
    said.push(format!(
        "numbers with a decimal comma in {decimal} (decimal = \",\")"
    ));
    let doubtful = named(names, seen, ObservedValueKinds::has_doubtful_points);
    if !doubtful.is_empty() {
        said.push(format!(
            "numbers such as 1.234 in {doubtful} stay text beside them (thousands = \".\" if the point is none)"
        ));
    }
    for (kinds, form) in seen.iter_mut().zip(forms) {
        if let Some(commas) = kinds.with_decimal_commas() {
            *kinds = commas;
            *form = Some(NumberForm::DECIMAL_COMMA);
        } else if kinds.has_doubtful_points() {
            *kinds = ObservedValueKinds::text();
        }
    }
}

/// The names of the columns for which `is_one` holds, with commas between them.
fn named(
    names: &[String],
    seen: &[ObservedValueKinds],
    is_one: impl Fn(ObservedValueKinds) -> bool,
) -> String {
    let columns = names.iter().zip(seen);
    let found = columns.filter_map(|(name, kinds)| is_one(*kinds).then_some(name.as_str()));
    found.collect::<Vec<_>>().join(", ")
}

//! Messages for errors of file readers and object stores.

use datafusion::error::DataFusionError;

use crate::sql_type;

use super::{bare, said};

/// Message for the problem of a file, if the text is about one.
pub(super) fn wording(text: &str) -> Option<String> {
    fields_of_csv(text)
        .or_else(|| value_of_csv(text))
        .or_else(|| field_of_json(text))
        .or_else(|| encoding(text))
}

/// Lines of CSV whose number of fields differs from the header.
fn fields_of_csv(text: &str) -> Option<String> {
    let numbers = |text: &str| -> Vec<u64> {
        let parts = text.split(|character: char| !character.is_ascii_digit());
        parts.filter_map(|part| part.parse().ok()).collect()
    };
    let (line, wanted, found) = if let Some(rest) =
        text.strip_prefix("incorrect number of fields for line ")
    {
        let [line, wanted, found] = numbers(rest)[..] else {
            return None;
        };
        (line, wanted, found)
    } else {
        let rest = text.strip_prefix("Encountered unequal lengths between records on CSV file")?;
        let [wanted, found, line] = numbers(rest)[..] else {
            return None;
        };
        (line, wanted, found)
    };
    let plural = if found == 1 { "" } else { "s" };
    let advice = match wanted {
        1 => "is the delimiter another one, or does a title stand above the header?",
        _ => "is a quote missing, or a delimiter inside a value?",
    };
    Some(format!(
        "line {line} has {found} field{plural} where the header has {wanted}: {advice}"
    ))
}

/// `Error parsing column 3 at line 5: Parser error: ..`, where the table is unknown.
fn value_of_csv(text: &str) -> Option<String> {
    let rest = text.strip_prefix("Error parsing column ")?;
    let (_, problem) = rest.split_once(": ")?;
    Some(said(&bare(problem)))
}

/// `whilst decoding field 'a': whilst decoding field 'b': ..`, the names as one path.
fn field_of_json(text: &str) -> Option<String> {
    let mut names = Vec::new();
    let mut rest = text;
    while let Some((name, inner)) = rest
        .strip_prefix("whilst decoding field '")
        .and_then(|rest| rest.split_once("': "))
    {
        names.push(name);
        rest = inner;
    }
    if names.is_empty() {
        return None;
    }
    let problem = said(&bare(rest));
    let problem = match problem.strip_prefix("expected ") {
        Some(rest) => found(rest),
        None => problem,
    };
    Some(format!("field {}: {problem}", names.join(".")))
}

/// `{ got 123` as a sentence.
fn found(rest: &str) -> String {
    let (wanted, got) = rest.split_once(" got ").unwrap_or((rest, ""));
    let wanted = match wanted {
        "{" => "an object",
        "[" => "a list",
        "string" => "text",
        other => other,
    };
    format!("{got} is not {wanted}, which the first rows have there")
}

fn encoding(text: &str) -> Option<String> {
    let is_about = text.contains("invalid UTF-8") || text.contains("Invalid UTF-8");
    is_about.then(|| {
        let line = text.split_once("line ").map(|(_, rest)| {
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            format!("line {digits}: ")
        });
        format!(
            "{}not UTF-8 text: convert the file first, as in iconv -f latin1 -t utf-8",
            line.unwrap_or_default()
        )
    })
}

/// A Parquet file that cannot be read.
pub(super) fn parquet(text: &str) -> String {
    let problem = inner(text);
    format!("the Parquet file is damaged, cut off, or changed while it was read ({problem})")
}

/// The error of the Parquet reader, without the names of its layers.
pub(crate) fn parquet_problem(error: &DataFusionError) -> String {
    inner(&bare(&error.find_root().message()))
}

fn inner(text: &str) -> String {
    const LAYERS: [&str; 7] = [
        "External: ",
        "EOF: ",
        "General: ",
        "Arrow: ",
        "Not yet implemented: ",
        "Parquet error: ",
        "Parquet argument error: ",
    ];
    let mut text = text;
    while let Some(rest) = LAYERS.iter().find_map(|layer| text.strip_prefix(layer)) {
        text = rest;
    }
    sql_type::in_text(text)
}

/// The error of the operating system.
pub(super) fn system(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::StorageFull => {
            "no space is left on a disk: what does not fit in --memory-limit \
             needs room in the folder for temporary files, which --temp-dir names"
                .to_owned()
        }
        _ => error.to_string(),
    }
}

/// The error of an object store, without the names of its layers.
pub(super) fn store(error: &object_store::Error) -> String {
    if let object_store::Error::NotFound { path, .. } = error {
        return format!("{path}: no such file; was it removed while it was read?");
    }
    let bottom = std::iter::successors(Some(error as &dyn std::error::Error), |error| {
        error.source()
    })
    .last();
    let bottom = bottom.map(ToString::to_string).unwrap_or_default();
    let bottom = bottom.split_whitespace().collect::<Vec<_>>().join(" ");
    match bottom.split_once(" error: ") {
        Some((store, problem)) if store.starts_with("Generic ") => problem.to_owned(),
        _ => bottom,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_says_where_room_is_needed() {
        let said = system(&std::io::ErrorKind::StorageFull.into());
        assert!(
            said.starts_with("no space is left") && said.contains("--temp-dir"),
            "{said}"
        );
    }
}

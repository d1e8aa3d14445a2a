//! Recognizes the files of a folder that are parts of one table.
//!
//! Writers of large tables leave `part-00000-<uuid>.parquet`, exports `tickets_2026-01.csv`. Files are parts if they
//! are of one kind, their names differ in numbers (also dates and ids in hexadecimal digits) only, and their
//! columns are the same. All other files are tables of their own.

use std::sync::LazyLock;

use regex::Regex;

use super::kind::FileName;

/// Numbers, and ids of hexadecimal digits: UUIDs, and words of 16 digits and more.
static VARYING: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let id = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}";
    Regex::new(&format!("{id}|[0-9a-fA-F]{{16,}}|[0-9]+")).ok()
});

/// True if the names are those of the parts of one table.
pub(super) fn are_parts(names: &[FileName<'_>]) -> bool {
    let Some((first, others)) = names.split_first() else {
        return false;
    };
    let constant = constant_part(first.stem);
    !others.is_empty()
        && constant != first.stem
        && others
            .iter()
            .all(|other| other.ending == first.ending && constant_part(other.stem) == constant)
}

/// The name with `#` for what differs between the parts of a table.
fn constant_part(stem: &str) -> String {
    // `part-` is what Hadoop, Spark and others write, with their own ids behind the number.
    let is_numbered = |rest: &&str| rest.starts_with(|first: char| first.is_ascii_digit());
    if ["part-", "part_"]
        .iter()
        .any(|start| stem.strip_prefix(start).as_ref().is_some_and(is_numbered))
    {
        return "part-#".to_owned();
    }
    match &*VARYING {
        Some(varying) => varying.replace_all(stem, "#").into_owned(),
        None => stem.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_parts_differ_in_numbers_only() {
        let are_parts = |names: &[&str]| {
            let names: Vec<FileName<'_>> = names
                .iter()
                .filter_map(|name| FileName::parse(name))
                .collect();
            are_parts(&names)
        };
        for parts in [
            ["part-0001.parquet", "part-0002.parquet"],
            ["part-0-a.snappy.parquet", "part-1-b.snappy.parquet"],
            [
                "part-00000-0f1c2b7e-0000-4000-8000-1234567890ab-c000.parquet",
                "part-00001-ffffffff-0000-4000-8000-1234567890ab-c000.parquet",
            ],
            ["tickets_2026-01-31.csv", "tickets_2026-02-01.csv"],
            ["000000000000.ndjson.gz", "000000000001.ndjson.gz"],
            ["a1b2c3d4e5f60718.parquet", "ffffffffffffffff.parquet"],
            ["data_0.parquet", "data_10.parquet"],
        ] {
            assert!(are_parts(&parts), "{parts:?}");
        }
        for tables in [
            ["tickets.csv", "surveys.csv"],
            ["tickets_2025.csv", "surveys_2025.csv"],
            ["part-1.csv", "part-1.parquet"],
            ["part-1.csv", "part-2.csv.gz"],
            ["cafe.csv", "face.csv"],
            ["q1.csv", "total.csv"],
        ] {
            assert!(!are_parts(&tables), "{tables:?}");
        }
        assert!(!are_parts(&["part-1.csv"]));
    }
}

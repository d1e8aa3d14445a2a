//! What the names of files tell.

use crate::archive::ingest::mapping::SourceFileFormat;

/// True if the ending of a file's name is that of a format, or of an archive, with or without a compression.
pub(super) fn is_data_file(name: &str) -> bool {
    let is_zip = name.to_ascii_lowercase().ends_with(".zip");
    is_zip || format_of(name).is_some()
}

/// The format that the ending of a file's name says.
pub(super) fn format_of(name: &str) -> Option<SourceFileFormat> {
    let lower = name.to_ascii_lowercase();
    let compressed = [".gz", ".zst", ".bz2", ".xz"];
    let plain = compressed
        .iter()
        .find_map(|ending| lower.strip_suffix(ending));
    let (stem, ending) = plain.unwrap_or(&lower).rsplit_once('.')?;
    SourceFileFormat::named(ending).filter(|_| !stem.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_tell_formats() {
        for (name, expected) in [
            ("a.csv", Some(SourceFileFormat::Delimited)),
            ("Tickets.TSV.gz", Some(SourceFileFormat::Delimited)),
            ("a.ndjson.zst", Some(SourceFileFormat::JsonLines)),
            ("a.json", Some(SourceFileFormat::Json)),
            ("a.xlsx", Some(SourceFileFormat::Workbook)),
            ("a.md", None),
            (".csv", None),
            ("a.gz", None),
        ] {
            assert_eq!(format_of(name), expected, "{name}");
        }
        assert!(is_data_file("Export.ZIP") && !is_data_file("README"));
    }
}

//! What the name of a written file says of its format and compression.

/// Formats by the name that options use, with their endings.
const FORMATS: [(&str, &[&str]); 5] = [
    ("csv", &["csv"]),
    ("tsv", &["tsv", "tab"]),
    ("json", &["json", "ndjson", "jsonl"]),
    ("parquet", &["parquet", "pq"]),
    ("arrow", &["arrow", "feather", "ipc"]),
];

/// Compressions by the name that the engine uses, with their endings.
const COMPRESSIONS: [(&str, &str); 4] = [
    ("gzip", "gz"),
    ("zstd", "zst"),
    ("bzip2", "bz2"),
    ("xz", "xz"),
];

/// The endings of a file's name, by what they mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct ExportName {
    /// `csv`, `tsv`, `json`, `parquet` or `arrow`.
    pub(crate) format: Option<&'static str>,
    /// `gzip`, `zstd`, `bzip2` or `xz`.
    pub(crate) compression: Option<&'static str>,
}

impl ExportName {
    /// Reads the last part of a path or URL, in any case.
    pub(crate) fn parse(target: &str) -> Self {
        let name = target.rsplit(['/', '\\']).next().unwrap_or(target);
        let name = name.to_ascii_lowercase();
        let (rest, compression) = without_compression(&name);
        let format = rest.rsplit_once('.').and_then(|(_, ending)| {
            let found = FORMATS
                .iter()
                .find(|(_, endings)| endings.contains(&ending));
            found.map(|(format, _)| *format)
        });
        Self {
            format,
            compression,
        }
    }
}

/// The ending of files of a compression.
pub(crate) fn compression_ending(name: &str) -> &'static str {
    let found = COMPRESSIONS.iter().find(|(known, _)| *known == name);
    found.map_or("", |(_, ending)| *ending)
}

fn without_compression(name: &str) -> (&str, Option<&'static str>) {
    for (compression, ending) in COMPRESSIONS {
        if let Some(rest) = name
            .strip_suffix(ending)
            .and_then(|rest| rest.strip_suffix('.'))
        {
            return (rest, Some(compression));
        }
    }
    (name, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_endings_count() {
        let name = |text| ExportName::parse(text);
        assert_eq!(name("a.b/c.csv").format, Some("csv"));
        assert_eq!(name("x.tab.zst").format, Some("tsv"));
        assert_eq!(name("x.tab.zst").compression, Some("zstd"));
        assert_eq!(name("out.csv/"), ExportName::default());
        assert_eq!(name("csv"), ExportName::default());
        assert_eq!(name("x.gz").compression, Some("gzip"));
    }
}

//! Formats of tables in which a log says which files count: Delta, Iceberg and Hudi.
//!
//! Files that the log has removed or replaced are still there: whoever reads all files of the folder counts rows
//! twice and deleted rows too. deskql reads the log of Delta, and refuses the folders of the others.

use std::fmt;

use object_store::path::Path;

use crate::error::{Error, Result};

/// Format of a table whose files are listed in a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ManagedFormat {
    Delta,
    Iceberg,
    Hudi,
}

impl ManagedFormat {
    pub(super) const ALL: [Self; 3] = [Self::Delta, Self::Hudi, Self::Iceberg];

    /// Folder of the log, directly in the folder of the table.
    pub(super) fn log(self) -> &'static str {
        match self {
            Self::Delta => "_delta_log",
            Self::Iceberg => "metadata",
            Self::Hudi => ".hoodie",
        }
    }

    /// True for a file of the log by its name, which is asked only where other folders have the log's name too.
    pub(super) fn is_in_log(self, name: &str) -> bool {
        self != Self::Iceberg || is_iceberg_metadata(name)
    }
}

impl fmt::Display for ManagedFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Delta => "a Delta table (_delta_log)",
            Self::Iceberg => "an Iceberg table (metadata/*.metadata.json)",
            Self::Hudi => "a Hudi table (.hoodie)",
        })
    }
}

/// True for the name of the folder of a log.
pub(super) fn is_log(name: &str) -> bool {
    ManagedFormat::ALL.iter().any(|format| format.log() == name)
}

/// `v3.metadata.json`, `00003-0f1c..metadata.json`, also compressed.
pub(super) fn is_iceberg_metadata(name: &str) -> bool {
    let version = name
        .strip_suffix(".metadata.json")
        .map(|rest| rest.strip_suffix(".gz").unwrap_or(rest))
        .or_else(|| name.strip_suffix(".metadata.json.gz"));
    version.is_some_and(|version| {
        let digits = version.strip_prefix('v').unwrap_or(version);
        digits.starts_with(|first: char| first.is_ascii_digit())
    })
}

/// Refuses files below `root` that lie in such a folder; `objects` are all that is listed there.
///
/// # Errors
/// If one does, with the format.
pub(crate) fn refuse_nested<'a>(
    label: &str,
    root: &Path,
    objects: impl Iterator<Item = &'a Path>,
    files: &[&Path],
) -> Result<()> {
    for object in objects {
        let Some((folder, format)) = logged(root, object) else {
            continue;
        };
        let is_below =
            |file: &Path| file.prefix_matches(&folder) && !file.as_ref().contains(format.log());
        if files.iter().copied().any(is_below) {
            return Err(problem(label, format, folder.as_ref()));
        }
    }
    Ok(())
}

/// The folder below `root` whose log the object belongs to.
fn logged(root: &Path, object: &Path) -> Option<(Path, ManagedFormat)> {
    let name = object.filename()?;
    let below: Vec<_> = object.prefix_match(root)?.collect();
    for format in ManagedFormat::ALL {
        let at = below.iter().position(|part| part.as_ref() == format.log());
        if let Some(at) = at.filter(|_| format.is_in_log(name)) {
            let parts = root.parts().chain(below[..at].iter().cloned());
            return Some((Path::from_iter(parts), format));
        }
    }
    None
}

/// Error about the `folder` of a table of `format`.
pub(super) fn problem(label: &str, format: ManagedFormat, folder: &str) -> Error {
    let folder = if label.trim_end_matches('/') == folder.trim_end_matches('/') {
        format!("is {format}")
    } else {
        format!("{} is {format}", folder.trim_end_matches('/'))
    };
    let advice = match format {
        ManagedFormat::Delta => {
            "name the folder of the table, whose log says which of its files count"
        }
        ManagedFormat::Iceberg | ManagedFormat::Hudi => {
            "which deskql cannot read: a log says which of its files count, and reading all of them would count rows \
             that were removed; export it as plain Parquet files"
        }
    };
    let sign = if format == ManagedFormat::Delta {
        ":"
    } else {
        ","
    };
    Error::location(label, format!("{folder}{sign} {advice}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_of_iceberg_has_a_version() {
        for name in [
            "v1.metadata.json",
            "00003-0f1c2b7e-aaaa-bbbb-cccc-1234567890ab.metadata.json",
            "v2.gz.metadata.json",
            "v2.metadata.json.gz",
        ] {
            assert!(is_iceberg_metadata(name), "{name}");
        }
        for name in ["tickets.metadata.json", "v1.json", "metadata.json"] {
            assert!(!is_iceberg_metadata(name), "{name}");
        }
    }

    #[test]
    fn files_beside_a_log_are_refused_wherever_they_are_listed() {
        let root = Path::from("lake");
        let paths = [
            "lake/eu/_delta_log/00000000000000000000.json",
            "lake/eu/part-0.parquet",
            "lake/us/part-0.parquet",
        ]
        .map(Path::from);
        let refuse = |file: &Path| refuse_nested("lake", &root, paths.iter(), &[file]);
        let error = refuse(&paths[1]).unwrap_err().to_string();
        assert!(error.contains("lake/eu is a Delta table"), "{error}");
        assert!(refuse(&paths[0]).is_ok() && refuse(&paths[2]).is_ok());
    }
}

//! The shipped reports, and reports of the user's own.

use std::path::{Path, PathBuf};

use super::file::{self, ReportDefinition};
use super::measure::ReportMeasures;
use crate::error::{Error, Result};
use crate::text::nearest;

macro_rules! shipped {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../../queries/reports/", $name)))),*]
    };
}

/// Name and text of each file of `queries/reports/`.
const SHIPPED: &[(&str, &str)] = shipped![
    "department_monthly.toml",
    "executive_quarterly.toml",
    "measures.toml",
    "team_weekly.toml",
];
const MEASURES: &str = "measures.toml";
/// File of a report that is a folder.
const IN_FOLDER: &str = "report.toml";

fn measures() -> Result<ReportMeasures> {
    let text = shipped(MEASURES).unwrap_or_default();
    file::parsed(Path::new(MEASURES), text)
}

fn shipped(file: &str) -> Option<&'static str> {
    let found = SHIPPED.iter().find(|(name, _)| *name == file);
    found.map(|(_, text)| *text)
}

/// Names of the shipped reports.
fn names() -> impl Iterator<Item = &'static str> {
    let files = SHIPPED.iter().filter(|(name, _)| *name != MEASURES);
    files.filter_map(|(name, _)| name.strip_suffix(".toml"))
}

/// The report called `name`, or in the file or folder at that path; `-` is as good as `_`.
///
/// # Errors
/// When there is none, or its file is faulty.
pub(crate) fn find(name: &str) -> Result<ReportDefinition> {
    let plain = name.replace('-', "_").to_lowercase();
    if let Some(text) = shipped(&format!("{plain}.toml")).filter(|_| plain != "measures") {
        let path = PathBuf::from(format!("queries/reports/{plain}.toml"));
        let mut definition = ReportDefinition::read(&path, text, measures()?)?;
        definition.is_shipped = true;
        return Ok(definition);
    }
    let path = Path::new(name);
    let is_path = name.contains(['/', '\\']) || name.ends_with(".toml") || path.exists();
    if is_path {
        return of_user(path);
    }
    let hint = match nearest(&plain, names()) {
        Some(near) => format!("did you mean {near}?"),
        None => {
            let names: Vec<&str> = names().collect();
            format!(
                "there is {}, or give the path of a file of your own",
                names.join(", ")
            )
        }
    };
    Err(Error::Usage(format!("no report {name}: {hint}")))
}

fn of_user(path: &Path) -> Result<ReportDefinition> {
    let (file, folder) = if path.is_dir() {
        (path.join(IN_FOLDER), Some(path.to_owned()))
    } else {
        (path.to_owned(), path.parent().map(Path::to_owned))
    };
    let text = std::fs::read_to_string(&file).map_err(|source| Error::io(&file, source))?;
    let beside = folder.as_ref().map(|folder| folder.join(MEASURES));
    let own = beside.filter(|path| path.is_file()).map(|path| {
        let text = std::fs::read_to_string(&path).map_err(|source| Error::io(&path, source))?;
        file::parsed(&path, &text)
    });
    // A copy of the shipped measures beside the report stands in their place.
    let measures = own.unwrap_or_else(measures)?;
    let mut definition = ReportDefinition::read(&file, &text, measures)?;
    if path.is_dir() {
        definition.name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        definition.folder = folder;
    }
    Ok(definition)
}

/// Name, title, question and readers of each shipped report.
///
/// # Errors
/// Never, unless a shipped file is faulty.
pub(crate) fn list() -> Result<Vec<[String; 4]>> {
    let row = |name: &str| {
        let ReportDefinition {
            name,
            title,
            question,
            readers,
            ..
        } = find(name)?;
        Ok([name, title, question, readers])
    };
    names().map(row).collect()
}

/// Copies the shipped report `name` to `folder`, which must be new or empty: its file as `report.toml`, and the
/// measures as they are, to look up and to copy from.
///
/// # Errors
/// When there is no such report, or a file cannot be written.
pub(crate) fn eject(name: &str, folder: &Path) -> Result<Vec<PathBuf>> {
    let definition = find(name)?;
    let text = shipped(&format!("{}.toml", definition.name));
    let text =
        text.ok_or_else(|| Error::Usage(format!("{name} is a report of your own: copy its file")))?;
    let failed = |source| Error::io(folder, source);
    std::fs::create_dir_all(folder).map_err(failed)?;
    if std::fs::read_dir(folder).map_err(failed)?.next().is_some() {
        return Err(Error::Usage(format!(
            "{}: give --eject a new or empty folder",
            folder.display()
        )));
    }
    let files = [
        (IN_FOLDER, text),
        (MEASURES, shipped(MEASURES).unwrap_or_default()),
    ];
    let mut written = Vec::new();
    for (file, text) in files {
        let path = folder.join(file);
        std::fs::write(&path, text).map_err(|source| Error::io(&path, source))?;
        written.push(path);
    }
    Ok(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shipped_reports_are_the_files_of_the_folder_and_are_sound() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("queries/reports");
        let entries = std::fs::read_dir(&folder).unwrap();
        let mut files: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        files.sort();
        let listed: Vec<&str> = SHIPPED.iter().map(|(name, _)| *name).collect();
        assert_eq!(files, listed);
        for name in names() {
            let definition = find(name).unwrap();
            assert_eq!(definition.name, name);
            assert!(definition.kpis.len() <= definition.cap, "{name}");
        }
    }

    #[test]
    fn every_measure_has_a_source_that_it_can_use() {
        let measures = measures().unwrap();
        for (name, measure) in &measures.measures {
            assert!(
                measures.sources.contains_key(&measure.get_ref().source),
                "{name}"
            );
        }
    }

    #[test]
    fn another_name_gets_the_nearest() {
        let error = find("team-weekley").unwrap_err().to_string();
        assert_eq!(error, "no report team-weekley: did you mean team_weekly?");
        assert_eq!(find("Team-Weekly").unwrap().name, "team_weekly");
    }
}

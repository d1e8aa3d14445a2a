//! Folders that results are written to: made when they are missing, with one wording of what is in the way.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::error::Error;

/// The nearest folder above `target` that is there. What is missing below it is made when `target` gets its
/// final name, so that a run that ends early leaves no empty folders.
///
/// # Errors
/// If something that is not a folder stands in the way.
pub(super) fn existing_folder(target: &Path) -> io::Result<PathBuf> {
    for folder in target.ancestors().skip(1) {
        let folder = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        };
        match folder.metadata() {
            Ok(found) if found.is_dir() => return Ok(folder.to_owned()),
            Ok(_) => return Err(io::Error::from(ErrorKind::NotADirectory)),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(PathBuf::from("."))
}

/// The error of the system for `target`, with what is in the way.
pub(crate) fn writing_failed(target: &Path, error: &io::Error) -> Error {
    let name = target.display().to_string();
    let above = || {
        let mut folders = target.ancestors().skip(1);
        folders.find(|folder| folder.exists()).map(Path::to_owned)
    };
    let problem = match (error.kind(), above()) {
        (ErrorKind::NotADirectory, Some(above)) if !above.is_dir() => {
            format!(
                "{} is a file, and nothing can be written below it",
                above.display()
            )
        }
        (ErrorKind::PermissionDenied, Some(above)) if !above.as_os_str().is_empty() => {
            format!("no right to write in the folder {}", above.display())
        }
        (ErrorKind::PermissionDenied, _) => "no right to write in this folder".to_owned(),
        (ErrorKind::CrossesDevices | ErrorKind::ResourceBusy, _) => {
            "is a mounted disk, which cannot be replaced: name a folder in it".to_owned()
        }
        (ErrorKind::ReadOnlyFilesystem, _) => "the file system is read-only".to_owned(),
        (ErrorKind::StorageFull, _) => "the disk is full".to_owned(),
        (ErrorKind::IsADirectory, _) => "is a folder: name a file in it".to_owned(),
        (ErrorKind::InvalidFilename, _) => {
            "the name is too long, or not one that the file system takes".to_owned()
        }
        (ErrorKind::Interrupted, _) => return Error::Interrupted,
        _ => without_number(&error.to_string()),
    };
    Error::location(name, problem)
}

/// The text of a system error without its number.
fn without_number(text: &str) -> String {
    match text.split_once(" (os error ") {
        Some((text, _)) => text.to_lowercase(),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_the_way_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.csv");
        std::fs::write(&file, "x").unwrap();
        let target = file.join("b/c.csv");
        let error = existing_folder(&target).unwrap_err();
        let said = writing_failed(&target, &error).to_string();
        assert_eq!(
            said,
            format!(
                "{}: {} is a file, and nothing can be written below it",
                target.display(),
                file.display()
            )
        );
        assert_eq!(
            existing_folder(&folder.path().join("x/y/z.csv")).unwrap(),
            folder.path()
        );
        assert_eq!(existing_folder(Path::new("z.csv")).unwrap(), Path::new("."));
    }
}

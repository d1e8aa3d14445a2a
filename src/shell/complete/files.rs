//! Files and folders that complete a partial path.

use std::path::{Path, PathBuf};

/// Paths that begin with `typed`; folders end with a slash. Hidden files only after a typed dot.
pub(super) fn beginning_with(typed: &str) -> Vec<String> {
    let (folder, name) = match typed.rfind('/') {
        Some(at) => typed.split_at(at + 1),
        None => ("", typed),
    };
    let Ok(entries) = std::fs::read_dir(place(folder)) else {
        return Vec::new();
    };
    let mut paths: Vec<String> = entries
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let found = entry.file_name().into_string().ok()?;
            let is_wanted =
                found.starts_with(name) && (name.starts_with('.') || !found.starts_with('.'));
            let slash = if entry.path().is_dir() { "/" } else { "" };
            is_wanted.then(|| format!("{folder}{found}{slash}"))
        })
        .collect();
    paths.sort();
    paths
}

fn place(folder: &str) -> PathBuf {
    match (folder.strip_prefix("~/"), std::env::home_dir()) {
        (Some(inner), Some(home)) => home.join(inner),
        _ if folder.is_empty() => PathBuf::from("."),
        _ => Path::new(folder).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_have_a_slash_and_hidden_files_wait_to_be_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["desk.sql", "desks", ".hidden"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        std::fs::create_dir(folder.path().join("deskql")).unwrap();
        let at = |name: &str| format!("{}/{name}", folder.path().display());
        assert_eq!(
            beginning_with(&at("desk")),
            [at("desk.sql"), at("deskql/"), at("desks")]
        );
        assert_eq!(beginning_with(&at("")).len(), 3);
        assert_eq!(beginning_with(&at(".")), [at(".hidden")]);
        assert!(beginning_with(&at("no/such/")).is_empty());
    }
}

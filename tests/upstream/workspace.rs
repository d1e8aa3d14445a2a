//! The part of upstream's repository layout that its `.slt` files expect around them.

use std::path::{Path, PathBuf};
use std::process::Command;

use datafusion_sqllogictest::read_dir_recursive;
use serde_json::Value;
use tempfile::TempDir;

pub(crate) struct Workspace {
    folder: TempDir,
}

impl Workspace {
    /// Copies the test files and the data beside them out of the cargo registry.
    pub(crate) fn lay_out() -> Self {
        let workspace = Self {
            folder: TempDir::new().unwrap(),
        };
        let crates = dependency_folders();
        let find = |name: &str| {
            let found = crates.iter().find(|(package, _)| package == name);
            &found
                .unwrap_or_else(|| panic!("{name} is not a dependency"))
                .1
        };
        let tests = find("datafusion-sqllogictest");
        let here = workspace.working_folder();
        copy(&tests.join("test_files"), &here.join("test_files"));
        copy(&tests.join("data"), &here.join("data"));
        copy(
            &find("datafusion-datasource-arrow").join("tests/data"),
            &here.join("../datasource-arrow/tests/data"),
        );
        workspace
    }

    /// The folder that the files call `WORKSPACE_ROOT`.
    pub(crate) fn root(&self) -> PathBuf {
        self.folder.path().canonicalize().unwrap()
    }

    /// The folder that relative paths in the files start from.
    pub(crate) fn working_folder(&self) -> PathBuf {
        self.root().join("datafusion/sqllogictest")
    }
}

/// Every package of the build with the folder of its source, wherever cargo keeps it.
fn dependency_folders() -> Vec<(String, PathBuf)> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version=1", "--locked", "--offline"])
        .args(["--filter-platform", &host()])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let problem = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo metadata: {problem}");
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    packages
        .iter()
        .map(|package| {
            let manifest = PathBuf::from(text(&package["manifest_path"]));
            (
                text(&package["name"]),
                manifest.parent().unwrap().to_owned(),
            )
        })
        .collect()
}

/// The target triple of this machine, without which cargo asks for packages of other systems.
fn host() -> String {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("-vV").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix("host: "));
    line.unwrap().to_owned()
}

fn copy(from: &Path, to: &Path) {
    for file in read_dir_recursive(from).unwrap() {
        let target = to.join(file.strip_prefix(from).unwrap());
        std::fs::create_dir_all(target.parent().unwrap()).unwrap();
        std::fs::copy(&file, &target).unwrap();
    }
}

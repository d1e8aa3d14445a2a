//! Facts that must agree between `Cargo.toml`, the toolchain, the workflows and the package.

use std::path::{Component, Path, PathBuf};
use std::process::Command;

use datafusion_sqllogictest::read_dir_recursive;
use toml::Table;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).unwrap()
}

fn toml(name: &str) -> Table {
    read(name).parse().unwrap()
}

/// The minimum supported Rust version is the one of all builds and tests.
#[test]
fn the_declared_version_of_rust_is_the_one_of_the_toolchain() {
    let toolchain = toml("rust-toolchain.toml");
    let channel = toolchain["toolchain"]["channel"].as_str().unwrap();
    let declared = env!("CARGO_PKG_RUST_VERSION");
    assert!(
        channel == declared || channel.strip_prefix(declared) == Some(".0"),
        "rust-toolchain.toml has {channel}, rust-version in Cargo.toml is {declared}"
    );
}

/// `cargo binstall` expects the archive that the workflow packs.
#[test]
fn archives_are_named_as_binstall_expects() {
    let manifest = toml("Cargo.toml");
    let binstall = &manifest["package"]["metadata"]["binstall"];
    let archive = "{ name }-{ version }-{ target }";
    let url = binstall["pkg-url"].as_str().unwrap();
    assert!(
        url.ends_with(&format!("/v{{ version }}/{archive}.tar.gz")),
        "{url}"
    );
    let folder = binstall["bin-dir"].as_str().unwrap();
    assert!(folder.starts_with(&format!("{archive}/")), "{folder}");
    let workflow = read(".github/workflows/release.yml");
    let name = "NAME: deskql-${{ needs.version.outputs.version }}-${{ matrix.name }}";
    assert!(workflow.contains(name));
    for target in deny_targets() {
        let job = format!("- name: {target}\n            target: {target}\n");
        assert!(workflow.contains(&job), "{target} is not built");
    }
}

/// Target platforms that `deny.toml` checks.
fn deny_targets() -> Vec<String> {
    let deny = toml("deny.toml");
    let targets = deny["graph"]["targets"].as_array().unwrap();
    let text = |target: &toml::Value| target.as_str().unwrap().to_owned();
    targets.iter().map(text).collect()
}

/// Files that the source includes are in the package, and so are all pages.
#[test]
fn the_package_has_what_it_compiles() {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args([
            "package",
            "--list",
            "--allow-dirty",
            "--locked",
            "--offline",
        ])
        .current_dir(root())
        .output()
        .unwrap();
    let problem = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo package: {problem}");
    let listed = String::from_utf8(output.stdout).unwrap();
    let packed: Vec<&Path> = listed.lines().map(Path::new).collect();
    for file in included()
        .into_iter()
        .chain(files("docs"))
        .chain(files("queries"))
    {
        assert!(
            packed.contains(&file.as_path()),
            "{} is left out",
            file.display()
        );
    }
}

fn files(folder: &str) -> Vec<PathBuf> {
    let files = read_dir_recursive(root().join(folder)).unwrap().into_iter();
    let inner = files.map(|file| file.strip_prefix(root()).unwrap().to_owned());
    inner.collect()
}

/// Paths of `include_str!("..")` and similar macros in `src/`, relative to the root of the project.
fn included() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for source in files("src") {
        let text = std::fs::read_to_string(root().join(&source)).unwrap();
        for (_, rest) in text
            .match_indices("include_")
            .map(|(at, _)| text.split_at(at))
        {
            let opening = ["include_str!(\"", "include_bytes!(\""];
            let name = opening
                .iter()
                .find_map(|opening| rest.strip_prefix(opening));
            if let Some((name, _)) = name.and_then(|name| name.split_once('"')) {
                found.push(plain(&source.parent().unwrap().join(name)));
            }
        }
    }
    found
}

/// The path without `..`.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(plain.pop()),
            part => plain.push(part),
        }
    }
    plain
}

//! The rules of the house that a compiler does not see.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use datafusion_sqllogictest::read_dir_recursive;

/// Layers from the bottom up: a module may use modules of lower layers and of its own.
const LAYERS: &[&[&str]] = &[
    &[
        "error",
        "nearest",
        "prose",
        "sql_type",
        "toml_problem",
        "zone",
        "time_text",
    ],
    &["calendar", "functions", "sla"],
    &[
        "events",
        "tables",
        "exec",
        "correctness",
        "sql",
        "catalogue",
    ],
    &["queries"],
    &["engine"],
    &["output", "generate"],
    &["terminal"],
    &["shell", "benchmark"],
    &["cli"],
    &["main", "lib"],
];

/// Names of the crate's root that are not modules.
const ROOT_ITEMS: &[(&str, &str)] = &[
    ("Error", "error"),
    ("Result", "error"),
    ("Engine", "engine"),
    ("Settings", "engine"),
];

const LONGEST_FILE: usize = 420;

struct Source {
    /// The module of the top level that the file belongs to.
    module: String,
    path: PathBuf,
    text: String,
}

impl Source {
    /// The file without its unit tests, which may do what they like.
    fn code(&self) -> &str {
        let tests = self.text.find("#[cfg(test)]");
        &self.text[..tests.unwrap_or(self.text.len())]
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources() -> Vec<Source> {
    let folder = root().join("src");
    let files = read_dir_recursive(&folder).unwrap();
    let rust = files
        .into_iter()
        .filter(|path| path.extension().is_some_and(|end| end == "rs"));
    rust.map(|path| {
        let inner = path.strip_prefix(&folder).unwrap();
        let module = inner.iter().next().unwrap().to_string_lossy();
        Source {
            module: module.trim_end_matches(".rs").to_owned(),
            text: std::fs::read_to_string(&path).unwrap(),
            path,
        }
    })
    .collect()
}

fn layer(module: &str) -> usize {
    let found = LAYERS.iter().position(|layer| layer.contains(&module));
    found.unwrap_or_else(|| panic!("src/{module} has no place in LAYERS of tests/house.rs"))
}

/// The modules that a text names as `crate::x`, alone or in braces.
fn used_modules(code: &str) -> BTreeSet<String> {
    let code: String = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n");
    let mut names = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        let identifier = |text: &str| {
            let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_'));
            text[..end.unwrap_or(text.len())].to_owned()
        };
        match rest.strip_prefix('{') {
            Some(list) => {
                let list = &list[..list.find('}').unwrap_or(list.len())];
                names.extend(list.split(',').map(|name| identifier(name.trim())));
            }
            None => {
                names.insert(identifier(rest));
            }
        }
    }
    names.remove("");
    names
}

#[test]
fn dependencies_run_one_way() {
    let mut wrong = Vec::new();
    for source in sources() {
        for used in used_modules(source.code()) {
            let item = ROOT_ITEMS.iter().find(|(name, _)| *name == used);
            let target = item.map_or(used.as_str(), |(_, module)| module);
            if layer(target) > layer(&source.module) {
                wrong.push(format!("{}: uses {used}", source.path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn functions_know_nothing_else_of_ours() {
    for source in sources()
        .iter()
        .filter(|source| source.module == "functions")
    {
        let used = used_modules(source.code());
        let known = [
            "functions",
            "calendar",
            "sla",
            "sql_type",
            "time_text",
            "zone",
        ];
        let strangers: Vec<_> = used
            .iter()
            .filter(|name| !known.contains(&name.as_str()))
            .collect();
        assert!(
            strangers.is_empty(),
            "{}: {strangers:?}",
            source.path.display()
        );
    }
}

#[test]
fn only_the_engine_makes_a_session() {
    for source in sources().iter().filter(|source| source.module != "engine") {
        for maker in ["SessionContext::new", "SessionStateBuilder::new"] {
            assert!(
                !source.code().contains(maker),
                "{} calls {maker}: go through Engine, whose settings keep answers right",
                source.path.display()
            );
        }
    }
}

#[test]
fn only_the_command_line_prints() {
    let faces = ["cli", "shell", "terminal", "main"];
    for source in sources()
        .iter()
        .filter(|source| !faces.contains(&source.module.as_str()))
    {
        for printer in [
            "println!",
            "eprintln!",
            "print!(",
            "io::stdout",
            "io::stderr",
        ] {
            let prints = source
                .code()
                .lines()
                .any(|line| !line.trim_start().starts_with("//") && line.contains(printer));
            assert!(!prints, "{} uses {printer}", source.path.display());
        }
    }
}

#[test]
fn files_stay_readable() {
    for folder in ["src", "tests", "benches"] {
        let folder = root().join(folder);
        if !folder.exists() {
            continue;
        }
        for path in read_dir_recursive(&folder).unwrap() {
            if path.extension().is_some_and(|ending| ending == "rs") {
                let lines = std::fs::read_to_string(&path).unwrap().lines().count();
                assert!(
                    lines <= LONGEST_FILE,
                    "{} has {lines} lines: more than one concept?",
                    path.display()
                );
            }
        }
    }
}

#[test]
fn every_test_file_is_in_the_one_binary() {
    let main = std::fs::read_to_string(root().join("tests/main.rs")).unwrap();
    for entry in std::fs::read_dir(root().join("tests")).unwrap() {
        let path = entry.unwrap().path();
        let is_module = path.join("mod.rs").exists();
        let is_file = path.extension().is_some_and(|ending| ending == "rs");
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        if (is_module || is_file) && name != "main" {
            assert!(
                main.contains(&format!("mod {name};")),
                "tests/{name} is not a module of tests/main.rs"
            );
        }
    }
}

//! Sessions, printing, sizes.

use datafusion_sqllogictest::read_dir_recursive;

use super::{root, sources};

const LONGEST_FILE: usize = 420;

#[test]
fn only_the_engine_makes_a_session() {
    for source in sources().iter().filter(|source| source.room() != "engine") {
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
        .filter(|source| !faces.contains(&source.room()))
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

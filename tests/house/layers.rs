//! Dependencies run one way.

use std::collections::BTreeMap;

use super::imports::{Imports, imports};
use super::sources;

/// Modules of the top level from the bottom up: one may use those of lower layers, and none of its own layer.
const LAYERS: &[&[&str]] = &[
    &["error", "sql_type", "text"],
    &["time"],
    &["sla"],
    &["settings"],
    &["functions", "runtime"],
    &["parser"],
    &["event_log"],
    &["catalogue", "planner"],
    &["sql"],
    &["failed_value", "queries", "tables"],
    &["engine"],
    &["generate", "output"],
    &["terminal"],
    &["bench", "shell"],
    &["cli"],
    &["lib", "main"],
];

/// Names of the crate's root that are not modules.
const ROOT_ITEMS: &[(&str, &str)] = &[
    ("Error", "error"),
    ("Result", "error"),
    ("Engine", "engine"),
    ("Settings", "engine"),
];

fn layer(module: &str) -> usize {
    let found = LAYERS.iter().position(|layer| layer.contains(&module));
    found.unwrap_or_else(|| panic!("src/{module} has no place in the layers of tests/house"))
}

/// Who names whom among the modules of the top level, each with an example.
type Edges = BTreeMap<(String, String), String>;

fn between_rooms(imports: &Imports) -> Edges {
    let mut found = Edges::new();
    for (module, named) in imports {
        for target in named {
            if let (Some(from), Some(to)) = (module.first(), target.first())
                && from != to
            {
                let example = format!("{} uses {}", module.join("/"), target.join("/"));
                let edge = (from.clone(), to.clone());
                found.entry(edge).or_insert(example);
            }
        }
    }
    found
}

#[test]
fn dependencies_run_one_way() {
    let wrong: Vec<String> = between_rooms(&imports(&sources()))
        .into_iter()
        .filter(|((from, to), _)| layer(to) >= layer(from))
        .map(|(_, example)| example)
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Items of the crate's root are known by their names, not by their modules.
#[test]
fn items_of_the_root_are_of_lower_layers() {
    for source in sources() {
        for (name, module) in ROOT_ITEMS {
            let is_used = source.code().contains(&format!("crate::{name}"));
            let is_lower = layer(module) < layer(source.room());
            let path = source.path.display();
            assert!(!is_used || is_lower, "{path} uses {name}");
        }
    }
}

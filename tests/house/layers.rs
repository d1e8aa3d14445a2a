//! Dependencies run one way.

use std::collections::{BTreeMap, BTreeSet};

use super::imports::{Imports, imports};
use super::sources;

/// Modules of the top level from the bottom up: one may use those of lower layers, and none of its own layer.
const LAYERS: &[&[&str]] = &[
    &["error", "sql_type", "text"],
    &["time"],
    &["sla"],
    &["settings", "text_files"],
    &["json"],
    &["functions", "runtime"],
    &["encoding", "parser", "table_arguments"],
    &["event_log", "insight"],
    &["planner"],
    &["catalogue"],
    &["sql"],
    &["delta"],
    &["failed_value", "queries", "tables"],
    &["export"],
    &["engine"],
    &["generate", "output"],
    &["archive"],
    &["terminal"],
    &["bench", "report", "shell"],
    &["cli"],
    &["internal"],
    &["lib", "main"],
];

/// Names of the crate's root that are not modules.
const ROOT_ITEMS: &[(&str, &str)] = &[
    ("Error", "error"),
    ("Result", "error"),
    ("Engine", "engine"),
    ("EngineSettings", "engine"),
];

fn layer(layers: &[&[&str]], module: &str) -> usize {
    let found = layers.iter().position(|layer| layer.contains(&module));
    found.unwrap_or_else(|| panic!("src/{module} has no place in the layers of tests/house"))
}

/// The same inside `functions`.
const OF_FUNCTIONS: &[&[&str]] = &[
    &["kernels"],
    &["declaration"],
    &["tally"],
    &[
        "aggregate",
        "compat",
        "datetime",
        "json",
        "quantile",
        "repeat_contact",
    ],
    &["correctness"],
    &["backlog", "kpis"],
    &["named_arguments", "pages", "registry"],
];

/// Who names whom among the children of a module, each with an example.
type Edges = BTreeMap<(String, String), String>;

fn between_children(parent: &[String], imports: &Imports) -> Edges {
    let child = |module: &[String]| {
        let is_inside = module.len() > parent.len() && module.starts_with(parent);
        is_inside.then(|| module[parent.len()].clone())
    };
    let mut found = Edges::new();
    for (module, named) in imports {
        for target in named {
            if let (Some(from), Some(to)) = (child(module), child(target))
                && from != to
            {
                let example = format!("{} uses {}", module.join("/"), target.join("/"));
                found.entry((from, to)).or_insert(example);
            }
        }
    }
    found
}

/// Imports among the children of `parent` that do not lead to a lower layer.
fn run_down(parent: &[String], layers: &[&[&str]]) {
    let wrong: Vec<String> = between_children(parent, &imports(&sources()))
        .into_iter()
        .filter(|((from, to), _)| layer(layers, to) >= layer(layers, from))
        .map(|(_, example)| example)
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn dependencies_run_one_way() {
    run_down(&[], LAYERS);
}

#[test]
fn dependencies_run_one_way_among_functions() {
    run_down(&["functions".to_owned()], OF_FUNCTIONS);
}

/// Items of the crate's root are known by their names, not by their modules.
#[test]
fn items_of_the_root_are_of_lower_layers() {
    for source in sources() {
        for (name, module) in ROOT_ITEMS {
            let is_used = source.code().contains(&format!("crate::{name}"));
            let is_lower = layer(LAYERS, module) < layer(LAYERS, source.room());
            let path = source.path.display();
            assert!(!is_used || is_lower, "{path} uses {name}");
        }
    }
}

#[test]
fn modules_of_one_folder_need_each_other_in_no_circle() {
    let imports = imports(&sources());
    let modules = imports.keys().filter(|module| !module.is_empty());
    let parents: BTreeSet<&[String]> = modules.map(|module| &module[..module.len() - 1]).collect();
    let circles = parents
        .into_iter()
        .filter_map(|parent| circle(between_children(parent, &imports)));
    let wrong: Vec<String> = circles.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is left of `edges` when all that lead out of every circle, or into none, are gone.
fn circle(mut edges: Edges) -> Option<String> {
    loop {
        let from: BTreeSet<String> = edges.keys().map(|(from, _)| from.clone()).collect();
        let to: BTreeSet<String> = edges.keys().map(|(_, to)| to.clone()).collect();
        let before = edges.len();
        edges.retain(|(a, b), _| to.contains(a) && from.contains(b));
        if edges.len() == before {
            break;
        }
    }
    let examples: Vec<String> = edges.into_values().collect();
    (!examples.is_empty()).then(|| format!("a circle: {}", examples.join("; ")))
}

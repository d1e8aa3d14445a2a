//! What each file names of the crate's other modules.

use std::collections::{BTreeMap, BTreeSet};

use syn::visit::{self, Visit};
use syn::{Item, UseTree};

use super::Source;

/// The modules of the crate, as paths from its root.
pub(super) type Modules = BTreeSet<Vec<String>>;

/// For each module the modules that it names.
pub(super) type Imports = BTreeMap<Vec<String>, Modules>;

/// For each file, by its module, the modules that it names: the longest part of each path that is a module.
pub(super) fn imports(sources: &[Source]) -> Imports {
    let modules: Modules = sources.iter().map(|source| source.module.clone()).collect();
    let mut all: Imports = BTreeMap::new();
    for source in sources {
        let mut paths = Paths {
            module: &source.module,
            modules: &modules,
            found: BTreeSet::new(),
        };
        for item in &source.items {
            paths.visit_item(item);
        }
        let named = paths.found.iter().map(|path| longest(path, &modules));
        let mut named: Modules = named.collect();
        named.remove(&source.module);
        all.entry(source.module.clone()).or_default().extend(named);
    }
    all
}

fn longest(path: &[String], modules: &Modules) -> Vec<String> {
    let ends = (0..=path.len()).rev();
    let mut prefixes = ends.map(|end| &path[..end]);
    prefixes
        .find(|prefix| modules.contains(*prefix))
        .unwrap_or_default()
        .to_vec()
}

struct Paths<'a> {
    module: &'a [String],
    modules: &'a Modules,
    /// Paths from the root of the crate.
    found: BTreeSet<Vec<String>>,
}

impl Paths<'_> {
    fn add(&mut self, path: &[String]) {
        let mut absolute = self.module.to_vec();
        let mut rest = path;
        match path.first().map(String::as_str) {
            Some("crate") => {
                absolute.clear();
                rest = &path[1..];
            }
            Some("self") => rest = &path[1..],
            Some("super") => {
                while rest.first().is_some_and(|part| part == "super") {
                    absolute.pop();
                    rest = &rest[1..];
                }
            }
            Some(first) => {
                absolute.push(first.to_owned());
                if !self.modules.contains(&absolute) {
                    return;
                }
                absolute.pop();
            }
            None => return,
        }
        absolute.extend(rest.iter().cloned());
        self.found.insert(absolute);
    }

    fn add_tree(&mut self, before: &mut Vec<String>, tree: &UseTree) {
        match tree {
            UseTree::Path(path) => {
                before.push(path.ident.to_string());
                self.add_tree(before, &path.tree);
                before.pop();
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.add_tree(before, tree);
                }
            }
            UseTree::Glob(_) => self.add(before),
            UseTree::Name(_) | UseTree::Rename(_) => {
                let name = match tree {
                    UseTree::Rename(rename) => rename.ident.to_string(),
                    UseTree::Name(name) => name.ident.to_string(),
                    _ => String::new(),
                };
                let is_itself = name == "self";
                if !is_itself {
                    before.push(name);
                }
                self.add(before);
                if !is_itself {
                    before.pop();
                }
            }
        }
    }
}

impl<'ast> Visit<'ast> for Paths<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        if let Item::Use(import) = item {
            self.add_tree(&mut Vec::new(), &import.tree);
        }
        visit::visit_item(self, item);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let parts = path.segments.iter().map(|part| part.ident.to_string());
        let parts: Vec<String> = parts.collect();
        if parts.len() > 1 {
            self.add(&parts);
        }
        visit::visit_path(self, path);
    }
}

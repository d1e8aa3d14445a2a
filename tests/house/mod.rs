//! The rules of the house that a compiler does not see.

mod imports;
mod layers;
mod names;
mod style;

use std::path::{Path, PathBuf};

use datafusion_sqllogictest::read_dir_recursive;
use syn::Item;

/// A file of `src/`.
struct Source {
    path: PathBuf,
    /// Its place in the tree of modules, such as `["sql", "message"]`; empty for the roots of the crate.
    module: Vec<String>,
    text: String,
    /// Its items without its unit tests, which may do what they like.
    items: Vec<Item>,
}

impl Source {
    /// The module of the top level that the file belongs to; `lib` or `main` for the roots.
    fn room(&self) -> &str {
        match self.module.first() {
            Some(first) => first,
            None => self.path.file_stem().unwrap().to_str().unwrap(),
        }
    }

    /// The text without unit tests.
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
    rust.filter_map(|path| source(&folder, path)).collect()
}

/// The file at `path`; `None` for unit tests in a file of their own.
fn source(folder: &Path, path: PathBuf) -> Option<Source> {
    let inner = path.strip_prefix(folder).unwrap().with_extension("");
    let mut module: Vec<String> = inner
        .iter()
        .map(|part| part.to_string_lossy().into_owned())
        .collect();
    if ["mod", "lib", "main"].contains(&module.last().unwrap().as_str()) {
        module.pop();
    }
    if module.last().is_some_and(|last| last == "tests") {
        return None;
    }
    let text = std::fs::read_to_string(&path).unwrap();
    let parsed = syn::parse_file(&text).unwrap();
    let items = parsed.items.into_iter().filter(|item| !is_test(item));
    Some(Source {
        items: items.collect(),
        path,
        module,
        text,
    })
}

fn is_test(item: &Item) -> bool {
    let Item::Mod(module) = item else {
        return false;
    };
    let mut attributes = module.attrs.iter();
    attributes.any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute
                .parse_args::<syn::Path>()
                .is_ok_and(|condition| condition.is_ident("test"))
    })
}

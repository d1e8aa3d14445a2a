//! Names that say something alone.

use std::collections::BTreeMap;

use syn::visit::{self, Visit};
use syn::{ItemEnum, ItemStruct, ItemTrait, ItemType, Signature};

use super::{Source, sources};

/// Types that share a name, with the reason.
const SHARED: &[(&str, &str)] = &[];

/// The types of a file, and its functions.
#[derive(Default)]
struct Definitions {
    types: Vec<String>,
    functions: Vec<String>,
}

impl<'a> Visit<'a> for Definitions {
    fn visit_item_struct(&mut self, item: &'a ItemStruct) {
        self.types.push(item.ident.to_string());
    }

    fn visit_item_enum(&mut self, item: &'a ItemEnum) {
        self.types.push(item.ident.to_string());
    }

    fn visit_item_trait(&mut self, item: &'a ItemTrait) {
        self.types.push(item.ident.to_string());
        visit::visit_item_trait(self, item);
    }

    fn visit_item_type(&mut self, item: &'a ItemType) {
        self.types.push(item.ident.to_string());
    }

    fn visit_signature(&mut self, signature: &'a Signature) {
        self.functions.push(signature.ident.to_string());
    }
}

fn definitions(source: &Source) -> Definitions {
    let mut found = Definitions::default();
    for item in &source.items {
        found.visit_item(item);
    }
    found
}

#[test]
fn no_two_types_share_a_name() {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for source in sources() {
        for name in definitions(&source).types {
            let path = source.path.display().to_string();
            places.entry(name).or_default().push(path);
        }
    }
    let shared: Vec<String> = places
        .into_iter()
        .filter(|(name, places)| {
            let is_known = SHARED.iter().any(|(known, _)| known == name);
            places.len() > 1 && !is_known
        })
        .map(|(name, places)| format!("{name}: {}", places.join(", ")))
        .collect();
    assert!(shared.is_empty(), "{}", shared.join("\n"));
}

#[test]
fn no_function_is_called_of() {
    for source in sources() {
        let functions = definitions(&source).functions;
        assert!(
            !functions.iter().any(|name| name == "of"),
            "{} has a function `of`: say what it does (new, from_.., parse, resolve)",
            source.path.display()
        );
    }
}

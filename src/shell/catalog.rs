//! The names of the session for completion and highlighting: a copy, rebuilt when tables change, so
//! that no key press waits for the engine.

use std::sync::{Arc, PoisonError, RwLock};

use arrow::datatypes::Schema;
use datafusion::catalog::SchemaProvider;

use crate::Engine;
use crate::catalogue;
use crate::functions::{FunctionPage, optional_parameters};
use crate::queries::NamedQuery;
use crate::sql;
use crate::sql_type;
use crate::text::nearest;

/// Tables, functions, queries and settings of the session.
#[derive(Debug, Clone, Default)]
pub(super) struct ShellCatalog {
    pub(super) tables: Vec<ShellTable>,
    pub(super) functions: Arc<Vec<ShellFunction>>,
    pub(super) settings: Vec<ShellSetting>,
    pub(super) queries: Arc<Vec<ShellNamedQuery>>,
    /// Columns of the last result.
    pub(super) last: Vec<ShellColumn>,
}

#[derive(Debug, Clone)]
pub(super) struct ShellTable {
    /// `None` for tables that need no schema qualifier.
    pub(super) schema: Option<String>,
    pub(super) name: String,
    pub(super) columns: Vec<ShellColumn>,
}

#[derive(Debug, Clone)]
pub(super) struct ShellColumn {
    pub(super) name: String,
    /// SQL name of its type.
    pub(super) kind: String,
}

impl ShellColumn {
    /// Columns of `schema`.
    pub(super) fn all_of(schema: &Schema) -> Vec<Self> {
        let fields = schema.fields().iter();
        fields
            .map(|field| Self {
                name: field.name().clone(),
                kind: sql_type::name(field.data_type()),
            })
            .collect()
    }
}

#[derive(Debug, Clone)]
pub(super) struct ShellFunction {
    pub(super) name: String,
    /// `nps(score [, ..])`
    pub(super) signature: String,
    /// One sentence.
    pub(super) meaning: String,
    /// Arguments that can be given by name, each with its meaning.
    pub(super) arguments: Vec<(String, String)>,
    pub(super) is_own: bool,
}

/// A named query.
#[derive(Debug, Clone)]
pub(super) struct ShellNamedQuery {
    pub(super) name: String,
    pub(super) title: String,
    pub(super) parameters: Vec<ShellQueryParameter>,
}

#[derive(Debug, Clone)]
pub(super) struct ShellQueryParameter {
    pub(super) name: String,
    pub(super) about: String,
    /// All values that it accepts, if they are few.
    pub(super) choices: Vec<String>,
}

#[derive(Debug, Clone)]
pub(super) struct ShellSetting {
    pub(super) key: String,
    pub(super) value: String,
    pub(super) about: String,
}

impl ShellCatalog {
    /// Reads everything from `engine`.
    pub(super) async fn load(engine: &Engine) -> Self {
        let functions = engine.functions().iter().flat_map(functions).collect();
        // Problems with a query are reported where it is used.
        let queries = engine
            .queries()
            .map_or_else(|_| Vec::new(), |all| all.all().map(query).collect());
        let mut catalog = Self {
            functions: Arc::new(functions),
            queries: Arc::new(queries),
            ..Self::default()
        };
        catalog.refresh(engine).await;
        catalog
    }

    /// Reloads what statements can change.
    pub(super) async fn refresh(&mut self, engine: &Engine) {
        self.tables = tables(engine).await;
        let state = engine.context().state();
        let entries = state.config_options().entries().into_iter();
        self.settings = entries
            .map(|entry| ShellSetting {
                key: entry.key,
                value: entry.value.unwrap_or_default(),
                about: entry.description.to_owned(),
            })
            .collect();
        self.settings.sort_by_cached_key(|setting| {
            (!setting.key.starts_with("deskql."), setting.key.clone())
        });
    }

    /// Finds a table by name, with or without its schema, ignoring case.
    pub(super) fn table(&self, name: &str) -> Option<&ShellTable> {
        let is_it = |table: &&ShellTable| table.full_name().eq_ignore_ascii_case(name);
        self.tables.iter().find(is_it)
    }

    /// Error text for an unknown table `name`.
    pub(super) fn unknown_table(&self, name: &str) -> String {
        let names: Vec<String> = self.tables.iter().map(ShellTable::full_name).collect();
        match nearest(name, names.iter().map(String::as_str)) {
            Some(near) => format!("no table {name}: did you mean {near}?"),
            None => format!("no table {name}: \\d lists them"),
        }
    }

    /// True if SQL can call `name`.
    pub(super) fn has_function(&self, name: &str) -> bool {
        let mut functions = self.functions.iter();
        functions.any(|function| function.name.eq_ignore_ascii_case(name))
    }
}

impl ShellTable {
    /// True for tables of every session, which are not listed among the user's.
    pub(super) fn is_built_in(&self) -> bool {
        let built_in = ["information_schema", catalogue::NAME];
        self.schema
            .as_deref()
            .is_some_and(|schema| built_in.contains(&schema))
    }

    /// Name as in a query, without quotes.
    pub(super) fn full_name(&self) -> String {
        match &self.schema {
            Some(schema) => format!("{schema}.{}", self.name),
            None => self.name.clone(),
        }
    }

    /// Name as in a query, quoted where needed.
    pub(super) fn quoted_name(&self) -> String {
        match &self.schema {
            Some(schema) => format!("{}.{}", quoted(schema), quoted(&self.name)),
            None => quoted(&self.name),
        }
    }
}

/// Quotes a name if SQL requires it.
pub(super) fn quoted(name: &str) -> String {
    let mut letters = name.chars();
    let begins_well = letters
        .next()
        .is_some_and(|first| first.is_alphabetic() || first == '_');
    let is_plain = begins_well && letters.all(|letter| letter.is_alphanumeric() || letter == '_');
    if is_plain && !is_reserved(name) {
        name.to_owned()
    } else {
        format!("\"{}\"", name.replace('"', "\"\""))
    }
}

/// True for words that the parser would not accept as a name.
fn is_reserved(name: &str) -> bool {
    const RESERVED: [&str; 12] = [
        "case", "end", "from", "group", "having", "limit", "on", "order", "select", "union",
        "where", "with",
    ];
    RESERVED.iter().any(|word| word.eq_ignore_ascii_case(name))
}

fn query(query: &NamedQuery) -> ShellNamedQuery {
    let parameters = query.parameters.iter();
    ShellNamedQuery {
        name: query.name.clone(),
        title: query.title.clone(),
        parameters: parameters
            .map(|parameter| ShellQueryParameter {
                name: parameter.name.clone(),
                about: parameter.about.clone(),
                choices: parameter.choices.keys().cloned().collect(),
            })
            .collect(),
    }
}

/// A function, once for each of its names.
fn functions(page: &FunctionPage) -> Vec<ShellFunction> {
    let syntax = page
        .documentation
        .as_ref()
        .map(|found| found.syntax_example.as_str());
    let syntax = syntax
        .unwrap_or_default()
        .trim()
        .lines()
        .next()
        .unwrap_or_default();
    let names = std::iter::once(&page.name).chain(&page.aliases);
    names
        .map(|name| ShellFunction {
            name: name.clone(),
            signature: match syntax {
                "" => format!("{name}(..)"),
                syntax => syntax.replacen(&format!("{}(", page.name), &format!("{name}("), 1),
            },
            meaning: page.meaning().replace('`', ""),
            arguments: optional_parameters(sql::call_forms(&page.name))
                .into_iter()
                .map(|(name, meaning)| (name.to_owned(), meaning.to_owned()))
                .collect(),
            is_own: page.is_own,
        })
        .collect()
}

async fn tables(engine: &Engine) -> Vec<ShellTable> {
    let context = engine.context();
    let state = context.state();
    let home = state.config_options().catalog.clone();
    let mut tables = Vec::new();
    if let Some(catalog) = context.catalog(&home.default_catalog) {
        for name in catalog.schema_names() {
            if let Some(schema) = catalog.schema(&name) {
                let shown = (name != home.default_schema).then_some(name);
                add(&mut tables, schema.as_ref(), shown.as_deref()).await;
            }
        }
    }
    // It belongs to no catalog: DataFusion builds it for each query.
    if let Ok(schema) = state.schema_for_ref("information_schema.tables") {
        add(&mut tables, schema.as_ref(), Some("information_schema")).await;
    }
    tables.sort_by_cached_key(|table| (table.schema.clone(), table.name.clone()));
    tables.dedup_by_key(|table| table.full_name());
    tables
}

async fn add(tables: &mut Vec<ShellTable>, schema: &dyn SchemaProvider, shown: Option<&str>) {
    for name in schema.table_names() {
        let Ok(Some(provider)) = schema.table(&name).await else {
            continue;
        };
        tables.push(ShellTable {
            schema: shown.map(str::to_owned),
            columns: ShellColumn::all_of(&provider.schema()),
            name,
        });
    }
}

/// Catalog that the session writes and the line editor reads.
#[derive(Debug, Clone, Default)]
pub(super) struct SharedShellCatalog(Arc<RwLock<Arc<ShellCatalog>>>);

impl SharedShellCatalog {
    pub(super) fn get(&self) -> Arc<ShellCatalog> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn set(&self, catalog: ShellCatalog) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(catalog);
    }
}

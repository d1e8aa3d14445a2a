//! The pages with SQL for people: every ```` ```sql ```` block runs on `sample-data`, and the
//! ```` ```text ```` block after it is its result. `DESKQL_PAGES=overwrite` writes the results anew; read
//! the difference before you commit it.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use deskql::internal::output::{self, ResultFormat};
use deskql::{Engine, EngineSettings};

/// Blocks that begin with this are query files, which run by name.
const HEADER: &str = "-- title";

fn pages() -> Vec<PathBuf> {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let mut pages: Vec<PathBuf> = std::fs::read_dir(docs.join("cookbook"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    pages.push(docs.join("insight.md"));
    pages.push(docs.join("ticket-facts.md"));
    pages.push(docs.join("tutorial.md"));
    pages.push(docs.join("calendars.md"));
    pages.push(docs.join("sla.md"));
    pages.push(docs.join("sql.md"));
    pages.sort();
    pages
}

/// Part of a page: prose, or SQL with the result that is printed after it.
#[derive(Debug, PartialEq)]
enum Part {
    Prose(String),
    Query { sql: String, result: String },
}

fn parts(page: &str) -> Vec<Part> {
    const SQL: &str = "```sql\n";
    const TEXT: &str = "\n```text\n";
    let mut parts = Vec::new();
    let mut rest = page;
    while let Some(start) = rest.find(SQL) {
        let (before, block) = rest.split_at(start + SQL.len());
        let (sql, after) = block.split_once("```\n").unwrap();
        if sql.starts_with(HEADER) {
            parts.push(Part::Prose(format!("{before}{sql}```\n")));
            rest = after;
            continue;
        }
        parts.push(Part::Prose(before.to_owned()));
        let printed = after
            .strip_prefix(TEXT)
            .and_then(|text| text.split_once("```\n"));
        let (result, after) = printed.unwrap_or(("", after));
        parts.push(Part::Query {
            sql: sql.to_owned(),
            result: result.to_owned(),
        });
        rest = after;
    }
    parts.push(Part::Prose(rest.to_owned()));
    parts
}

fn page(parts: &[Part]) -> String {
    let text = |part: &Part| match part {
        Part::Prose(text) => text.clone(),
        Part::Query { sql, result } => format!("{sql}```\n\n```text\n{result}```\n"),
    };
    parts.iter().map(text).collect()
}

/// A writer whose content can be read afterwards.
#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Output of the program into a pipe.
async fn printed(engine: &Engine, sql: &str) -> deskql::Result<String> {
    let mut all = String::new();
    for statement in deskql::parse(sql)? {
        let frame = engine.plan(&statement).await?;
        let schema = Arc::new(frame.schema().as_arrow().clone());
        if schema.fields().is_empty() {
            continue;
        }
        let buffer = Buffer::default();
        let mut writer =
            output::writer(ResultFormat::Table, &schema, Box::new(buffer.clone()), None)?;
        for batch in frame.collect().await? {
            writer.write(&batch)?;
        }
        writer.finish()?;
        all.push_str(&String::from_utf8(buffer.0.lock().unwrap().clone()).unwrap());
    }
    Ok(all)
}

/// The `deskql.toml` of a page about calendars: its first block of TOML.
fn config(page: &str, folder: &Path) -> Option<PathBuf> {
    let (_, block) = page.split_once("```toml\n[calendars.")?;
    let (block, _) = block.split_once("```")?;
    let path = folder.join("deskql.toml");
    std::fs::write(&path, format!("[calendars.{block}")).unwrap();
    Some(path)
}

#[tokio::test]
async fn results_on_pages_are_real() {
    let overwrite = std::env::var_os("DESKQL_PAGES").is_some_and(|wish| wish == "overwrite");
    let mut wrong = Vec::new();
    for path in pages() {
        let before = std::fs::read_to_string(&path).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let engine = Engine::open(EngineSettings {
            data: vec!["sample-data".to_owned()],
            config: config(&before, folder.path()),
            ..EngineSettings::default()
        })
        .await
        .unwrap();
        let mut parts = parts(&before);
        for part in &mut parts {
            if let Part::Query { sql, result } = part {
                match printed(&engine, sql).await {
                    Ok(text) => *result = text,
                    Err(error) => wrong.push(format!("{}: {error}\n{sql}", path.display())),
                }
            }
        }
        let after = page(&parts);
        if overwrite {
            std::fs::write(&path, after).unwrap();
        } else if after != before {
            let line = before
                .lines()
                .zip(after.lines())
                .position(|(old, new)| old != new);
            let line = line.unwrap_or_else(|| before.lines().count().min(after.lines().count()));
            wrong.push(format!(
                "{}:{}: not what the query gives now",
                path.display(),
                line + 1
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn query_files_on_pages_run_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let mut names = Vec::new();
    for page in ["tutorial.md", "queries.md"] {
        let text = std::fs::read_to_string(docs.join(page)).unwrap();
        for block in text.split("```sql\n").skip(1) {
            let file = block.split("```").next().unwrap();
            if file.starts_with(HEADER) {
                let name = format!("page_{}", names.len());
                std::fs::write(folder.path().join(format!("{name}.sql")), file).unwrap();
                names.push(name);
            }
        }
    }
    assert_eq!(names.len(), 2);
    let engine = Engine::open(EngineSettings {
        data: vec!["sample-data".to_owned()],
        queries: vec![folder.path().to_owned()],
        ..EngineSettings::default()
    })
    .await
    .unwrap();
    for name in names {
        let rows = engine
            .plan_named(&name, &[])
            .await
            .unwrap()
            .count()
            .await
            .unwrap();
        assert!(rows > 0, "{name}");
    }
}

#[test]
fn a_page_survives_being_cut() {
    let text = "a\n\n```sql\nSELECT 1\n```\n\n```text\nx\n```\n\n```sql\n-- title = 1\n```\nb\n";
    let cut = parts(text);
    assert_eq!(page(&cut), text);
    let is_query = |part: &&Part| matches!(part, Part::Query { .. });
    assert_eq!(cut.iter().filter(is_query).count(), 1);
}

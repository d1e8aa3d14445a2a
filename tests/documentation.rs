//! Documentation that cannot become stale: examples run, generated pages are current.

use assert_cmd::cargo::cargo_bin_cmd;
use deskql::FunctionPage;
use deskql::internal::output::{self, ResultFormat};
use deskql::parse;
use deskql::{Engine, EngineSettings};

async fn engine() -> Engine {
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/sample-data").to_owned();
    let settings = EngineSettings {
        data: vec![data],
        config: Some(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/policies.toml").into()),
        ..EngineSettings::default()
    };
    Engine::open(settings).await.unwrap()
}

fn own_pages(engine: &Engine) -> Vec<FunctionPage> {
    engine
        .functions()
        .into_iter()
        .filter(|page| page.is_own)
        .collect()
}

#[tokio::test]
async fn every_function_of_ours_is_explained() {
    for page in own_pages(&engine().await) {
        let name = &page.name;
        let Some(documentation) = &page.documentation else {
            panic!("{name} has no documentation");
        };
        assert!(documentation.doc_section.include, "{name}");
        assert!(!documentation.description.trim().is_empty(), "{name}");
        assert!(
            documentation.syntax_example.contains(name.as_str()),
            "{name}"
        );
        assert!(
            page.example()
                .is_some_and(|example| example.contains(name.as_str())),
            "{name}"
        );
        assert!(
            page.meaning().ends_with('.') || page.meaning().ends_with('`'),
            "{name}"
        );
    }
}

#[tokio::test]
async fn related_functions_exist() {
    let engine = engine().await;
    let pages = engine.functions();
    for page in own_pages(&engine) {
        let documentation = page.documentation.unwrap();
        for related in documentation.related_udfs.into_iter().flatten() {
            assert!(
                pages.iter().any(|other| other.name == related),
                "{}: {related}",
                page.name
            );
        }
    }
}

/// An example may end with comments that contain its result, as CSV without a header.
#[tokio::test]
async fn every_example_runs_and_gives_the_result_it_shows() {
    let engine = engine().await;
    for page in own_pages(&engine) {
        let example = page.example().unwrap();
        let mut answer = String::new();
        for statement in parse(example).unwrap_or_else(|e| panic!("{}: {e}", page.name)) {
            let run = run(&engine, &statement).await;
            answer = run.unwrap_or_else(|error| panic!("{}: {error}\n{example}", page.name));
        }
        let shown: Vec<&str> = example
            .lines()
            .filter_map(|line| line.strip_prefix("-- "))
            .collect();
        if !shown.is_empty() {
            assert_eq!(
                answer.lines().collect::<Vec<_>>(),
                shown,
                "{}: {example}",
                page.name
            );
        }
    }
}

async fn run(engine: &Engine, statement: &deskql::Statement) -> deskql::Result<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("answer.csv");
    let frame = engine.plan(statement).await?;
    let schema = std::sync::Arc::new(frame.schema().as_arrow().clone());
    let file = std::fs::File::create(&path).unwrap();
    let mut writer = output::writer(ResultFormat::Csv, &schema, Box::new(file), None)?;
    for batch in frame.collect().await? {
        writer.write(&batch)?;
    }
    writer.finish()?;
    let csv = std::fs::read_to_string(path).unwrap();
    Ok(csv
        .split_once('\n')
        .map_or(String::new(), |(_, rows)| rows.to_owned()))
}

#[test]
fn the_page_of_functions_is_fresh() {
    let fresh = cargo_bin_cmd!("deskql")
        .args(["functions", "--markdown"])
        .output()
        .unwrap();
    let kept = include_str!("../docs/functions.md").replace("\r\n", "\n");
    assert!(
        String::from_utf8(fresh.stdout).unwrap() == kept,
        "run: cargo run -- functions --markdown > docs/functions.md"
    );
}

#[test]
fn functions_are_found_by_words_about_them() {
    let found = |words: &str| {
        let output = cargo_bin_cmd!("deskql").args(["functions", words]).output();
        let output = output.unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (
            output.status.code(),
            text(output.stdout) + &text(output.stderr),
        )
    };
    let (_, real) = found("is it real");
    assert!(
        real.contains("Is it real?\n") && real.contains("  compare_csat "),
        "{real}"
    );
    assert!(found("what drove it").1.contains("explain_change"));
    let (code, said) = found("of the zzz");
    assert_eq!(
        (code, said.contains("no function of the zzz")),
        (Some(2), true),
        "{said}"
    );
}

//! docs/fast-paths.md has a section for each fast path, in the words of the list.

use deskql::{Engine, EngineSettings};

use crate::support::data::rows;

#[tokio::test]
async fn the_page_describes_each_fast_path() {
    let page = include_str!("../../docs/fast-paths.md");
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let sections = page
        .split("\n## ")
        .filter(|section| section.starts_with("`deskql."));
    let sections: Vec<&str> = sections.collect();
    let engine = Engine::open(EngineSettings::default()).await.unwrap();
    let sql = "SELECT setting, description, explain_mark, retire_when FROM deskql.fast_paths";
    let paths = rows(&engine, sql).await;
    assert_eq!(paths.len(), sections.len());
    for (path, section) in paths.iter().zip(sections) {
        let [setting, description, mark, retire_when] =
            path.split('|').collect::<Vec<_>>().try_into().unwrap();
        let section = words(section);
        for part in [
            format!("`{setting}` {description}. `EXPLAIN` shows `{mark}`."),
            format!("Can go when: {retire_when}."),
        ] {
            assert!(section.contains(&part), "{setting}: {part}");
        }
    }
}

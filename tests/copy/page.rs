//! Every example of `docs/export.md` runs, in order, in one folder. `DESKQL_PAGES=overwrite` writes the
//! results anew.

use std::path::Path;

use super::text;

const SQL: &str = "```sql\n";
const TEXT: &str = "\n```text\n";
const CONSOLE: &str = "```console\n";
const END: &str = "```\n";

fn printed(folder: &Path, arguments: &[&str]) -> String {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data");
    let mut command = assert_cmd::cargo::cargo_bin_cmd!("deskql");
    let output = command
        .current_dir(folder)
        .env("DESKQL_DATA", data)
        .arg("-q")
        .args(arguments)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{arguments:?}: {}",
        text(&output.stderr)
    );
    text(&output.stdout)
}

/// The commands of a block with what they print.
fn console(folder: &Path, block: &str) -> String {
    let commands = block
        .lines()
        .filter_map(|line| line.strip_prefix("$ deskql "));
    let runs = commands.map(|command| {
        let words = shlex::split(command).unwrap();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        format!("$ deskql {command}\n{}", printed(folder, &words))
    });
    runs.collect()
}

#[test]
fn examples_on_the_page_about_files_are_real() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/export.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (mut after, mut rest) = (String::new(), page.as_str());
    while let Some(start) = rest.find(SQL).into_iter().chain(rest.find(CONSOLE)).min() {
        let is_sql = rest[start..].starts_with(SQL);
        let head = start + if is_sql { SQL.len() } else { CONSOLE.len() };
        let (block, behind) = rest[head..].split_once(END).unwrap();
        after.push_str(&rest[..head]);
        rest = behind;
        if is_sql {
            let result = printed(folder.path(), &["-c", block]);
            let (_, behind) = rest.strip_prefix(TEXT).unwrap().split_once(END).unwrap();
            after.push_str(&format!("{block}{END}{TEXT}{result}{END}"));
            rest = behind;
        } else {
            after.push_str(&console(folder.path(), block));
            after.push_str(END);
        }
    }
    after.push_str(rest);
    if std::env::var_os("DESKQL_PAGES").is_some_and(|wish| wish == "overwrite") {
        std::fs::write(&path, &after).unwrap();
    }
    assert_eq!(page, after);
    let dialect = std::fs::read_to_string(folder.path().join("dialect.csv")).unwrap();
    assert!(page.contains(dialect.trim_end()), "{dialect}");
}

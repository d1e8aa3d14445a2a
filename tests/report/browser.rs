//! The pages in a browser: without a message, without a request, accessible, fit for phones and for paper.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{SHIPPED, desk, report, root, sample_text};

/// What the scripts of `browser/` need.
const PACKAGES: [&str; 5] = [
    "playwright-core",
    "axe-core",
    "pixelmatch",
    "pngjs",
    "dejavu-fonts-ttf",
];

/// Why there is no browser with its checkers; `None` if there is one.
fn missing() -> Option<String> {
    let Some(modules) = std::env::var_os("DESKQL_NODE_MODULES") else {
        return Some("DESKQL_NODE_MODULES names no folder of Node packages".to_owned());
    };
    for package in PACKAGES {
        if !Path::new(&modules).join(package).is_dir() {
            return Some(format!("no {package} in {}", modules.display()));
        }
    }
    let node = Command::new("node").arg("--version").output();
    if !node.is_ok_and(|output| output.status.success()) {
        return Some("node does not run".to_owned());
    }
    let chromium = [
        "/usr/bin/chromium",
        "/usr/bin/chromium-browser",
        "/usr/bin/google-chrome",
    ];
    let is_there = chromium.iter().any(|path| Path::new(path).exists());
    (!is_there).then(|| "no Chromium".to_owned())
}

/// Reports why the browser was skipped, unless `DESKQL_REQUIRE_BROWSER=1` makes that a failure.
#[expect(
    clippy::print_stdout,
    reason = "a test that leaves something out says so"
)]
fn leave_out(reason: &str) {
    let required = std::env::var("DESKQL_REQUIRE_BROWSER").is_ok_and(|value| value == "1");
    assert!(!required, "a browser is required: {reason}");
    println!("the browser is left out: {reason}");
}

/// What a script of `browser/` prints: a line for each problem that it finds.
fn problems(script: &str, paths: &[&Path]) -> String {
    let script = root().join("tests/report/browser").join(script);
    let output = Command::new("node")
        .arg(script)
        .args(paths)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    String::from_utf8(output.stdout).unwrap()
}

/// The shipped reports as pages in `folder`.
fn pages(folder: &Path) -> [PathBuf; 3] {
    SHIPPED.map(|name| {
        let path = folder.join(format!("{name}.html"));
        let page = sample_text("html", &[name, "--day", "2025-03-12"]);
        std::fs::write(&path, page.as_bytes()).unwrap();
        path
    })
}

/// Those of `tests/report/browser/pictures`, which `DESKQL_PICTURES=overwrite` replaces. Look at them before they are
/// committed.
#[test]
fn pages_look_as_they_did() {
    if let Some(reason) = missing() {
        return leave_out(&reason);
    }
    let kept = root().join("tests/report/browser/pictures");
    let taken = Path::new(env!("CARGO_TARGET_TMPDIR")).join("report-pictures");
    let folder = tempfile::tempdir().unwrap();
    let pages = pages(folder.path());
    let paths: Vec<&Path> = [&kept, &taken]
        .into_iter()
        .chain(&pages)
        .map(PathBuf::as_path)
        .collect();
    let found = problems("pictures.mjs", &paths);
    if std::env::var("DESKQL_PICTURES").is_ok_and(|value| value == "overwrite") {
        if kept.exists() {
            std::fs::remove_dir_all(&kept).unwrap();
        }
        std::fs::create_dir_all(&kept).unwrap();
        for picture in std::fs::read_dir(&taken).unwrap() {
            let picture = picture.unwrap();
            if !picture.file_name().to_string_lossy().contains(".differs.") {
                std::fs::copy(picture.path(), kept.join(picture.file_name())).unwrap();
            }
        }
        return;
    }
    assert_eq!(found, "", "the new pictures are in {}", taken.display());
}

#[test]
fn pages_open_in_a_browser() {
    if let Some(reason) = missing() {
        return leave_out(&reason);
    }
    let folder = tempfile::tempdir().unwrap();
    let pages = pages(folder.path());
    let paths: Vec<&Path> = pages.iter().map(PathBuf::as_path).collect();
    assert_eq!(problems("check.mjs", &paths), "");
}

/// Long names, names from right to left, and many of them.
#[test]
fn hostile_pages_open_in_a_browser() {
    if let Some(reason) = missing() {
        return leave_out(&reason);
    }
    let tickets = "SELECT * REPLACE (CASE ticket_id % 40 WHEN 0 THEN repeat('long name ', 300) WHEN 1 THEN repeat('x', 3000)
           WHEN 2 THEN 'دعم العملاء' WHEN 3 THEN '<b>&\"''' ELSE 'team ' || ticket_id % 40 END AS team)
         FROM tickets WHERE created_at >= '2025-01-20' AND created_at < '2025-04-10'";
    let surveys =
        "SELECT * FROM surveys WHERE offered_at >= '2025-01-20' AND offered_at < '2025-04-10'";
    let folder = desk(&[
        ("tickets.parquet", tickets),
        ("surveys.parquet", surveys),
        ("customers.parquet", "SELECT * FROM customers"),
    ]);
    let target = tempfile::tempdir().unwrap();
    let page = target.path().join("small.html");
    let path = page.to_str().unwrap();
    let ended = report(
        folder.path(),
        &["small.toml", "--day", "2025-03-12", "--output", path],
    );
    assert_eq!(ended.code, 0, "{}", ended.said);
    assert_eq!(problems("check.mjs", &[&page]), "");
}

//! Files of several partitions are written at a time: their rows and the order of these do not depend on it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use datafusion::arrow::compute::concat_batches;
use datafusion::arrow::util::pretty::pretty_format_batches;
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::{MAPPING, ask, deskql};

/// Rows of all data files below `folder` in their order, by the folder of the file.
fn files(folder: &Path) -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut folders: Vec<PathBuf> = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("_delta_log") {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "parquet") {
                let name = next.strip_prefix(folder).unwrap().display().to_string();
                found.entry(name).or_default().push(rows(&path));
            }
        }
    }
    found.values_mut().for_each(|files| files.sort());
    found
}

fn rows(path: &Path) -> String {
    let file = std::fs::File::open(path).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    let schema = std::sync::Arc::clone(reader.schema());
    let batches: Vec<_> = reader.build().unwrap().map(Result::unwrap).collect();
    let all = concat_batches(&schema, &batches).unwrap();
    pretty_format_batches(&[all]).unwrap().to_string()
}

#[test]
fn rows_of_files_do_not_depend_on_threads() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    std::fs::write(folder.join("mapping.toml"), MAPPING).unwrap();
    // All tickets of a month have one time, so that nothing but their keys orders them.
    let export = |tickets: std::ops::Range<u64>, updated: &str| {
        let mut text = "ticket_id,created_at,updated_at,channel\n".to_owned();
        for id in tickets {
            let month = id % 11 + 1;
            text += &format!("{id},2026-{month:02}-10 10:00:00,{updated},mail\n");
        }
        text
    };
    std::fs::write(folder.join("one.csv"), export(0..30_000, "2026-07-01")).unwrap();
    std::fs::write(folder.join("two.csv"), export(25_000..40_000, "2026-08-01")).unwrap();
    let mut states = Vec::new();
    for threads in ["1", "2", "7"] {
        let lake = format!("lake{threads}");
        let mut seen = Vec::new();
        for export in ["one.csv", "two.csv"] {
            let mut run = deskql(folder);
            run.args([
                "--threads",
                threads,
                "ingest",
                export,
                "--mapping",
                "mapping.toml",
            ]);
            run.args(["--to", &lake]).assert().success();
            seen.push(files(&folder.join(&lake)));
        }
        let mut run = deskql(folder);
        let table = format!("{lake}/tickets");
        run.args(["--threads", threads, "optimize", &table, "--retain", "0s"]);
        run.assert().success();
        let mut run = deskql(folder);
        run.args(["optimize", &table, "--retain", "0s"])
            .assert()
            .success();
        seen.push(files(&folder.join(&lake)));
        states.push(seen);
    }
    assert_eq!(states[0][0].len(), 11);
    assert!(
        states.iter().all(|state| *state == states[0]),
        "the files differ"
    );
    std::fs::rename(folder.join("lake7"), folder.join("lake")).unwrap();
    let counted = ask(
        folder,
        "SELECT count(*), count(DISTINCT ticket_id) FROM tickets",
    );
    assert_eq!(counted, ["40000,40000"]);
}

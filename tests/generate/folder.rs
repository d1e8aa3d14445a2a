//! The output folder: nothing is overwritten without `--force`, no unfinished file stays.

use std::fs;

use deskql::Error;
use deskql::internal::generate::{GenerateOptions, run};

use super::generate;

#[test]
fn refuses_a_folder_that_is_not_empty_unless_forced() {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("notes.txt");
    fs::write(&own, "mine").unwrap();
    let options = GenerateOptions::new(10, 1, folder.path());
    let error = run(&options, |_| Ok(())).unwrap_err().to_string();
    assert!(
        error.contains("is not empty") && error.contains("--force"),
        "{error}"
    );
    assert!(!error.contains('\n'));

    let force = |seed| GenerateOptions {
        force: true,
        seed,
        ..options.clone()
    };
    generate(&force(1));
    let before = fs::read(folder.path().join("tickets.parquet")).unwrap();
    generate(&force(2));
    assert_ne!(
        fs::read(folder.path().join("tickets.parquet")).unwrap(),
        before
    );
    assert_eq!(fs::read_to_string(own).unwrap(), "mine");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 10);
}

#[test]
fn a_stopped_run_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut calls = 0;
    let outcome = run(&GenerateOptions::new(20_000, 1, folder.path()), |_| {
        calls += 1;
        if calls > 4 {
            Err(Error::Interrupted)
        } else {
            Ok(())
        }
    });
    assert!(matches!(outcome, Err(Error::Interrupted)));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn progress_reaches_its_total() {
    let folder = tempfile::tempdir().unwrap();
    let mut seen = Vec::new();
    run(&GenerateOptions::new(9_000, 1, folder.path()), |progress| {
        seen.push((progress.done, progress.total));
        Ok(())
    })
    .unwrap();
    assert!(seen.is_sorted());
    assert_eq!(seen.last(), Some(&(18_000, 18_000)));
}

#[test]
fn options_out_of_range_are_refused_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let good = GenerateOptions::new(10, 1, folder.path());
    for (options, word) in [
        (
            GenerateOptions {
                tickets: 0,
                ..good.clone()
            },
            "tickets",
        ),
        (
            GenerateOptions {
                dirty: 1.5,
                ..good.clone()
            },
            "1.5",
        ),
        (
            GenerateOptions {
                dirty: f64::NAN,
                ..good.clone()
            },
            "rate",
        ),
        (
            GenerateOptions {
                threads: Some(0),
                ..good.clone()
            },
            "threads",
        ),
    ] {
        let error = run(&options, |_| Ok(())).unwrap_err();
        assert!(matches!(error, Error::Usage(_)));
        let text = error.to_string();
        assert!(text.contains(word) && !text.contains('\n'), "{text}");
    }
}

#[test]
fn an_output_that_is_a_file_is_refused() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let error = run(&GenerateOptions::new(10, 1, file.path()), |_| Ok(())).unwrap_err();
    assert!(
        error
            .to_string()
            .contains(&file.path().display().to_string())
    );
}

//! Tables in object stores that are slow, fail, or lose answers: read, taken in, optimized and audited.
#![cfg(feature = "cloud")]

mod failures;
mod first_runs;
mod round_trips;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::support::s3_server::{S3Server, StoreConduct};

/// A store with the bucket `desk`, and a folder for what is local.
pub(crate) struct StoreDesk {
    pub(crate) root: tempfile::TempDir,
    pub(crate) local: tempfile::TempDir,
    pub(crate) server: S3Server,
}

const HEADER: &str = "ticket_id,created_at,updated_at,channel\n";

impl StoreDesk {
    pub(crate) async fn new(conduct: StoreConduct) -> Self {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir(root.path().join("desk")).unwrap();
        let local = tempfile::tempdir().unwrap();
        std::fs::write(local.path().join("mapping.toml"), crate::lake::MAPPING).unwrap();
        let server = S3Server::start(root.path(), conduct).await;
        Self {
            root,
            local,
            server,
        }
    }

    /// The same objects in a store that behaves otherwise.
    pub(crate) async fn behaving(self, conduct: StoreConduct) -> Self {
        let server = S3Server::start(self.root.path(), conduct).await;
        Self { server, ..self }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_deskql"));
        command.args(arguments).current_dir(self.local.path());
        for name in [
            "AWS_PROFILE",
            "AWS_SESSION_TOKEN",
            "HTTP_PROXY",
            "http_proxy",
        ] {
            command.env_remove(name);
        }
        command.envs(self.server.variables());
        command
    }

    pub(crate) async fn run(&self, arguments: &[&str]) -> Output {
        let mut command = self.command(arguments);
        tokio::task::spawn_blocking(move || command.output().unwrap())
            .await
            .unwrap()
    }

    /// Starts the program without waiting for it.
    pub(crate) fn start(&self, arguments: &[&str]) -> std::process::Child {
        let mut command = self.command(arguments);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().unwrap()
    }

    /// Writes tickets with these numbers as an export, in six months.
    pub(crate) fn export(&self, tickets: std::ops::Range<u64>, updated: &str) {
        let mut text = HEADER.to_owned();
        for id in tickets {
            let month = id % 6 + 1;
            text += &format!("{id},2026-{month:02}-10 10:00:00,{updated},mail\n");
        }
        std::fs::write(self.local.path().join("export.csv"), text).unwrap();
    }

    pub(crate) async fn ingest(&self) -> Output {
        self.run(&INGEST).await
    }

    /// The answer to `sql` over the lake, without the header.
    pub(crate) async fn ask(&self, sql: &str) -> String {
        let data = [
            "-q",
            "--format",
            "csv",
            "--data",
            "s3://desk/lake",
            "-c",
            sql,
        ];
        let text = out(&self.run(&data).await);
        text.lines().skip(1).collect::<Vec<_>>().join("\n")
    }

    /// Data files below the table, sorted.
    pub(crate) fn data_files(&self) -> Vec<PathBuf> {
        let mut files = files_below(&self.root.path().join("desk/lake/tickets"));
        files.retain(|path| path.extension().is_some_and(|ending| ending == "parquet"));
        files.retain(|path| {
            !path
                .components()
                .any(|part| part.as_os_str() == "_delta_log")
        });
        files
    }
}

pub(crate) const INGEST: [&str; 6] = [
    "ingest",
    "export.csv",
    "--mapping",
    "mapping.toml",
    "--to",
    "s3://desk/lake",
];

pub(crate) fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files_below(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

pub(crate) fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr)
        .trim_end()
        .to_owned()
}

pub(crate) fn out(output: &Output) -> String {
    assert!(output.status.success(), "{}", said(output));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

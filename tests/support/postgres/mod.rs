//! A `PostgreSQL` server of a test's own: Debian's, in a temporary folder, behind a Unix socket.

mod load;
mod wire;

use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

pub(crate) use wire::{Connection, TextRows};

use super::answers::Rows;

/// Debian's folder of servers, with a folder for each version.
const INSTALLED: &str = "/usr/lib/postgresql";

/// A server that stops when dropped.
#[derive(Debug)]
pub(crate) struct Server {
    programs: PathBuf,
    folder: TempDir,
    /// User of the server: it refuses to run as root.
    user: Option<(u32, u32)>,
    process: Child,
}

impl Server {
    /// Starts a server without tables, or returns the reason why there is none.
    pub(crate) fn start() -> Result<Self, String> {
        let programs = newest()?;
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let user = unprivileged(folder.path())?;
        if let Some((uid, gid)) = user {
            chown(folder.path(), Some(uid), Some(gid)).map_err(|error| error.to_string())?;
        }
        let data = folder.path().join("data");
        let mut make = command(&programs.join("initdb"), folder.path(), user);
        make.args(["--auth=trust", "--username=postgres", "--no-sync"])
            // Texts in byte order, as in the other engines.
            .args(["--encoding=UTF8", "--locale=C", "--lc-ctype=C.UTF-8"])
            .arg(&data);
        let made = make.output().map_err(|error| error.to_string())?;
        if !made.status.success() {
            let text = String::from_utf8_lossy(&made.stderr);
            return Err(format!("initdb: {}", text.lines().last().unwrap_or("")));
        }
        let mut serve = command(&programs.join("postgres"), folder.path(), user);
        serve
            .arg("-D")
            .arg(&data)
            .arg("-k")
            .arg(folder.path())
            .args(["-c", "listen_addresses=", "-c", "timezone=UTC"])
            .args([
                "-c",
                "fsync=off",
                "-c",
                "jit=off",
                "-c",
                "max_connections=8",
            ])
            .args(["-c", "shared_buffers=16MB", "-c", "statement_timeout=10s"])
            // An unread pipe would be full after some hundred errors.
            .stderr(Stdio::null());
        let process = serve.spawn().map_err(|error| error.to_string())?;
        let server = Self {
            programs,
            folder,
            user,
            process,
        };
        server.connect()?;
        Ok(server)
    }

    /// A session, waiting for the server to be ready.
    pub(crate) fn connect(&self) -> Result<Connection, String> {
        let socket = self.folder.path().join(".s.PGSQL.5432");
        let start = Instant::now();
        loop {
            match Connection::open(&socket) {
                Ok(connection) => return Ok(connection),
                Err(error) if start.elapsed() > Duration::from_secs(30) => {
                    return Err(error.to_string());
                }
                Err(_) => std::thread::sleep(Duration::from_millis(20)),
            }
        }
    }

    /// A session in which Parquet files are tables by name.
    pub(crate) fn with_tables(&self, tables: &[(&str, &Path)]) -> Result<Connection, String> {
        let mut connection = self.connect()?;
        for (name, file) in tables {
            load::load(&mut connection, name, file)?;
        }
        Ok(connection)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let mut stop = command(&self.programs.join("pg_ctl"), self.folder.path(), self.user);
        stop.args(["stop", "-m", "immediate", "-D"])
            .arg(self.folder.path().join("data"));
        let _ = stop.output();
        let _ = self.process.wait();
    }
}

fn newest() -> Result<PathBuf, String> {
    let folders =
        std::fs::read_dir(INSTALLED).map_err(|error| format!("no folder {INSTALLED}: {error}"))?;
    let version = |path: &PathBuf| path.file_name()?.to_str()?.parse::<u32>().ok();
    let versions = folders.filter_map(|entry| Some(entry.ok()?.path()));
    let found = versions
        .filter(|path| path.join("bin/initdb").exists())
        .max_by_key(version);
    found.map_or_else(
        || Err(format!("no server in {INSTALLED}")),
        |path| Ok(path.join("bin")),
    )
}

/// The user `postgres`, if `folder`, which is ours, is root's.
fn unprivileged(folder: &Path) -> Result<Option<(u32, u32)>, String> {
    let owner = std::fs::metadata(folder).map_err(|error| error.to_string())?;
    if owner.uid() != 0 {
        return Ok(None);
    }
    let users = std::fs::read_to_string("/etc/passwd").map_err(|error| error.to_string())?;
    let line = users.lines().find(|line| line.starts_with("postgres:"));
    let fields: Vec<_> = line.ok_or("no user postgres")?.split(':').collect();
    let number = |at: usize| fields[at].parse::<u32>().map_err(|error| error.to_string());
    Ok(Some((number(2)?, number(3)?)))
}

fn command(program: &Path, folder: &Path, user: Option<(u32, u32)>) -> Command {
    let mut command = Command::new(program);
    command
        .current_dir(folder)
        .env("TZ", "UTC")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    if let Some((uid, gid)) = user {
        command.uid(uid).gid(gid);
    }
    command
}

/// `PostgreSQL`'s answers to `queries` over Parquet files by name, or the reason why it is not
/// available.
pub(crate) fn postgres(
    tables: &[(&str, &Path)],
    queries: &[&str],
) -> Result<Vec<Result<Rows, String>>, String> {
    let server = Server::start()?;
    let mut connection = server.with_tables(tables)?;
    let ask = |query: &&str| {
        let answer = connection.ask(query).map_err(|error| error.to_string())?;
        Ok(answer.map(|text| plain(&text)))
    };
    queries.iter().map(ask).collect()
}

/// Cells as [`super::answers`] has DuckDB's: whole numbers and truth values as such, other numbers as
/// doubles with a `~` before them, everything else as text.
fn plain(answer: &TextRows) -> Rows {
    let cell = |(cell, oid): (&Option<String>, &u32)| match (cell.as_deref(), oid) {
        (None, _) => Value::Null,
        (Some(text), 16) => json!(text == "t"),
        (Some(text), 20 | 21 | 23) => text
            .parse::<i64>()
            .map_or_else(|_| json!(text), |n| json!(n)),
        (Some(text), 700 | 701) => double(text),
        // `numeric`, as DuckDB's decimals are read.
        (Some(text), 1700) => text
            .parse::<i64>()
            .map_or_else(|_| double(text), |n| json!(n)),
        (Some(text), 1114 | 1184) => json!(text.replacen(' ', "T", 1)),
        (Some(text), _) => json!(text),
    };
    let row = |row: &Vec<Option<String>>| row.iter().zip(&answer.types).map(cell).collect();
    answer.rows.iter().map(row).collect()
}

fn double(text: &str) -> Value {
    text.parse::<f64>()
        .map_or_else(|_| json!(text), |number| json!(format!("~{number:?}")))
}

/// Reports why `PostgreSQL` was skipped, unless `DESKQL_REQUIRE_POSTGRES=1` makes that a failure.
#[expect(
    clippy::print_stdout,
    reason = "a test that leaves something out says so"
)]
pub(crate) fn leave_out(reason: &str) {
    let required = std::env::var("DESKQL_REQUIRE_POSTGRES").is_ok_and(|value| value == "1");
    assert!(!required, "PostgreSQL is required: {reason}");
    println!("PostgreSQL is left out: {reason}");
}

#[test]
fn answers_have_their_types_and_errors_their_place() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("t.parquet");
    super::data::parquet(&file, vec![("x", super::data::ints(&[1, 2]))]);
    let queries = [
        "SELECT sum(x) / 2.0, 0.5::float8, 'a', NULL FROM t",
        "SELECT nobody FROM t",
        "SELECT x, x > 1 FROM t ORDER BY x",
        "SELECT TIMESTAMP '2026-01-02 03:04:05'",
    ];
    let answers = match postgres(&[("t", &file)], &queries) {
        Ok(answers) => answers,
        Err(reason) => return leave_out(&reason),
    };
    let double = |text: &str| json!(format!("~{text}"));
    let first = vec![double("1.5"), double("0.5"), json!("a"), Value::Null];
    assert_eq!(answers[0], Ok(vec![first]));
    let missing = "column \"nobody\" does not exist".to_owned();
    assert_eq!(answers[1], Err(missing));
    let both = vec![vec![json!(1), json!(false)], vec![json!(2), json!(true)]];
    assert_eq!(answers[2], Ok(both));
    assert_eq!(answers[3], Ok(vec![vec![json!("2026-01-02T03:04:05")]]));
}

//! Object stores over real HTTP on the loopback interface, accessed by the program itself because
//! endpoints and credentials come from environment variables.
#![cfg(feature = "cloud")]

use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use datafusion::common::runtime::SpawnedTask;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::support::data::{ints, parquet, text};

/// Serves the sub-folders of `root` as buckets until the task is dropped.
async fn serve_s3(root: &Path) -> (String, SpawnedTask<()>) {
    let files = s3s_fs::FileSystem::new(root).unwrap();
    let mut builder = S3ServiceBuilder::new(files);
    builder.set_auth(SimpleAuth::from_single("key", "secret"));
    let service: S3Service = builder.build();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let task = SpawnedTask::spawn(async move {
        let mut connections = Vec::new();
        loop {
            let (socket, _) = listener.accept().await.unwrap();
            let service = service.clone();
            connections.push(SpawnedTask::spawn(async move {
                let server = Builder::new(TokioExecutor::new());
                // A client that disconnects does not fail the test.
                let _ = server.serve_connection(TokioIo::new(socket), service).await;
            }));
        }
    });
    (endpoint, task)
}

/// Runs deskql with `variables` in its environment.
async fn deskql(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_deskql"));
    // Answers in a form that can be compared; what writes tables has none.
    if !matches!(arguments.first(), Some(&("ingest" | "optimize"))) {
        command.args(["--format", "csv"]);
    }
    command.args(arguments);
    for name in [
        "AWS_PROFILE",
        "AWS_SESSION_TOKEN",
        "HTTP_PROXY",
        "http_proxy",
    ] {
        command.env_remove(name);
    }
    command.envs(variables.iter().copied());
    tokio::task::spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap()
}

async fn with_s3(endpoint: &str, arguments: &[&str]) -> Output {
    let variables = [
        ("AWS_ENDPOINT_URL", endpoint),
        ("AWS_ACCESS_KEY_ID", "key"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_REGION", "eu-west-1"),
    ];
    deskql(arguments, &variables).await
}

fn out(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stdout)
}

fn refused(output: &Output) -> String {
    assert!(!output.status.success());
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(text.trim_end().lines().count(), 1, "one line: {text}");
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn s3_folders_partitions_and_globs_are_tables() {
    let root = tempfile::tempdir().unwrap();
    let desk = root.path().join("desk");
    parquet(
        &desk.join("archive/tickets.parquet"),
        vec![("id", ints(&[1, 2]))],
    );
    parquet(
        &desk.join("archive/events/month=01/a.parquet"),
        vec![("v", ints(&[1]))],
    );
    parquet(
        &desk.join("archive/events/month=02/a.parquet"),
        vec![("v", ints(&[2]))],
    );
    text(&desk.join("archive/notes.csv"), "a,b\n1,02\n");
    let (endpoint, _server) = serve_s3(root.path()).await;

    let sql = "SELECT (SELECT count(*) FROM tickets) AS t, sum(v) AS v, min(month) AS m, \
               (SELECT b FROM notes) AS b FROM events WHERE month = 2";
    for location in ["s3://desk/archive", "s3://desk/archive/"] {
        let answer = with_s3(&endpoint, &["--data", location, "-c", sql]).await;
        assert_eq!(out(&answer), "t,v,m,b\n2,2,2,02\n", "{location}");
    }
    let one = [
        "--data",
        "s3://desk/archive/*.parquet",
        "-c",
        "SELECT sum(id) AS s FROM tickets",
    ];
    assert_eq!(out(&with_s3(&endpoint, &one).await), "s\n3\n");
    let table = [
        "--data",
        "s3://desk/archive/events/",
        "-c",
        "SELECT sum(v) AS s FROM events",
    ];
    assert_eq!(out(&with_s3(&endpoint, &table).await), "s\n3\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn s3_works_in_every_kind_of_statement() {
    let root = tempfile::tempdir().unwrap();
    parquet(
        &root.path().join("desk/in/a.parquet"),
        vec![("v", ints(&[1, 2, 3]))],
    );
    let (endpoint, _server) = serve_s3(root.path()).await;
    let copy = "COPY (SELECT v, v * 10 AS w FROM 's3://desk/in/a.parquet' WHERE v > 1) \
                TO 's3://desk/out/b.parquet'";
    out(&with_s3(&endpoint, &["-c", copy]).await);
    assert!(root.path().join("desk/out/b.parquet").is_file());
    let create = "CREATE EXTERNAL TABLE b STORED AS PARQUET LOCATION 's3://desk/out/'";
    let answer = with_s3(
        &endpoint,
        &["-c", create, "-c", "SELECT sum(w) AS s FROM b"],
    )
    .await;
    assert!(out(&answer).ends_with("s\n50\n"));
    let glob = "SELECT count(*) AS n FROM 's3://desk/*/*.parquet'";
    assert_eq!(out(&with_s3(&endpoint, &["-c", glob]).await), "n\n5\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn s3_takes_results_and_folders_as_local_disks_do() {
    let root = tempfile::tempdir().unwrap();
    std::fs::create_dir(root.path().join("desk")).unwrap();
    let (endpoint, _server) = serve_s3(root.path()).await;
    let output = ["-o", "s3://desk/out/a.csv.gz", "-c", "SELECT 7 AS n"];
    out(&with_s3(&endpoint, &output).await);
    let read = ["-c", "SELECT n FROM 's3://desk/out/a.csv.gz'"];
    assert_eq!(out(&with_s3(&endpoint, &read).await), "n\n7\n");

    let copy = |rows: &str, behind: &str| {
        format!(
            "COPY (SELECT * FROM (VALUES {rows}) AS t(k, v)) TO 's3://desk/parts' (FORMAT parquet, PARTITION_BY (k)) {behind}"
        )
    };
    let content = ["-c", "SELECT k, v FROM 's3://desk/parts/' ORDER BY k, v"];
    out(&with_s3(&endpoint, &["-c", &copy("(1, 10), (2, 20)", "")]).await);
    let said = refused(&with_s3(&endpoint, &["-c", &copy("(1, 1)", "")]).await);
    assert!(
        said.contains("s3://desk/parts: the folder is not empty"),
        "{said}"
    );
    for (rows, behind, expected) in [
        ("(2, 21)", "OVERWRITE_PARTITIONS", "k,v\n1,10\n2,21\n"),
        ("(2, 22)", "APPEND", "k,v\n1,10\n2,21\n2,22\n"),
        ("(3, 30)", "OVERWRITE", "k,v\n3,30\n"),
    ] {
        out(&with_s3(&endpoint, &["-c", &copy(rows, behind)]).await);
        assert_eq!(out(&with_s3(&endpoint, &content).await), expected);
    }
    let fails = copy("(1, 10)", "OVERWRITE").replace("SELECT *", "SELECT k, 1 / (v - 10) AS v");
    assert!(!with_s3(&endpoint, &["-c", &fails]).await.status.success());
    assert_eq!(out(&with_s3(&endpoint, &content).await), "k,v\n3,30\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn s3_problems_are_one_line_and_quick() {
    let root = tempfile::tempdir().unwrap();
    std::fs::create_dir(root.path().join("desk")).unwrap();
    let (endpoint, _server) = serve_s3(root.path()).await;
    let wrong = with_s3(
        &endpoint,
        &["--data", "s3://dusk/archive/", "-c", "SELECT 1"],
    )
    .await;
    assert!(refused(&wrong).contains("s3://dusk/archive/"));
    let empty = with_s3(
        &endpoint,
        &["--data", "s3://desk/archive/", "-c", "SELECT 1"],
    )
    .await;
    assert!(refused(&empty).contains("s3://desk/archive/"));
    let variables = [
        ("AWS_ENDPOINT_URL", endpoint.as_str()),
        ("AWS_ACCESS_KEY_ID", "key"),
        ("AWS_SECRET_ACCESS_KEY", "wrong"),
    ];
    let denied = deskql(
        &["--data", "s3://desk/archive/", "-c", "SELECT 1"],
        &variables,
    )
    .await;
    let problem = refused(&denied);
    assert!(problem.contains("access denied"), "{problem}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_endpoint_is_given_up_in_bounded_time() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let start = Instant::now();
    let answer = with_s3(
        &endpoint,
        &["--data", "s3://desk/archive/", "-c", "SELECT 1"],
    )
    .await;
    let problem = refused(&answer);
    assert!(problem.contains("s3://desk/archive/"), "{problem}");
    assert!(
        start.elapsed() < Duration::from_secs(30),
        "{:?}",
        start.elapsed()
    );
}

/// Answers HEAD and GET (with ranges) for one file, and 404 for the rest.
async fn serve_file(path: &'static str, body: Vec<u8>) -> (String, SpawnedTask<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let task = SpawnedTask::spawn(async move {
        loop {
            let (socket, _) = listener.accept().await.unwrap();
            answer(socket, path, &body).await;
        }
    });
    (address, task)
}

async fn answer(mut socket: TcpStream, path: &str, body: &[u8]) {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        if socket.read(&mut byte).await.unwrap_or(0) == 0 {
            return;
        }
        request.push(byte[0]);
    }
    let request = String::from_utf8(request).unwrap().to_lowercase();
    let is_known = request.split(' ').nth(1) == Some(path);
    let range = request.lines().find_map(|line| {
        let (start, end) = line.strip_prefix("range: bytes=")?.split_once('-')?;
        let end: usize = end.trim().parse().ok()?;
        Some((start.parse::<usize>().ok()?, end.min(body.len() - 1)))
    });
    let (status, part, range) = match (is_known, range) {
        (false, _) => ("404 Not Found", &body[..0], String::new()),
        (true, None) => ("200 OK", body, String::new()),
        (true, Some((start, end))) => (
            "206 Partial Content",
            &body[start..=end],
            format!("content-range: bytes {start}-{end}/{}\r\n", body.len()),
        ),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-length: {}\r\n{range}last-modified: Sun, 01 Feb 2026 10:00:00 \
         GMT\r\nconnection: close\r\n\r\n",
        part.len()
    );
    let _ = socket.write_all(head.as_bytes()).await;
    if !request.starts_with("head") {
        let _ = socket.write_all(part).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn single_files_are_read_over_http() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("scores.parquet");
    parquet(&file, vec![("score", ints(&[9, 10, 3]))]);
    let body = std::fs::read(&file).unwrap();
    let (address, _server) = serve_file("/open/scores.parquet", body).await;
    let url = format!("{address}/open/scores.parquet");
    let sql = "SELECT sum(score) AS s FROM scores WHERE score > 3";
    assert_eq!(
        out(&deskql(&["--data", &url, "-c", sql], &[]).await),
        "s\n19\n"
    );
    let sql = format!("SELECT count(*) AS n FROM '{url}'");
    assert_eq!(out(&deskql(&["-c", &sql], &[]).await), "n\n3\n");
    let missing = format!("{address}/open/other.parquet");
    let answer = deskql(&["--data", &missing, "-c", "SELECT 1"], &[]).await;
    assert!(refused(&answer).contains("not found"));
    let listing = format!("{address}/open/");
    let answer = deskql(&["--data", &listing, "-c", "SELECT 1"], &[]).await;
    assert!(refused(&answer).contains("cannot be listed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn s3_holds_a_lake() {
    let root = tempfile::tempdir().unwrap();
    std::fs::create_dir(root.path().join("desk")).unwrap();
    let (endpoint, _server) = serve_s3(root.path()).await;
    let local = tempfile::tempdir().unwrap();
    let (mapping, export) = (
        local.path().join("mapping.toml"),
        local.path().join("export.csv"),
    );
    text(&mapping, crate::lake::MAPPING);
    let header = "ticket_id,created_at,updated_at,channel";
    let ingest = async |rows: &str| {
        text(&export, &format!("{header}\n{rows}"));
        let (mapping, export) = (mapping.display().to_string(), export.display().to_string());
        let to = ["--mapping", &mapping, "--to", "s3://desk/lake"];
        let arguments = ["ingest", &export].into_iter().chain(to);
        out(&with_s3(&endpoint, &arguments.collect::<Vec<_>>()).await)
    };
    let first = ingest("1,2026-01-05,2026-01-06,mail\n2,2026-02-05,2026-02-06,chat\n").await;
    assert!(
        first.ends_with("2 rows in = 2 written + 0 duplicate + 0 rejected\n"),
        "{first}"
    );
    let second = ingest("1,2026-01-05,2026-01-07,phone\n3,2026-02-07,2026-02-08,web\nx,,,\n").await;
    assert!(
        second.ends_with("3 rows in = 2 written + 0 duplicate + 1 rejected\n"),
        "{second}"
    );
    let ask = [
        "--data",
        "s3://desk/lake",
        "-c",
        "SELECT ticket_id, channel FROM tickets ORDER BY 1",
    ];
    let rows = "ticket_id,channel\n1,phone\n2,chat\n3,web\n";
    assert_eq!(out(&with_s3(&endpoint, &ask).await), rows);
    let older = [
        "-c",
        "SELECT count(*) AS n FROM 's3://desk/lake/tickets' VERSION AS OF 0",
    ];
    assert_eq!(out(&with_s3(&endpoint, &older).await), "n\n2\n");
    let optimize = ["optimize", "s3://desk/lake/tickets", "--retain", "0s"];
    assert!(out(&with_s3(&endpoint, &optimize).await).contains("2 files"));
    assert_eq!(out(&with_s3(&endpoint, &ask).await), rows);
}

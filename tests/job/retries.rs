//! Stores that fail for a while, over real HTTP on the loopback interface.

use std::path::Path;
use std::process::Output;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use datafusion::common::runtime::SpawnedTask;
use hyper::service::{Service, service_fn};
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use tokio::net::TcpListener;

use super::{Workshop, failure, records, said};

/// Failures to come of a server.
#[derive(Clone)]
struct Faults {
    left: Arc<AtomicUsize>,
    status: StatusCode,
    /// Of requests with this method only.
    method: Option<Method>,
    /// Of requests for this object only.
    object: &'static str,
}

impl Faults {
    fn new(count: usize, status: StatusCode, method: Option<Method>) -> Self {
        Self {
            left: Arc::new(AtomicUsize::new(count)),
            status,
            method,
            object: "",
        }
    }

    /// True if this request fails.
    fn take(&self, method: &Method, path: &str) -> bool {
        let is_of_them = self.method.as_ref().is_none_or(|only| only == method);
        let fewer = |left: usize| left.checked_sub(1);
        is_of_them
            && path.ends_with(self.object)
            && self
                .left
                .fetch_update(Ordering::SeqCst, Ordering::SeqCst, fewer)
                .is_ok()
    }
}

/// Serves the sub-folders of `root` as buckets, with `faults`, until the task is dropped.
async fn serve(root: &Path, faults: &Faults) -> (String, SpawnedTask<()>) {
    let files = s3s_fs::FileSystem::new(root).unwrap();
    let mut builder = S3ServiceBuilder::new(files);
    builder.set_auth(SimpleAuth::from_single("key", "secret"));
    let stores: S3Service = builder.build();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let faults = faults.clone();
    let task = SpawnedTask::spawn(async move {
        let mut connections = Vec::new();
        loop {
            let (socket, _) = listener.accept().await.unwrap();
            let (stores, faults) = (stores.clone(), faults.clone());
            connections.push(SpawnedTask::spawn(async move {
                let service = service_fn(move |request: Request<hyper::body::Incoming>| {
                    let (stores, faults) = (stores.clone(), faults.clone());
                    async move {
                        if faults.take(request.method(), request.uri().path()) {
                            let mut busy = Response::new(s3s::Body::from("busy".to_owned()));
                            *busy.status_mut() = faults.status;
                            return Ok(busy);
                        }
                        Service::call(&stores, request).await
                    }
                });
                let server = Builder::new(TokioExecutor::new());
                let _ = server.serve_connection(TokioIo::new(socket), service).await;
            }));
        }
    });
    (endpoint, task)
}

const JOB: &str = r#"
[job]
data = ["data"]

[steps.one]
sql = "SELECT team, count(*) AS n FROM tickets GROUP BY team ORDER BY team"
output = "s3://desk/out/teams.csv"

[steps.two]
sql = "SELECT sum(n) AS n FROM one"
output = "out/total.csv"
"#;

async fn run(shop: &Arc<Workshop>, endpoint: &str, arguments: &'static [&'static str]) -> Output {
    let (shop, endpoint) = (Arc::clone(shop), endpoint.to_owned());
    let run = move || {
        let variables = [
            ("AWS_ENDPOINT_URL", endpoint.as_str()),
            ("AWS_ACCESS_KEY_ID", "key"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
            ("AWS_REGION", "eu-west-1"),
        ];
        let options = ["--retry-wait", "50ms", "--log", "-"];
        shop.run_with(&[arguments, &options].concat(), &variables)
    };
    tokio::task::spawn_blocking(run).await.unwrap()
}

fn attempts(output: &Output) -> Vec<String> {
    let records = records(output);
    let one = |record: &serde_json::Value| {
        let word = |key: &str| record[key].as_str().unwrap_or_default().to_owned();
        format!("{} {} {}", word("step"), word("status"), record["attempt"])
    };
    records.iter().map(one).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_is_busy_for_a_while_is_asked_again() {
    // The client itself asks four times before it gives up.
    for method in [None, Some(Method::PUT), Some(Method::POST)] {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir(root.path().join("desk")).unwrap();
        let faults = Faults::new(6, StatusCode::SERVICE_UNAVAILABLE, method.clone());
        let (endpoint, _server) = serve(root.path(), &faults).await;
        let shop = Arc::new(Workshop::new(JOB));
        let output = run(&shop, &endpoint, &[]).await;
        let is_expected = output.status.success();
        assert!(is_expected, "{method:?}: {}", said(&output));
        assert_eq!(faults.left.load(Ordering::SeqCst), 0, "{method:?}");
        let attempts = attempts(&output);
        assert!(
            attempts.contains(&"one retrying 1".to_owned()),
            "{method:?}: {attempts:?}"
        );
        assert!(
            attempts.contains(&"one done 2".to_owned()),
            "{method:?}: {attempts:?}"
        );
        assert_eq!(shop.read("out/total.csv"), "n\n6\n");
        let again = run(&shop, &endpoint, &[]).await;
        assert_eq!(
            super::statuses(&again),
            ["one up_to_date", "two up_to_date"]
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn data_in_a_store_that_is_busy_is_asked_for_again() {
    let root = tempfile::tempdir().unwrap();
    crate::support::data::text(&root.path().join("desk/in/tickets.csv"), super::TICKETS);
    let mut faults = Faults::new(6, StatusCode::BAD_GATEWAY, None);
    faults.object = "in/tickets.csv";
    let (endpoint, _server) = serve(root.path(), &faults).await;
    let job = JOB
        .replace("\"data\"", "\"s3://desk/in\"")
        .replace("s3://desk/out", "out");
    let shop = Arc::new(Workshop::new(&job));
    let output = run(&shop, &endpoint, &[]).await;
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(
        attempts(&output),
        ["one retrying 1", "one done 2", "two done 1"]
    );
    let again = run(&shop, &endpoint, &[]).await;
    assert_eq!(
        super::statuses(&again),
        ["one up_to_date", "two up_to_date"]
    );
    crate::support::data::text(
        &root.path().join("desk/in/tickets.csv"),
        "ticket_id,day,team\n1,2025-11-03,a\n",
    );
    let changed = run(&shop, &endpoint, &[]).await;
    assert_eq!(super::statuses(&changed), ["one done", "two done"]);
    assert_eq!(shop.read("out/total.csv"), "n\n1\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_stays_busy_ends_with_75() {
    let root = tempfile::tempdir().unwrap();
    std::fs::create_dir(root.path().join("desk")).unwrap();
    let faults = Faults::new(usize::MAX, StatusCode::TOO_MANY_REQUESTS, None);
    let (endpoint, _server) = serve(root.path(), &faults).await;
    let shop = Arc::new(Workshop::new(JOB));
    let output = run(&shop, &endpoint, &["--retries", "1"]).await;
    assert_eq!(attempts(&output), ["one retrying 1", "one failed 2"]);
    let (code, told) = failure(&output);
    assert_eq!(code, 75, "{told}");
    assert!(told.contains("deskql: job job, step one: "), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_else_is_tried_again() {
    let root = tempfile::tempdir().unwrap();
    std::fs::create_dir(root.path().join("desk")).unwrap();
    let faults = Faults::new(usize::MAX, StatusCode::FORBIDDEN, None);
    let (endpoint, _server) = serve(root.path(), &faults).await;
    let shop = Arc::new(Workshop::new(JOB));
    let output = run(&shop, &endpoint, &[]).await;
    assert_eq!(
        (attempts(&output), failure(&output).0),
        (vec!["one failed 1".to_owned()], 1)
    );
    let shop = Arc::new(Workshop::new(
        &JOB.replace("count(*)", "cuont(*)")
            .replace("s3://desk/", ""),
    ));
    let output = run(&shop, &endpoint, &[]).await;
    assert_eq!(
        (attempts(&output), failure(&output).0),
        (vec!["one failed 1".to_owned()], 1)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn state_and_outputs_in_a_store_are_up_to_date_too() {
    let root = tempfile::tempdir().unwrap();
    std::fs::create_dir(root.path().join("desk")).unwrap();
    let faults = Faults::new(0, StatusCode::SERVICE_UNAVAILABLE, None);
    let (endpoint, _server) = serve(root.path(), &faults).await;
    let shop = Arc::new(Workshop::new(
        &JOB.replace("[job]", "[job]\nstate = \"s3://desk/job.state\""),
    ));
    let output = run(&shop, &endpoint, &[]).await;
    assert!(output.status.success(), "{}", said(&output));
    assert!(root.path().join("desk/job.state").is_file() && !shop.path(".deskql").exists());
    let output = run(&shop, &endpoint, &[]).await;
    assert_eq!(
        super::statuses(&output),
        ["one up_to_date", "two up_to_date"]
    );
    std::fs::remove_file(root.path().join("desk/out/teams.csv")).unwrap();
    let output = run(&shop, &endpoint, &[]).await;
    // Equal bytes have equal ETags, so that the second step may be up to date.
    assert_eq!(super::statuses(&output)[0], "one done");
    shop.write("data/tickets.csv", "ticket_id,day,team\n1,2025-11-03,a\n");
    let output = run(&shop, &endpoint, &[]).await;
    assert_eq!(super::statuses(&output), ["one done", "two done"]);
    assert_eq!(shop.read("out/total.csv"), "n\n1\n");
}

//! A store of the S3 kind over real HTTP on the loopback interface: slow, failing or forgetful as a test wants it, and
//! with a list of what it was asked.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use datafusion::common::runtime::SpawnedTask;
use hyper::body::Incoming;
use hyper::service::{Service, service_fn};
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use tokio::net::TcpListener;

/// What becomes of a request that fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FaultKind {
    /// This status, and nothing is done.
    Status(StatusCode),
    /// The connection ends without an answer, and nothing is done.
    Reset,
    /// No answer comes, and nothing is done.
    Silence,
    /// The request is carried out, but its answer is this status.
    DoneButStatus(StatusCode),
    /// The request is carried out, and the connection ends without an answer.
    DoneButReset,
}

/// Requests that fail: the first `left` of those with the method and a path that contains the text.
#[derive(Debug, Clone)]
pub(crate) struct StoreFault {
    method: Method,
    path: &'static str,
    kind: FaultKind,
    left: Arc<AtomicUsize>,
}

impl StoreFault {
    pub(crate) fn new(method: Method, path: &'static str, kind: FaultKind, count: usize) -> Self {
        Self {
            method,
            path,
            kind,
            left: Arc::new(AtomicUsize::new(count)),
        }
    }

    /// Failures that are still to come.
    pub(crate) fn left(&self) -> usize {
        self.left.load(Ordering::SeqCst)
    }

    fn take(&self, method: &Method, uri: &str) -> Option<FaultKind> {
        let fewer = |left: usize| left.checked_sub(1);
        let is_of_them = self.method == *method && uri.contains(self.path);
        let taken = is_of_them
            && self
                .left
                .fetch_update(Ordering::SeqCst, Ordering::SeqCst, fewer)
                .is_ok();
        taken.then_some(self.kind)
    }
}

/// How the store behaves.
#[derive(Debug, Clone, Default)]
pub(crate) struct StoreConduct {
    /// Each answer takes this long at least.
    pub(crate) latency: Duration,
    pub(crate) faults: Vec<StoreFault>,
    /// The store takes no notice of If-None-Match.
    pub(crate) ignores_conditions: bool,
}

/// The store, which serves until it is dropped.
pub(crate) struct S3Server {
    pub(crate) endpoint: String,
    seen: Arc<SeenRequests>,
    _task: SpawnedTask<()>,
}

#[derive(Default)]
struct SeenRequests {
    /// Methods and targets.
    all: Mutex<Vec<(Method, String)>>,
    now: AtomicUsize,
    most: AtomicUsize,
}

struct Backend {
    root: PathBuf,
    stores: S3Service,
    conduct: StoreConduct,
    seen: Arc<SeenRequests>,
    /// s3s-fs looks whether an object is there and then writes it, which are two steps.
    creating: tokio::sync::Mutex<()>,
}

/// An answer that does not come: the connection ends.
fn cut_off() -> std::io::Error {
    std::io::ErrorKind::ConnectionReset.into()
}

impl Backend {
    async fn answer(
        &self,
        request: Request<Incoming>,
    ) -> Result<Response<s3s::Body>, std::io::Error> {
        let target = request.uri().to_string();
        let method = request.method().clone();
        self.seen
            .all
            .lock()
            .unwrap()
            .push((method.clone(), target.clone()));
        let now = self.seen.now.fetch_add(1, Ordering::SeqCst) + 1;
        self.seen.most.fetch_max(now, Ordering::SeqCst);
        tokio::time::sleep(self.conduct.latency).await;
        let faults = &mut self.conduct.faults.iter();
        let fault = faults.find_map(|fault| fault.take(&method, &target));
        let answer = self.faulty(request, fault).await;
        self.seen.now.fetch_sub(1, Ordering::SeqCst);
        answer
    }

    async fn faulty(
        &self,
        request: Request<Incoming>,
        fault: Option<FaultKind>,
    ) -> Result<Response<s3s::Body>, std::io::Error> {
        let status = |status: StatusCode| {
            let mut answer = Response::new(s3s::Body::from(
                "<Error><Code>SlowDown</Code></Error>".to_owned(),
            ));
            *answer.status_mut() = status;
            answer
        };
        match fault {
            None => self.done(request).await,
            Some(FaultKind::Status(code)) => Ok(status(code)),
            Some(FaultKind::Reset) => Err(cut_off()),
            Some(FaultKind::Silence) => {
                tokio::time::sleep(Duration::from_secs(600)).await;
                Err(cut_off())
            }
            Some(FaultKind::DoneButStatus(code)) => self.done(request).await.map(|_| status(code)),
            Some(FaultKind::DoneButReset) => {
                self.done(request).await?;
                Err(cut_off())
            }
        }
    }

    async fn done(
        &self,
        request: Request<Incoming>,
    ) -> Result<Response<s3s::Body>, std::io::Error> {
        let is_conditional = request.headers().contains_key("if-none-match");
        let _one = if is_conditional {
            Some(self.creating.lock().await)
        } else {
            None
        };
        if is_conditional && self.conduct.ignores_conditions {
            let object = request.uri().path().trim_start_matches('/');
            std::fs::remove_file(self.root.join(object)).ok();
        }
        let answer = Service::call(&self.stores, request).await;
        answer.map_err(|_error| cut_off())
    }
}

impl S3Server {
    /// Serves the sub-folders of `root` as buckets.
    pub(crate) async fn start(root: &Path, conduct: StoreConduct) -> Self {
        let files = s3s_fs::FileSystem::new(root).unwrap();
        let mut builder = S3ServiceBuilder::new(files);
        builder.set_auth(SimpleAuth::from_single("key", "secret"));
        let seen = Arc::new(SeenRequests::default());
        let backend = Arc::new(Backend {
            root: root.to_owned(),
            stores: builder.build(),
            conduct,
            seen: Arc::clone(&seen),
            creating: tokio::sync::Mutex::new(()),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let task = SpawnedTask::spawn(async move {
            let mut connections = Vec::new();
            loop {
                let (socket, _) = listener.accept().await.unwrap();
                let backend = Arc::clone(&backend);
                connections.push(SpawnedTask::spawn(async move {
                    let service = service_fn(move |request| {
                        let backend = Arc::clone(&backend);
                        async move { backend.answer(request).await }
                    });
                    let server = Builder::new(TokioExecutor::new());
                    // A client that disconnects does not fail the test.
                    let _ = server.serve_connection(TokioIo::new(socket), service).await;
                }));
            }
        });
        Self {
            endpoint,
            seen,
            _task: task,
        }
    }

    /// Environment of a program that asks this store.
    pub(crate) fn variables(&self) -> [(&str, &str); 5] {
        [
            ("AWS_ENDPOINT_URL", self.endpoint.as_str()),
            ("AWS_ACCESS_KEY_ID", "key"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
            ("AWS_REGION", "eu-west-1"),
            ("AWS_TIMEOUT", "2 seconds"),
        ]
    }

    /// Forgets what was asked.
    pub(crate) fn forget(&self) {
        self.seen.all.lock().unwrap().clear();
        self.seen.most.store(0, Ordering::SeqCst);
    }

    /// Number of requests with `method` whose target contains `part`.
    pub(crate) fn count(&self, method: &Method, part: &str) -> usize {
        let seen = self.seen.all.lock().unwrap();
        let found = seen
            .iter()
            .filter(|(of, target)| of == method && target.contains(part));
        found.count()
    }

    /// Requests, for messages.
    pub(crate) fn requests(&self) -> Vec<String> {
        let seen = self.seen.all.lock().unwrap();
        seen.iter()
            .map(|(method, target)| format!("{method} {target}"))
            .collect()
    }

    /// The most requests that were under way at one time.
    pub(crate) fn most_at_once(&self) -> usize {
        self.seen.most.load(Ordering::SeqCst)
    }
}

//! Accepts connections and bounds what they can hold: how many there are, how many come from one address, how long one may
//! send nothing.
//!
//! hyper's own head time-out also ends connections that wait for their next request. Browsers and proxies reuse those, so
//! the time-outs are kept here, beside the socket: a started head is read within seconds, an idle connection lasts a minute.

use crate::address::{ClientAddress, TrustedProxies};
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use axum::serve::Listener;
use bytes::Bytes;
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::time::{Instant, Sleep};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::Service;

/// Files that are no connections of readers: the database, calls to Tencent, the log.
const RESERVED_FILES: usize = 256;
/// The head of a request, and what a connection buffers; hyper would take 400 kB.
const MAX_BUFFERED_BYTES: usize = 64 << 10;
/// How often the log says that connections were refused.
const REPORT_INTERVAL: Duration = Duration::from_secs(60);

/// What connections may hold.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Time within which the head of a request must be complete after its first byte; that of the first one, after the connection began.
    pub head: Duration,
    /// A connection without a byte in either direction ends after this.
    pub idle: Duration,
    /// Open connections in all; further ones are closed at once.
    pub total: usize,
    /// Open connections of one address, or of one IPv6 /64.
    pub per_address: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { head: Duration::from_secs(10), idle: Duration::from_secs(60), total: 8_192, per_address: 256 }
    }
}

impl Limits {
    /// The same, within what the system lets this process open.
    #[must_use]
    pub fn within(self, open_files: usize) -> Self {
        Self { total: self.total.min(open_files.saturating_sub(RESERVED_FILES).max(RESERVED_FILES)), ..self }
    }
}

/// Raises the soft limit of open files to the hard one, since services start with 1,024 by default; the limit then.
pub fn raise_open_files() -> usize {
    let limit = getrlimit(Resource::Nofile);
    if limit.current != limit.maximum
        && let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum })
    {
        tracing::warn!(%error, "the limit of open files could not be raised");
    }
    getrlimit(Resource::Nofile).current.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX))
}

/// How many connections each address has.
#[derive(Debug)]
struct Addresses {
    max: usize,
    counts: Mutex<HashMap<IpAddr, usize>>,
}

impl Addresses {
    fn counts(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a connection, if there is room for it.
    fn enter(&self, address: IpAddr) -> bool {
        let mut counts = self.counts();
        let count = counts.entry(address).or_default();
        let fits = *count < self.max;
        if fits {
            *count += 1;
        }
        fits
    }

    /// Counts one that is open already.
    fn return_to(&self, address: IpAddr) {
        *self.counts().entry(address).or_default() += 1;
    }

    fn leave(&self, address: IpAddr) {
        let mut counts = self.counts();
        if let Some(count) = counts.get_mut(&address) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&address);
            }
        }
    }
}

/// One connection, in the extensions of each of its requests.
#[derive(Clone, Debug)]
pub struct Connection(Arc<ConnectionInner>);

#[derive(Debug)]
struct ConnectionInner {
    limits: Limits,
    /// The address it counts for; `None` for a trusted proxy.
    counted: Option<(Arc<Addresses>, IpAddr)>,
    activity: Mutex<ConnectionActivity>,
}

#[derive(Debug)]
struct ConnectionActivity {
    /// When a byte last went in either direction.
    moved: Instant,
    /// When the first byte of a head came that is not complete yet.
    head: Option<Instant>,
    /// A request is being answered.
    answering: bool,
    /// Responses that no limit ends.
    exempt: usize,
}

impl Drop for ConnectionInner {
    fn drop(&mut self) {
        if let Some((addresses, address)) = &self.counted {
            addresses.leave(*address);
        }
    }
}

impl Connection {
    fn new(limits: Limits, counted: Option<(Arc<Addresses>, IpAddr)>) -> Self {
        let now = Instant::now();
        let activity = ConnectionActivity { moved: now, head: Some(now), answering: false, exempt: 0 };
        Self(Arc::new(ConnectionInner { limits, counted, activity: Mutex::new(activity) }))
    }

    fn activity(&self) -> MutexGuard<'_, ConnectionActivity> {
        self.0.activity.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Neither the idle limit nor the one per address applies as long as this is kept. For the event streams of signed-in
    /// users: an office has many, and they stay open.
    pub fn exempt(&self) -> Exempt {
        let mut activity = self.activity();
        activity.exempt += 1;
        if activity.exempt == 1
            && let Some((addresses, address)) = &self.0.counted
        {
            addresses.leave(*address);
        }
        Exempt(self.clone())
    }

    fn has_read(&self) {
        let now = Instant::now();
        let mut activity = self.activity();
        activity.moved = now;
        if !activity.answering {
            activity.head.get_or_insert(now);
        }
    }

    fn has_written(&self) {
        self.activity().moved = Instant::now();
    }

    fn head_is_complete(&self) {
        let mut activity = self.activity();
        activity.head = None;
        activity.answering = true;
    }

    fn has_answered(&self) {
        let mut activity = self.activity();
        activity.answering = false;
        activity.moved = Instant::now();
    }

    /// When it ends unless something happens before.
    fn deadline(&self) -> Instant {
        let (limits, activity) = (&self.0.limits, self.activity());
        // hyper does not always look at the socket when an answer ends, so that the timer runs on while it is exempt.
        let idle = if activity.exempt > 0 { Instant::now() } else { activity.moved } + limits.idle;
        activity.head.map_or(idle, |since| idle.min(since + limits.head))
    }
}

/// See [`Connection::exempt`].
#[derive(Debug)]
pub struct Exempt(Connection);

impl Drop for Exempt {
    fn drop(&mut self) {
        let mut activity = self.0.activity();
        activity.exempt -= 1;
        activity.moved = Instant::now();
        if activity.exempt == 0
            && let Some((addresses, address)) = &self.0.0.counted
        {
            addresses.return_to(*address);
        }
    }
}

/// A socket that fails when its connection is overdue.
struct TimedStream<T> {
    stream: T,
    connection: Connection,
    timer: Pin<Box<Sleep>>,
}

impl<T> TimedStream<T> {
    fn new(stream: T, connection: Connection) -> Self {
        let timer = Box::pin(tokio::time::sleep_until(connection.deadline()));
        Self { stream, connection, timer }
    }

    /// While nothing moves: an error once the deadline has passed. A deadline that has moved on is noticed when the timer
    /// for the earlier one fires, so that a request costs no timer.
    fn poll_overdue(&mut self, context: &mut Context<'_>) -> Poll<io::Error> {
        loop {
            let deadline = self.connection.deadline();
            if deadline <= Instant::now() {
                return Poll::Ready(io::ErrorKind::TimedOut.into());
            }
            if deadline < self.timer.deadline() || self.timer.is_elapsed() {
                self.timer.as_mut().reset(deadline);
            }
            ready!(self.timer.as_mut().poll(context));
        }
    }

    fn written(&mut self, result: Poll<io::Result<usize>>, context: &mut Context<'_>) -> Poll<io::Result<usize>> {
        match result {
            Poll::Pending => self.poll_overdue(context).map(Err),
            result => {
                self.connection.has_written();
                result
            }
        }
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for TimedStream<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        match Pin::new(&mut self.stream).poll_read(context, buffer) {
            Poll::Pending => self.poll_overdue(context).map(Err),
            result => {
                if buffer.filled().len() > before {
                    self.connection.has_read();
                }
                result
            }
        }
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for TimedStream<T> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.written(result, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.written(result, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// The body of a response; when it is gone, the connection waits for its next request.
struct TrackedBody {
    body: Body,
    connection: Connection,
}

impl Drop for TrackedBody {
    fn drop(&mut self) {
        self.connection.has_answered();
    }
}

impl hyper::body::Body for TrackedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Serves until `stop`; then lets open answers end.
pub async fn serve(
    mut listener: TcpListener,
    router: Router,
    limits: Limits,
    proxies: TrustedProxies,
    stop: CancellationToken,
) {
    let places = Arc::new(Semaphore::new(limits.total));
    let addresses = Arc::new(Addresses { max: limits.per_address, counts: Mutex::default() });
    let open = TaskTracker::new();
    let (mut refused, mut reported) = (0_u64, None::<Instant>);
    loop {
        let (stream, peer) = tokio::select! {
            () = stop.cancelled() => break,
            accepted = Listener::accept(&mut listener) => accepted,
        };
        let address = ClientAddress(peer.ip()).key();
        let place = places.clone().try_acquire_owned().ok();
        let counted = (!proxies.trusts(peer.ip())).then(|| (addresses.clone(), address));
        let fits = place.is_some() && (counted.is_none() || addresses.enter(address));
        if !fits {
            refused += 1;
            if reported.is_none_or(|at| at.elapsed() >= REPORT_INTERVAL) {
                tracing::warn!(refused, "connections were refused: too many are open");
                (refused, reported) = (0, Some(Instant::now()));
            }
            continue;
        }
        // Events are small and must not wait for more.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY was refused");
        }
        tracing::trace!("a connection was accepted");
        let connection = Connection::new(limits, counted);
        let (router, stop) = (router.clone(), stop.clone());
        open.spawn(async move {
            serve_connection(stream, peer, connection, router, stop).await;
            drop(place);
        });
    }
    drop(listener);
    open.close();
    open.wait().await;
}

async fn serve_connection(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    peer: SocketAddr,
    connection: Connection,
    router: Router,
    stop: CancellationToken,
) {
    let io = TokioIo::new(TimedStream::new(stream, connection.clone()));
    let service = service_fn(move |mut request: Request<Incoming>| {
        connection.head_is_complete();
        request.extensions_mut().insert(ConnectInfo(peer));
        request.extensions_mut().insert(connection.clone());
        let answered = router.clone().call(request);
        let connection = connection.clone();
        async move { answered.await.map(|response| response.map(|body| TrackedBody { body, connection })) }
    });
    let mut http = http1::Builder::new();
    http.header_read_timeout(None).max_header_size(MAX_BUFFERED_BYTES).max_buf_size(MAX_BUFFERED_BYTES);
    let mut served = pin!(http.serve_connection(io, service));
    let outcome = tokio::select! {
        outcome = served.as_mut() => outcome,
        () = stop.cancelled() => {
            served.as_mut().graceful_shutdown();
            served.await
        }
    };
    if let Err(error) = outcome {
        tracing::trace!(%error, "a connection ended");
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use axum::Extension;
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;
    use tokio::sync::watch;

    /// Long enough for any test, where a limit is not what it is about.
    const LONG_TIMEOUT: Duration = Duration::from_secs(600);
    const SHORT_TIMEOUT: Duration = Duration::from_millis(300);

    struct TestServer {
        address: SocketAddr,
        /// Ends the answers of `/events`.
        end: watch::Sender<bool>,
        stop: CancellationToken,
    }

    impl Drop for TestServer {
        fn drop(&mut self) {
            self.stop.cancel();
        }
    }

    impl TestServer {
        async fn start(limits: Limits, proxies: &[&str]) -> Self {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let (end, ended) = watch::channel(false);
            let events = async move |Extension(connection): Extension<Connection>| {
                let exempt = connection.exempt();
                let mut ended = ended.clone();
                Body::from_stream(async_stream::stream! {
                    let _exempt = exempt;
                    yield Ok::<_, io::Error>("begun\n");
                    ended.wait_for(|ended| *ended).await.unwrap();
                    yield Ok("ended\n");
                })
            };
            let router = Router::new().route("/", get(async || "ok")).route("/events", get(events));
            let proxies = TrustedProxies::new(proxies.iter().map(|proxy| proxy.parse().unwrap()).collect());
            let stop = CancellationToken::new();
            tokio::spawn(serve(listener, router, limits, proxies, stop.clone()));
            Self { address, end, stop }
        }

        async fn connect(&self) -> TestClient {
            TestClient(TcpStream::connect(self.address).await.unwrap())
        }

        /// Whether a new connection is served.
        async fn serves(&self) -> bool {
            self.connect().await.get("/", "ok").await
        }
    }

    struct TestClient(TcpStream);

    impl TestClient {
        /// Reads until these words came; false where the connection ends before.
        async fn reads(&mut self, words: &str) -> bool {
            let mut received = Vec::new();
            while !String::from_utf8_lossy(&received).contains(words) {
                if !matches!(self.0.read_buf(&mut received).await, Ok(1..)) {
                    return false;
                }
            }
            true
        }

        async fn sends(&mut self, text: &str) -> bool {
            self.0.write_all(text.as_bytes()).await.is_ok()
        }

        async fn get(&mut self, path: &str, words: &str) -> bool {
            self.sends(&format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n")).await && self.reads(words).await
        }

        /// Waits for the server to end the connection.
        async fn is_ended(&mut self) {
            assert!(!self.reads("a text that nobody sends").await);
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_client_that_sends_no_complete_head_is_disconnected() {
        let server =
            TestServer::start(Limits { head: SHORT_TIMEOUT, idle: LONG_TIMEOUT, ..Limits::default() }, &[]).await;
        let mut silent = server.connect().await;
        silent.is_ended().await;
        let mut half = server.connect().await;
        assert!(half.sends("GET / HTTP/1.1\r\nhost:").await);
        half.is_ended().await;
        // One that had its answer has a minute, until it begins the next request.
        let mut reused = server.connect().await;
        assert!(reused.get("/", "ok").await);
        server.connect().await.is_ended().await;
        assert!(reused.get("/", "ok").await && reused.sends("GET").await);
        reused.is_ended().await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn an_idle_connection_ends_and_an_exempt_one_does_not() {
        let server =
            TestServer::start(Limits { head: LONG_TIMEOUT, idle: SHORT_TIMEOUT, ..Limits::default() }, &[]).await;
        let mut exempt = server.connect().await;
        assert!(exempt.get("/events", "begun").await);
        for _ in 0..3 {
            let mut idle = server.connect().await;
            assert!(idle.get("/", "ok").await);
            idle.is_ended().await;
        }
        server.end.send(true).unwrap();
        assert!(exempt.reads("0\r\n\r\n").await);
        exempt.is_ended().await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn one_address_has_its_share_of_the_connections() {
        let server = TestServer::start(
            Limits { head: LONG_TIMEOUT, idle: LONG_TIMEOUT, per_address: 2, ..Limits::default() },
            &[],
        )
        .await;
        let (mut one, mut other) = (server.connect().await, server.connect().await);
        assert!(one.get("/", "ok").await && other.get("/", "ok").await);
        assert!(!server.serves().await);
        // An event stream counts no more, until it ends.
        assert!(one.get("/events", "begun").await);
        assert!(server.serves().await);
        // A place is free again a moment after its connection is closed.
        let mut third = server.connect().await;
        while !third.get("/", "ok").await {
            third = server.connect().await;
        }
        server.end.send(true).unwrap();
        assert!(one.reads("0\r\n\r\n").await);
        assert!(!server.serves().await);
        drop((one, other, third));
        while !server.serves().await {}
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_trusted_proxy_has_as_many_as_it_needs_up_to_the_total() {
        let limits = Limits { head: LONG_TIMEOUT, idle: LONG_TIMEOUT, per_address: 1, total: 3 };
        let server = TestServer::start(limits, &["127.0.0.0/8"]).await;
        let mut open = Vec::new();
        for _ in 0..3 {
            let mut client = server.connect().await;
            assert!(client.get("/", "ok").await);
            open.push(client);
        }
        assert!(!server.serves().await);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_head_is_small() {
        let server = TestServer::start(Limits::default(), &[]).await;
        let mut client = server.connect().await;
        client.sends(&format!("GET / HTTP/1.1\r\nhost: x\r\nlarge: {}\r\n\r\n", "-".repeat(100_000))).await;
        assert!(client.reads("HTTP/1.1 431").await);
    }

    #[test]
    fn connections_leave_files_to_others() {
        let within = |files| Limits::default().within(files).total;
        assert_eq!((within(usize::MAX), within(1_024), within(100)), (8_192, 768, 256));
    }
}

//! What lies between a server and its database, and fails.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UnixStream};

/// A proxy whose connections may be held or cut at a COMMIT.
#[derive(Clone, Default)]
pub struct Proxy {
    /// Nothing passes, in either direction.
    pub held: Arc<AtomicBool>,
    /// Of so many COMMITs, one has no answer; 0 passes all.
    pub drop_one_in: Arc<AtomicU64>,
    pub dropped: Arc<AtomicU64>,
    commits: Arc<AtomicU64>,
}

impl Proxy {
    /// Listens on a port of this machine, for the database behind a socket.
    pub async fn start(&self, socket: PathBuf) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let this = self.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (this, socket) = (this.clone(), socket.clone());
                tokio::spawn(async move {
                    if let Ok(server) = UnixStream::connect(&socket).await {
                        this.pass(client, server).await;
                    }
                });
            }
        });
        port
    }

    async fn pass(&self, client: TcpStream, server: UnixStream) {
        let (mut from_client, mut to_client) = client.into_split();
        let (mut from_server, mut to_server) = server.into_split();
        let muted = AtomicBool::new(false);
        let answers = async {
            let mut buffer = vec![0; 65_536];
            while let Ok(count @ 1..) = from_server.read(&mut buffer).await {
                self.wait().await;
                if muted.load(Ordering::SeqCst) || to_client.write_all(&buffer[..count]).await.is_err() {
                    return;
                }
            }
        };
        let requests = async {
            let mut buffer = vec![0; 65_536];
            while let Ok(count @ 1..) = from_client.read(&mut buffer).await {
                self.wait().await;
                if buffer[..count].windows(7).any(|window| window == b"COMMIT\0") && self.is_dropped() {
                    muted.store(true, Ordering::SeqCst);
                }
                if to_server.write_all(&buffer[..count]).await.is_err() {
                    return;
                }
            }
        };
        // Whichever ends first, both connections are closed.
        tokio::select! {
            () = answers => {}
            () = requests => {}
        }
    }

    fn is_dropped(&self) -> bool {
        let one_in = self.drop_one_in.load(Ordering::SeqCst);
        let is_dropped = one_in > 0 && self.commits.fetch_add(1, Ordering::SeqCst) % one_in == one_in - 1;
        self.dropped.fetch_add(u64::from(is_dropped), Ordering::SeqCst);
        is_dropped
    }

    async fn wait(&self) {
        while self.held.load(Ordering::SeqCst) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

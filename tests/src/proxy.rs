//! A proxy that counts: every byte between a tablet and the server, as the network carries it.
//!
//! In: the server's address. Out: an address of its own, and two counts. Forwards bytes as they come and changes none;
//! what it counts above the bodies is what HTTP adds.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use anyhow::Context as _;

/// A running proxy. It ends with the process.
pub struct Proxy {
    /// Where it listens.
    pub url: String,
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    up: AtomicU64,
    down: AtomicU64,
}

impl Proxy {
    /// Forwards to the server at `url`, `http://127.0.0.1:PORT`.
    ///
    /// # Errors
    /// When it cannot listen.
    pub fn to(url: &str) -> anyhow::Result<Self> {
        let server = url.trim_start_matches("http://").trim_end_matches('/').to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").context("listen as a proxy")?;
        let url = format!("http://{}", listener.local_addr().context("name the proxy")?);
        let counts = Arc::new(Counts::default());
        let counting = Arc::clone(&counts);
        thread::spawn(move || {
            for tablet in listener.incoming().map_while(Result::ok) {
                // A server that does not answer is a connection that ends.
                if let Ok(server) = TcpStream::connect(&server) {
                    join(tablet, server, &counting);
                }
            }
        });
        Ok(Self { url, counts })
    }

    /// Bytes to the server and from it since the last time this was asked.
    pub fn take(&self) -> (u64, u64) {
        (self.counts.up.swap(0, Ordering::SeqCst), self.counts.down.swap(0, Ordering::SeqCst))
    }
}

fn join(tablet: TcpStream, server: TcpStream, counts: &Arc<Counts>) {
    let pair = tablet.try_clone().and_then(|from| Ok((from, server.try_clone()?)));
    let Ok((tablet_reads, server_writes)) = pair else { return };
    let (up, down) = (Arc::clone(counts), Arc::clone(counts));
    thread::spawn(move || forward(tablet_reads, server_writes, &up.up));
    thread::spawn(move || forward(server, tablet, &down.down));
}

fn forward(mut from: TcpStream, mut to: TcpStream, count: &AtomicU64) {
    let mut buffer = [0; 64 * 1024];
    while let Ok(read) = from.read(&mut buffer) {
        let Some(bytes) = buffer.get(..read).filter(|bytes| !bytes.is_empty()) else { break };
        // Counted before it is passed on, so that whoever holds an answer also sees it counted.
        count.fetch_add(read as u64, Ordering::SeqCst);
        if to.write_all(bytes).is_err() {
            break;
        }
    }
    // The other side may be gone already.
    let _ = to.shutdown(Shutdown::Write);
}

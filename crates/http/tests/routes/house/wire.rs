//! A client that speaks to the served shop over a socket, byte by byte where a test wants it.

use super::{Client, House};
use serde_json::Value;
use std::future::pending;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Longer than anything takes that comes at all, and shorter than the shop waits for the rest of a request.
const PATIENCE: Duration = Duration::from_secs(20);

/// A connection.
pub struct Wire {
    stream: TcpStream,
    read: Vec<u8>,
}

/// What came back.
#[derive(Debug)]
pub struct Heard {
    pub status: u16,
    pub head: String,
    pub body: Value,
}

impl House {
    /// Serves the shop on a port, for as long as the test lasts.
    pub async fn serve(&self) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("it is bound");
        tokio::spawn(doorbuster_http::serve(
            listener,
            Arc::clone(&self.shop),
            pending(),
        ));
        address
    }
}

impl Client {
    /// A request of this client with these further lines of its head, as bytes.
    pub fn text(&self, line: &str, headers: &str, body: &Value) -> String {
        let bearer = self.bearer.as_deref().expect("somebody");
        let (body, length) = (body.to_string(), body.to_string().len());
        format!(
            "{line} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {bearer}\r\n{headers}\
            content-length: {length}\r\n\r\n{body}"
        )
    }
}

impl Wire {
    pub async fn to(address: SocketAddr) -> Wire {
        let stream = TcpStream::connect(address).await.expect("it listens");
        let read = Vec::new();
        Wire { stream, read }
    }

    pub async fn send(&mut self, text: &str) {
        let sent = self.stream.write_all(text.as_bytes()).await;
        sent.expect("it is taken");
    }

    /// This again and again without reading, until the other side has long taken no more of it.
    pub async fn send_until_stuck(&mut self, text: &str) {
        let (mut sent, mut refused) = (0, 0);
        while refused < 10_000 {
            match self.stream.try_write(&text.as_bytes()[sent..]) {
                Ok(count) => (sent, refused) = ((sent + count) % text.len(), 0),
                Err(_) => refused += 1,
            }
            tokio::task::yield_now().await;
        }
    }

    /// Reads what lies ready and then that the other side has hung up.
    pub async fn hears_that_it_is_over(&mut self) {
        let over = async {
            // What was sent and not read there makes it a reset and no plain end.
            while matches!(self.stream.read_buf(&mut self.read).await, Ok(1..)) {
                self.read.clear();
            }
        };
        let over = tokio::time::timeout(PATIENCE, over).await;
        over.expect("it hangs up");
    }

    /// The next answer.
    pub async fn hear(&mut self) -> Heard {
        loop {
            if let Some((heard, bytes)) = heard(&self.read) {
                self.read.drain(..bytes);
                return heard;
            }
            let count = self.stream.read_buf(&mut self.read).await;
            assert!(count.expect("it speaks") > 0, "it hung up");
        }
    }
}

fn heard(read: &[u8]) -> Option<(Heard, usize)> {
    let text = std::str::from_utf8(read).ok()?;
    let head = text.split_once("\r\n\r\n")?.0;
    let length = head.to_ascii_lowercase();
    let length = length.split_once("content-length: ").map_or("0", |it| it.1);
    let length: usize = length.lines().next()?.parse().ok()?;
    let end = head.len() + 4 + length;
    let body = text.get(head.len() + 4..end)?;
    let heard = Heard {
        status: head[9..12].parse().expect("a status"),
        head: head.to_owned(),
        body: serde_json::from_str(body).unwrap_or(Value::Null),
    };
    Some((heard, end))
}

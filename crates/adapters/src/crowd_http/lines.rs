//! Kept-alive connections to a shop, over which pages are asked for with as little effort as may be: the crowd shares
//! the machine with the shop that it measures. A request that a browser would send again on another connection is.

use bytes::Bytes;
use std::io;
use std::net::SocketAddr;
use std::sync::Mutex;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, lookup_host};
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// How many are open at once. Who finds none free waits for one, as behind the proxy of a shop.
const OPEN_MAX: usize = 8_192;
/// How much is read at once.
const READ_BYTES: usize = 32 << 10;

/// Connections to one address.
#[derive(Debug)]
pub(super) struct Lines {
    address: SocketAddr,
    idle: Mutex<Vec<TcpStream>>,
    places: Semaphore,
}

/// An answer, with its head as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Heard {
    pub(super) status: u16,
    head: String,
    pub(super) body: Bytes,
}

impl Heard {
    /// The values of all lines of the head with this name, which is in lower case.
    pub(super) fn lines<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(':'));
        lines
            .filter(move |(line, _)| line.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
    }
}

impl Lines {
    /// To the first address of `host:port`.
    ///
    /// # Errors
    /// When there is none.
    pub(super) async fn to(authority: &str) -> io::Result<Lines> {
        let found = lookup_host(authority).await?.next();
        let address = found.ok_or(io::ErrorKind::AddrNotAvailable)?;
        Ok(Lines {
            address,
            idle: Mutex::default(),
            places: Semaphore::new(OPEN_MAX),
        })
    }

    /// Sends a request and takes the whole answer, within this time.
    ///
    /// # Errors
    /// Why there is none, in words.
    pub(super) async fn ask(&self, request: &[u8], within: Duration) -> Result<Heard, String> {
        match timeout(within, self.ask_patiently(request)).await {
            Ok(heard) => heard.map_err(|fault| fault.to_string()),
            Err(_) => Err(format!("no answer within {} s", within.as_secs_f64())),
        }
    }

    async fn ask_patiently(&self, request: &[u8]) -> io::Result<Heard> {
        let _place = self.places.acquire().await.map_err(io::Error::other)?;
        let kept = self.idle.lock().expect("nobody panics over lines").pop();
        if let Some(line) = kept
            && let Some(heard) = self.on(line, request).await?
        {
            return Ok(heard);
        }
        let line = TcpStream::connect(self.address).await?;
        line.set_nodelay(true)?;
        let heard = self.on(line, request).await?;
        heard.ok_or_else(|| io::ErrorKind::ConnectionReset.into())
    }

    /// The answer on this connection; none when it was closed before a byte of it came (RFC 9112, section 9.3.1).
    async fn on(&self, mut line: TcpStream, request: &[u8]) -> io::Result<Option<Heard>> {
        if line.write_all(request).await.is_err() {
            return Ok(None);
        }
        let mut read = Vec::with_capacity(READ_BYTES);
        loop {
            read.reserve(READ_BYTES);
            match line.read_buf(&mut read).await {
                Ok(0) | Err(_) if read.is_empty() => return Ok(None),
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(_) => {}
                Err(fault) => return Err(fault),
            }
            if let Some(heard) = whole(&read)? {
                if !heard.lines("connection").any(|it| it == "close") {
                    let mut idle = self.idle.lock().expect("nobody panics over lines");
                    idle.push(line);
                }
                return Ok(Some(heard));
            }
        }
    }
}

/// The answer that was read, when all of it is there.
fn whole(read: &[u8]) -> io::Result<Option<Heard>> {
    let Some(end) = read.windows(4).position(|bytes| bytes == b"\r\n\r\n") else {
        return Ok(None);
    };
    let malformed = || io::Error::from(io::ErrorKind::InvalidData);
    let head = std::str::from_utf8(&read[..end]).map_err(|_| malformed())?;
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    let mut heard = Heard {
        status: status.ok_or_else(malformed)?,
        head: head.to_owned(),
        body: Bytes::new(),
    };
    let sent = &read[end + 4..];
    let length = heard.lines("content-length").next();
    let body = match length.map(str::parse::<usize>) {
        Some(length) => {
            let length = length.map_err(|_| malformed())?;
            sent.get(..length).map(<[u8]>::to_vec)
        }
        None if heard.lines("transfer-encoding").any(|it| it == "chunked") => unchunked(sent)?,
        None => Some(Vec::new()),
    };
    Ok(body.map(|body| {
        heard.body = Bytes::from(body);
        heard
    }))
}

/// What chunks say (RFC 9112, section 7.1), when the last has come.
fn unchunked(mut sent: &[u8]) -> io::Result<Option<Vec<u8>>> {
    let mut body = Vec::new();
    loop {
        let Some(end) = sent.windows(2).position(|bytes| bytes == b"\r\n") else {
            return Ok(None);
        };
        let size = std::str::from_utf8(&sent[..end]).ok();
        let size =
            size.and_then(|size| usize::from_str_radix(size.split(';').next()?.trim(), 16).ok());
        let size = size.ok_or(io::ErrorKind::InvalidData)?;
        let Some(chunk) = sent.get(end + 2..end + 2 + size + 2) else {
            return Ok(None);
        };
        if size == 0 {
            return Ok(Some(body));
        }
        body.extend_from_slice(&chunk[..size]);
        sent = &sent[end + 2 + size + 2..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    #[test]
    fn an_answer_is_whole_when_all_of_it_has_come() {
        let plain = b"HTTP/1.1 303 See Other\r\nLocation: /cart\r\nContent-Length: 2\r\n\r\nok";
        let chunked = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n3;x\r\nyes\r\n0\r\n\r\n";
        for (sent, status, body) in [(&plain[..], 303, "ok"), (&chunked[..], 200, "okyes")] {
            for end in 0..sent.len() {
                assert_eq!(whole(&sent[..end]).expect("so far so good"), None);
            }
            let heard = whole(sent).expect("well formed").expect("whole");
            assert_eq!((heard.status, &heard.body[..]), (status, body.as_bytes()));
        }
        let heard = whole(plain).expect("well formed").expect("whole");
        assert_eq!(heard.lines("location").collect::<Vec<_>>(), ["/cart"]);
        assert!(whole(b"nonsense\r\n\r\n").is_err());
    }

    /// A server that answers its first connection once and closes it, and lets the others wait.
    async fn curt() -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("it is bound");
        tokio::spawn(async move {
            let mut kept = Vec::new();
            while let Ok((mut line, _)) = listener.accept().await {
                let mut heard = [0; 64];
                let _ = line.read(&mut heard).await;
                if kept.is_empty() {
                    let _ = line
                        .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
                        .await;
                    let _ = line.shutdown().await;
                }
                kept.push(line);
            }
        });
        address
    }

    #[tokio::test]
    async fn a_closed_connection_is_tried_again_on_another_and_silence_is_no_answer() {
        let lines = Lines::to(&curt().await.to_string())
            .await
            .expect("an address");
        let (long, short) = (Duration::from_secs(60), Duration::from_millis(20));
        let first = lines.ask(b"GET / HTTP/1.1\r\n\r\n", long).await;
        assert_eq!(first.expect("an answer").status, 200);
        let second = lines.ask(b"GET / HTTP/1.1\r\n\r\n", short).await;
        assert_eq!(second, Err("no answer within 0.02 s".to_owned()));
    }
}

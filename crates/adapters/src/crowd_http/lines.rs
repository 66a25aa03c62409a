//! Kept-alive connections to a shop, over which pages are asked for with as little effort as may be: the crowd shares
//! the machine with the shop that it measures. A request that a browser would send again on another connection is.

use bytes::Bytes;
use hyper::http::uri::Authority;
use std::io;
use std::net::SocketAddr;
use std::sync::Mutex;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, lookup_host};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

/// How many are open at once. Who finds none free waits for one, as behind the proxy of a shop.
const OPEN_MAX: usize = 8_192;
/// Lines of a head.
const LINES_MAX: usize = 64;
/// How much is read at once.
const READ_BYTES: usize = 32 << 10;

/// Connections to one address.
#[derive(Debug)]
pub(super) struct Lines {
    address: SocketAddr,
    idle: Mutex<Vec<TcpStream>>,
    places: Semaphore,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Heard {
    pub(super) status: u16,
    head: Vec<(String, String)>,
    pub(super) body: Bytes,
}

impl Heard {
    /// The values of all lines of the head with this name.
    pub(super) fn lines<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = move |(line, _): &&(String, String)| line.eq_ignore_ascii_case(name);
        self.head
            .iter()
            .filter(named)
            .map(|(_, value)| value.as_str())
    }
}

impl Lines {
    /// To the first address of a host, on the port of HTTP where none is said.
    ///
    /// # Errors
    /// When there is none.
    pub(super) async fn to(authority: &Authority) -> io::Result<Lines> {
        let host = authority.host().trim_matches(['[', ']']);
        let port = authority.port_u16().unwrap_or(80);
        let found = lookup_host((host, port)).await?.next();
        let address = found.ok_or(io::ErrorKind::AddrNotAvailable)?;
        Ok(Lines {
            address,
            idle: Mutex::default(),
            places: Semaphore::new(OPEN_MAX),
        })
    }

    /// A place for a request; while there is none it is the crowd that keeps somebody waiting, and not the shop.
    pub(super) async fn place(&self) -> SemaphorePermit<'_> {
        self.places.acquire().await.expect("nobody closes it")
    }

    /// Sends a request, for which there must be a place, and takes the whole answer, within this time.
    ///
    /// # Errors
    /// Why there is none, in words.
    pub(super) async fn ask(
        &self,
        _place: &SemaphorePermit<'_>,
        request: &[u8],
        within: Duration,
    ) -> Result<Heard, String> {
        match timeout(within, self.ask_patiently(request)).await {
            Ok(heard) => heard.map_err(|fault| fault.to_string()),
            Err(_) => Err(format!("no answer within {} s", within.as_secs_f64())),
        }
    }

    async fn ask_patiently(&self, request: &[u8]) -> io::Result<Heard> {
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

/// The answer that was read, when all of it is there. The shop's pages are told with their length.
fn whole(read: &[u8]) -> io::Result<Option<Heard>> {
    let malformed = || io::Error::from(io::ErrorKind::InvalidData);
    let mut lines = [httparse::EMPTY_HEADER; LINES_MAX];
    let mut head = httparse::Response::new(&mut lines);
    let parsed = head.parse(read).map_err(|_| malformed())?;
    let httparse::Status::Complete(end) = parsed else {
        return Ok(None);
    };
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    let mut heard = Heard {
        status: head.code.ok_or_else(malformed)?,
        head: head
            .headers
            .iter()
            .map(|line| (line.name.to_owned(), text(line.value)))
            .collect(),
        body: Bytes::new(),
    };
    let length = heard.lines("content-length").next();
    let length: usize = length
        .and_then(|length| length.parse().ok())
        .ok_or_else(malformed)?;
    Ok(read.get(end..end + length).map(|body| {
        heard.body = Bytes::copy_from_slice(body);
        heard
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    #[test]
    fn an_answer_is_whole_when_all_of_it_has_come() {
        let sent = b"HTTP/1.1 303 See Other\r\nLocation: /cart\r\nContent-Length: 2\r\n\r\nok";
        for end in 0..sent.len() {
            assert_eq!(whole(&sent[..end]).expect("so far so good"), None);
        }
        let heard = whole(sent).expect("well formed").expect("whole");
        assert_eq!((heard.status, &heard.body[..]), (303, &b"ok"[..]));
        assert_eq!(heard.lines("location").collect::<Vec<_>>(), ["/cart"]);
        assert!(whole(b"nonsense\r\n\r\n").is_err());
        assert!(
            whole(b"HTTP/1.1 200 OK\r\n\r\n").is_err(),
            "how long is it?"
        );
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
        let address = curt().await.to_string().parse().expect("host and port");
        let lines = Lines::to(&address).await.expect("an address");
        let place = lines.place().await;
        let (long, short) = (Duration::from_secs(60), Duration::from_millis(20));
        let first = lines.ask(&place, b"GET / HTTP/1.1\r\n\r\n", long).await;
        assert_eq!(first.expect("an answer").status, 200);
        let second = lines.ask(&place, b"GET / HTTP/1.1\r\n\r\n", short).await;
        assert_eq!(second, Err("no answer within 0.02 s".to_owned()));
    }
}

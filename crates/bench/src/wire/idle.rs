//! The baseline: a hyper server that reads 200 bytes of JSON and answers 200 bytes, and does nothing.

use super::stand::runtime;
use super::talk::{Counted, Talk};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use std::net::SocketAddr;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

/// 200 bytes.
const BODY: &str = "{\"idle\":\"....................................................................\
    ........................................................................................\
    ................................\"}";

/// The server; it ends when it is dropped.
pub struct Idle {
    /// Where it listens.
    pub address: SocketAddr,
    server: Runtime,
}

impl Idle {
    /// Serves on a free port.
    pub fn open() -> anyhow::Result<Idle> {
        let server = runtime("idle")?;
        let listener = server.block_on(TcpListener::bind("127.0.0.1:0"))?;
        let address = listener.local_addr()?;
        server.spawn(serve(listener));
        Ok(Idle { address, server })
    }

    /// Stops serving.
    pub fn close(self) {
        self.server.shutdown_background();
    }
}

async fn serve(listener: TcpListener) {
    while let Ok((stream, _)) = listener.accept().await {
        let _ = stream.set_nodelay(true);
        let connection = http1::Builder::new()
            .pipeline_flush(true)
            .serve_connection(TokioIo::new(stream), service_fn(answer));
        tokio::spawn(connection);
    }
}

async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, hyper::Error> {
    request.into_body().collect().await?;
    let mut response = Response::new(Full::new(Bytes::from_static(BODY.as_bytes())));
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    Ok(response)
}

/// Asks the same again and again.
pub struct Again(pub Vec<u8>);

impl Again {
    /// What the server here is asked.
    pub fn idle() -> Again {
        let length = BODY.len();
        let head = "POST /v1/orders HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json";
        Again(format!("{head}\r\ncontent-length: {length}\r\n\r\n{BODY}").into_bytes())
    }
}

impl Talk for Again {
    type Asked = ();

    fn ask(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.0);
    }

    fn heard(&mut self, (): (), status: u16, _: &[u8]) -> Counted {
        Counted {
            requests: 1,
            refused: u64::from(status != 200),
            ..Counted::default()
        }
    }
}

//! Pages of the shop a second, plain and compressed; beside them an axum server that answers the same bytes and does nothing.

use super::client::{Answer, Driven, Load, drive};
use super::idle::Again;
use super::shelf::Shelf;
use super::stand::{ROOM, Stand, runtime};
use crate::How;
use crate::figure::{Figure, Sheet};
use anyhow::{Context, ensure};
use axum::Router;
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use axum::routing::get;
use bytes::Bytes;
use clap::Args;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

/// What is asked.
#[derive(Args, Debug)]
pub struct Ask {
    /// Connections, each with one request at a time.
    #[arg(long, value_name = "COUNT", default_value_t = 32)]
    connections: usize,
    /// Pages a second of an open loop, whose latencies count from when a request was due; without it as many as go.
    #[arg(long, value_name = "PAGES")]
    rate: Option<f64>,
    /// How long each is measured.
    #[arg(long, value_name = "SECONDS", default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..))]
    seconds: u64,
    /// On whose disk the journal lies.
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    folder: PathBuf,
    #[command(flatten)]
    pub how: How,
}

const QUANTILES: [(f64, &str); 2] = [(0.5, "p50"), (0.99, "p99")];

/// A page, and as what it is asked for.
struct Page {
    name: &'static str,
    path: String,
    session: Option<String>,
}

/// Measures it.
///
/// # Errors
/// When a disk, a till, a server or a client fails, or a page is not answered with 200.
pub fn run(ask: &Ask) -> anyhow::Result<Vec<Figure>> {
    let mut sheet = Sheet::default();
    for run in 0..ask.how.runs {
        let place = tempfile::tempdir_in(&ask.folder).context("no folder for a run")?;
        let stand = Stand::open(&place.path().join("data"), ROOM)?;
        fill_carts(&stand)?;
        for page in pages(&stand.shelf) {
            for gzip in [false, true] {
                let name = format!("{}{}", page.name, if gzip { ", gzip" } else { "" });
                eprintln!("{name}: run {} of {}", run + 1, ask.how.runs);
                measure(ask, &stand, &page.request(gzip), &name, &mut sheet)?;
            }
        }
        stand.close()?;
    }
    Ok(sheet.figures())
}

/// The pages that a shopper leafs through, and the cart of one who holds two units.
fn pages(shelf: &Shelf) -> Vec<Page> {
    let page = |name, path: &str| Page {
        name,
        path: path.to_owned(),
        session: None,
    };
    let cart = Page {
        session: Some(shelf.sessions[0].clone()),
        ..page("cart", "/cart")
    };
    let deal = format!("/deals/{}", shelf.deals[0]);
    vec![page("home", "/"), page("deal", &deal), cart]
}

fn fill_carts(stand: &Stand) -> anyhow::Result<()> {
    for deal in &stand.shelf.deals[..2] {
        let body = format!("{{\"deal\":\"{deal}\",\"sku\":\"{deal}\"}}");
        let (bearer, length) = (&stand.shelf.sessions[0], body.len());
        let request = format!(
            "POST /v1/holds HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {bearer}\r\n\
             content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        );
        let answer = once(stand.address, request.as_bytes())?;
        ensure!(
            answer.status == 201,
            "a hold was answered {}",
            answer.status
        );
    }
    stand.catch_up()
}

fn measure(
    ask: &Ask,
    stand: &Stand,
    request: &[u8],
    name: &str,
    sheet: &mut Sheet,
) -> anyhow::Result<()> {
    let answer = once(stand.address, request)?;
    ensure!(
        answer.status == 200,
        "{name} was answered {}",
        answer.status
    );
    let idle = Idle::open(answer)?;
    let load = Load {
        thread: "client",
        connections: ask.connections,
        depth: 1,
        rate: ask.rate,
        span: Duration::from_secs(ask.seconds),
    };
    let look = |_| Again(request.to_vec());
    let theirs = drive(idle.address, load, look, || ())?;
    idle.close();
    let ours = drive(stand.address, load, look, || ())?;
    ensure!(
        ours.counted.refused == 0,
        "{name} was not always answered 200"
    );
    tell(name, &ours, &theirs, sheet);
    Ok(())
}

fn tell(name: &str, ours: &Driven, theirs: &Driven, sheet: &mut Sheet) {
    let rate = |driven: &Driven| driven.a_second(driven.counted.requests);
    let idle = "axum that does nothing";
    sheet.tell(name, "pages/s", rate(ours), (idle, rate(theirs)));
    for (quantile, what) in QUANTILES {
        let (own, beside) = (ours.latency_ms(quantile), theirs.latency_ms(quantile));
        sheet.tell(&format!("{name}, {what}"), "ms", own, (idle, beside));
    }
}

impl Page {
    fn request(&self, gzip: bool) -> Vec<u8> {
        let mut head = format!("GET {} HTTP/1.1\r\nhost: localhost\r\n", self.path);
        head += "accept: text/html\r\naccept-language: ko\r\n";
        if gzip {
            head += "accept-encoding: gzip\r\n";
        }
        if let Some(session) = &self.session {
            head += &format!("cookie: doorbuster_session={session}\r\n");
        }
        (head + "\r\n").into_bytes()
    }
}

/// An answer as it came.
struct Came {
    status: u16,
    gzip: bool,
    body: Bytes,
}

/// One request on a connection of its own.
fn once(address: SocketAddr, request: &[u8]) -> anyhow::Result<Came> {
    let mut stream = TcpStream::connect(address)?;
    stream.write_all(request)?;
    let (mut read, mut part) = (Vec::new(), [0; 16 << 10]);
    loop {
        let count = stream.read(&mut part)?;
        ensure!(count > 0, "the server closed a connection");
        read.extend_from_slice(&part[..count]);
        if let Some(answer) = Answer::at_the_front(&read) {
            return Ok(Came {
                status: answer.status,
                gzip: memchr::memmem::find(answer.head, b"content-encoding: gzip").is_some(),
                body: Bytes::copy_from_slice(answer.body),
            });
        }
    }
}

/// An axum server that answers what another answered, from memory.
struct Idle {
    address: SocketAddr,
    server: Runtime,
}

impl Idle {
    fn open(came: Came) -> anyhow::Result<Idle> {
        let server = runtime("idle")?;
        let listener = server.block_on(TcpListener::bind("127.0.0.1:0"))?;
        let address = listener.local_addr()?;
        let encoding = if came.gzip { "gzip" } else { "identity" };
        let answer = async move || {
            let headers = [
                (CONTENT_TYPE, "text/html; charset=utf-8"),
                (CONTENT_ENCODING, encoding),
            ];
            (headers, came.body.clone())
        };
        let router = Router::new().fallback(get(answer));
        server.spawn(async move { axum::serve(listener, router).await });
        Ok(Idle { address, server })
    }

    fn close(self) {
        self.server.shutdown_background();
    }
}
